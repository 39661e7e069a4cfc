import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from auth.first_admin import create_first_admin
from auth.passwords import Passwords
from auth.repository import Users
from utils.config import AdminSettings, ConfigurationError
from utils.db import Database, open_database

BACKEND = Path(__file__).resolve().parents[2]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(f"sqlite+aiosqlite:///{tmp_path}/api.sqlite3", "api") as database:
        yield database


def settings(**given: str) -> AdminSettings:
    secret = SecretStr(given.pop("admin_password", ""))
    return AdminSettings(
        _env_file=None,
        admin_username=given.get("admin_username", "admin"),
        admin_email=given.get("admin_email"),
        admin_password=secret,
    )


async def test_the_first_start_makes_an_administrator_and_the_second_none(
    database: Database,
) -> None:
    passwords = Passwords(rounds=4)
    first = await create_first_admin(database, settings(), passwords)
    assert (first["created"], first["username"]) == (True, "admin")
    assert await create_first_admin(database, settings(), passwords) == {"created": False}
    async with database.read() as session:
        user = await Users(session).by_username("admin")
    assert user is not None
    assert (user.role, user.approved, user.is_temporary_password) == ("admin", True, False)
    assert await passwords.verify(str(first["password"]), user.password_hash)


async def test_a_given_password_is_not_told(database: Database) -> None:
    given = settings(
        admin_username="Chefe", admin_email="c@example.org", admin_password="a fine long password"
    )
    made = await create_first_admin(database, given, Passwords(rounds=4))
    assert made == {"created": True, "username": "chefe"}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"admin_username": "a b"}, "ADMIN_USERNAME"),
        ({"admin_email": "nowhere"}, "ADMIN_EMAIL"),
        ({"admin_password": "short"}, "ADMIN_PASSWORD"),
    ],
)
async def test_unusable_settings_are_named(
    database: Database, given: dict[str, str], name: str
) -> None:
    with pytest.raises(ConfigurationError, match=name):
        await create_first_admin(database, settings(**given), Passwords(rounds=4))


@pytest.mark.server
def test_the_command_prints_one_line_of_json(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/api.sqlite3",
    }
    command = [sys.executable, "-m", "auth.first_admin"]
    for created in (True, False):
        done = subprocess.run(
            command, cwd=BACKEND, env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.count("\n") == 1
        assert json.loads(done.stdout)["created"] is created
    refused = subprocess.run(
        command,
        cwd=BACKEND,
        env={**environment, "ADMIN_PASSWORD": "curta"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "ADMIN_PASSWORD" in refused.stderr
