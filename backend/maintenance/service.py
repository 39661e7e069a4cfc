"""How the system is doing."""

import asyncio
import time

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from feedback.repository import Thumbs
from maintenance.schemas import ApiHealth, Availability, RagFailure, SystemStatus, TrainWish
from rag_system.client import RAG_AWAY, RagClient
from rag_system.contracts import MAX_EXAMPLES, Status, Thumb, Training, TrainRequest
from utils.app import VERSION
from utils.db import Database
from utils.errors import AppError

PATIENCE_SECONDS = 2


class Lessons:
    """Lets the RAG server learn from labelled questions and the thumbs that users gave."""

    def __init__(self, rag: RagClient, database: Database) -> None:
        self._rag = rag
        self._database = database

    async def start(self, wish: TrainWish) -> Training:
        """What the training came to, or that it goes on.

        Raises:
            RagUnavailable, RelayedError: from the RAG server.
        """
        async with self._database.read() as session:
            opinions = await Thumbs(session).newest(MAX_EXAMPLES)
        thumbs = [Thumb.model_validate(opinion, from_attributes=True) for opinion in opinions]
        return await self._rag.train(
            TrainRequest(examples=wish.examples, feedback=thumbs, dry_run=wish.dry_run)
        )


class SystemReport:
    """Asks the parts of the system how they are; never fails because one of them does."""

    def __init__(self, rag: RagClient, database: Database, started: float) -> None:
        self._rag = rag
        self._database = database
        self._started = started

    async def health(self) -> ApiHealth:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._rag.health()
        except (AppError, TimeoutError):
            return ApiHealth(version=VERSION, rag="unavailable")
        return ApiHealth(version=VERSION, rag="available")

    async def status(self, *, detailed: bool) -> SystemStatus:
        database, rag = await asyncio.gather(self._database_state(), self._rag_status())
        rag_there = isinstance(rag, Status)
        presence: Availability = "available" if rag_there else "unavailable"
        return SystemStatus(
            status="healthy" if database == presence == "available" else "degraded",
            version=VERSION,
            uptime_seconds=round(time.monotonic() - self._started, 1),
            database=database,
            rag=rag if detailed else presence,
        )

    async def _database_state(self) -> Availability:
        try:
            async with self._database.read() as session:
                await session.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            return "unavailable"
        return "available"

    async def _rag_status(self) -> Status | RagFailure:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._rag.status()
        except AppError as exc:
            return RagFailure(error=exc.kind, detail=exc.detail())
        except TimeoutError:
            return RagFailure(error="rag_unavailable", detail=RAG_AWAY.render())
