import asyncio

import pytest
from httpx import AsyncClient

from tests.api_fixtures import RunApp, SignIn, client_of
from tests.fake_rag import TOKEN, FakeRag


async def test_a_browser_at_the_root_is_sent_to_the_app(api: AsyncClient) -> None:
    answer = await api.get("/", headers={"Accept": "text/html,application/xhtml+xml"})
    assert answer.status_code == 307
    assert answer.headers["location"] == "/app/"


async def test_other_clients_get_the_system_information(api: AsyncClient) -> None:
    answer = await api.get("/")
    assert answer.status_code == 200
    assert answer.json()["status"] == "running"
    assert answer.json()["endpoints"]["chat"] == "/chat"


@pytest.mark.parametrize("path", ["/health", "/api/health"])
async def test_health_says_whether_the_rag_server_answers(api: AsyncClient, path: str) -> None:
    answer = await api.get(path)
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "healthy",
        "service": "api-server",
        "version": "0.1.0",
        "rag": "available",
    }


async def test_health_stays_good_while_the_rag_server_starts(
    api: AsyncClient, rag: FakeRag
) -> None:
    rag.refusal = (503, "starting", "Iniciando.")
    answer = await api.get("/health")
    assert (answer.status_code, answer.json()["rag"]) == (200, "unavailable")


async def test_health_does_not_wait_for_a_silent_rag_server(
    api: AsyncClient, rag: FakeRag, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maintenance.service.PATIENCE_SECONDS", 0.05)
    rag.delay = 3
    async with asyncio.timeout(1):
        answer = await api.get("/health")
    assert (answer.status_code, answer.json()["rag"]) == (200, "unavailable")


async def test_status_tells_of_every_part(api: AsyncClient, sign_in: SignIn) -> None:
    answer = await api.get("/status", headers=await sign_in())
    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["database"]) == ("healthy", "available")
    assert body["rag"]["vector_store_count"] == 7
    assert body["uptime_seconds"] >= 0


async def test_status_tells_strangers_only_whether_the_parts_are_there(api: AsyncClient) -> None:
    body = (await api.get("/status")).json()
    assert (body["status"], body["database"], body["rag"]) == ("healthy", "available", "available")


async def test_status_answers_while_the_rag_server_is_away(
    run_app: RunApp, sign_in: SignIn
) -> None:
    headers = await sign_in()
    async with run_app(rag_server_url="http://127.0.0.1:9") as app, client_of(app) as api:
        answer = await api.get("/status", headers=headers)
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["rag"]["error"] == "rag_unavailable"


async def test_processing_starts_with_or_without_a_body(
    api: AsyncClient, rag: FakeRag, sign_in: SignIn
) -> None:
    headers = await sign_in("instructor")
    answer = await api.post("/process-materials", headers=headers)
    assert (answer.status_code, answer.json()["job_id"]) == (202, "j4")
    assert rag.body == {"force_reprocess": False}
    wish = {"material_ids": ["m1"], "force_reprocess": True}
    await api.post("/process-materials", json=wish, headers=headers)
    assert rag.body == wish


async def test_an_administrator_initializes_the_rag_server(
    api: AsyncClient, sign_in: SignIn
) -> None:
    answer = await api.post("/initialize-rag", headers=await sign_in("admin"))
    assert (answer.status_code, answer.json()["success"]) == (200, True)


async def test_the_request_id_token_and_language_travel_to_the_rag_server(
    api: AsyncClient, rag: FakeRag, sign_in: SignIn
) -> None:
    headers = {**await sign_in("admin"), "X-Request-ID": "abc-123", "Accept-Language": "en-GB"}
    answer = await api.post("/initialize-rag", headers=headers)
    assert answer.headers["X-Request-ID"] == "abc-123"
    assert rag.headers["X-Request-ID"] == "abc-123"
    assert rag.headers["Accept-Language"] == "en"
    assert rag.headers["Authorization"] == f"Bearer {TOKEN}"


async def test_a_refusal_of_the_rag_server_is_passed_on(
    api: AsyncClient, rag: FakeRag, sign_in: SignIn
) -> None:
    rag.refusal = (409, "conflict", "Já está em andamento.")
    answer = await api.post("/initialize-rag", headers=await sign_in("admin"))
    assert answer.status_code == 409
    assert answer.json() == {"error": "conflict", "detail": "Já está em andamento."}
