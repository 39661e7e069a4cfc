import asyncio
from pathlib import Path

import pytest

from rag_system.catalog import NewContent
from rag_system.chunking import Passage
from rag_system.intake import storage_key
from tests import files
from tests.conftest import MakeSettings
from tests.rag_system.harness import PATIENCE_SECONDS, Server, running
from utils.config import RagSettings


@pytest.fixture
def settings(tmp_path: Path, make_settings: MakeSettings) -> RagSettings:
    return make_settings(tmp_path / "pasta é nossa")


def _text(count: int) -> bytes:
    return "\n\n".join(
        f"Parágrafo {n} do plano: faça {n} repetições do exercício {n}. " * 12 for n in range(count)
    ).encode()


async def test_everything_is_there_after_a_restart(settings: RagSettings) -> None:
    async with running(settings) as server:
        record = await server.add("a.txt", b"A senha do cofre azul e girafa.")
        counts = await server.chunk_counts()
    async with running(settings) as server:
        assert await server.get(f"/materials/{record['material_id']}") == record
        assert await server.chunk_counts() == counts == (1, 1, 1)
        assert (await server.ask("Qual a senha do cofre azul?"))["answered"]


async def test_a_document_left_in_mid_indexing_goes_on_from_its_last_batch(
    settings: RagSettings,
) -> None:
    """A worker that died after parsing and some of the indexing; the next process goes on."""
    passages = [Passage(f"Trecho número {n} sobre o treino.", n + 1, None) for n in range(5)]
    async with running(settings) as server:
        await server.add("warm.txt", b"Um texto para comparar.")
    async with running(settings) as server:
        catalog = server.parts.catalog
        _, job_id, _ = await catalog.add(
            NewContent(
                collection="default",
                title="T",
                filename="t.txt",
                media_type="text/plain",
                sha256="0" * 64,  # nothing is stored: parsing again could only fail
                size=1,
            )
        )
        claimed = await catalog.claim("dead worker")
        if claimed is not None:
            assert await catalog.store_passages(claimed, "dead worker", 5, passages)
            await catalog.release_leases()
        job = await server.finished(job_id)
        assert job["state"] == ("done" if claimed else "failed")
        assert len(set(await server.chunk_counts())) == 1


async def test_a_stored_file_that_is_gone_fails_its_document_with_a_sentence(
    settings: RagSettings,
) -> None:
    async with running(settings) as server:
        record = await server.add("a.txt", b"Um texto.")
        await server.parts.storage.delete(storage_key(record["sha256"]))
        job = await server.scan(material_ids=[record["material_id"]])
        assert job["state"] == "failed"
        assert "não foi encontrado" in job["documents"][0]["error"]
        # What was known of it goes on answering.
        assert await server.chunk_counts() == (1, 1, 1)


async def test_a_file_over_the_time_limit_is_tried_again_later(
    tmp_path: Path, make_settings: MakeSettings
) -> None:
    settings = make_settings(tmp_path, parse_timeout_seconds=1)
    slow = b"<html><body>" + b"<p>Um texto comprido que demora a ser lido.</p>\n" * 400_000
    async with running(settings) as server:
        accepted = await server.upload("slow.html", slow)
        good = await server.add("good.txt", b"Outro texto.")
        assert good["state"] == "ready"
        record = await _until_failed_once(server, accepted["material_id"])
        assert record["state"] in ("queued", "parsing")
        assert "tempo limite" in str(record["error"])
        await server.http.delete(f"/materials/{accepted['material_id']}")
        assert await server.chunk_counts() == (1, 1, 1)


async def _until_failed_once(server: Server, material_id: str) -> dict[str, object]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            record: dict[str, object] = await server.get(f"/materials/{material_id}")
            if record["error"]:
                return record
            await asyncio.sleep(0.05)


async def test_a_reset_empties_everything_and_the_server_goes_on(settings: RagSettings) -> None:
    async with running(settings) as server:
        await server.add("a.txt", b"Um texto.")
        busy = await server.upload("b.txt", _text(40))
        answer = await server.http.post("/reset", json={"confirm": True})
        assert answer.json()["success"] is True
        assert (await server.get("/materials"))["total"] == 0
        await server.finished(busy["job_id"])
        assert await server.chunk_counts() == (0, 0, 0)
        assert not [f for f in (settings.data_dir / "files").rglob("*") if f.is_file()]
        record = await server.add("a.txt", b"A senha do cofre azul e girafa.")
        assert record["state"] == "ready"
        assert (await server.ask("Qual a senha do cofre azul?"))["answered"]
        assert await server.chunk_counts() == (1, 1, 1)


async def test_many_files_at_once_are_all_processed(settings: RagSettings) -> None:
    async with running(settings) as server:
        accepted = [
            await server.upload(f"{n}.pdf", files.pdf([f"O código do armário {n} é K{n * 7}."]))
            for n in range(12)
        ]
        for one in accepted:
            assert (await server.finished(one["job_id"]))["state"] == "done"
        assert await server.chunk_counts() == (12, 12, 12)
        answer = await server.ask("Qual é o código do armário 11?")
        assert "K77" in answer["answer"]


async def test_without_a_token_set_none_is_needed(settings: RagSettings) -> None:
    async with running(settings) as server:
        assert (await server.get("/stats"))["materials_total"] == 0
        answer = await server.http.get("/stats", headers={"Authorization": "Bearer any"})
        assert answer.status_code == 200


@pytest.mark.parametrize("question", ["Qual é a dose?", "What is the dose?"])
async def test_an_empty_system_says_that_there_is_nothing_to_search(
    settings: RagSettings, question: str
) -> None:
    async with running(settings) as server:
        answer = await server.ask(question)
        assert (answer["answered"], answer["sources"]) == (False, [])
        assert ("did not find" in answer["answer"]) == question.startswith("What")


async def test_trouble_in_a_scan_does_not_stop_the_server(
    settings: RagSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(settings) as server:
        await server.add("before.txt", b"Um primeiro texto.")

        async def broken() -> None:
            raise OSError("the disk is away")

        with monkeypatch.context() as patch:
            patch.setattr(server.parts.ingestion, "remove_deleted", broken)
            await server.scan()
        record = await server.add("a.txt", b"Um texto.")
        assert record["state"] == "ready"


async def test_a_file_that_cannot_be_removed_does_not_keep_the_queue_from_working(
    settings: RagSettings,
) -> None:
    async with running(settings) as server:
        record = await server.add("a.txt", b"Um texto.")
        await server.parts.catalog.mark_deleting(record["material_id"])
    stored = settings.data_dir / "files" / storage_key(record["sha256"])
    stored.unlink()
    stored.mkdir()
    (stored / "in the way").touch()
    async with running(settings) as server:
        assert (await server.add("b.txt", b"Outro texto."))["state"] == "ready"
