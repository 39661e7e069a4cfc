"""Measures extractive answers and refusals; prints tables and one JSON line.

    benchmarks/answers                        the sample materials, by kind of question
    benchmarks/answers --data faquad.json     a file in SQuAD's layout, such as FaQuAD

Answers: the share of questions whose gold answer stands in the extractive answer (at most three
sentences) and in its first sentence, as if every question were answered.

Refusals: the share of uncovered questions that are refused, and of covered ones that are refused
wrongly, at the shipped threshold; then with the threshold moved to where exactly 5 % of the covered
questions are refused; and the area under the ROC curve of the confidence. Uncovered questions of a
SQuAD file come about in three ways:

- halves: its articles are split in two, and each half in turn is indexed alone in a system of its
  own, which is asked the questions of both. Figures are means over all these systems.
- left_out: all articles are indexed, and each question is asked of all but the article that
  answers it, by a filter. Word rarities still know the left out article.
- off_topic: the questions are asked of the sample materials, whose own questions are the covered
  ones.
"""

import argparse
import asyncio
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "backend")]

from corpora import (  # noqa: E402
    Question,
    empty_system,
    load_samples,
    load_squad,
    others,
    read_squad,
)
from measures import auc, contains_answer, mean, share, threshold_at  # noqa: E402
from report import print_figures, print_json, print_table  # noqa: E402

from rag_system.parts import Parts  # noqa: E402
from utils.logging import configure_logging  # noqa: E402

FALSE_REFUSALS = 0.05
SPLITS = 3
Figures = dict[str, float]


class Reply(NamedTuple):
    """What a question got; `sentences` as if it had been answered, however likely right."""

    question: Question
    answered: bool
    confidence: float
    sentences: list[str]

    @property
    def right(self) -> bool:
        return contains_answer(" ".join(self.sentences), self.question.answers)

    @property
    def right_at_once(self) -> bool:
        return contains_answer(" ".join(self.sentences[:1]), self.question.answers)


async def ask(parts: Parts, question: Question, document_ids: list[str] | None = None) -> Reply:
    retrieved = await parts.retriever.retrieve(question.text, top_k=5, document_ids=document_ids)
    answer = parts.answerer.answer(retrieved)
    return Reply(
        question, answer.answered, answer.confidence, parts.answerer.best_sentences(retrieved)
    )


async def ask_all(parts: Parts, questions: Sequence[Question]) -> list[Reply]:
    return [await ask(parts, question) for question in questions]


def answer_quality(covered: Sequence[Reply]) -> Figures:
    return {
        "answer_3_sentences": share([reply.right for reply in covered]),
        "answer_first_sentence": share([reply.right_at_once for reply in covered]),
    }


def refusals(covered: Sequence[Reply], uncovered: Sequence[Reply]) -> Figures:
    """Refusals at the shipped threshold."""
    return {
        "false_refusals": share([not reply.answered for reply in covered]),
        "refused_uncovered": share([not reply.answered for reply in uncovered]),
    }


def separation(covered: Sequence[Reply], uncovered: Sequence[Reply]) -> Figures:
    """Refusals at the shipped threshold, at 5 % false ones, and at every threshold (AUC)."""
    sure = [reply.confidence for reply in covered]
    unsure = [reply.confidence for reply in uncovered]
    threshold = threshold_at(sure, FALSE_REFUSALS)
    return {
        **refusals(covered, uncovered),
        "refused_at_5_percent": share([one < threshold for one in unsure]),
        "threshold_at_5_percent": threshold,
        "auc": auc(sure, unsure),
    }


def by_coverage(replies: Sequence[Reply]) -> tuple[list[Reply], list[Reply]]:
    """Replies to covered and to uncovered questions."""
    covered = [reply for reply in replies if reply.question.place is not None]
    return covered, [reply for reply in replies if reply.question.place is None]


# --- a file in SQuAD's layout ------------------------------------------------------------------


def halves(topics: Sequence[str], splits: int) -> list[set[str]]:
    """Both halves of each of some seeded splits of the topics."""
    chosen: list[set[str]] = []
    for seed in range(splits):
        shuffled = random.Random(seed).sample(topics, len(topics))  # noqa: S311 - reproducible
        middle = len(topics) // 2
        chosen += [set(shuffled[:middle]), set(shuffled[middle:])]
    return chosen


async def measure_halves(file: Path, splits: int) -> Figures:
    topics = list(dict.fromkeys(context.topic for context in read_squad(file)))
    found = []
    for half in halves(topics, splits):
        async with empty_system(ingest=False) as parts:
            questions, _ = await load_squad(parts, file, half)
            found.append(separation(*by_coverage(await ask_all(parts, questions))))
    return {name: mean([figures[name] for figures in found]) for name in found[0]}


async def measure_whole(file: Path) -> tuple[Figures, Figures]:
    """Answers over the whole file, and refusals with one article left out."""
    async with empty_system(ingest=False) as parts:
        questions, documents = await load_squad(parts, file)
        covered = await ask_all(parts, questions)
        uncovered = [await ask(parts, one, others(documents, one.topic)) for one in questions]
    return answer_quality(covered), separation(covered, uncovered)


async def measure_off_topic(file: Path) -> Figures:
    strange = [
        Question(text, None, answers, "squad")
        for context in read_squad(file)
        for text, answers in context.questions
    ]
    async with empty_system(ingest=True) as parts:
        covered, _ = by_coverage(await ask_all(parts, await load_samples(parts)))
        return separation(covered, await ask_all(parts, strange))


async def report_squad(file: Path, splits: int) -> None:
    answers, left_out = await measure_whole(file)
    refused = {
        "halves": await measure_halves(file, splits),
        "left_out": left_out,
        "off_topic": await measure_off_topic(file),
    }
    print_figures(file.stem, answers)
    _print_refusals(refused)
    print_json("answers", file.stem, {**answers, **refused})


# --- the sample materials ----------------------------------------------------------------------


def kinds(replies: Sequence[Reply]) -> dict[str, Figures]:
    """Answers and refusals by kind of question; an uncovered one has no answer to be right."""
    found: dict[str, Figures] = {}
    for kind in dict.fromkeys(reply.question.kind for reply in replies):
        asked = [reply for reply in replies if reply.question.kind == kind]
        covered, _ = by_coverage(asked)
        found[kind] = {
            "questions": float(len(asked)),
            **(answer_quality(covered) if covered else {}),
            "refused": share([not reply.answered for reply in asked]),
        }
    return found


async def report_samples() -> None:
    async with empty_system(ingest=True) as parts:
        replies = await ask_all(parts, await load_samples(parts))
    covered, uncovered = by_coverage(replies)
    answers = answer_quality(covered)
    refused = separation(covered, uncovered)
    by_kind = kinds(replies)
    print_figures("samples", answers)
    _print_refusals({"samples": refused})
    print_table(
        "by kind of question",
        ["kind", "questions", "3 sentences", "first", "refused"],
        [
            [
                kind,
                int(figures["questions"]),
                figures.get("answer_3_sentences"),
                figures.get("answer_first_sentence"),
                figures["refused"],
            ]
            for kind, figures in by_kind.items()
        ],
    )
    print_json("answers", "samples", {**answers, **refused, "kinds": by_kind})


def _print_refusals(found: dict[str, Figures]) -> None:
    names = list(next(iter(found.values())))
    print_table(
        "refusals",
        ["uncovered by", *names],
        [[way, *(figures[name] for name in names)] for way, figures in found.items()],
    )


def main() -> None:
    configure_logging("WARNING", "console")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, help="a file in SQuAD's layout")
    parser.add_argument("--splits", type=int, default=SPLITS, help="splits into halves")
    options = parser.parse_args()
    if options.data is None:
        asyncio.run(report_samples())
    else:
        asyncio.run(report_squad(options.data, options.splits))


if __name__ == "__main__":
    main()
