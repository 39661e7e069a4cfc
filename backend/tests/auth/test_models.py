from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect

import auth.models
from utils.db import ApiTable, open_database


@pytest.fixture
async def connection(tmp_path: Path) -> Connection:
    async with open_database(f"sqlite+aiosqlite:///{tmp_path}/api.sqlite3", "api"):
        pass
    return create_engine(f"sqlite:///{tmp_path}/api.sqlite3").connect()


async def test_the_migrations_make_the_tables_of_the_models(connection: Connection) -> None:
    with connection:
        context = MigrationContext.configure(
            connection,
            opts={"version_table": "alembic_version_api", "compare_type": True},
        )
        assert auth.models.User.__table__ in ApiTable.metadata.sorted_tables
        assert compare_metadata(context, ApiTable.metadata) == []
        assert "users" in inspect(connection).get_table_names()
    connection.engine.dispose()
