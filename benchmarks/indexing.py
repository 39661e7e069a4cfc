"""Indexes documents whose passages are given, by the product's own workers.

The catalogue's rows are written at once, as parsing would have left them; the workers then take
them up as they take up a document whose parsing is done.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from rag_system.chunking import Passage
from rag_system.models import Chunk, Document, DocumentName
from rag_system.parts import Parts
from utils.db import Database, utc_now

_DOCUMENTS_PER_TRANSACTION = 200
_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class PassageDocument:
    """A document in passages, as parsing and chunking yield them."""

    collection: str
    title: str
    filename: str
    passages: Sequence[Passage]


async def index_documents(parts: Parts, documents: Sequence[PassageDocument]) -> list[str]:
    """Index documents in a system that does not ingest by itself; returns their ids, in order.

    Raises:
        RuntimeError: some of them failed.
    """
    ids: list[str] = []
    database = Database(parts.settings.database_url)
    try:
        for start in range(0, len(documents), _DOCUMENTS_PER_TRANSACTION):
            ids += await _store(database, documents[start : start + _DOCUMENTS_PER_TRANSACTION])
    finally:
        await database.close()
    working = asyncio.create_task(parts.ingestion.run())
    try:
        await _all_ready(parts, working)
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
    return ids


async def _all_ready(parts: Parts, working: asyncio.Task[None]) -> None:
    while not working.done():
        states, _, _ = await parts.catalog.counts()
        if states.get("failed"):
            raise RuntimeError(f"{states['failed']} documents failed")
        if set(states) <= {"ready"}:
            return
        await asyncio.sleep(_POLL_SECONDS)
    working.result()


async def _store(database: Database, documents: Sequence[PassageDocument]) -> list[str]:
    rows = [_document(one) for one in documents]
    async with database.write() as session:
        session.add_all(rows)
        await session.flush()
        for row, document in zip(rows, documents, strict=True):
            session.add(DocumentName(document_id=row.id, name=row.filename, size=row.size))
            session.add_all(
                Chunk(
                    document_id=row.id,
                    version=1,
                    position=position,
                    page=passage.page,
                    section=passage.section,
                    text=passage.text,
                    headings=list(passage.headings),
                )
                for position, passage in enumerate(document.passages)
            )
        return [row.id for row in rows]


def _document(document: PassageDocument) -> Document:
    content = "\n".join(passage.text for passage in document.passages).encode()
    pages = max(passage.page or 1 for passage in document.passages)
    return Document(
        collection=document.collection,
        title=document.title,
        filename=document.filename,
        media_type="text/plain",
        sha256=sha256(content).hexdigest(),
        size=len(content),
        details={},
        state="indexing",
        lease_until=utc_now(),
        pages_done=pages,
        pages_total=pages,
        chunks_total=len(document.passages),
    )
