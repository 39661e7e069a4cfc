"""Measures of ranking and answers."""

import math
import unicodedata
from collections.abc import Sequence


def ndcg_at_10(ranking: Sequence[object], gold: object) -> float:
    """nDCG@10 where one item is relevant: 1 / log2(rank + 1), or 0 below rank 10."""
    for rank, item in enumerate(ranking[:10], start=1):
        if item == gold:
            return 1 / math.log2(rank + 1)
    return 0.0


def contains_answer(text: str, answers: Sequence[str]) -> bool:
    """Whether one of the gold answers stands in the text, letter case and white space aside."""
    normal = _normal(text)
    return any(_normal(answer) in normal for answer in answers)


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


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
