"""Fitted numbers of the answerability score. `benchmarks/calibrate.py` prints these lines."""

from typing import NamedTuple


class Calibration(NamedTuple):
    """Logistic regression: 1 / (1 + exp(-(bias + weights · features)))."""

    bias: float
    passage_coverage: float
    sentence_coverage: float
    similarity: float
    threshold: float


ANSWERABILITY = Calibration(
    bias=-5.0,
    passage_coverage=5.0,
    sentence_coverage=2.0,
    similarity=2.0,
    threshold=0.3,
)
