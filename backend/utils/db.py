"""SQL: one `Database` per server, SQLite or PostgreSQL, and its migrations."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from alembic import command
from alembic.config import Config
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.engine.url import make_url
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
Branch = Literal["rag", "api"]

_NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class RagTable(DeclarativeBase):
    """Tables of the RAG server's database."""

    metadata = MetaData(naming_convention=_NAMING)


class ApiTable(DeclarativeBase):
    """Tables of the API server's database."""

    metadata = MetaData(naming_convention=_NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite, which keeps no zone, gives it back with one too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def utc_now() -> datetime:
    return datetime.now(UTC)


class Database:
    """An engine with two kinds of transaction: `read` and `write`.

    SQLite has one writer at a time: a `write` takes its lock at once (BEGIN IMMEDIATE), so that
    it waits in line instead of failing half-way.
    """

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        if self.is_sqlite and self._url.database:
            Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_async_engine(self._url, pool_pre_ping=not self.is_sqlite)
        if self.is_sqlite:
            event.listen(self._engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_sqlite)
        self._readers = async_sessionmaker(self._engine, expire_on_commit=False)
        self._writers = async_sessionmaker(
            self._engine.execution_options(immediate=True), expire_on_commit=False
        )
        self._writing = asyncio.Lock()
        self._reader: Engine | None = None
        self._making_reader = Lock()

    @contextmanager
    def read_in_thread(self) -> Iterator[Connection]:
        """A connection for single statements that only read. Blocks: for threads of their own.

        Each statement sees the newest committed state. On PostgreSQL the driver must work with and
        without an event loop, as psycopg does. Spares the hand-overs between event loop
        and driver, which cost more than the statement itself where many short ones are asked for.
        """
        with self._blocking_reader().connect() as connection:
            yield connection

    def _blocking_reader(self) -> Engine:
        with self._making_reader:
            if self._reader is None:
                url = self._url.set(drivername="sqlite") if self.is_sqlite else self._url
                self._reader = create_engine(url, isolation_level="AUTOCOMMIT")
                if self.is_sqlite:
                    event.listen(self._reader, "connect", _prepare_reader)
            return self._reader

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        async with self._readers() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A transaction that commits at the end of the block, or leaves no trace."""
        if not self.is_sqlite:
            async with self._writers.begin() as session:
                yield session
            return
        # Waiting here is cheaper, and fairer, than waiting on SQLite's busy handler.
        async with self._writing, self._writers.begin() as session:
            yield session

    async def migrate(self, branch: Branch) -> None:
        """Bring the tables of `branch` up to date."""
        async with self._engine.connect() as connection:
            await connection.run_sync(_upgrade, branch)
            await connection.commit()

    async def close(self) -> None:
        await self._engine.dispose()
        if self._reader is not None:
            await asyncio.to_thread(self._reader.dispose)


@asynccontextmanager
async def open_database(url: str, branch: Branch) -> AsyncIterator[Database]:
    """A database with the tables of `branch` up to date; closed at the end of the block."""
    database = Database(url)
    try:
        await database.migrate(branch)
        yield database
    finally:
        await database.close()


def alembic_config(branch: Branch) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("version_locations", str(MIGRATIONS / "versions" / branch))
    config.set_main_option("path_separator", "os")
    config.attributes["branch"] = branch
    return config


def _upgrade(connection: Connection, branch: Branch) -> None:
    config = alembic_config(branch)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN comes too late for a consistent read; ours is in `_begin_sqlite`.
    driver: Any = connection
    driver.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        # A file answered with 202 must survive a power cut, not only a crash of the process.
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=15000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_reader(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.execute("PRAGMA busy_timeout=15000")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
