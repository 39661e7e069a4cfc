import asyncio
import json
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from pydantic import SecretStr

from tests.api_fixtures import ENGLISH, RunApp, SignIn, client_of
from tests.fake_rag import ANSWER, FakeRag

QUESTION = {"content": "Até onde descer no agachamento?"}


def events_of(answer: Response | str) -> list[tuple[str, Any]]:
    text = answer if isinstance(answer, str) else answer.text
    events = []
    for block in text.strip().split("\n\n"):
        if block.startswith(":"):
            continue
        name, data = block.split("\n")
        events.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return events


@pytest.mark.parametrize("path", ["/chat-auth", "/api/chat-auth"])
async def test_a_question_gets_its_answer_with_sources(
    api: AsyncClient, rag: FakeRag, sign_in: SignIn, path: str
) -> None:
    answer = await api.post(path, json=QUESTION, headers=await sign_in())
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {
        *("answer", "answered", "confidence", "sources", "response_time", "thread_id", "engine"),
        *("notice", "standalone_question", "flags"),
    }
    assert body["answer"] == ANSWER["answer"]
    assert body["sources"][0]["page"] == 3
    assert len(body["thread_id"]) == 32
    assert rag.body == {"question": QUESTION["content"], "top_k": 5, "answer": True}


async def test_a_follow_up_brings_its_conversation_along(
    api: AsyncClient, rag: FakeRag, sign_in: SignIn
) -> None:
    history = [
        {"role": "user", "content": "O que é creatina?"},
        {"role": "assistant", "content": "Um suplemento [1]."},
    ]
    question = {"content": "E a dose?", "history": history}
    answer = await api.post("/chat-auth", json=question, headers=await sign_in())
    assert answer.status_code == 200
    assert rag.body["history"] == history


@pytest.mark.parametrize(
    "history",
    [
        [{"role": "user", "content": "x"}] * 21,
        [{"role": "user", "content": "x" * 8_001}],
        [{"role": "system", "content": "x"}],
    ],
)
async def test_a_conversation_out_of_bounds_is_refused(
    api: AsyncClient, sign_in: SignIn, history: list[dict[str, str]]
) -> None:
    question = {"content": "E a dose?", "history": history}
    answer = await api.post("/chat-auth", json=question, headers=await sign_in())
    assert answer.status_code == 422


async def test_a_notice_and_the_models_name_reach_the_asker(
    api: AsyncClient, rag: FakeRag, sign_in: SignIn
) -> None:
    flags = {"unsupported_sentences": ["Sem fonte."]}
    done = {**ANSWER, "engine": "qwen3:4b", "notice": "O modelo está fora.", "flags": flags}
    rag.events = [("sources", {"sources": []}), ("done", done)]
    question = {**QUESTION, "stream": True}
    answer = await api.post("/chat-auth", json=question, headers=await sign_in())
    name, data = events_of(answer)[-1]
    assert name == "done"
    assert (data["engine"], data["notice"]) == ("qwen3:4b", "O modelo está fora.")
    assert data["flags"] == flags


async def test_the_older_form_of_a_question_and_its_options(
    api: AsyncClient, rag: FakeRag, sign_in: SignIn
) -> None:
    question = {
        "message": "  Quantas séries? ",
        "thread_id": "t-1",
        "material_ids": ["m1"],
        "top_k": 9,
        "user_level": "beginner",
        "learning_style": "visual",
    }
    answer = await api.post("/chat-auth", json=question, headers=await sign_in())
    assert answer.json()["thread_id"] == "t-1"
    assert rag.body == {
        "question": "Quantas séries?",
        "material_ids": ["m1"],
        "top_k": 9,
        "answer": True,
        "user_level": "beginner",
    }


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"content": ""},
        {"content": " \n\t "},
        {"content": "a" * 4001},
        {"content": 5},
        {"content": "Oi?", "top_k": 0},
        {"content": "Oi?", "top_k": 51},
        {"content": "Oi?", "thread_id": "../x"},
        {"content": "Oi?", "user_level": "x" * 51},
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_a_bad_question_is_refused_with_a_sentence(
    api: AsyncClient, rag: FakeRag, sign_in: SignIn, question: dict[str, Any], stream: bool
) -> None:
    answer = await api.post(
        "/chat-auth", json={**question, "stream": stream}, headers=await sign_in()
    )
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    assert isinstance(answer.json()["detail"], str)
    assert rag.requests == []


async def test_a_question_of_exactly_the_limit_is_fine(api: AsyncClient, sign_in: SignIn) -> None:
    question = {"content": f" {'a' * 4000} "}
    answer = await api.post("/chat-auth", json=question, headers=await sign_in())
    assert answer.status_code == 200


async def test_the_sentence_is_in_the_language_of_the_caller(
    api: AsyncClient, sign_in: SignIn
) -> None:
    headers = await sign_in()
    for language, words in (("pt-BR", "Escreva"), ("en-US", "Write"), ("fr", "Escreva")):
        answer = await api.post(
            "/chat-auth", json={"content": ""}, headers=headers | {"Accept-Language": language}
        )
        assert words in answer.json()["detail"]


async def test_a_huge_body_is_refused_before_it_is_read(api: AsyncClient, rag: FakeRag) -> None:
    answer = await api.post("/chat", content=b"x" * (2 * 1024 * 1024), headers=ENGLISH)
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
    assert "1 MB" in answer.json()["detail"]
    assert answer.headers["X-Request-ID"]


async def test_a_huge_body_of_unknown_length_is_refused_as_it_arrives(api: AsyncClient) -> None:
    async def endless() -> Any:
        while True:
            yield b"x" * 100_000

    answer = await api.post("/chat", content=endless())
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


async def test_anonymous_callers_ask_the_public_collections_only(
    api: AsyncClient, rag: FakeRag
) -> None:
    answer = await api.post("/chat", json=QUESTION | {"collections": ["secretas"]})
    assert answer.status_code == 200
    assert rag.body["collections"] == ["amostras"]


async def test_with_a_token_the_open_chat_asks_everything(
    api: AsyncClient, rag: FakeRag, sign_in: SignIn
) -> None:
    await api.post("/chat", json=QUESTION, headers=await sign_in())
    assert "collections" not in rag.body


async def test_a_bad_token_does_not_pass_as_anonymous(api: AsyncClient, rag: FakeRag) -> None:
    for header in ("Bearer abc", "Basic YTpi", "Bearer"):
        answer = await api.post("/chat", json=QUESTION, headers={"Authorization": header})
        assert answer.status_code == 401, header
    assert rag.requests == []


@pytest.mark.parametrize("closed", [{"public_chat": False}, {"public_collections": ()}])
async def test_there_may_be_no_public_chat(
    run_app: RunApp, rag: FakeRag, closed: dict[str, Any]
) -> None:
    async with run_app(**closed) as app, client_of(app) as api:
        answer = await api.post("/chat", json=QUESTION)
    assert answer.status_code == 401
    assert "Entre na sua conta" in answer.json()["detail"]
    assert rag.requests == []


async def test_anonymous_callers_may_ask_twenty_times_a_minute(
    api: AsyncClient, app: FastAPI, sign_in: SignIn
) -> None:
    answers = [await api.post("/chat", json=QUESTION) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    async with client_of(app, "203.0.113.9") as elsewhere:
        assert (await elsewhere.post("/chat", json=QUESTION)).status_code == 200
    signed_in = await api.post("/chat", json=QUESTION, headers=await sign_in())
    assert signed_in.status_code == 200


async def test_a_user_may_ask_sixty_times_a_minute(api: AsyncClient, sign_in: SignIn) -> None:
    headers = await sign_in()
    answers = [await api.post("/chat-auth", json=QUESTION, headers=headers) for _ in range(61)]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429]


@pytest.mark.parametrize("stream", [False, True])
async def test_without_the_rag_server_the_answer_is_503(
    run_app: RunApp, sign_in: SignIn, stream: bool
) -> None:
    headers = await sign_in()
    async with run_app(rag_server_url="http://127.0.0.1:9") as app, client_of(app) as api:
        answer = await api.post("/chat-auth", json=QUESTION | {"stream": stream}, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (503, "rag_unavailable")
    assert "fora do ar" in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/json"


async def test_a_rag_server_that_stays_silent_counts_as_away(
    run_app: RunApp, rag: FakeRag, sign_in: SignIn
) -> None:
    headers = await sign_in()
    rag.delay = 3
    async with run_app(rag_timeout_seconds=1) as app, client_of(app) as api:
        answer = await api.post("/chat-auth", json=QUESTION, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (503, "rag_unavailable")


async def test_a_refused_service_token_is_no_matter_of_the_user(
    run_app: RunApp, sign_in: SignIn
) -> None:
    headers = await sign_in()
    async with run_app(rag_service_token=SecretStr("wrong")) as app, client_of(app) as api:
        answer = await api.post("/chat-auth", json=QUESTION, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (503, "rag_unavailable")


@pytest.mark.parametrize("stream", [False, True])
async def test_refusals_of_the_rag_server_are_passed_on(
    api: AsyncClient, rag: FakeRag, sign_in: SignIn, stream: bool
) -> None:
    rag.refusal = (422, "invalid", "Pergunta impossível.")
    answer = await api.post(
        "/chat-auth", json=QUESTION | {"stream": stream}, headers=await sign_in()
    )
    assert answer.status_code == 422
    assert answer.json() == {"error": "invalid", "detail": "Pergunta impossível."}


@pytest.mark.parametrize(
    ("extra", "headers"), [({"stream": True}, {}), ({}, {"Accept": "text/event-stream"})]
)
async def test_an_answer_is_streamed_on_request(
    api: AsyncClient, sign_in: SignIn, extra: dict[str, Any], headers: dict[str, str]
) -> None:
    answer = await api.post(
        "/api/chat-auth",
        json=QUESTION | extra | {"thread_id": "t-9"},
        headers=headers | await sign_in(),
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert answer.headers["Cache-Control"] == "no-cache"
    events = events_of(answer)
    assert [name for name, _ in events] == ["meta", "sources", "delta", "delta", "done"]
    assert events[0][1] == {"thread_id": "t-9"}
    assert events[1][1]["sources"][0]["title"] == "Manual"
    assert "".join(data["text"] for name, data in events if name == "delta") == ANSWER["answer"]
    assert events[-1][1] == ANSWER | {"thread_id": "t-9"}


async def test_the_pieces_arrive_as_they_are_made(
    live_url: str, rag: FakeRag, sign_in: SignIn
) -> None:
    rag.pause_before_event = {2: 30}
    headers = await sign_in()
    async with (
        AsyncClient() as client,
        client.stream(
            "POST", f"{live_url}/chat-auth", json=QUESTION | {"stream": True}, headers=headers
        ) as answer,
    ):
        received = ""
        async with asyncio.timeout(5):
            async for text in answer.aiter_text():
                received += text
                if "event: delta" in received:
                    break
    assert [name for name, _ in events_of(received)] == ["meta", "sources", "delta"]


async def test_a_client_that_leaves_ends_the_work_for_it(
    live_url: str, rag: FakeRag, sign_in: SignIn
) -> None:
    rag.pause_before_event = {1: 30}
    headers = await sign_in()
    async with (
        AsyncClient() as client,
        client.stream(
            "POST", f"{live_url}/chat-auth", json=QUESTION | {"stream": True}, headers=headers
        ) as answer,
    ):
        await anext(answer.aiter_bytes())
    async with asyncio.timeout(3):
        await rag.reader_left.wait()


async def test_silence_is_bridged_by_pings(
    api: AsyncClient, rag: FakeRag, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("utils.sse.PING_SECONDS", 0.05)
    rag.pause_before_event = {1: 0.4}
    answer = await api.post("/chat-auth", json=QUESTION | {"stream": True}, headers=await sign_in())
    assert answer.text.count(": ping\n\n") >= 3
    assert events_of(answer)[-1][0] == "done"


async def test_an_answer_that_breaks_off_ends_with_an_error_event(
    api: AsyncClient, rag: FakeRag, sign_in: SignIn
) -> None:
    rag.breaks_before_event = 2
    answer = await api.post(
        "/chat-auth", json=QUESTION | {"stream": True}, headers=await sign_in() | ENGLISH
    )
    events = events_of(answer)
    assert [name for name, _ in events] == ["meta", "sources", "delta", "error"]
    assert events[-1][1]["error"] == "rag_unavailable"
    assert "search server" in events[-1][1]["detail"]


async def test_an_error_of_the_rag_server_in_mid_answer_is_passed_on(
    api: AsyncClient, rag: FakeRag, sign_in: SignIn
) -> None:
    failure = ("error", {"error": "model_failed", "detail": "O modelo falhou."})
    rag.events[2:] = [failure]
    answer = await api.post("/chat-auth", json=QUESTION | {"stream": True}, headers=await sign_in())
    assert events_of(answer)[-1] == failure


async def test_an_error_before_the_first_piece_is_a_plain_answer(
    api: AsyncClient, rag: FakeRag, sign_in: SignIn
) -> None:
    rag.events = [("error", {"error": "model_failed", "detail": "O modelo falhou."})]
    question = QUESTION | {"stream": True}
    answer = await api.post("/chat-auth", json=question, headers=await sign_in())
    assert answer.status_code == 502
    assert answer.json() == {"error": "model_failed", "detail": "O modelo falhou."}
    rag.events = []
    answer = await api.post("/chat-auth", json=question, headers=await sign_in("admin"))
    assert (answer.status_code, answer.json()["error"]) == (503, "rag_unavailable")
