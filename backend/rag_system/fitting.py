"""Learns weights from measured questions, and tells on held-out ones whether they are better.

Ranking: a coordinate search over a coarse grid, judged by nDCG@10 of the labelled place and by the
gold answer in the sentences of the answer. A coordinate moves only for a gain of more than its
standard error: what does not show clearly stays as it is. Answerability: logistic regression. Both
are judged by folds of questions that they have not seen.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag_system.answering import Features
from rag_system.labels import Label
from rag_system.logistic import fit_logistic
from rag_system.measured import Measured
from rag_system.weights import Answerability, Weights

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FOLDS = 5
# Share of the covered questions that may be refused wrongly where the threshold is chosen.
FALSE_REFUSALS = 0.05
# A gain on held-out questions counts if it is more than so many of its standard errors. With two,
# labels at random passed now and then.
SURE_ERRORS = 2.5
_ROUNDS = 2
_GRID = {
    "dense": (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8),
    "grams": (0.0, 0.25, 0.5, 0.75),
    "rescoring": (0.0, 0.15, 0.25, 0.35, 0.5),
    "similarity": (0.0, 0.2, 0.4, 0.7, 1.0),
    "passage": (0.0, 0.4, 0.85, 1.3, 2.0),
}
_RIDGE = 0.01
# Thumbs down together weigh at most this share of the questions known not to be covered.
_THUMBS_SHARE = 0.5
# The work is done beside the answers, in a thread that holds the interpreter: after so much of it
# the thread sleeps as long.
_SLICE_SECONDS = 0.004


class Gain(NamedTuple):
    """A mean difference over questions, with its standard error."""

    mean: float
    error: float

    def exceeds(self, errors: float) -> bool:
        return self.mean > max(1e-9, errors * self.error)


class Figures(NamedTuple):
    """Measures of some weights, each from 0 to 1; None where no question tells."""

    ndcg_at_10: float | None
    answers: float | None
    false_refusals: float | None
    refused: float | None


@dataclass(frozen=True)
class Known:
    """A labelled question as it was measured: over all materials, and over all but its own."""

    key: str
    label: Label
    whole: Measured
    left_out: Measured | None


@dataclass(frozen=True)
class Fitted:
    """What was learned, and what the folds say: how it does where it has not learned."""

    weights: Weights
    before: Figures
    after: Figures
    ranking: Gain
    answerability: Gain


class Pacer:
    """Gives the interpreter away after each slice of work, for as long as the slice took."""

    def __init__(self, stopped: Callable[[], bool] = lambda: False) -> None:
        self._stopped = stopped
        self._since = time.perf_counter()

    def step(self) -> None:
        """Raises `InterruptedError` once the work is to stop."""
        worked = time.perf_counter() - self._since
        if worked < _SLICE_SECONDS:
            return
        if self._stopped():
            raise InterruptedError
        time.sleep(min(worked, 0.02))
        self._since = time.perf_counter()


def fold_of(keys: Sequence[str]) -> NDArray[np.int64]:
    """Folds of questions by their normalised text, of equal size and always the same."""
    shuffled = sorted(set(keys), key=lambda key: sha256(key.encode()).digest())
    fold = {key: place % FOLDS for place, key in enumerate(shuffled)}
    return np.array([fold[key] for key in keys], dtype=np.int64)


def fit(known: Sequence[Known], present: Weights, pacer: Pacer) -> Fitted:
    """Weights of which each part is new only where it is surely better on held-out questions."""
    ranking = _RankingFit(known, present, pacer)
    chosen = ranking.chosen()
    ranking_gain = ranking.gain()
    ranked_by = chosen if ranking_gain.exceeds(SURE_ERRORS) else present
    answering = _AnswerabilityFit(known, ranked_by, pacer)
    answerability_gain = answering.gain()
    weights = replace(ranked_by, answerability=present.answerability)
    if answerability_gain.exceeds(SURE_ERRORS):
        weights = replace(weights, answerability=answering.fitted())
    before = answering if ranked_by is present else _AnswerabilityFit(known, present, pacer)
    return Fitted(
        weights,
        Figures(*ranking.figures_before(), *before.figures(before.answered_before())),
        Figures(*ranking.figures_after(), *answering.figures(answering.answered_after())),
        ranking_gain,
        answerability_gain,
    )


def paired_gain(differences: Floats, shares: Floats) -> Gain:
    """The weighted mean of paired differences, with its standard error."""
    if len(differences) < 2 or not shares.sum():
        return Gain(0.0, 0.0)
    shares = shares / shares.sum()
    mean = float((shares * differences).sum())
    spread = shares * (differences - mean)
    return Gain(mean, math.sqrt(float((spread**2).sum()) * len(shares) / (len(shares) - 1)))


# --- ranking -----------------------------------------------------------------------------------


class _RankingFit:
    def __init__(self, known: Sequence[Known], present: Weights, pacer: Pacer) -> None:
        self._known = [one for one in known if one.label.ranked]
        self._present = present
        self._pacer = pacer
        self._shares = np.array([one.label.share for one in self._known])
        self._judged: dict[tuple[float, ...], Floats] = {}
        self._folds = fold_of([one.key for one in self._known])
        everything = np.ones(len(self._known), dtype=bool)
        self._chosen = self._search(everything)
        self._held_out = np.zeros((len(self._known), 2))
        for fold in range(FOLDS):
            mine = self._folds == fold
            self._held_out[mine] = self._judge(self._search(~mine))[mine]

    def chosen(self) -> Weights:
        return self._chosen

    def gain(self) -> Gain:
        before, after = _values(self._judge(self._present)), _values(self._held_out)
        return paired_gain(after - before, self._shares)

    def figures_before(self) -> tuple[float | None, float | None]:
        return self._figures(self._judge(self._present))

    def figures_after(self) -> tuple[float | None, float | None]:
        return self._figures(self._held_out)

    def _figures(self, judged: Floats) -> tuple[float | None, float | None]:
        ndcg, answered = (_mean(column, self._shares) for column in judged.T)
        return ndcg, answered

    def _search(self, training: Mask) -> Weights:
        """The best weights of a coordinate search from the present ones."""
        best = self._present
        for _ in range(_ROUNDS):
            started = best
            for name, grid in _GRID.items():
                best = self._along(name, grid, best, training)
            if best == started:
                break
        return best

    def _along(self, name: str, grid: Sequence[float], start: Weights, training: Mask) -> Weights:
        current = _values(self._judge(start))[training]
        shares = self._shares[training]
        best, best_gain = start, 0.0
        for value in grid:
            moved = _with(start, name, value)
            gain = paired_gain(_values(self._judge(moved))[training] - current, shares)
            if gain.exceeds(1.0) and gain.mean > best_gain:
                best, best_gain = moved, gain.mean
        return best

    def _judge(self, weights: Weights) -> Floats:
        """nDCG@10 and answer of each question, shape (questions, 2); nan where it is not known."""
        key = tuple(getattr(weights, name) for name in _GRID)
        if key not in self._judged:
            self._judged[key] = np.array([self._judge_one(one, weights) for one in self._known])
            self._judged[key].shape = (len(self._known), 2)
        return self._judged[key]

    def _judge_one(self, one: Known, weights: Weights) -> tuple[float, float]:
        self._pacer.step()
        ranking = one.whole.rank(weights)
        return (
            one.whole.ndcg(ranking) if one.label.places else math.nan,
            float(one.whole.is_answered(ranking, weights)) if one.label.answers else math.nan,
        )


def _with(weights: Weights, name: str, value: float) -> Weights:
    changed: Any = {name: value}
    return replace(weights, **changed)


def _values(judged: Floats) -> Floats:
    """What a question is worth: the mean of what is known of it."""
    if not len(judged):
        return np.zeros(0)
    found: Floats = np.nanmean(judged, axis=1)
    return found


def _mean(column: Floats, shares: Floats) -> float | None:
    known = ~np.isnan(column)
    return float(np.average(column[known], weights=shares[known])) if known.any() else None


# --- answerability -----------------------------------------------------------------------------


class _AnswerabilityFit:
    """Rows: each covered question, the same without its material, and each uncovered one."""

    def __init__(self, known: Sequence[Known], weights: Weights, pacer: Pacer) -> None:
        self._present = weights.answerability
        rows = list(_rows(known, weights, pacer))
        self._keys = [key for key, *_ in rows]
        self._inputs = np.array([features for _, features, *_ in rows], dtype=np.float64)
        self._covered = np.array([covered for *_, covered, _ in rows], dtype=bool)
        self._shares = _balanced(self._covered, [label for *_, label in rows])
        self._folds = fold_of(self._keys)

    def fitted(self) -> Answerability:
        return self._fit(np.ones(len(self._keys), dtype=bool))

    def answered_before(self) -> Mask:
        return _answered(self._inputs, self._present)

    def answered_after(self) -> Mask:
        answered = np.zeros(len(self._keys), dtype=bool)
        for fold in range(FOLDS):
            mine = self._folds == fold
            if mine.any():
                answered[mine] = _answered(self._inputs[mine], self._fit(~mine))
        return answered

    def gain(self) -> Gain:
        """Of the mean of covered questions answered and uncovered ones refused."""
        before = self.answered_before() == self._covered
        after = self.answered_after() == self._covered
        change = (after.astype(float) - before) * self._shares
        of_question: dict[str, float] = {}
        for key, value in zip(self._keys, change, strict=True):
            of_question[key] = of_question.get(key, 0.0) + float(value)
        # The rows of one question are no independent witnesses.
        changes = np.array(list(of_question.values())) * len(of_question)
        return paired_gain(changes, np.ones(len(changes)))

    def figures(self, answered: Mask) -> tuple[float | None, float | None]:
        """Covered questions refused, and uncovered ones refused."""
        false, right = (
            _mean(np.where(kind, ~answered, np.nan), self._shares)
            for kind in (self._covered, ~self._covered)
        )
        return false, right

    def _fit(self, training: Mask) -> Answerability:
        inputs, covered = self._inputs[training], self._covered[training]
        if covered.all() or not covered.any():
            return self._present
        # As many units of evidence as classes: the ridge weighs the same however many questions.
        shares = 2 * self._shares[training] / self._shares[training].sum()
        *factors, bias = fit_logistic(inputs, covered, shares, ridge=_RIDGE).tolist()
        strength, coverage, similarity, margin = factors
        fitted = Answerability(bias, strength, coverage, similarity, margin, 0.0)
        chances = _chances(inputs, fitted)
        return replace(fitted, threshold=_threshold(chances, covered, shares))


def _rows(
    known: Sequence[Known], weights: Weights, pacer: Pacer
) -> list[tuple[str, Features, bool, Label]]:
    rows = []
    for one in known:
        pacer.step()
        measured = [(one.whole, one.label.covered)]
        if one.label.covered and one.left_out is not None:
            measured.append((one.left_out, False))
        for found, covered in measured:
            ranking = found.rank(weights)
            # Passages in another language are judged by `Weights.across`, which is not learned.
            if not found.is_foreign(ranking):
                rows.append((one.key, found.features(ranking), covered, one.label))
    return rows


def _balanced(covered: Mask, labels: Sequence[Label]) -> Floats:
    """Shares of the rows; covered and uncovered ones together count a half each."""
    shares = np.array([label.share for label in labels])
    # A thumb down may as well mean the answer's wording: many of them refuse nothing by themselves.
    doubtful = ~covered & np.array([not label.covered and label.share < 1 for label in labels])
    firm = shares[~covered & ~doubtful].sum()
    if doubtful.any():
        shares[doubtful] *= min(1.0, _THUMBS_SHARE * firm / shares[doubtful].sum())
    for kind in (covered, ~covered):
        if shares[kind].sum():
            shares[kind] /= 2 * shares[kind].sum()
    return shares


def _threshold(chances: Floats, covered: Mask, shares: Floats) -> float:
    """Where covered from uncovered questions part best, with few covered ones refused."""
    kept, refused = shares[covered].sum(), shares[~covered].sum()
    best, best_value = 0.0, -1.0
    for threshold in np.unique(chances):
        false = shares[covered & (chances < threshold)].sum() / kept
        right = shares[~covered & (chances < threshold)].sum() / refused
        if false <= FALSE_REFUSALS and right - false > best_value:
            best, best_value = float(threshold), right - false
    # Half-way to the nearest below: a chance just as high is not to hang on the last digit.
    below = chances[chances < best]
    return (best + float(below.max())) / 2 if len(below) else best


def _answered(inputs: Floats, fitted: Answerability) -> Mask:
    return _chances(inputs, fitted) >= fitted.threshold


def _chances(inputs: Floats, fitted: Answerability) -> Floats:
    bias, *factors, _ = astuple(fitted)
    chances: Floats = 1 / (1 + np.exp(-(inputs @ np.array(factors) + bias)))
    return chances
