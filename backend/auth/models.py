"""Tables of the accounts."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from utils.db import ApiTable, UtcDateTime, utc_now


def _new_id() -> str:
    return str(uuid4())


class User(ApiTable):
    """An account. `username` and `email` are kept in lower case, so that both are unique in it."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=_new_id)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    full_name: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    disabled: Mapped[bool] = mapped_column(default=False)
    approved: Mapped[bool] = mapped_column(default=True)
    is_temporary_password: Mapped[bool] = mapped_column(default=False)
    token_version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, onupdate=utc_now)
    last_login: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def may_sign_in(self) -> bool:
        """A temporary password admits an account that waits for approval: changing it approves."""
        return not self.disabled and (self.approved or self.is_temporary_password)
