"""Fits the answerability of `rag_system/weights.py` and prints its numbers.

    .venv/bin/python benchmarks/calibrate.py --data faquad.json

Data: a SQuAD file whose articles are split into halves (as in benchmarks/answers), each indexed
alone and asked the questions of both; and the questions on the sample materials, of which some have
no answer. The four groups, covered and uncovered of each corpus, weigh the same. Logistic
regression with a ridge; the figures printed are of held-out folds: five of the SQuAD file's
articles, and five of the samples' questions. The threshold is a choice, not a fit: the table shows
what each one refuses.
"""

import argparse
import asyncio
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "backend")]

from answers import halves  # noqa: E402
from corpora import Question, empty_system, load_samples, load_squad, read_squad  # noqa: E402
from measures import auc  # noqa: E402

from rag_system.answering import Features, features  # noqa: E402
from rag_system.logistic import fit_logistic  # noqa: E402
from rag_system.parts import Parts  # noqa: E402
from utils.logging import configure_logging  # noqa: E402

Floats = NDArray[np.float64]
FOLDS = 5
SPLITS = 2
RIDGE = 0.01
ALL = (1,) * len(Features._fields)
# The three sets of a table's entry, and of a model whose cosines have an unknown scale.
MASKS = {
    "question and passage in one language": ALL,
    "in different languages: the cosine alone": [
        int(name == "similarity") for name in Features._fields
    ],
    "without the cosine": [int(name != "similarity") for name in Features._fields],
}


class Rows:
    """Features of questions, shape (questions, features), whether covered, and their folds."""

    def __init__(self, rows: list[Features], covered: list[bool], folds: list[int]) -> None:
        self.inputs = np.array(rows, dtype=np.float64)
        self.covered = np.array(covered)
        self.folds = np.array(folds)

    def shares(self) -> Floats:
        """Weights of the questions: covered and uncovered ones together count the same."""
        covered = self.covered
        shares: Floats = np.where(covered, 1 / covered.sum(), 1 / (~covered).sum())
        return shares


async def gather(parts: Parts, questions: list[Question], folds: list[int]) -> Rows:
    found = [await parts.retriever.retrieve(one.text, top_k=10) for one in questions]
    return Rows(
        [features(one) for one in found],
        [one.place is not None for one in questions],
        folds,
    )


async def gather_squad(file: Path) -> Rows:
    topics = list(dict.fromkeys(context.topic for context in read_squad(file)))
    fold_of = {topic: place % FOLDS for place, topic in enumerate(_shuffled(topics))}
    parts_found = []
    for half in halves(topics, SPLITS):
        async with empty_system(ingest=False) as parts:
            questions, _ = await load_squad(parts, file, half)
            parts_found.append(
                await gather(parts, questions, [fold_of[one.topic] for one in questions])
            )
    return Rows(
        [Features(*row) for found in parts_found for row in found.inputs],
        [bool(one) for found in parts_found for one in found.covered],
        [int(one) for found in parts_found for one in found.folds],
    )


async def gather_samples() -> Rows:
    async with empty_system(ingest=True) as parts:
        questions = await load_samples(parts)
        places = _shuffled([str(number) for number in range(len(questions))])
        return await gather(parts, questions, [int(place) % FOLDS for place in places])


def _shuffled(names: list[str]) -> list[str]:
    return random.Random(0).sample(names, len(names))  # noqa: S311 - reproducible


def fit(corpora: list[Rows], held_out: int | None = None, mask: Sequence[int] = ALL) -> Floats:
    """Weights of the features, then the bias, without one of the folds.

    Features whose mask is 0 are left out: their weight is 0.
    """
    kept = [rows.folds != held_out for rows in corpora]
    return fit_logistic(
        np.concatenate(
            [rows.inputs[keep] * mask for rows, keep in zip(corpora, kept, strict=True)]
        ),
        np.concatenate([rows.covered[keep] for rows, keep in zip(corpora, kept, strict=True)]),
        np.concatenate([rows.shares()[keep] for rows, keep in zip(corpora, kept, strict=True)]),
        ridge=RIDGE,
    )


def held_out_scores(corpora: list[Rows], mask: Sequence[int]) -> list[Floats]:
    """The probability of each question by weights that have not seen its fold."""
    scores = [np.zeros(len(rows.covered)) for rows in corpora]
    for fold in range(FOLDS):
        weights = fit(corpora, fold, mask)
        for rows, found in zip(corpora, scores, strict=True):
            mine = rows.folds == fold
            found[mine] = 1 / (1 + np.exp(-(rows.inputs[mine] @ weights[:-1] + weights[-1])))
    return scores


def report(title: str, names: list[str], corpora: list[Rows], mask: Sequence[int]) -> None:
    print(f"\n{title}")
    weights = fit(corpora, mask=mask)
    for name, value in zip((*Features._fields, "bias"), weights, strict=True):
        print(f"{name}={value:.2f}")
    scores = held_out_scores(corpora, mask)
    for name, rows, found in zip(names, corpora, scores, strict=True):
        covered, uncovered = found[rows.covered], found[~rows.covered]
        moved = np.quantile(covered, 0.05)
        print(
            f"{name}: auc {auc(list(covered), list(uncovered)):.3f}, at 5 % false refusals "
            f"{(uncovered < moved).mean():.3f} refused (threshold {moved:.3f})"
        )
    print("threshold  " + "  ".join(f"{name}: false, refused" for name in names))
    for threshold in np.arange(0.1, 0.6, 0.05):
        refused = [
            f"{(found[rows.covered] < threshold).mean():.3f} "
            f"{(found[~rows.covered] < threshold).mean():.3f}"
            for rows, found in zip(corpora, scores, strict=True)
        ]
        print(f"{threshold:>9.2f}  " + "            ".join(refused))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True, help="a file in SQuAD's layout")
    configure_logging("WARNING", "console")
    data: Path = parser.parse_args().data
    corpora = [asyncio.run(gather_squad(data)), asyncio.run(gather_samples())]
    for title, mask in MASKS.items():
        report(title, [data.stem, "samples"], corpora, mask)


if __name__ == "__main__":
    main()
