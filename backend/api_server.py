"""The API server: accounts, chat, materials, maintenance and the frontend. Port 8000."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from auth import endpoints as accounts
from auth.wiring import wire_auth
from chat_agents import endpoints as chat
from maintenance import endpoints as maintenance
from materials import endpoints as materials
from rag_system.client import RagClient
from utils.app import build_app
from utils.config import ApiSettings, AuthSettings
from utils.db import open_database
from utils.frontend import Frontend
from utils.rate_limit import RateLimiter
from utils.server import run_server, settings_or_exit


def create_app(settings: ApiSettings | None = None, auth: AuthSettings | None = None) -> FastAPI:
    """The application; raises `ConfigurationError` where a secret is missing or weak."""
    settings, auth = settings or ApiSettings(), auth or AuthSettings()
    settings.check_secrets()
    auth.check_secrets()
    app = build_app(
        title="DNA da Força AI",
        lifespan=_lifespan,
        routers=[part.router for part in (accounts, chat, materials, maintenance)],
        prefixes=("", "/api"),
        max_body_bytes=settings.max_body_bytes,
        upload_paths=(materials.UPLOAD_PATH, maintenance.TRAIN_PATH),
        cors_origins=settings.cors_origins,
    )
    app.mount("/app", Frontend(settings.frontend_dir))
    app.state.settings, app.state.auth_settings = settings, auth
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state, settings = app.state, app.state.settings
    state.started, state.limiter = time.monotonic(), RateLimiter()
    token = settings.rag_service_token.get_secret_value()
    rag = RagClient(settings.rag_url, token, settings.rag_timeout_seconds)
    async with open_database(settings.sql_url, "api") as state.database, rag as state.rag:
        wire_auth(state)
        yield


def main() -> None:
    with settings_or_exit():
        given = ApiSettings()
        run_server(lambda: create_app(given), given, given.api_host, given.api_port)


if __name__ == "__main__":
    main()
