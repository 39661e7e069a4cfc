"""Fills a data folder with many synthetic documents before a server opens it.

Everything is what the product's own ingestion makes of their passages. Only time is saved: the
passages are made of sentences that occur again and again, each of which is embedded once.
"""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from indexing import PassageDocument, index_documents
from sqlalchemy import select
from synthetic import Writer

from rag_system.embedders.base import Embedder, Vectors
from rag_system.models import Chunk, Document
from rag_system.wiring import assemble
from utils.config import RagSettings
from utils.db import open_database

PASSAGES_PER_DOCUMENT = 20
# Sentences in the pool: each is used about 4 times at 10,000 chunks, 15 times at 100,000.
POOL_LEAST = 20_000
POOL_PER_CHUNK = 0.6
_EMBEDDED_AT_ONCE = 128
_FILLED = "filled"


class Remembering:
    """Another embedder that embeds no text of a pool twice."""

    def __init__(self, embedder: Embedder, pool: list[str]) -> None:
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}
        # Of like length together: the embedder fills a batch up to its longest text.
        ordered = sorted(pool, key=len)
        for start in range(0, len(ordered), _EMBEDDED_AT_ONCE):
            batch = ordered[start : start + _EMBEDDED_AT_ONCE]
            self._known |= zip(batch, embedder.encode_documents(batch), strict=True)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def encode_documents(self, texts: list[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        encoded = dict(zip(new, self._embedder.encode_documents(new), strict=True)) if new else {}
        return np.stack([encoded[one] if one in encoded else self._known[one] for one in texts])


async def fill(folder: Path, chunks: int, collections: int) -> None:
    """Make a data folder that holds so many chunks, in documents of 20 and so many collections.

    Raises:
        SystemExit: the folder holds something else.
    """
    if any(folder.iterdir()):
        raise SystemExit(f"{folder} is neither empty nor filled by a run that ended: remove it.")
    settings = RagSettings(_env_file=None, data_dir=folder)
    writer = Writer()
    pool = writer.pool(max(POOL_LEAST, int(chunks * POOL_PER_CHUNK)))
    starts = range(0, chunks, PASSAGES_PER_DOCUMENT)
    documents = [
        _document(writer, pool, number, min(PASSAGES_PER_DOCUMENT, chunks - start), collections)
        for number, start in enumerate(starts)
    ]
    sentences = list(dict.fromkeys(one for topic in pool for one in topic))
    async with assemble(settings, ingest=False) as parts:
        space = parts.spaces.serving
        remembering = await asyncio.to_thread(Remembering, space.embedder, sentences)
        parts.spaces.serving = replace(space, embedder=cast("Embedder", remembering))
        await index_documents(parts, documents)
    (folder / _FILLED).touch()


def is_filled(folder: Path) -> bool:
    return (folder / _FILLED).exists()


async def live_chunks(folder: Path) -> list[tuple[str, str, str]]:
    """Document id, collection and text of every chunk in a data folder, in order."""
    settings = RagSettings(_env_file=None, data_dir=folder)
    async with open_database(settings.database_url, "rag") as database, database.read() as session:
        rows = await session.execute(
            select(Document.id, Document.collection, Chunk.text)
            .join(Chunk, Chunk.document_id == Document.id)
            .order_by(Chunk.id)
        )
        return [(row[0], row[1], row[2]) for row in rows]


def _document(
    writer: Writer, pool: list[list[str]], number: int, size: int, collections: int
) -> PassageDocument:
    title, passages = writer.document(pool, size)
    collection = f"colecao-{number % collections}"
    return PassageDocument(collection, title, f"documento-{number}.pdf", passages)
