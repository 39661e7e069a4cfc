"""SQL of the accounts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from auth.models import User


class Users:
    """The accounts, in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_id(self, user_id: str) -> User | None:
        return await self._session.get(User, user_id)

    async def by_username(self, username: str) -> User | None:
        return await self._session.scalar(select(User).where(User.username == username.lower()))

    async def email_taken(self, email: str, *, except_id: str | None = None) -> bool:
        query = select(User.id).where(User.email == email, User.id != (except_id or ""))
        return await self._session.scalar(query) is not None

    async def page(self, limit: int, offset: int) -> Sequence[User]:
        query = select(User).order_by(User.username).limit(limit).offset(offset)
        return (await self._session.scalars(query)).all()

    async def count(self) -> int:
        return await self._session.scalar(select(func.count()).select_from(User)) or 0

    async def lock_enabled_admins(self) -> Sequence[str]:
        """Ids of the administrators who can sign in; nobody else changes them until we commit."""
        query = select(User.id).where(User.role == "admin", ~User.disabled, User.approved)
        return (await self._session.scalars(query.with_for_update())).all()

    async def record_sign_in(self, user_id: str, moment: datetime) -> None:
        # Signing in is no change of the account.
        values = {"last_login": moment, "updated_at": User.updated_at}
        await self._session.execute(update(User).where(User.id == user_id).values(values))

    async def add(self, user: User) -> None:
        self._session.add(user)
        await self._session.flush()

    async def delete(self, user: User) -> None:
        await self._session.delete(user)

    async def save(self) -> None:
        await self._session.flush()
