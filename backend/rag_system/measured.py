"""Questions measured once, to be ranked under any weights without asking the indexes again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from rag_system.answering import SPEAKING_PASSAGES, Features, KindBonus, worth_saying
from rag_system.catalog import StoredPassage
from rag_system.fusion import fuse
from rag_system.labels import Label
from rag_system.language import detect
from rag_system.retrieval import CANDIDATES, RESCORED, Candidates, margin_of, rescore, strength_of
from rag_system.sentences import ScoredSentence
from rag_system.weights import Weights

Floats = NDArray[np.floating]
# Places in `Measured.keys`, best first, each with its score.
Ranking = list[tuple[int, float]]

# So many are searched for a question, so that a full list is left without its own material.
SEARCHED = 3 * CANDIDATES
# A ranking is judged by its first ten.
_JUDGED = 10
_NO_TEXTS: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
_NONE_RIGHT: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)


class Said:
    """The sentences of a passage: how well each meets the question, and whether it is right.

    Kept small, in one array where no answer is known: there are some fifty for each question.
    """

    __slots__ = ("_numbers", "knows_similarity", "language", "right", "texts")

    def __init__(
        self,
        passage: StoredPassage,
        scored: list[ScoredSentence],
        bonus: KindBonus,
        answers: Collection[str],
    ) -> None:
        self.language = detect(passage.text)
        rows = [(one.coverage, one.similarity, bonus.of(one.sentence.text)) for one in scored]
        self._numbers = np.array(rows, dtype=np.float32).reshape(-1, 3).T.copy()
        self.knows_similarity = any(one.similarity for one in scored)
        self.texts, self.right = _NO_TEXTS, _NONE_RIGHT
        if answers:
            shown = [_plain(one.sentence.shown) for one in scored]
            self.right = np.array([any(one in text for one in answers) for text in shown], bool)
            self.texts = np.array([hash(one.sentence.text) for one in scored], dtype=np.int64)

    @property
    def coverage(self) -> Floats:
        coverage: Floats = self._numbers[0]
        return coverage

    @property
    def similarity(self) -> Floats:
        similarity: Floats = self._numbers[1]
        return similarity

    @property
    def bonus(self) -> Floats:
        bonus: Floats = self._numbers[2]
        return bonus

    def scores(self, weight: float) -> Floats:
        """As `rag_system.sentences.score_sentences` sums them up."""
        if not self.knows_similarity:
            return self.coverage
        scores: Floats = (self.coverage + weight * self.similarity) / (1 + weight)
        return scores


@dataclass(frozen=True)
class Measured:
    """The passages that a question may find, as numbers in a few bytes each.

    What the ranking is judged by here are the ten best passages before a reranker reads them, and
    before passages that repeat others are marked.
    """

    keys: list[int]
    words: Floats
    grams: Floats
    nearness: Floats
    dense: Floats
    right: NDArray[np.bool_]
    foreign: NDArray[np.bool_]
    said: list[Said]
    strength: float
    margin: float

    @cached_property
    def _place(self) -> dict[int, int]:
        return {key: place for place, key in enumerate(self.keys)}

    def rank(self, weights: Weights) -> Ranking:
        """The ten best passages."""
        words, grams, nearness = (
            dict(zip(self.keys, part.tolist(), strict=True))
            for part in (self.words, self.grams, self.nearness)
        )
        fused = fuse(words, grams, nearness, weights, self.strength)
        best = []
        for rank, (key, score) in enumerate(islice(fused.items(), _JUDGED)):
            place = self._place[key]
            scores = self.said[place].scores(weights.similarity)
            nearest = float(scores.max(initial=0.0)) if rank < RESCORED else 0.0
            best.append((-rescore(score, nearest, weights), key, place))
        return [(place, -score) for score, _, place in sorted(best)]

    def features(self, ranking: Ranking) -> Features:
        """What answerability is judged by."""
        speaking = [place for place, _ in ranking[:SPEAKING_PASSAGES]]
        coverages = [self.said[place].coverage.max(initial=0.0) for place in speaking]
        best = speaking[0]
        nearest = float(self.said[best].similarity.max(initial=0.0))
        return Features(
            strength=self.strength,
            coverage=float(max(coverages)),
            similarity=nearest or float(self.dense[best]),
            margin=self.margin,
        )

    def is_foreign(self, ranking: Ranking) -> bool:
        """Whether the best passage is in another language than the question."""
        return bool(self.foreign[ranking[0][0]])

    def ndcg(self, ranking: Ranking) -> float:
        """nDCG@10 of the labelled place: 1 / log2(its rank + 1), or 0 below rank 10."""
        for rank, (place, _) in enumerate(ranking, start=1):
            if self.right[place]:
                return float(1 / np.log2(rank + 1))
        return 0.0

    def is_answered(self, ranking: Ranking, weights: Weights) -> bool:
        """Whether a gold answer stands in one of the sentences that an answer is made of."""
        speaking = ranking[:SPEAKING_PASSAGES]
        said = [self.said[place] for place, _ in speaking]
        scores = np.concatenate(
            [
                one.scores(weights.similarity) + weights.passage * score + one.bonus
                for one, (_, score) in zip(said, speaking, strict=True)
            ]
        )
        order = np.argsort(-scores, kind="stable")
        texts = np.concatenate([one.texts for one in said])[order]
        right = np.concatenate([one.right for one in said])[order]
        chosen = worth_saying(scores[order].tolist(), texts.tolist())
        return bool(right[chosen].any())


def measure(label: Label, found: Candidates) -> tuple[Measured | None, Measured | None]:
    """A question over all materials, and over all but those that its label names.

    None where there is nothing to find, or no material is named.
    """
    bonus, answers = KindBonus(label.question), [_plain(answer) for answer in label.answers]
    language = detect(label.question)
    named = {place.material_id for place in label.places}
    said: dict[int, Said] = {}

    def over(passages: Collection[int]) -> Measured | None:
        words, grams, dense = (
            _first(part, passages) for part in (found.words, found.grams, found.dense)
        )
        keys = sorted(words.keys() | grams.keys() | dense.keys())
        if not keys:
            return None
        for key in keys:
            if key not in said:
                said[key] = Said(found.passages[key], found.score(key, 0.0), bonus, answers)
        near = found.nearness()
        return Measured(
            keys=keys,
            words=_values(words, keys),
            grams=_values(grams, keys),
            nearness=_values(near, keys),
            dense=_values(found.dense, keys),
            right=np.array([_is_right(label, found, key) for key in keys]),
            foreign=np.array([said[key].language != language for key in keys]),
            said=[said[key] for key in keys],
            strength=strength_of(words, found.terms),
            margin=margin_of(grams),
        )

    others = {key for key, one in found.passages.items() if one.document_id not in named}
    return over(found.passages.keys()), over(others) if named else None


def _first(scores: Mapping[int, float], allowed: Collection[int]) -> dict[int, float]:
    """The best of some scores, as many as one search gives."""
    kept = sorted(((score, -key) for key, score in scores.items() if key in allowed), reverse=True)
    return {-key: score for score, key in kept[:CANDIDATES]}


def _is_right(label: Label, found: Candidates, key: int) -> bool:
    passage = found.passages[key]
    return any(place.holds(passage.document_id, passage.page) for place in label.places)


def _values(scores: Mapping[int, float], keys: Collection[int]) -> Floats:
    return np.array([scores.get(key, 0.0) for key in keys], dtype=np.float32)


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
