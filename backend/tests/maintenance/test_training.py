import pytest
from httpx import AsyncClient

from tests.api_fixtures import SignIn
from tests.fake_rag import TRAINING, FakeRag

EXAMPLE = {"question": "Quantas séries?", "material_id": "m1", "page": 2}
THUMB = {"question": "Quanto descanso?", "helpful": False, "material_id": "m2", "page": 7}


@pytest.mark.parametrize("path", ["/maintenance/train", "/api/maintenance/train"])
async def test_training_sends_the_examples_and_the_thumbs_that_users_gave(
    api: AsyncClient, rag: FakeRag, sign_in: SignIn, path: str
) -> None:
    opinion = THUMB | {"thread_id": "t1", "answer": "Dois minutos."}
    await api.post("/chat/feedback", json=opinion, headers=await sign_in())
    wish = {"examples": [EXAMPLE], "dry_run": True}
    answer = await api.post(path, json=wish, headers=await sign_in("admin"))
    assert (answer.status_code, answer.json()["id"]) == (202, TRAINING["id"])
    assert rag.body == {
        "examples": [EXAMPLE | {"covered": True}],
        "feedback": [THUMB],
        "dry_run": True,
    }


async def test_a_body_may_be_missing(api: AsyncClient, rag: FakeRag, sign_in: SignIn) -> None:
    headers = await sign_in("admin")
    assert (await api.post("/maintenance/train", headers=headers)).status_code == 202
    assert rag.body == {"examples": [], "feedback": [], "dry_run": False}
    answer = await api.post("/maintenance/train/rollback", headers=headers)
    assert (answer.status_code, answer.json()["active"]) == (200, "default")
    assert rag.body == {}


async def test_a_report_that_is_there_at_once_is_200(
    api: AsyncClient, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TRAINING, "state", "done")
    answer = await api.post("/maintenance/train", headers=await sign_in("admin"))
    assert (answer.status_code, answer.json()["state"]) == (200, "done")


async def test_the_history_and_a_rollback_to_a_set(
    api: AsyncClient, rag: FakeRag, sign_in: SignIn
) -> None:
    headers = await sign_in("admin")
    history = (await api.get("/maintenance/train", headers=headers)).json()
    assert (history["active"], history["items"][0]["id"]) == ("default", TRAINING["id"])
    await api.post("/maintenance/train/rollback", json={"id": "t1"}, headers=headers)
    assert rag.body == {"id": "t1"}


async def test_a_refusal_of_the_rag_server_is_passed_on(
    api: AsyncClient, rag: FakeRag, sign_in: SignIn
) -> None:
    rag.refusal = (422, "invalid", "Faltam perguntas.")
    answer = await api.post("/maintenance/train", headers=await sign_in("admin"))
    assert answer.status_code == 422
    assert answer.json() == {"error": "invalid", "detail": "Faltam perguntas."}
