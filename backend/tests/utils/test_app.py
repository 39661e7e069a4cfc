import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import APIRouter, Body, Depends, FastAPI, Request
from fastapi.responses import StreamingResponse
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel, SecretStr
from structlog.testing import capture_logs

from utils import errors
from utils.app import build_app
from utils.body_limit import SMALL_BODY_BYTES
from utils.logging import current_request_id
from utils.messages import Message
from utils.service_auth import require_service_token

TOKEN = "the-service-token-of-these-tests"
MAX_BODY = 3 * 1024 * 1024

GONE = Message(pt="Não há {thing}.", en="There is no {thing}.")

router = APIRouter()
guarded = APIRouter(dependencies=[Depends(require_service_token)])


class Item(BaseModel):
    name: str
    size: int


@router.get("/fail/{kind}")
async def fail(kind: str) -> None:
    error: type[errors.AppError] = getattr(errors, kind)
    if issubclass(error, errors.TooManyRequests):
        raise error(GONE, retry_after=7, thing="nada")
    raise error(GONE, thing="nada")


@router.get("/crash")
async def crash() -> None:
    raise RuntimeError("password=hunter2 in /srv/secret/path")


@router.get("/half-way")
async def crash_half_way() -> StreamingResponse:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"begun"
        raise RuntimeError("broken pipe to the store")

    return StreamingResponse(pieces())


@router.get("/request-id")
async def request_id() -> str:
    return current_request_id()


@router.post("/items")
async def add_item(item: Item) -> Item:
    return item


@router.post("/upload")
@router.post("/elsewhere")
async def swallow(request: Request) -> int:
    return len(await request.body())


@router.post("/json")
async def echo_length(body: dict[str, str] = Body()) -> int:  # noqa: B008 - FastAPI's own way
    return len(body)


@guarded.get("/guarded")
async def guarded_page() -> str:
    return "in"


@asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    with capture_logs() as events:
        yield events


@pytest.fixture
def app() -> FastAPI:
    app = build_app(
        title="test",
        lifespan=_lifespan,
        routers=[router, guarded],
        max_body_bytes=MAX_BODY,
        upload_paths=["/upload"],
        prefixes=["", "/api"],
        cors_origins=["https://app.example.org"],
    )
    app.state.service_token = SecretStr(TOKEN)
    return app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        yield client


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (errors.BadRequest, 400, "bad_request"),
        (errors.NotAuthenticated, 401, "not_authenticated"),
        (errors.NotAllowed, 403, "not_allowed"),
        (errors.NotFound, 404, "not_found"),
        (errors.Conflict, 409, "conflict"),
        (errors.TooLarge, 413, "too_large"),
        (errors.UnsupportedType, 415, "unsupported_type"),
        (errors.Invalid, 422, "invalid"),
        (errors.TooManyRequests, 429, "too_many_requests"),
        (errors.BadGateway, 502, "bad_gateway"),
        (errors.Unavailable, 503, "unavailable"),
    ],
)
async def test_each_error_has_its_status_kind_and_sentence(
    client: AsyncClient, error: type[errors.AppError], status: int, kind: str
) -> None:
    answer = await client.get(f"/fail/{error.__name__}", headers={"Accept-Language": "en"})
    assert answer.status_code == status
    assert answer.json() == {"error": kind, "detail": "There is no nada."}


async def test_errors_speak_portuguese_unless_english_is_asked_for(client: AsyncClient) -> None:
    answer = await client.get("/fail/NotFound")
    assert answer.json()["detail"] == "Não há nada."


async def test_refusals_say_how_to_go_on(client: AsyncClient) -> None:
    assert (await client.get("/fail/NotAuthenticated")).headers["www-authenticate"] == "Bearer"
    assert (await client.get("/fail/TooManyRequests")).headers["retry-after"] == "7"


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [("GET", "/nowhere", 404, "not_found"), ("DELETE", "/items", 405, "method_not_allowed")],
)
async def test_the_frameworks_own_errors_look_like_ours(
    client: AsyncClient, method: str, path: str, status: int, kind: str
) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.json()["error"] == kind
    assert answer.json()["detail"]


async def test_an_invalid_body_names_the_field(client: AsyncClient) -> None:
    answer = await client.post("/items", json={"name": "a", "size": "many"})
    assert answer.status_code == 422
    assert answer.json()["error"] == "invalid"
    assert "size" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"\\ud800"', b"\xff\xfe", b"[" * 100_000, b"1" * 10_000]
)
async def test_a_body_that_is_no_json_object_is_the_callers_fault(
    client: AsyncClient, body: bytes
) -> None:
    answer = await client.post("/items", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert set(answer.json()) == {"error", "detail"}


async def test_a_crash_leaks_nothing_and_gives_a_code_to_report(
    client: AsyncClient, logged: list[Any]
) -> None:
    answer = await client.get("/crash", headers={"X-Request-ID": "abc-123"})
    assert answer.status_code == 500
    assert answer.json()["error"] == "internal_error"
    assert "abc-123" in answer.json()["detail"]
    assert "hunter2" not in answer.text
    assert "secret" not in answer.text
    assert any(entry["event"] == "request failed" and entry["exc_info"] for entry in logged)


async def test_an_answer_that_breaks_half_way_is_cut_short(client: AsyncClient) -> None:
    with pytest.raises(RuntimeError, match="broken pipe"):
        await client.get("/half-way")


async def test_a_sane_request_id_is_kept_and_reaches_the_route(client: AsyncClient) -> None:
    answer = await client.get("/request-id", headers={"X-Request-ID": "job-7_a.b"})
    assert answer.headers["x-request-id"] == answer.json() == "job-7_a.b"


@pytest.mark.parametrize("offered", ["", "a b", "x" * 65, "a\u00e7", "<script>", "id=1", "a/b"])
async def test_an_insane_request_id_is_replaced(client: AsyncClient, offered: str) -> None:
    answer = await client.get("/request-id", headers={b"X-Request-ID": offered.encode()})
    given = answer.headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{32}", given)
    assert answer.json() == given


async def test_every_request_gets_an_id_of_its_own(client: AsyncClient) -> None:
    ids = {(await client.get("/request-id")).json() for _ in range(5)}
    assert len(ids) == 5


@pytest.mark.parametrize("path", ["/request-id", "/nowhere", "/fail/NotFound", "/crash"])
async def test_every_answer_carries_the_security_headers(client: AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert float(headers["x-process-time"]) >= 0


async def test_routes_stand_under_each_prefix(client: AsyncClient) -> None:
    assert (await client.get("/request-id")).status_code == 200
    assert (await client.get("/api/request-id")).status_code == 200


async def test_an_allowed_origin_may_read_answers_and_others_may_not(client: AsyncClient) -> None:
    allowed = await client.get("/request-id", headers={"Origin": "https://app.example.org"})
    assert allowed.headers["access-control-allow-origin"] == "https://app.example.org"
    assert "access-control-allow-credentials" not in allowed.headers
    other = await client.get("/request-id", headers={"Origin": "https://evil.example.org"})
    assert "access-control-allow-origin" not in other.headers


# --- the largest body --------------------------------------------------------------------------


async def _chunked(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1024):
        yield b"x" * 1024


@pytest.mark.parametrize("path", ["/upload", "/api/upload"])
async def test_an_upload_may_have_the_full_size(client: AsyncClient, path: str) -> None:
    assert (await client.post(path, content=b"x" * MAX_BODY)).json() == MAX_BODY
    assert (await client.post(path, content=_chunked(MAX_BODY))).json() == MAX_BODY


@pytest.mark.parametrize(
    ("path", "size"), [("/upload", MAX_BODY + 1024), ("/elsewhere", SMALL_BODY_BYTES + 1024)]
)
async def test_a_body_over_the_limit_is_refused_whether_or_not_it_tells_its_length(
    client: AsyncClient, path: str, size: int
) -> None:
    for content in (b"x" * size, _chunked(size)):
        answer = await client.post(path, content=content)
        assert answer.status_code == 413
        assert answer.json()["error"] == "too_large"


async def test_a_json_body_over_the_limit_is_refused(client: AsyncClient) -> None:
    content = b'{"a": "' + b"x" * SMALL_BODY_BYTES + b'"}'
    answer = await client.post(
        "/json", content=content, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["-5", "many", "\u00b2", "1e9"])
async def test_a_nonsense_length_does_not_open_the_door(client: AsyncClient, length: str) -> None:
    headers = {b"Content-Length": length.encode("latin-1")}
    answer = await client.post(
        "/elsewhere", content=_chunked(SMALL_BODY_BYTES * 2), headers=headers
    )
    assert answer.status_code == 413


# --- the service token -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer wrong",
        f"Basic {TOKEN}",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        "Bearer ção",
        TOKEN,
    ],
)
async def test_without_the_right_token_the_answer_is_401(
    client: AsyncClient, authorization: str | None
) -> None:
    headers = {} if authorization is None else {b"Authorization": authorization.encode()}
    answer = await client.get("/guarded", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"] == "not_authenticated"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert TOKEN not in answer.text


async def test_the_right_token_opens(client: AsyncClient) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert (await client.get("/guarded", headers=headers)).json() == "in"


async def test_no_token_is_needed_where_none_is_set(app: FastAPI, client: AsyncClient) -> None:
    app.state.service_token = SecretStr("")
    assert (await client.get("/guarded")).json() == "in"


# --- metrics -----------------------------------------------------------------------------------


async def test_requests_are_counted_by_route_and_never_by_raw_path(client: AsyncClient) -> None:
    await client.get("/fail/NotFound")
    await client.get("/made-up/path/1")
    await client.request("BREW", "/request-id")
    page = (await client.get("/metrics")).text
    assert re.search(r'http_requests_total\{.*route="/fail/\{kind\}",status="404"\}', page)
    assert 'route="unmatched",status="404"' in page
    assert "made-up" not in page
    assert "BREW" not in page
    assert 'http_request_duration_seconds_bucket{le="0.1",method="GET"' in page


async def test_a_crash_is_counted_as_500(client: AsyncClient) -> None:
    await client.get("/crash")
    page = (await client.get("/metrics")).text
    assert re.search(r'http_requests_total\{method="GET",route="/crash",status="500"\}', page)
