"""Measures retrieval, with answers and refusals in short; prints a table and one JSON line.

    benchmarks/retrieval                        the sample materials and their questions
    benchmarks/retrieval --data faquad.json     a file in SQuAD's layout, such as FaQuAD
    benchmarks/retrieval --base                 beside ours, what others give by default (base.py)

Ranking is nDCG@10 where the first right place counts: as asked, with a typo in the longest word,
and without accents. FaQuAD (249 Portuguese passages, 900 questions, CC BY 4.0) is the file
data/dataset.json of the public repository liafacom/faquad. Each context is indexed as one passage;
a question that the corpus does not cover is made by leaving the article of its answer out. The
base is given the same texts, which it splits in its own way. `benchmarks/answers` tells more of
answers and refusals.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "backend")]

from answers import answer_quality, ask, ask_all, refusals  # noqa: E402
from base import empty_base  # noqa: E402
from corpora import (  # noqa: E402
    Question,
    empty_system,
    load_samples,
    load_squad,
    others,
    read_squad,
    sample_pages,
)
from measures import mean, ndcg_at_10, with_typo, without_accents  # noqa: E402
from report import print_figures, print_json  # noqa: E402

from rag_system.catalog import StoredPassage  # noqa: E402
from rag_system.contracts import DEFAULT_COLLECTION  # noqa: E402
from rag_system.index.base import Scope  # noqa: E402
from rag_system.parts import Parts  # noqa: E402
from rag_system.retrieval import Retrieved  # noqa: E402
from utils.logging import configure_logging  # noqa: E402

Place = Callable[[StoredPassage], object]
# A question and, if not all, the documents among which its answer is not.
Uncovered = tuple[Question, list[str] | None]
# The question as it is asked, by the name of its figure.
CHANGES: dict[str, Callable[[str], str]] = {
    "ndcg10": str,
    "ndcg10_typo": with_typo,
    "ndcg10_no_accents": without_accents,
}


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
            ndcg_at_10(places(retrieved, place), (question.place, *question.also))
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
            found = parts.lexical.search(parts.lexical.question_terms(question.text), scope, 50)
        else:
            vector = parts.spaces.serving.embedder.encode_query(question.text)
            found = parts.spaces.serving.vectors.search(vector, scope.collections, 50)
        passages = parts.catalog.passages(list(found))
        ranking = [place(passages[chunk_id]) for chunk_id in found]
        values.append(ndcg_at_10(list(dict.fromkeys(ranking)), (question.place, *question.also)))
    return mean(values)


async def measure(
    parts: Parts,
    questions: list[Question],
    place: Place,
    uncovered: list[Uncovered],
) -> dict[str, float]:
    covered = [question for question in questions if question.place is not None]
    replies = await ask_all(parts, covered)
    unanswerable = [await ask(parts, question, allowed) for question, allowed in uncovered]
    return {
        "questions": float(len(covered)),
        "ndcg10": await ranking_quality(parts, covered, place),
        "ndcg10_bm25": await single_index_quality(parts, covered, place, "bm25"),
        "ndcg10_dense": await single_index_quality(parts, covered, place, "dense"),
        "ndcg10_typo": await ranking_quality(parts, covered, place, with_typo),
        "ndcg10_no_accents": await ranking_quality(parts, covered, place, without_accents),
        **answer_quality(replies),
        **refusals(replies, unanswerable),
    }


def measure_base(
    texts: Mapping[Any, str], questions: list[Question], ours: dict[str, float]
) -> dict[str, float]:
    """The base's figures over texts by their places, and ours as a multiple of them."""
    covered = [question for question in questions if question.place is not None]
    figures: dict[str, float] = {}
    with empty_base() as base:
        base.add(list(texts), list(texts.values()))
        for name, change in CHANGES.items():
            rankings = base.rank([change(question.text) for question in covered])
            figures[f"base_{name}"] = mean(
                [
                    ndcg_at_10(ranking, (question.place, *question.also))
                    for ranking, question in zip(rankings, covered, strict=True)
                ]
            )
    ratios = {f"ratio_{name}": ours[name] / figures[f"base_{name}"] for name in CHANGES}
    return figures | ratios


async def measure_squad(file: Path, *, base: bool = False) -> dict[str, float]:
    async with empty_system(ingest=False) as parts:
        questions, documents = await load_squad(parts, file)
        uncovered: list[Uncovered] = [
            (question, others(documents, question.topic)) for question in questions
        ]
        figures = await measure(parts, questions, lambda passage: passage.document_id, uncovered)
    if base:
        ids = [one for article in documents.values() for one in article]
        contexts = [context.text for context in read_squad(file)]
        figures |= measure_base(dict(zip(ids, contexts, strict=True)), questions, figures)
    return figures


async def measure_samples(*, base: bool = False) -> dict[str, float]:
    async with empty_system(ingest=True) as parts:
        questions = await load_samples(parts)
        uncovered: list[Uncovered] = [
            (question, None) for question in questions if question.place is None
        ]
        figures = await measure(
            parts,
            questions,
            lambda passage: (passage.filename, passage.page or 1),
            uncovered,
        )
    if base:
        figures |= measure_base(sample_pages(), questions, figures)
    return figures


def main() -> None:
    configure_logging("WARNING", "console")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, help="a file in SQuAD's layout")
    parser.add_argument("--base", action="store_true", help="measure the base too (extra `bench`)")
    options = parser.parse_args()
    data: Path | None = options.data
    corpus = data.stem if data else "samples"
    measured = (
        measure_squad(data, base=options.base) if data else measure_samples(base=options.base)
    )
    figures = asyncio.run(measured)
    print_figures(corpus, figures)
    print_json("retrieval", corpus, figures)


if __name__ == "__main__":
    main()
