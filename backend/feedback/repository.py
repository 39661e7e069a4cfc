"""SQL of the users' thumbs."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from feedback.models import Feedback
from utils.db import utc_now


class Thumbs:
    """What users thought of answers, in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def save(
        self,
        user_id: str,
        *,
        question: str,
        helpful: bool,
        material_id: str | None,
        page: int | None,
        thread_id: str | None,
        answer: str | None,
    ) -> None:
        """Keep an opinion; it replaces the user's former one on this question and material."""
        values: dict[str, str | int | bool | datetime | None] = {
            "helpful": helpful,
            "page": page,
            "thread_id": thread_id,
            "answer": answer,
            "created_at": utc_now(),
        }
        on_sqlite = self._session.get_bind().dialect.name == "sqlite"
        insert = sqlite.insert if on_sqlite else postgresql.insert
        await self._session.execute(
            insert(Feedback)
            .values(
                id=uuid4().hex,
                user_id=user_id,
                key=_key(question, material_id),
                question=question,
                material_id=material_id,
                **values,
            )
            .on_conflict_do_update(index_elements=["user_id", "key"], set_=values)
        )

    async def newest(self, limit: int) -> Sequence[Feedback]:
        query = select(Feedback).order_by(Feedback.created_at.desc(), Feedback.id).limit(limit)
        return (await self._session.scalars(query)).all()


def _key(question: str, material_id: str | None) -> str:
    same = " ".join(question.casefold().split())
    return sha256(f"{same}\n{material_id or ''}".encode()).hexdigest()
