"""Ingestion: parse, chunk, embed and index documents, in batches that survive a crash.

The catalogue's row is the truth. A worker leases a document, keeps its passages in the catalogue,
indexes them batch by batch and notes each batch once both indexes hold it; whoever takes the
document up after a crash goes on from there. Chunks are keyed by id, so that a batch done twice
leaves no double.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import NoReturn
from uuid import uuid4

from prometheus_client import Counter, Histogram

from rag_system.backfill import Backfill
from rag_system.catalog import LEASE, Catalog, as_passage
from rag_system.chunking import make_passages
from rag_system.embedders.base import EmbeddingError
from rag_system.embedding_space import Spaces
from rag_system.failures import Failure, ProcessingError, is_retryable
from rag_system.index.base import LexicalEntry, LexicalIndex
from rag_system.intake import Intake, storage_key
from rag_system.models import Chunk, Document
from rag_system.parsing.base import Parser
from rag_system.titles import as_spelled, title_from
from utils.logging import get_logger
from utils.storage import Storage

log = get_logger(__name__)

BATCH_CHUNKS = 64
# A document's own title stands among its first few headings and paragraphs.
TITLE_BLOCKS = 5
MAX_ATTEMPTS = 3
RETRY_AFTER = (timedelta(seconds=5), timedelta(seconds=60))
# A row that waits out its backoff wakes nobody: look again this often.
POLL_SECONDS = 2.0

DOCUMENTS = Counter("rag_documents_processed_total", "Documents processed", ["outcome"])
PARSE_SECONDS = Histogram("rag_parse_seconds", "Time to parse a document", ["media_type"])


class LeaseLostError(Exception):
    """The document was cancelled, deleted or taken over: this worker must leave it."""


class Ingestion:
    """Works through the catalogue's queue with a few workers beside each other."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        storage: Storage,
        intake: Intake,
        parser: Parser,
        lexical: LexicalIndex,
        spaces: Spaces,
        workers: int = 2,
    ) -> None:
        self._catalog = catalog
        self._storage = storage
        self._intake = intake
        self._parser = parser
        self._lexical = lexical
        self._spaces = spaces
        self._workers = workers
        self._owner = f"{os.getpid()}-{uuid4().hex[:8]}"
        self._wake = asyncio.Event()
        self._busy = 0
        self._claims = count()

    def wake(self) -> None:
        """Say that there may be work."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled; for the only process that owns the indexes."""
        await self._catalog.release_leases()
        for put_right in (self.remove_deleted, self.drop_superseded, self.heal):
            try:
                await put_right()
            except Exception:  # new work must not wait for old trouble
                log.exception("putting right failed")
        async with asyncio.TaskGroup() as group:
            for _ in range(self._workers):
                group.create_task(self._work())
            group.create_task(Backfill(self._catalog, self._spaces).run())

    async def heal(self) -> None:
        """Fill the lexical index again if it lacks chunks: lost, or of another version."""
        documents, expected = await self._catalog.live_documents()
        if await asyncio.to_thread(self._lexical.count) < expected:
            log.warning("lexical index incomplete: rebuilding", chunks=expected)
            for document in documents:
                async for batch in self._batches(document, 1000, live=True):
                    await asyncio.to_thread(self._lexical.add, _entries(document, batch))

    async def _batches(
        self, document: Document, size: int, *, live: bool = False
    ) -> AsyncIterator[list[Chunk]]:
        start = 0
        while batch := await self._catalog.chunks(document, start, size, live=live):
            yield batch
            start += len(batch)

    async def _work(self) -> None:
        while True:
            self._wake.clear()
            try:
                # A name for each claim: two workers of a process must not share a lease.
                document = await self._catalog.claim(f"{self._owner}-{next(self._claims)}")
                if document is not None:
                    await self._process_claimed(document)
                    continue
                await self._rest()
            except Exception:
                log.exception("worker stumbled")
                await asyncio.sleep(POLL_SECONDS)

    async def _rest(self) -> None:
        if not self._busy:
            await self._parser.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)

    async def _process_claimed(self, document: Document) -> None:
        self._busy += 1
        heartbeat = asyncio.create_task(self._keep_lease(document))
        try:
            await self._process(document)
        except LeaseLostError:
            log.info("document left", document=document.id)
            await self.drop_superseded(document.id)
        except ProcessingError as exc:
            await self._give_up(document, exc.failure)
        except EmbeddingError as exc:
            log.warning("document not embedded", document=document.id, reason=str(exc))
            await self._give_up(document, Failure.MODEL_AWAY)
        except Exception:
            log.exception("processing failed", document=document.id)
            await self._give_up(document, Failure.INTERNAL)
        finally:
            heartbeat.cancel()
            self._busy -= 1

    async def _keep_lease(self, document: Document) -> None:
        pause = LEASE.total_seconds() / 3
        # A heartbeat waits for time, not for an event.
        while await self._catalog.renew(document.id, _owner(document)):  # noqa: ASYNC110
            await asyncio.sleep(pause)

    async def _process(self, document: Document) -> None:
        log.info("processing", document=document.id, state=document.state)
        if document.state == "parsing":
            await self._parse(document)
        await self._index(document)
        if not await self._catalog.go_live(document, _owner(document)):
            raise LeaseLostError
        await self.drop_superseded(document.id)
        await self._catalog.finish(document, _owner(document))
        DOCUMENTS.labels("ready").inc()
        log.info("document ready", document=document.id)

    async def _parse(self, document: Document) -> None:
        try:
            async with self._storage.as_local_file(storage_key(document.sha256)) as file:
                with PARSE_SECONDS.labels(document.media_type).time():
                    parsed = await self._parser.parse(file, document.media_type)
        except FileNotFoundError as exc:
            raise ProcessingError(Failure.FILE_MISSING) from exc
        passages = await asyncio.to_thread(make_passages, parsed.pages)
        if not passages:
            raise ProcessingError(Failure.NO_TEXT)
        if document.title == title_from(document.filename):
            first = parsed.pages[0].blocks[:TITLE_BLOCKS]
            document.title = as_spelled(document.title, [block.text for block in first])
        if not await self._catalog.store_passages(
            document, _owner(document), len(parsed.pages), passages
        ):
            raise LeaseLostError

    async def _index(self, document: Document) -> None:
        done = document.chunks_done
        if done == 0:
            await self._index_lexically(document)
        while batch := await self._catalog.chunks(document, done, BATCH_CHUNKS):
            passages = [as_passage(document, chunk) for chunk in batch]
            packed = await asyncio.to_thread(self._spaces.add, passages)
            done += len(batch)
            if not await self._catalog.advance(document.id, _owner(document), done, packed):
                await self._leave(document, batch)

    async def _index_lexically(self, document: Document) -> None:
        async for batch in self._batches(document, 1000):
            await asyncio.to_thread(self._lexical.add, _entries(document, batch))
            if not await self._catalog.renew(document.id, _owner(document)):
                await self._leave(document, batch)

    async def _leave(self, document: Document, batch: Sequence[Chunk]) -> NoReturn:
        # A removal that came while the batch was being written has not seen these entries.
        await self._remove(document.collection, [chunk.id for chunk in batch])
        raise LeaseLostError

    async def _give_up(self, document: Document, failure: Failure) -> None:
        again = is_retryable(failure) and document.attempts < MAX_ATTEMPTS
        retry_in = RETRY_AFTER[document.attempts - 1] if again else None
        await self._catalog.fail(document.id, _owner(document), failure, retry_in=retry_in)
        log.warning("document failed", document=document.id, reason=failure.value, again=again)
        if retry_in is None:
            DOCUMENTS.labels("failed").inc()
            await self.drop_superseded(document.id)

    async def remove_deleted(self) -> None:
        """Take documents marked for deletion out of both indexes, the storage and the catalogue."""
        for document in await self._catalog.deleting():
            await self.drop_superseded(document.id)
            await self._intake.drop(document)
            log.info("document deleted", document=document.id)

    async def remove_everything(self) -> None:
        """Empty the catalogue, the storage and both indexes."""
        await self._catalog.mark_all_deleting()
        await asyncio.to_thread(self._lexical.clear)
        await asyncio.to_thread(self._spaces.clear)
        await self.remove_deleted()

    async def drop_superseded(self, document_id: str | None = None) -> None:
        """Take chunks that no answer needs out of both indexes and the catalogue."""
        for collection, chunk_ids in await self._catalog.superseded_chunks(document_id):
            await self._remove(collection, chunk_ids)
            # The rows go last: they are what a repeated removal works from.
            await self._catalog.drop_chunks(chunk_ids)

    async def _remove(self, collection: str, chunk_ids: Sequence[int]) -> None:
        await asyncio.to_thread(self._lexical.delete, chunk_ids)
        await asyncio.to_thread(self._spaces.delete, collection, chunk_ids)


def _entries(document: Document, chunks: Sequence[Chunk]) -> list[LexicalEntry]:
    return [
        LexicalEntry(
            chunk_id=chunk.id,
            document_id=document.id,
            collection=document.collection,
            title=document.title,
            section=chunk.section or "",
            text=chunk.text,
        )
        for chunk in chunks
    ]


def _owner(document: Document) -> str:
    return document.lease_owner or ""
