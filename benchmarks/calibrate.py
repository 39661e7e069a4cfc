"""Fits the answerability score of `rag_system/calibration.py` and prints its numbers.

    .venv/bin/python benchmarks/calibrate.py --data faquad.json

Data: every question of a SQuAD file once with all articles (covered) and once without the article
of its answer (uncovered), and the questions on the sample materials, of which some have no answer.
Each of the four groups weighs the same. The threshold is a choice, not a fit: the table shows what
each one refuses.
"""

import argparse
import asyncio
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "backend")]

from corpora import empty_system, load_samples, load_squad, others  # noqa: E402

from rag_system.answering import features as answer_features  # noqa: E402
from rag_system.parts import Parts  # noqa: E402
from utils.logging import configure_logging  # noqa: E402

Floats = NDArray[np.float64]
RIDGE = 1e-3
NEWTON_STEPS = 50


async def features(parts: Parts, question: str, ids: list[str] | None = None) -> list[float]:
    retrieved = await parts.retriever.retrieve(question, top_k=5, document_ids=ids)
    return list(answer_features(retrieved))


async def collect(data: Path) -> dict[str, Floats]:
    """Features of each group of questions, shape (questions, 2)."""
    async with empty_system(ingest=True) as parts:
        samples = await load_samples(parts)
        covered = [await features(parts, one.text) for one in samples if one.place]
        uncovered = [await features(parts, one.text) for one in samples if not one.place]
    async with empty_system(ingest=False) as parts:
        questions, documents = await load_squad(parts, data)
        within = [await features(parts, one.text) for one in questions]
        without = [
            await features(parts, one.text, others(documents, one.topic)) for one in questions
        ]
    return {
        "samples covered": np.array(covered),
        "samples uncovered": np.array(uncovered),
        f"{data.stem} covered": np.array(within),
        f"{data.stem} uncovered": np.array(without),
    }


def fit(groups: dict[str, Floats]) -> Floats:
    """Weights of the two features and the bias, by Newton's method on the logistic loss."""
    rows = np.concatenate(list(groups.values()))
    inputs = np.column_stack([rows, np.ones(len(rows))])
    target = np.concatenate(
        [np.full(len(group), "uncovered" not in name) for name, group in groups.items()]
    )
    share = np.concatenate([np.full(len(group), 1 / len(group)) for group in groups.values()])
    weights = np.zeros(3)
    for _ in range(NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (share * (chance - target)) + RIDGE * weights
        curvature = (inputs.T * (share * chance * (1 - chance))) @ inputs + RIDGE * np.eye(3)
        weights -= np.linalg.solve(curvature, gradient)
    return np.asarray(weights)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True, help="a file in SQuAD's layout")
    configure_logging("WARNING", "console")
    groups = asyncio.run(collect(parser.parse_args().data))
    coverage, similarity, bias = fit(groups)
    print(f"bias={bias:.2f}, coverage={coverage:.2f}, similarity={similarity:.2f}")
    print("threshold  refused: " + "  ".join(groups))
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5):
        logit = np.log(threshold / (1 - threshold))
        refused = [
            (group @ [coverage, similarity] + bias < logit).mean() for group in groups.values()
        ]
        print(f"{threshold:>9}           " + "  ".join(f"{value:.3f}" for value in refused))


if __name__ == "__main__":
    main()
