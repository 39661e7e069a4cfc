"""The table of users' thumbs."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from auth.models import User
from utils.db import ApiTable, UtcDateTime, utc_now


def _new_id() -> str:
    return uuid4().hex


class Feedback(ApiTable):
    """What a user thought of an answer; goes with the user's account.

    `key` is a digest of question and material: of several opinions on both the newest is kept.
    """

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=_new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64))
    question: Mapped[str] = mapped_column(Text)
    helpful: Mapped[bool]
    material_id: Mapped[str | None] = mapped_column(String(64))
    page: Mapped[int | None]
    thread_id: Mapped[str | None] = mapped_column(String(64))
    answer: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
