"""Measures retrieval, extractive answers and refusals; prints a table and one JSON line.

    benchmarks/retrieval                        the sample materials and their questions
    benchmarks/retrieval --data faquad.json     a file in SQuAD's layout, such as FaQuAD

FaQuAD (249 Portuguese passages, 900 questions, CC BY 4.0) is the file data/dataset.json of the
public repository liafacom/faquad. Each context is indexed as one passage; a question that the
corpus does not cover is made by leaving the article of its answer out.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "backend")]

from corpora import Question, empty_system, load_samples, load_squad, others  # noqa: E402
from measures import (  # noqa: E402
    contains_answer,
    mean,
    ndcg_at_10,
    with_typo,
    without_accents,
)

from rag_system.parts import Parts  # noqa: E402
from rag_system.retrieval import Hit, Retrieved  # noqa: E402
from utils.logging import configure_logging  # noqa: E402

Place = Callable[[Hit], object]
# A question and, if not all, the documents among which its answer is not.
Uncovered = tuple[str, list[str] | None]


async def rank(parts: Parts, question: str) -> Retrieved:
    return await parts.retriever.retrieve(question, top_k=50)


def places(retrieved: Retrieved, place: Place) -> list[object]:
    """Where the hits stand, best first, each place once."""
    return list(dict.fromkeys(place(hit) for hit in retrieved.hits))


async def ranking_quality(
    parts: Parts, questions: list[Question], place: Place, change: Callable[[str], str] = str
) -> float:
    found = [await rank(parts, change(question.text)) for question in questions]
    return mean(
        [
            ndcg_at_10(places(retrieved, place), question.place)
            for retrieved, question in zip(found, questions, strict=True)
        ]
    )


async def single_index_quality(
    parts: Parts, questions: list[Question], place: Place, dense_weight: float
) -> float:
    """Ranking by one index alone: dense weight 1, or 0 for BM25."""
    fused = parts.retriever.dense_weight
    parts.retriever.dense_weight = dense_weight
    try:
        return await ranking_quality(parts, questions, place)
    finally:
        parts.retriever.dense_weight = fused


async def answer_quality(parts: Parts, questions: list[Question]) -> dict[str, float]:
    """Share of gold answers in the extractive answer, as if every question were answered."""
    whole, first = [], []
    for question in questions:
        sentences = parts.answerer.sentences(await retrieve_five(parts, question.text))
        whole.append(float(contains_answer(" ".join(sentences), question.answers)))
        first.append(float(contains_answer(" ".join(sentences[:1]), question.answers)))
    return {"answer_3_sentences": mean(whole), "answer_first_sentence": mean(first)}


async def retrieve_five(
    parts: Parts, question: str, document_ids: list[str] | None = None
) -> Retrieved:
    return await parts.retriever.retrieve(question, top_k=5, document_ids=document_ids)


async def refusals(
    parts: Parts, covered: list[Question], uncovered: list[Uncovered]
) -> dict[str, float]:
    wrongly = [
        not parts.answerer.answer(await retrieve_five(parts, question.text)).answered
        for question in covered
    ]
    rightly = [
        not parts.answerer.answer(await retrieve_five(parts, text, allowed)).answered
        for text, allowed in uncovered
    ]
    return {
        "false_refusals": mean([float(value) for value in wrongly]),
        "refused_uncovered": mean([float(value) for value in rightly]),
    }


async def measure(
    parts: Parts,
    questions: list[Question],
    place: Place,
    uncovered: list[Uncovered],
) -> dict[str, float]:
    covered = [question for question in questions if question.place is not None]
    return {
        "questions": float(len(covered)),
        "ndcg10": await ranking_quality(parts, covered, place),
        "ndcg10_bm25": await single_index_quality(parts, covered, place, 0.0),
        "ndcg10_dense": await single_index_quality(parts, covered, place, 1.0),
        "ndcg10_typo": await ranking_quality(parts, covered, place, with_typo),
        "ndcg10_no_accents": await ranking_quality(parts, covered, place, without_accents),
        **await answer_quality(parts, covered),
        **await refusals(parts, covered, uncovered),
    }


async def measure_squad(file: Path) -> dict[str, float]:
    async with empty_system(ingest=False) as parts:
        questions, documents = await load_squad(parts, file)
        uncovered: list[Uncovered] = [
            (question.text, others(documents, question.topic)) for question in questions
        ]
        return await measure(parts, questions, lambda hit: hit.passage.document_id, uncovered)


async def measure_samples() -> dict[str, float]:
    async with empty_system(ingest=True) as parts:
        questions = await load_samples(parts)
        uncovered: list[Uncovered] = [
            (question.text, None) for question in questions if question.place is None
        ]
        return await measure(
            parts,
            questions,
            lambda hit: (hit.passage.filename, hit.passage.page or 1),
            uncovered,
        )


def report(corpus: str, figures: dict[str, float]) -> None:
    print(f"\n{corpus}")
    for name, value in figures.items():
        print(f"  {name:<24}{value:>10.4f}")
    rounded = {name: round(value, 4) for name, value in figures.items()}
    print(json.dumps({"benchmark": "retrieval", "corpus": corpus, **rounded}))


def main() -> None:
    configure_logging("WARNING", "console")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, help="a file in SQuAD's layout")
    data: Path | None = parser.parse_args().data
    if data is None:
        report("samples", asyncio.run(measure_samples()))
    else:
        report(data.stem, asyncio.run(measure_squad(data)))


if __name__ == "__main__":
    main()
