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

from rag_system.answering import best_sentences  # noqa: E402
from rag_system.catalog import StoredPassage  # noqa: E402
from rag_system.contracts import DEFAULT_COLLECTION  # noqa: E402
from rag_system.index.base import Scope  # noqa: E402
from rag_system.parts import Parts  # noqa: E402
from rag_system.retrieval import Retrieved  # noqa: E402
from utils.logging import configure_logging  # noqa: E402

Place = Callable[[StoredPassage], object]
# A question and, if not all, the documents among which its answer is not.
Uncovered = tuple[str, list[str] | None]


async def rank(parts: Parts, question: str) -> Retrieved:
    return await parts.retriever.retrieve(question, top_k=50)


def places(retrieved: Retrieved, place: Place) -> list[object]:
    """Where the hits stand, best first, each place once."""
    return list(dict.fromkeys(place(hit.passage) for hit in retrieved.hits))


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
    parts: Parts, questions: list[Question], place: Place, index: str
) -> float:
    """Ranking by one index alone: `bm25` over words, or `dense`."""
    scope = Scope((DEFAULT_COLLECTION,))
    values = []
    for question in questions:
        if index == "bm25":
            found = parts.lexical.search(parts.lexical.analyze(question.text), scope, 50)
        else:
            vector = parts.embedder.encode_query(question.text)
            found = parts.vectors.search(vector, scope.collections, 50)
        passages = await parts.catalog.passages(list(found))
        ranking = [place(passages[chunk_id]) for chunk_id in found]
        values.append(ndcg_at_10(list(dict.fromkeys(ranking)), question.place))
    return mean(values)


async def answer_quality(parts: Parts, questions: list[Question]) -> dict[str, float]:
    """Share of gold answers in the extractive answer, as if every question were answered."""
    whole, first = [], []
    for question in questions:
        sentences = best_sentences(await retrieve_five(parts, question.text))
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
        "ndcg10_bm25": await single_index_quality(parts, covered, place, "bm25"),
        "ndcg10_dense": await single_index_quality(parts, covered, place, "dense"),
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
        return await measure(parts, questions, lambda passage: passage.document_id, uncovered)


async def measure_samples() -> dict[str, float]:
    async with empty_system(ingest=True) as parts:
        questions = await load_samples(parts)
        uncovered: list[Uncovered] = [
            (question.text, None) for question in questions if question.place is None
        ]
        return await measure(
            parts,
            questions,
            lambda passage: (passage.filename, passage.page or 1),
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
