"""Backfill: embeds what the catalogue holds and the vectors lack, beside the daily work.

That is everything after EMBEDDING_MODEL has changed, what an index lost, and the sentences of
chunks that an older version embedded. What is missing is looked up, not noted: whoever goes on
after a crash finds the rest.
"""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import groupby

from prometheus_client import Gauge

from rag_system.catalog import Catalog, StoredPassage
from rag_system.embedding_space import Progress, Space, Spaces
from utils.logging import get_logger

log = get_logger(__name__)

_PAGE_CHUNKS = 500
_BATCH_CHUNKS = 32
_RETRY_SECONDS = 30.0
# Questions that began before the swap still search the old vectors.
_GRACE_SECONDS = 2.0

CHUNKS_TOTAL = Gauge("rag_embedding_chunks_total", "Chunks to embed in the background")
CHUNKS_DONE = Gauge("rag_embedding_chunks_done", "Chunks embedded in the background so far")


class Backfill:
    """Completes the space of the model that is set, then lets it answer."""

    def __init__(self, catalog: Catalog, spaces: Spaces) -> None:
        self._catalog = catalog
        self._spaces = spaces

    async def run(self) -> None:
        """Work until there is nothing left to do."""
        while True:
            try:
                await self._complete(self._spaces.target)
                if self._spaces.building is not None:
                    await self._swap()
                models = [self._spaces.serving.embedder.name]
                return await self._catalog.keep_sentence_vectors(models)
            except Exception:  # a remote model may be away for long
                log.exception("embedding in the background failed: trying again")
                await asyncio.sleep(_RETRY_SECONDS)

    async def _complete(self, space: Space) -> None:
        if space is self._spaces.serving and await self._holds_all(space):
            return
        model = space.embedder.name
        log.info("embedding in the background", model=model)
        last = done = 0
        while page := await self._catalog.indexed_passages(last, _PAGE_CHUNKS):
            last = page[-1].chunk_id
            total = await self._catalog.count_indexed()
            lacking = await self._lacking(space, page)
            done += len(page) - len(lacking)
            for batch in _batches(lacking):
                self._report(Progress(model, done, max(total, done)))
                await self._add(space, batch)
                done += len(batch)
        self._report(Progress(model, done, done))
        log.info("embedded in the background", model=model, chunks=done)

    def _report(self, progress: Progress) -> None:
        self._spaces.progress = progress if progress.done < progress.total else None
        CHUNKS_TOTAL.set(progress.total)
        CHUNKS_DONE.set(progress.done)

    async def _holds_all(self, space: Space) -> bool:
        expected = await self._catalog.count_indexed()
        if await asyncio.to_thread(space.vectors.count) < expected:
            return False
        embedder = space.embedder
        return not embedder.pools_sentences or not await self._catalog.count_indexed(embedder.name)

    async def _lacking(self, space: Space, page: Sequence[StoredPassage]) -> list[StoredPassage]:
        held: set[int] = set()
        for collection, passages in _by_collection(page):
            ids = [passage.chunk_id for passage in passages]
            held |= await asyncio.to_thread(space.vectors.held, collection, ids)
        if space.embedder.pools_sentences:
            held &= await self._catalog.with_sentence_vectors(list(held), space.embedder.name)
        return [passage for passage in page if passage.chunk_id not in held]

    async def _add(self, space: Space, batch: Sequence[StoredPassage]) -> None:
        packed = await asyncio.to_thread(space.add, batch)
        if packed:
            await self._catalog.store_sentence_vectors(space.embedder.name, packed)
        # A removal that came meanwhile has not seen these entries.
        ids = [passage.chunk_id for passage in batch]
        gone = set(ids) - await self._catalog.still_indexed(ids)
        if gone:
            await asyncio.to_thread(space.vectors.delete, batch[0].collection, list(gone))

    async def _swap(self) -> None:
        outgoing = await asyncio.to_thread(self._spaces.swap)
        log.info("another model answers from now on", model=self._spaces.serving.embedder.name)
        await asyncio.sleep(_GRACE_SECONDS)
        await asyncio.to_thread(outgoing.vectors.drop)


def _batches(passages: Sequence[StoredPassage]) -> Iterator[list[StoredPassage]]:
    for _, group in _by_collection(passages):
        for start in range(0, len(group), _BATCH_CHUNKS):
            yield group[start : start + _BATCH_CHUNKS]


def _by_collection(passages: Sequence[StoredPassage]) -> Iterator[tuple[str, list[StoredPassage]]]:
    def collection(passage: StoredPassage) -> str:
        return passage.collection

    for name, group in groupby(sorted(passages, key=collection), collection):
        yield name, list(group)
