"""Retrieval: from a question to passages, filtered by scope before anything is ranked."""

import asyncio
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock
from typing import TypeVar

from cachetools import LRUCache

from rag_system.catalog import Catalog, StoredPassage
from rag_system.embedders.base import Vectors
from rag_system.embedding_space import Space, Spaces
from rag_system.fusion import best_first, fuse
from rag_system.index.base import LexicalIndex, Scope
from rag_system.repeats import Repeats
from rag_system.rerankers.base import Reranker
from rag_system.sentence_vectors import Similarities, similarities
from rag_system.sentences import Analysed, ScoredSentence, analyse, score_sentences
from rag_system.terms import QuestionTerms
from rag_system.weights import Weights
from utils.errors import Unavailable
from utils.messages import Message

BUSY = Message(
    pt="Há perguntas demais na fila. Tente de novo em instantes.",
    en="Too many questions are waiting. Try again in a moment.",
)

Result = TypeVar("Result")

# Found by each search, if no more are asked for. On FaQuAD and the samples 20 rank as well as 30 or
# 50 (nDCG@10 ± 0.003).
CANDIDATES = 20
# So many of the fused passages are scored again by their sentences; 10 gain nothing more.
RESCORED = 6
# So many are read by a reranker, where there is one, and its share of their score.
RERANKED = 20
RERANKER_SHARE = 0.5
# What BM25 gives a text that holds every word of a question about once, as a share of the sum of
# the words' rarities; longer texts and the titles' boosts make up for what is missing to 2.2.
_FULL_SCORE = 1.5
# A filter that leaves more chunks than this leaves enough of them among the nearest of all.
_EXACT_CHUNKS = 2_000
_FILTERED_CANDIDATES = 1_000
# Questions that may be in work or wait for it; what comes beyond them is turned away.
_MAX_WAITING = 200
_THREADS = max(2, os.cpu_count() or 1)
_CACHED_RESULTS = 500
# Passages whose sentences are kept analysed, at about 10 kB each.
_CACHED_PASSAGES = 1_000


@dataclass(frozen=True)
class Hit:
    """A passage with its score (0 to 1), its cosine similarity to the question, its sentences.

    `repeats` is the chunk id of a better passage that says the same.
    """

    passage: StoredPassage
    score: float
    similarity: float
    sentences: list[ScoredSentence]
    repeats: int | None = None


@dataclass(frozen=True)
class Retrieved:
    """Passages, best first, and what answering needs of the question.

    `strength` is how much of the question the best passage matches in words, and `margin` how far
    it stands out by its letter groups: see `rag_system.weights.Answerability`.
    """

    question: str
    terms: QuestionTerms
    hits: list[Hit]
    strength: float
    margin: float
    timings_ms: dict[str, float]


@dataclass(frozen=True)
class _Found:
    """What the searches found: scores by chunk id."""

    space: Space
    vector: Vectors
    terms: QuestionTerms
    words: dict[int, float]
    grams: dict[int, float]
    dense: dict[int, float]

    def chunk_ids(self) -> list[int]:
        return list(self.words.keys() | self.grams.keys() | self.dense.keys())

    def strength(self) -> float:
        return strength_of(self.words, self.terms)

    def margin(self) -> float:
        return margin_of(self.grams)


@dataclass(frozen=True)
class Candidates:
    """Passages that may be ranked, with all that their ranking goes by but the weights.

    `words`, `grams` and `dense` are scores by chunk id; of `dense` there is one for each passage.
    """

    space: Space
    terms: QuestionTerms
    passages: dict[int, StoredPassage]
    words: dict[int, float]
    grams: dict[int, float]
    dense: dict[int, float]
    sentences: dict[int, Similarities]
    analyse: Callable[[StoredPassage], list[Analysed]]

    def nearness(self) -> dict[int, float]:
        """A passage is as near as it is as a whole and as its nearest sentence is."""
        return {
            key: score + (self.sentences[key].nearest if key in self.sentences else score)
            for key, score in self.dense.items()
        }

    def score(self, key: int, similarity_weight: float) -> list[ScoredSentence]:
        """The sentences of a passage, each with its score."""
        cosines = self.sentences[key].sentences if key in self.sentences else None
        analysed = self.analyse(self.passages[key])
        return score_sentences(analysed, self.terms, cosines, similarity_weight)


class Retriever:
    """Searches both indexes and fuses what they find.

    Works in threads of its own, so that neither the event loop nor ingestion waits for it.
    """

    def __init__(
        self,
        catalog: Catalog,
        lexical: LexicalIndex,
        spaces: Spaces,
        weights: Weights,
        reranker: Reranker | None = None,
    ) -> None:
        self._catalog = catalog
        self._lexical = lexical
        self._spaces = spaces
        self._reranker = reranker
        self.weights = weights
        self._results: LRUCache[object, Retrieved] = LRUCache(_CACHED_RESULTS)
        self._analysed: LRUCache[tuple[int, str], list[Analysed]] = LRUCache(_CACHED_PASSAGES)
        self._analysing = Lock()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="retrieval")
        self._waiting = 0

    def close(self) -> None:
        self._threads.shutdown()

    async def retrieve(
        self,
        question: str,
        *,
        top_k: int,
        collections: Sequence[str] | None = None,
        document_ids: Sequence[str] | None = None,
    ) -> Retrieved:
        """The `top_k` best passages among the allowed collections and documents.

        Raises:
            Unavailable: too many questions are waiting.
        """
        scope = Scope(
            await self._allowed(collections),
            None if document_ids is None else tuple(document_ids),
        )
        space = self._spaces.answering
        weights = self.weights
        key = (question, top_k, scope, space, weights, self._catalog.generation)
        known = self._results.get(key)
        if known is not None:
            return replace(known, timings_ms={})
        if self._waiting >= _MAX_WAITING:
            raise Unavailable(BUSY)
        self._waiting += 1
        try:
            found = await self._retrieve(question, scope, top_k, weights)
        finally:
            self._waiting -= 1
        if space is self._spaces.answering:
            self._results[key] = found
        return found

    async def candidates(self, question: str, limit: int) -> Candidates:
        """What the searches find in all collections, at most `limit` each, before any ranking."""
        scope = Scope(await self._allowed(None))
        return await self._in_thread(lambda: self._compare(self._search(question, scope, limit)))

    async def _retrieve(
        self, question: str, scope: Scope, top_k: int, weights: Weights
    ) -> Retrieved:
        asked = time.perf_counter()

        def work() -> Retrieved:
            started = time.perf_counter()
            found = self._search(question, scope, max(top_k, CANDIDATES))
            searched = time.perf_counter()
            candidates = self._compare(found)
            least = RESCORED if self._reranker is None else RERANKED
            hits = self._rank(question, found, candidates, weights, max(top_k, least))
            ranked = time.perf_counter()
            timings = {
                "wait": (started - asked) * 1000,
                "search": (searched - started) * 1000,
                "rank": (ranked - searched) * 1000,
            }
            return Retrieved(
                question, found.terms, hits[:top_k], found.strength(), found.margin(), timings
            )

        return await self._in_thread(work)

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def _allowed(self, collections: Sequence[str] | None) -> tuple[str, ...]:
        existing = await self._catalog.collections()
        return tuple(name for name in existing if collections is None or name in collections)

    def _search(self, question: str, scope: Scope, limit: int) -> _Found:
        space, vector = self._spaces.for_question(question)
        terms = QuestionTerms(self._lexical, question)
        if not scope.collections:
            return _Found(space, vector, terms, {}, {}, {})
        words = self._lexical.search(terms.terms, scope, limit)
        grams = self._lexical.search_grams(question, scope, limit)
        if scope.document_ids is None:
            dense = space.vectors.search(vector, scope.collections, limit)
        else:
            chunks = self._catalog.live_chunk_ids(scope.document_ids)
            scoped = {name: ids for name, ids in chunks.items() if name in scope.collections}
            dense = _search_scoped(space, vector, scope, scoped, limit)
        return _Found(space, vector, terms, words, grams, dense)

    def _compare(self, found: _Found) -> Candidates:
        passages = self._catalog.passages(found.chunk_ids(), found.space.embedder.name)
        # Chunks of a document that was deleted or replaced meanwhile have no passage any more.
        words, grams, dense = (
            {key: score for key, score in part.items() if key in passages}
            for part in (found.words, found.grams, found.dense)
        )
        near = similarities(
            found.vector, {key: passage.sentence_vectors for key, passage in passages.items()}
        )
        dense |= {key: one.chunk for key, one in near.items()}
        dense |= _exact(found.space, found.vector, _by_collection(passages, without=dense))
        return Candidates(
            found.space, found.terms, passages, words, grams, dense, near, self._analyse
        )

    def _analyse(self, passage: StoredPassage) -> list[Analysed]:
        # A chunk never changes, and its id is never used again; a title may be another one later.
        key = (passage.chunk_id, passage.title)
        with self._analysing:
            known = self._analysed.get(key)
        if known is None:
            known = analyse(passage, self._lexical)
            with self._analysing:
                self._analysed[key] = known
        return known

    def _rank(
        self,
        question: str,
        found: _Found,
        candidates: Candidates,
        weights: Weights,
        limit: int,
    ) -> list[Hit]:
        nearness = candidates.nearness()
        fused = fuse(candidates.words, candidates.grams, nearness, weights, found.strength())
        hits = []
        for rank, (key, score) in enumerate(islice(fused.items(), limit)):
            sentences = candidates.score(key, weights.similarity)
            # Below the rescored ones the scores only shrink, so that the order stays.
            best = max((one.score for one in sentences), default=0.0) if rank < RESCORED else 0.0
            rescored = rescore(score, best, weights)
            # Results are kept for a while; their vectors have done their work.
            passage = replace(candidates.passages[key], sentence_vectors=None)
            hits.append(Hit(passage, rescored, candidates.dense.get(key, 0.0), sentences))
        hits.sort(key=lambda hit: (-hit.score, hit.passage.chunk_id))
        return collapse(self._reranked(question, hits))

    def _reranked(self, question: str, hits: list[Hit]) -> list[Hit]:
        if self._reranker is None:
            return hits
        read = hits[:RERANKED]
        scores = self._reranker.scores(question, [hit.passage.text for hit in read])
        blended = [
            replace(hit, score=(1 - RERANKER_SHARE) * hit.score + RERANKER_SHARE * score)
            for hit, score in zip(read, scores, strict=True)
        ]
        blended.sort(key=lambda hit: (-hit.score, hit.passage.chunk_id))
        return blended + [
            replace(hit, score=(1 - RERANKER_SHARE) * hit.score) for hit in hits[RERANKED:]
        ]


def strength_of(words: Mapping[int, float], terms: QuestionTerms) -> float:
    """How much of the question the best passage matches in words, from 0 to 1."""
    best = max(words.values(), default=0.0)
    return min(1.0, best / (_FULL_SCORE * terms.rarity)) if best else 0.0


def margin_of(grams: Mapping[int, float]) -> float:
    """How far the best passage stands out from the fifth by its letter groups, from 0 to 1."""
    scores = sorted(grams.values(), reverse=True)
    return (scores[0] - scores[min(4, len(scores) - 1)]) / scores[0] if scores else 0.0


def rescore(score: float, best: float, weights: Weights) -> float:
    """A passage's fused score and that of its best sentence in one."""
    return (1 - weights.rescoring) * score + weights.rescoring * best


def collapse(hits: Sequence[Hit]) -> list[Hit]:
    """Mark passages that repeat a better one; of several repeats of one only the best stays."""
    kept: list[Hit] = []
    repeats = Repeats()
    firsts: list[int] = []
    repeated: set[int] = set()
    for hit in hits:
        earlier = repeats.find(hit.passage.text)
        if earlier is None:
            firsts.append(hit.passage.chunk_id)
            kept.append(hit)
        elif earlier not in repeated:
            repeated.add(earlier)
            kept.append(replace(hit, repeats=firsts[earlier]))
    return kept


def _search_scoped(
    space: Space, vector: Vectors, scope: Scope, scoped: dict[str, list[int]], limit: int
) -> dict[int, float]:
    """The nearest of the chunks that a filter on documents leaves.

    Few chunks are scored one by one: an approximate search could miss them.
    """
    if sum(map(len, scoped.values())) > _EXACT_CHUNKS:
        near = space.vectors.search(vector, scope.collections, _FILTERED_CANDIDATES)
        allowed = {chunk_id for ids in scoped.values() for chunk_id in ids}
        ranked = {key: score for key, score in near.items() if key in allowed}
    else:
        ranked = best_first(_exact(space, vector, scoped))
    return dict(islice(ranked.items(), limit))


def _exact(space: Space, vector: Vectors, chunks: dict[str, list[int]]) -> dict[int, float]:
    found: dict[int, float] = {}
    for collection, chunk_ids in chunks.items():
        found |= space.vectors.similarities(vector, collection, chunk_ids)
    return found


def _by_collection(
    passages: dict[int, StoredPassage], without: dict[int, float]
) -> dict[str, list[int]]:
    grouped: dict[str, list[int]] = {}
    for chunk_id, passage in passages.items():
        if chunk_id not in without:
            grouped.setdefault(passage.collection, []).append(chunk_id)
    return grouped
