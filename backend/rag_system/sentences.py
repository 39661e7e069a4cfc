"""The sentences of a passage that may be quoted, each with what it stands under."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rag_system.catalog import StoredPassage
from rag_system.chunking import split_sentences
from rag_system.index.base import LexicalIndex
from rag_system.language import detect
from rag_system.terms import QuestionTerms

_SENTENCE_END = (".", "!", "?", ":", ";", "…", '"', "”", ")")
_MIN_TABLE_ROWS = 3
_NUMBER = re.compile(r"\d+")
# What a term in the heading or table header over a sentence counts of a term in the sentence.
CONTEXT_SHARE = 0.5


@dataclass(frozen=True)
class Sentence:
    """A sentence, list item or table row, verbatim.

    `context` is the heading over it and, for a table's row, the header line; `header` is that
    header line, to be shown with the row.
    """

    text: str
    context: str
    header: str | None = None

    @property
    def shown(self) -> str:
        """What an answer shows: a row makes sense only under its header."""
        return f"{self.header}  \n{self.text}" if self.header else self.text


@dataclass(frozen=True)
class ScoredSentence:
    """A sentence with how well it meets the question, each from 0 to 1.

    `coverage` is the share of the question's terms, weighted by rarity, that it holds; terms that
    only its heading, its table's header or the document's title hold count half. `similarity` is
    its cosine to the question, 0 where that is not known. `score` sums both up.
    """

    sentence: Sentence
    coverage: float
    similarity: float
    score: float


class Analysed(NamedTuple):
    """A sentence with its terms, and those that only what stands over it lends it."""

    sentence: Sentence
    terms: frozenset[str]
    lent: frozenset[str]


def analyse(passage: StoredPassage, lexical: LexicalIndex) -> list[Analysed]:
    """The sentences of a passage, in order, as every question finds them."""
    language = detect(passage.text)
    sentences = sentences_of(passage)
    contexts = {
        context: frozenset(lexical.analyze(f"{context}\n{passage.title}", language))
        for context in {sentence.context for sentence in sentences}
    }
    analysed = []
    for sentence in sentences:
        terms = frozenset(lexical.analyze(sentence.text, language))
        analysed.append(Analysed(sentence, terms, contexts[sentence.context] - terms))
    return analysed


def score_sentences(
    analysed: Sequence[Analysed],
    question: QuestionTerms,
    similarities: Sequence[float] | None,
    weight: float,
) -> list[ScoredSentence]:
    """Sentences of a passage, each with its score.

    `similarities` are the cosines of these sentences, if known, and `weight` what they count
    beside the coverage.
    """
    if similarities is None or len(similarities) != len(analysed):
        similarities, weight = [0.0] * len(analysed), 0.0
    scored = []
    for (sentence, terms, lent), cosine in zip(analysed, similarities, strict=True):
        held = question.held(terms)
        coverage = question.weight(held)
        coverage += CONTEXT_SHARE * question.weight(question.held(lent) - held)
        similarity = max(0.0, cosine)
        score = (coverage + weight * similarity) / (1 + weight)
        scored.append(ScoredSentence(sentence, coverage, similarity, score))
    return scored


def sentences_of(passage: StoredPassage) -> list[Sentence]:
    """The sentences of a passage; its heading lines lend context but say nothing themselves."""
    lines = passage.text.split("\n")
    headings = set(passage.headings)
    found: list[Sentence] = []
    heading = passage.section or ""
    run: list[str] = []
    for number, line in enumerate(lines):
        if number not in headings and _is_row(line):
            run.append(line)
            continue
        found += _rows(run, heading)
        run = []
        if number in headings:
            heading = line
        else:
            found += [Sentence(text, heading) for text in split_sentences(line)]
    found += _rows(run, heading)
    return [sentence for sentence in found if any(map(str.isalnum, sentence.text))]


def _is_row(line: str) -> bool:
    """Whether a line may be a row of a table that was read as plain text."""
    open_end = not line.rstrip().endswith(_SENTENCE_END)
    return open_end and "; " not in line and len(split_sentences(line)) == 1


def _rows(run: list[str], heading: str) -> Iterator[Sentence]:
    header = run[0] if _is_table(run) else None
    for line in run[1:] if header else run:
        context = f"{heading}\n{header}" if header else heading
        yield Sentence(line, context, header)


def _is_table(run: list[str]) -> bool:
    """A run of lines is a table under its header where the rows have more numbers than it."""
    if len(run) < _MIN_TABLE_ROWS:
        return False
    header, *rows = (len(_NUMBER.findall(line)) for line in run)
    return sum(rows) > 2 * header * len(rows) and sum(map(bool, rows)) * 2 > len(rows)
