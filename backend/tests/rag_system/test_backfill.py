import asyncio
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from rag_system.backfill import Backfill
from rag_system.catalog import Catalog
from rag_system.models import SentenceVectors
from rag_system.sentence_vectors import unpack
from rag_system.sentences import sentences_of
from tests.conftest import MakeSettings
from tests.rag_system.harness import PATIENCE_SECONDS, Server, running
from utils.config import RagSettings
from utils.db import open_database

TEXT = "\n\n".join(f"Parágrafo {n}: faça {n} séries. Descanse {n} minutos." * 8 for n in range(40))


@pytest.fixture
def settings(tmp_path: Path, make_settings: MakeSettings) -> RagSettings:
    return make_settings(tmp_path)


async def _all_have_sentence_vectors(server: Server) -> bool:
    passages = await server.parts.catalog.indexed_passages(0, 10_000)
    ids = [passage.chunk_id for passage in passages]
    stored = server.parts.catalog.passages(ids, "usem3")
    assert stored.keys() == set(ids)
    return all(
        passage.sentence_vectors is not None
        and len(unpack(passage.sentence_vectors, 512)) == 1 + len(sentences_of(passage))
        for passage in stored.values()
    )


async def _until_complete(server: Server) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await _all_have_sentence_vectors(server):
            await asyncio.sleep(0.05)


async def _count_rows(settings: RagSettings) -> int:
    async with open_database(settings.database_url, "rag") as database, database.read() as session:
        return len(list(await session.scalars(select(SentenceVectors.chunk_id))))


async def test_the_sentences_of_a_ready_document_have_their_vectors(settings: RagSettings) -> None:
    async with running(settings) as server:
        record = await server.add("a.txt", TEXT.encode())
        assert record["chunks"] > 10
        assert await _all_have_sentence_vectors(server)
        chunk = (await server.parts.catalog.indexed_passages(0, 1))[0].chunk_id
        assert server.parts.catalog.passages([chunk])[chunk].sentence_vectors is None
        other = server.parts.catalog.passages([chunk], "another model")
        assert other[chunk].sentence_vectors is None


async def test_sentence_vectors_go_with_their_chunks(settings: RagSettings) -> None:
    async with running(settings) as server:
        first = await server.add("a.txt", TEXT.encode())
        await server.add("b.txt", b"Um texto curto.")
        await server.scan(material_ids=[first["material_id"]], force_reprocess=True)
        await server.chunk_counts_become(first["chunks"] + 1)
        await server.http.delete(f"/materials/{first['material_id']}")
        await server.chunk_counts_become(1)
    assert await _count_rows(settings) == 1


async def test_chunks_of_an_older_version_get_their_sentence_vectors_at_the_start(
    settings: RagSettings,
) -> None:
    async with running(settings) as server:
        await server.add("a.txt", TEXT.encode())
    async with open_database(settings.database_url, "rag") as database, database.write() as session:
        await session.execute(delete(SentenceVectors).where(SentenceVectors.chunk_id > 3))
    async with running(settings) as server:
        assert (await server.add("b.txt", b"Outro texto."))["state"] == "ready"
        await _until_complete(server)
        assert len(set(await server.chunk_counts())) == 1


async def test_a_lost_vector_index_is_filled_again(settings: RagSettings) -> None:
    async with running(settings) as server:
        await server.add("a.txt", TEXT.encode())
        await server.add("b.txt", TEXT[::2].encode(), collection="outra")
        chunks, *_ = await server.chunk_counts()
        await asyncio.to_thread(server.parts.spaces.clear)
    async with running(settings) as server:
        await server.chunk_counts_become(chunks)


async def test_a_document_that_is_deleted_meanwhile_leaves_nothing(settings: RagSettings) -> None:
    """The batch was read before the removal and is written after it."""
    async with running(settings) as server:
        record = await server.add("a.txt", TEXT.encode())
        passages = await server.parts.catalog.indexed_passages(0, 10)
        await server.http.delete(f"/materials/{record['material_id']}")
        await server.chunk_counts_become(0)
        spaces = server.parts.spaces
        await Backfill(server.parts.catalog, spaces)._add(spaces.serving, passages)
        assert await server.chunk_counts() == (0, 0, 0)
    assert await _count_rows(settings) == 0


async def test_storing_twice_keeps_one_row(settings: RagSettings) -> None:
    async with running(settings) as server:
        await server.add("a.txt", b"Um texto curto.")
        catalog: Catalog = server.parts.catalog
        (passage,) = await catalog.indexed_passages(0, 10)
        await catalog.store_sentence_vectors("usem3", {passage.chunk_id: b"x", 999: b"y"})
        stored = catalog.passages([passage.chunk_id], "usem3")
        assert stored[passage.chunk_id].sentence_vectors == b"x"
    assert await _count_rows(settings) == 1
