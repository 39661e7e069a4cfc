"""Fitted numbers of the answerability score; `benchmarks/calibrate.py` fits and prints them."""

from typing import NamedTuple


class Calibration(NamedTuple):
    """Logistic regression over two features of the best passages.

    `coverage` is the share of the question's terms, weighted by rarity, that one passage holds;
    `similarity` is the best cosine of question and passage. At or above `threshold` the question
    is answered.
    """

    bias: float
    coverage: float
    similarity: float
    threshold: float


ANSWERABILITY = Calibration(bias=-3.08, coverage=3.38, similarity=3.39, threshold=0.35)
