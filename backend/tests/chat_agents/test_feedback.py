from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select

from feedback.models import Feedback
from tests.api_fixtures import ENGLISH, SignIn

OPINION = {
    "question": "Até onde descer no agachamento?",
    "helpful": True,
    "material_id": "m1",
    "page": 3,
    "thread_id": "t-1",
    "answer": "Desça até a coxa ficar paralela ao chão [1].",
}


async def _stored(app: FastAPI) -> list[Feedback]:
    async with app.state.database.read() as session:
        return list(await session.scalars(select(Feedback).order_by(Feedback.created_at)))


@pytest.mark.parametrize("path", ["/chat/feedback", "/api/chat/feedback"])
async def test_an_opinion_is_kept_with_its_owner(
    api: AsyncClient, app: FastAPI, sign_in: SignIn, path: str
) -> None:
    headers = await sign_in()
    answer = await api.post(path, json=OPINION, headers=headers | ENGLISH)
    assert answer.status_code == 200
    assert answer.json() == {"success": True, "message": "Thank you for your opinion."}
    (kept,) = await _stored(app)
    me = (await api.get("/auth/me", headers=headers)).json()
    assert {name: getattr(kept, name) for name in OPINION} == OPINION
    assert kept.user_id == me["id"]
    assert kept.created_at.tzinfo is not None


async def test_the_newer_opinion_on_a_question_and_material_replaces_the_older(
    api: AsyncClient, app: FastAPI, sign_in: SignIn
) -> None:
    headers = await sign_in()
    for opinion in (
        OPINION,
        OPINION | {"question": "  até onde DESCER no agachamento? ", "helpful": False, "page": 4},
        OPINION | {"material_id": "m2"},
    ):
        assert (await api.post("/chat/feedback", json=opinion, headers=headers)).is_success
    other = await sign_in(username="somebody-else")
    assert (await api.post("/chat/feedback", json=OPINION, headers=other)).is_success
    kept = [(one.material_id, one.helpful, one.page) for one in await _stored(app)]
    assert kept == [("m1", False, 4), ("m2", True, 3), ("m1", True, 3)]


async def test_opinions_go_with_the_account(
    api: AsyncClient, app: FastAPI, sign_in: SignIn
) -> None:
    await api.post("/chat/feedback", json=OPINION, headers=await sign_in(username="ana"))
    await api.post("/chat/feedback", json=OPINION, headers=await sign_in(username="bia"))
    admin = await sign_in("admin")
    assert (await api.delete("/auth/users/ana", headers=admin)).is_success
    assert len(await _stored(app)) == 1


async def test_strangers_have_no_opinion(api: AsyncClient, app: FastAPI) -> None:
    assert (await api.post("/chat/feedback", json=OPINION)).status_code == 401
    assert await _stored(app) == []


@pytest.mark.parametrize(
    "change",
    [
        {"question": " "},
        {"question": "a" * 4001},
        {"helpful": None},
        {"page": -1},
        {"thread_id": "../x"},
        {"answer": "a" * 20_001},
        {"material_id": "a" * 65},
    ],
)
async def test_a_bad_opinion_is_refused_with_a_sentence(
    api: AsyncClient, app: FastAPI, sign_in: SignIn, change: dict[str, Any]
) -> None:
    answer = await api.post("/chat/feedback", json=OPINION | change, headers=await sign_in())
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    assert isinstance(answer.json()["detail"], str)
    assert await _stored(app) == []


async def test_thirty_opinions_a_minute_are_enough(api: AsyncClient, sign_in: SignIn) -> None:
    headers = await sign_in()
    answers = [await api.post("/chat/feedback", json=OPINION, headers=headers) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
