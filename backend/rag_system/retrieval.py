"""Retrieval: from a question to passages, filtered by scope before anything is ranked."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from rag_system.catalog import Catalog, StoredPassage
from rag_system.embedders.base import Embedder, Vectors
from rag_system.fusion import best_first, fuse
from rag_system.index.base import LexicalIndex, Scope, VectorIndex
from rag_system.sentences import CoveredSentence, cover
from rag_system.terms import QuestionTerms

CANDIDATES = 50


# So many of the fused passages are scored again by their sentences.
RESCORED = 10
# Share of the best sentence's coverage of the question in a rescored passage's score.
SENTENCE_SHARE = 0.2


@dataclass(frozen=True)
class Hit:
    """A passage with its score (0 to 1), its cosine similarity to the question, its sentences."""

    passage: StoredPassage
    score: float
    similarity: float
    sentences: list[CoveredSentence]


@dataclass(frozen=True)
class Retrieved:
    """Passages, best first, and what answering needs of the question."""

    question: str
    terms: QuestionTerms
    hits: list[Hit]
    timings_ms: dict[str, float]


@dataclass(frozen=True)
class _Found:
    """What the searches found: scores by chunk id."""

    vector: Vectors
    terms: QuestionTerms
    words: dict[int, float]
    grams: dict[int, float]
    dense: dict[int, float]

    def chunk_ids(self) -> set[int]:
        return self.words.keys() | self.grams.keys() | self.dense.keys()


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
        found = await asyncio.to_thread(self._search, question, scope, scoped)
        searched = time.perf_counter()
        passages = await self._catalog.passages(list(found.chunk_ids()))
        hits = await asyncio.to_thread(self._rank, found, passages, max(top_k, RESCORED))
        finished = time.perf_counter()
        timings = {
            "search": (searched - started) * 1000,
            "rank": (finished - searched) * 1000,
        }
        return Retrieved(question, found.terms, hits[:top_k], timings)

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

    def _search(self, question: str, scope: Scope, scoped: dict[str, list[int]] | None) -> _Found:
        vector = self._embedder.encode_query(question)
        terms = QuestionTerms(self._lexical, question)
        if not scope.collections:
            return _Found(vector, terms, {}, {}, {})
        words = self._lexical.search(list(terms.terms), scope, CANDIDATES)
        grams = self._lexical.search_grams(question, scope, CANDIDATES)
        if scoped is None:
            dense = self._vectors.search(vector, scope.collections, CANDIDATES)
        else:
            # A filter on documents scores their stored vectors exactly: an approximate search
            # over the whole collection could miss the few that are allowed.
            exact = best_first(self._exact(vector, scoped))
            dense = dict(list(exact.items())[:CANDIDATES])
        return _Found(vector, terms, words, grams, dense)

    def _rank(self, found: _Found, passages: dict[int, StoredPassage], limit: int) -> list[Hit]:
        # Chunks of a document that was deleted or replaced meanwhile have no passage any more.
        words, grams, dense = (
            {key: score for key, score in part.items() if key in passages}
            for part in (found.words, found.grams, found.dense)
        )
        dense |= self._exact(found.vector, _by_collection(passages, without=dense))
        fused = fuse(words, grams, dense, self.dense_weight)
        hits = []
        for rank, (key, score) in enumerate(list(fused.items())[:limit]):
            sentences = cover(passages[key], found.terms)
            best = max((one.coverage for one in sentences), default=0.0)
            # Below the rescored ones the scores only shrink, so that the order stays.
            lift = SENTENCE_SHARE * best if rank < RESCORED else 0.0
            rescored = (1 - SENTENCE_SHARE) * score + lift
            hits.append(Hit(passages[key], rescored, dense.get(key, 0.0), sentences))
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage.chunk_id))

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
