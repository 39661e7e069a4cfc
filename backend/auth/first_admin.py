"""Creates the first administrator: `python -m auth.first_admin`, from the folder `backend`.

Prints one JSON line: `{"created": true, "username": ..., "password": ...}`, the password only
where it was generated here, or `{"created": false}` once there is any account.
"""

import asyncio
import json
import sys

from pydantic import TypeAdapter, ValidationError

from auth.accounts import Accounts
from auth.passwords import Passwords, check_policy, generate_password
from auth.schemas import Email, Username
from utils.config import AdminSettings, ApiSettings, ConfigurationError
from utils.db import Database, open_database
from utils.errors import AppError
from utils.logging import configure_logging
from utils.server import settings_or_exit


async def create_first_admin(
    database: Database, settings: AdminSettings, passwords: Passwords
) -> dict[str, object]:
    """Create the administrator of the settings if there is no account yet.

    Raises:
        ConfigurationError: ADMIN_USERNAME, ADMIN_EMAIL or ADMIN_PASSWORD cannot be used.
    """
    username, email = _identity(settings)
    given = _given_password(settings, username)
    password = given or generate_password()
    if not await Accounts(database, passwords).create_first(username, email, password):
        return {"created": False}
    result: dict[str, object] = {"created": True, "username": username}
    return result if given else {**result, "password": password}


def _identity(settings: AdminSettings) -> tuple[str, str | None]:
    try:
        username = TypeAdapter(Username).validate_python(settings.admin_username)
    except ValidationError as exc:
        raise ConfigurationError(
            "ADMIN_USERNAME must be 2 to 64 letters, digits or the signs . _ @ + -"
        ) from exc
    try:
        email = TypeAdapter(Email | None).validate_python(settings.admin_email)
    except ValidationError as exc:
        raise ConfigurationError("ADMIN_EMAIL is not an email address") from exc
    return username, email


def _given_password(settings: AdminSettings, username: str) -> str:
    password = settings.admin_password.get_secret_value()
    try:
        if password:
            check_policy(password, username)
    except AppError as exc:
        raise ConfigurationError(f"ADMIN_PASSWORD: {exc}") from exc
    return password


async def _run() -> dict[str, object]:
    async with open_database(ApiSettings().sql_url, "api") as database:
        return await create_first_admin(database, AdminSettings(), Passwords())


def main() -> None:
    configure_logging("WARNING", "console")
    with settings_or_exit():
        sys.stdout.write(json.dumps(asyncio.run(_run())) + "\n")


if __name__ == "__main__":
    main()
