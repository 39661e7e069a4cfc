"""Measures of ranking and answers."""

import math
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence


def ndcg_at_10(ranking: Sequence[object], right: Collection[object]) -> float:
    """nDCG@10 where one right item is enough: 1 / log2(its rank + 1), or 0 below rank 10."""
    for rank, item in enumerate(ranking[:10], start=1):
        if item in right:
            return 1 / math.log2(rank + 1)
    return 0.0


def contains_answer(text: str, answers: Sequence[str]) -> bool:
    """Whether one of the gold answers stands in the text, letter case and white space aside."""
    normal = _normal(text)
    return any(_normal(answer) in normal for answer in answers)


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def share(values: Sequence[bool]) -> float:
    return mean([float(value) for value in values])


def auc(covered: Sequence[float], uncovered: Sequence[float]) -> float:
    """How likely a covered question has more confidence than an uncovered one; ties count half."""
    ordered = sorted(uncovered)
    wins = [
        (bisect_left(ordered, one) + bisect_right(ordered, one)) / 2 / len(ordered)
        for one in covered
    ]
    return mean(wins)


def threshold_at(covered: Sequence[float], refused: float) -> float:
    """The confidence below which this share of the covered questions, and no more, lies."""
    return sorted(covered)[math.floor(refused * len(covered))]


def percentile(values: Sequence[float], percent: float) -> float:
    """The least value that so many percent of the values do not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(percent / 100 * len(values)) - 1)]


def with_typo(question: str) -> str:
    """The question with the two middle letters of its longest word transposed."""
    words = question.split()
    position = max(range(len(words)), key=lambda index: len(words[index]))
    word = words[position]
    middle = len(word) // 2
    if len(word) >= 3:
        swapped = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
        words[position] = swapped
    return " ".join(words)


def without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _normal(text: str) -> str:
    return " ".join(text.lower().split())
