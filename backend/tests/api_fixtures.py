"""The API server for tests: the real application and database, and a fake RAG server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from pydantic import SecretStr

from api_server import create_app
from auth.models import User
from auth.passwords import Passwords
from auth.schemas import Role, UserCreate
from auth.tokens import Tokens
from tests.fake_rag import TOKEN, FakeRag
from utils.config import ApiSettings, AuthSettings

KEY = "a-signing-key-for-tests-only-0123456789-0123456789-0123456789-0123456789"
PASSWORD = "correct horse battery"
ENGLISH = {"Accept-Language": "en"}

SignIn = Callable[..., Awaitable[dict[str, str]]]
RunApp = Callable[..., Any]


@pytest.fixture
async def rag() -> AsyncIterator[FakeRag]:
    async with FakeRag().serve() as fake:
        yield fake


@pytest.fixture
def auth_settings() -> AuthSettings:
    return AuthSettings(_env_file=None, jwt_secret_key=SecretStr(KEY))


@pytest.fixture
def api_settings(tmp_path: Path, rag: FakeRag) -> ApiSettings:
    return ApiSettings(
        _env_file=None,
        data_dir=tmp_path,
        database_url=None,
        rag_server_url=rag.url,
        rag_service_token=SecretStr(TOKEN),
        frontend_dir=tmp_path / "dist",
        cors_origins=("https://app.example.org",),
        public_chat=True,
        public_collections=("amostras",),
        rag_timeout_seconds=5,
        max_upload_mb=40,
    )


@pytest.fixture
def run_app(
    monkeypatch: pytest.MonkeyPatch, api_settings: ApiSettings, auth_settings: AuthSettings
) -> RunApp:
    """Starts an application, with changes to the settings of the tests."""
    monkeypatch.setattr("auth.wiring.Passwords", partial(Passwords, rounds=4))

    @asynccontextmanager
    async def run(**changes: Any) -> AsyncIterator[FastAPI]:
        app = create_app(api_settings.model_copy(update=changes), auth_settings)
        async with app.router.lifespan_context(app):
            yield app

    return run


@pytest.fixture
async def app(run_app: RunApp) -> AsyncIterator[FastAPI]:
    async with run_app() as app:
        yield app


def client_of(app: FastAPI, address: str = "127.0.0.1") -> AsyncClient:
    return AsyncClient(
        transport=ASGITransport(app, client=(address, 50000)), base_url="http://api.test"
    )


@pytest.fixture
async def api(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with client_of(app) as client:
        yield client


@pytest.fixture
async def live_url(app: FastAPI) -> AsyncIterator[str]:
    """The application on a real socket, for what depends on one: streams and disconnects."""
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    )
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


@pytest.fixture
def sign_in(app: FastAPI, auth_settings: AuthSettings) -> SignIn:
    """Creates an account and returns the headers of its session."""

    async def create(role: Role = "student", username: str = "", **fields: Any) -> dict[str, str]:
        user = await add_user(app, username or f"some-{role}", role=role, **fields)
        return bearer(Tokens(auth_settings).issue(user))

    return create


async def add_user(app: FastAPI, username: str, **fields: Any) -> User:
    given = {"role": "student", "password": PASSWORD, **fields}
    saved = await app.state.accounts.create(UserCreate(username=username, **given))
    user: User = saved.user
    return user


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def post_credentials(
    client: AsyncClient, username: str, password: str = PASSWORD, **headers: str
) -> Response:
    form = {"username": username, "password": password}
    return await client.post("/auth/token", data=form, headers=headers)
