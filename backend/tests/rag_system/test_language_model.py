import asyncio
import time
from typing import Any

import pytest
from langsmith.utils import tracing_is_enabled
from pydantic import SecretStr

from rag_system.language_model import LanguageModel, ModelAwayError, check_model, open_model
from tests.fake_llm import FakeLlm
from tests.rag_system.conftest import OpenModel
from utils.config import ConfigurationError, RagSettings


def provider(llm: FakeLlm, name: str) -> dict[str, Any]:
    providers: dict[str, dict[str, Any]] = {
        "openai": {"llm_model": "openai:test-model"},
        "ollama": {"llm_model": "ollama:test:3b", "ollama_base_url": llm.url},
        "google_genai": {
            "llm_model": "google_genai:gemini-test",
            "gemini_api_key": SecretStr("key"),
            "gemini_base_url": llm.url,
        },
    }
    return providers[name]


# Google's library still subclasses a class that aiohttp wants nobody to.
GOOGLE_WARNS = pytest.mark.filterwarnings(
    "ignore:Inheritance class AiohttpClientSession:DeprecationWarning",
    "ignore:coroutine 'ClientResponse.json' was never awaited:RuntimeWarning",
)


async def streamed(model: LanguageModel) -> str:
    return "".join([piece async for piece in model.stream("Be brief.", "Olá?")])


@GOOGLE_WARNS
@pytest.mark.parametrize("name", ["openai", "ollama", "google_genai"])
async def test_an_answer_is_streamed_from_every_provider(
    llm: FakeLlm, opened: OpenModel, name: str
) -> None:
    llm.answer = "Olá, mundo dos testes."
    assert await streamed(opened(**provider(llm, name))) == llm.answer
    assert llm.message("system") == "Be brief."
    assert llm.prompt == "Olá?"


@GOOGLE_WARNS
@pytest.mark.parametrize("name", ["openai", "ollama", "google_genai"])
@pytest.mark.parametrize("failure", [500, 503, 429, "reset"])
async def test_a_failure_that_may_pass_is_tried_once_more(
    llm: FakeLlm, opened: OpenModel, name: str, failure: int | str
) -> None:
    llm.failures = [failure]
    assert await streamed(opened(**provider(llm, name))) == llm.answer
    assert len(llm.requests) == 2


async def test_a_second_failure_is_final(llm: FakeLlm, opened: OpenModel) -> None:
    llm.failures = [500, 500, None]
    with pytest.raises(ModelAwayError):
        await streamed(opened())
    assert len(llm.requests) == 2


@pytest.mark.parametrize("status", [400, 401, 404])
async def test_a_refusal_is_not_tried_again(llm: FakeLlm, opened: OpenModel, status: int) -> None:
    llm.failures = [status]
    with pytest.raises(ModelAwayError):
        await streamed(opened())
    assert len(llm.requests) == 1


async def test_a_stream_that_breaks_off_is_not_begun_again(llm: FakeLlm, opened: OpenModel) -> None:
    llm.failures = ["drop"]
    pieces = opened().stream("system", "user")
    assert await anext(pieces)
    with pytest.raises(ModelAwayError):
        await anext(pieces)
    assert len(llm.requests) == 1


@pytest.mark.parametrize("slow", ["first_delay", "piece_delay"])
async def test_a_model_that_hangs_is_given_up(llm: FakeLlm, opened: OpenModel, slow: str) -> None:
    setattr(llm, slow, 30)
    started = time.perf_counter()
    with pytest.raises(ModelAwayError):
        await streamed(opened(llm_timeout_seconds=1))
    assert time.perf_counter() - started < 2


async def test_a_server_that_is_not_there_is_told(opened: OpenModel, free_port: int) -> None:
    with pytest.raises(ModelAwayError):
        await streamed(opened(openai_base_url=f"http://127.0.0.1:{free_port}/v1"))


async def test_so_many_calls_run_at_a_time_and_the_others_wait(
    llm: FakeLlm, opened: OpenModel
) -> None:
    llm.first_delay = 0.1
    model = opened(llm_concurrency=2)
    await asyncio.gather(*(streamed(model) for _ in range(6)))
    assert llm.most_running == 2


async def test_a_reader_who_leaves_frees_the_place(llm: FakeLlm, opened: OpenModel) -> None:
    model = opened(llm_concurrency=1)
    pieces = model.stream("system", "user")
    await anext(pieces)
    await pieces.aclose()
    assert await asyncio.wait_for(streamed(model), 2) == llm.answer


async def test_nothing_is_traced_whatever_the_environment_says(
    llm: FakeLlm, opened: OpenModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    opened()
    assert not tracing_is_enabled()


async def test_without_a_setting_there_is_no_model() -> None:
    assert open_model(RagSettings(_env_file=None)) is None


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("gpt-5", "google_genai:<model>, ollama:<model>, openai:<model>"),
        ("acme:model", "must have one of the forms"),
        ("openai:", "must have one of the forms"),
        ("openai:gpt-5", "OPENAI_API_KEY or OPENAI_BASE_URL"),
        ("google_genai:gemini", "GEMINI_API_KEY"),
    ],
)
def test_a_setting_that_cannot_work_is_told_at_the_start(setting: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        check_model(RagSettings(_env_file=None, llm_model=setting))
