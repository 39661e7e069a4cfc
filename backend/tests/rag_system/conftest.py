from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from rag_system.language_model import LanguageModel, open_model
from tests.fake_llm import FakeLlm
from utils.config import RagSettings

OpenModel = Callable[..., LanguageModel]


@pytest.fixture
async def llm() -> AsyncIterator[FakeLlm]:
    async with FakeLlm().serve() as fake:
        yield fake


@pytest.fixture
async def opened(llm: FakeLlm) -> AsyncIterator[OpenModel]:
    """Opens a real client of the fake server; `changes` by field name of the settings."""
    async with AsyncExitStack() as stack:

        def open_one(**changes: Any) -> LanguageModel:
            given = {
                "llm_model": "openai:test-model",
                "openai_base_url": f"{llm.url}/v1",
                **changes,
            }
            model = open_model(RagSettings(_env_file=None, **given))
            assert model is not None
            stack.push_async_callback(model.close)
            return model

        yield open_one
