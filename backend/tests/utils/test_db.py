import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, select, text

from auth.models import User
from feedback.models import Feedback
from rag_system.models import JobRow
from utils.db import ApiTable, Branch, Database, RagTable, open_database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(f"sqlite+aiosqlite:///{tmp_path}/rag.sqlite3", "rag") as database:
        yield database


async def _count(database: Database) -> int:
    async with database.read() as session:
        return len(list(await session.scalars(select(JobRow.id))))


async def test_a_write_is_kept_when_its_block_ends(database: Database) -> None:
    async with database.write() as session:
        session.add(JobRow())
    assert await _count(database) == 1


async def test_a_write_that_fails_leaves_no_trace(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as session:
            session.add(JobRow())
            await session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await _count(database) == 0


async def test_many_writers_wait_in_line_and_lose_nothing(database: Database) -> None:
    async with database.write() as session:
        session.add(JobRow(id="counter", created_at=datetime.fromtimestamp(0, UTC)))

    async def increment() -> None:
        async with database.write() as session:
            row = await session.get_one(JobRow, "counter")
            await asyncio.sleep(0)
            row.created_at += timedelta(seconds=1)

    await asyncio.gather(*(increment() for _ in range(40)))
    async with database.read() as session:
        row = await session.get_one(JobRow, "counter")
    assert row.created_at == datetime.fromtimestamp(40, UTC)


async def test_two_processes_worth_of_writers_wait_for_each_other(
    database: Database, tmp_path: Path
) -> None:
    other = Database(f"sqlite+aiosqlite:///{tmp_path}/rag.sqlite3")

    async def add(where: Database) -> None:
        async with where.write() as session:
            await session.execute(select(JobRow.id))
            await asyncio.sleep(0.01)
            session.add(JobRow())

    await asyncio.gather(*(add(where) for where in (database, other) * 8))
    assert await _count(database) == 16
    await other.close()


async def test_reading_goes_on_while_somebody_writes(database: Database) -> None:
    async with database.write() as session:
        session.add(JobRow())
        await session.flush()
        assert await asyncio.wait_for(_count(database), 2) == 0


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("foreign_keys", 1), ("synchronous", 2), ("busy_timeout", 15000)],
)
async def test_sqlite_is_set_up_for_safety(
    database: Database, pragma: str, value: str | int
) -> None:
    async with database.read() as session:
        assert await session.scalar(text(f"PRAGMA {pragma}")) == value


async def test_a_moment_comes_back_in_utc_whatever_zone_it_was_told_in(database: Database) -> None:
    told = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=-3)))
    async with database.write() as session:
        session.add(JobRow(id="j", created_at=told))
    async with database.read() as session:
        row = await session.get_one(JobRow, "j")
    assert row.created_at == told
    assert row.created_at.tzinfo == UTC
    assert row.finished_at is None


@pytest.mark.parametrize(
    ("branch", "tables"), [("rag", RagTable.metadata), ("api", ApiTable.metadata)]
)
async def test_the_migrations_make_the_tables_of_the_models(
    branch: Branch, tables: Any, tmp_path: Path
) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "version_table": f"alembic_version_{branch}"},
        )
        return list(compare_metadata(context, tables))

    assert {User.__table__, Feedback.__table__} <= set(ApiTable.metadata.sorted_tables)
    url = f"sqlite+aiosqlite:///{tmp_path}/new.sqlite3"
    async with open_database(url, branch) as database, database.read() as session:
        connection = await session.connection()
        assert await connection.run_sync(differences) == []


async def test_migrating_again_changes_nothing(database: Database) -> None:
    async with database.write() as session:
        session.add(JobRow())
    await database.migrate("rag")
    assert await _count(database) == 1


async def test_both_servers_may_share_one_database(database: Database) -> None:
    await database.migrate("api")
    await database.migrate("rag")
    async with database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM users")) == 0
        assert await session.scalar(text("SELECT count(*) FROM documents")) == 0


async def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    async with open_database(f"sqlite+aiosqlite:///{tmp_path}/a/b c/é.sqlite3", "rag"):
        assert (tmp_path / "a" / "b c" / "é.sqlite3").exists()
