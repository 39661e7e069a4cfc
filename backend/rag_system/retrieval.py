"""Retrieval: from a question to passages, filtered by scope before anything is ranked."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from rag_system.catalog import Catalog, StoredPassage
from rag_system.embedders.base import Embedder, Vectors
from rag_system.fusion import fuse
from rag_system.index.base import LexicalIndex, Scope, VectorIndex

CANDIDATES = 50


@dataclass(frozen=True)
class Hit:
    """A passage with its fused score (0 to 1) and its cosine similarity to the question."""

    passage: StoredPassage
    score: float
    similarity: float


@dataclass(frozen=True)
class Retrieved:
    """Passages, best first, and what answering needs of the question."""

    question: str
    vector: Vectors
    hits: list[Hit]
    timings_ms: dict[str, float]


class Retriever:
    """Searches both indexes and fuses what they find."""

    def __init__(
        self,
        catalog: Catalog,
        lexical: LexicalIndex,
        vectors: VectorIndex,
        embedder: Embedder,
    ) -> None:
        self._catalog = catalog
        self._lexical = lexical
        self._vectors = vectors
        self._embedder = embedder
        self.dense_weight = embedder.dense_weight

    async def retrieve(
        self,
        question: str,
        *,
        top_k: int,
        collections: Sequence[str] | None = None,
        document_ids: Sequence[str] | None = None,
    ) -> Retrieved:
        """The `top_k` best passages among the allowed collections and documents."""
        started = time.perf_counter()
        allowed = await self._allowed(collections)
        scoped = await self._scoped_chunks(allowed, document_ids)
        scope = Scope(allowed, None if document_ids is None else tuple(document_ids))
        vector, lexical, dense = await asyncio.to_thread(self._search, question, scope, scoped)
        searched = time.perf_counter()
        passages = await self._catalog.passages(list(lexical.keys() | dense.keys()))
        missing = _by_collection(passages, without=dense)
        if missing:
            dense |= await asyncio.to_thread(self._exact, vector, missing)
        # Chunks of a document that was deleted or replaced meanwhile have no passage any more.
        ranked = fuse(
            {key: score for key, score in lexical.items() if key in passages},
            {key: score for key, score in dense.items() if key in passages},
            self.dense_weight,
        )
        hits = [Hit(passages[key], score, dense.get(key, 0.0)) for key, score in ranked.items()]
        finished = time.perf_counter()
        timings = {
            "search": (searched - started) * 1000,
            "fuse": (finished - searched) * 1000,
        }
        return Retrieved(question, vector, hits[:top_k], timings)

    async def _allowed(self, collections: Sequence[str] | None) -> tuple[str, ...]:
        existing = await self._catalog.collections()
        return tuple(name for name in existing if collections is None or name in collections)

    async def _scoped_chunks(
        self, allowed: tuple[str, ...], document_ids: Sequence[str] | None
    ) -> dict[str, list[int]] | None:
        if document_ids is None:
            return None
        chunks = await self._catalog.live_chunk_ids(document_ids)
        return {name: ids for name, ids in chunks.items() if name in allowed}

    def _search(
        self, question: str, scope: Scope, scoped: dict[str, list[int]] | None
    ) -> tuple[Vectors, dict[int, float], dict[int, float]]:
        vector = self._embedder.encode_query(question)
        if not scope.collections:
            return vector, {}, {}
        lexical = self._lexical.search(question, scope, CANDIDATES)
        if scoped is None:
            dense = self._vectors.search(vector, scope.collections, CANDIDATES)
        else:
            # A filter on documents scores their stored vectors exactly: an approximate search
            # over the whole collection could miss the few that are allowed.
            exact = self._exact(vector, scoped)
            best = sorted(exact.items(), key=lambda item: -item[1])[:CANDIDATES]
            dense = dict(best)
        return vector, lexical, dense

    def _exact(self, vector: Vectors, chunks: dict[str, list[int]]) -> dict[int, float]:
        found: dict[int, float] = {}
        for collection, chunk_ids in chunks.items():
            found |= self._vectors.similarities(vector, collection, chunk_ids)
        return found


def _by_collection(
    passages: dict[int, StoredPassage], without: dict[int, float]
) -> dict[str, list[int]]:
    grouped: dict[str, list[int]] = {}
    for chunk_id, passage in passages.items():
        if chunk_id not in without:
            grouped.setdefault(passage.collection, []).append(chunk_id)
    return grouped
