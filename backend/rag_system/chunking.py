"""From pages to passages: about 900 characters, on sentence borders, never across a page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from rag_system.parsing.base import Block, Page

MAX_CHARS = 900
OVERLAP_CHARS = 150
# A heading opens a new passage unless the one before it is shorter than this.
MIN_CHARS = 300

_ABBREVIATIONS = (
    "al art arts av cap cf cia dr dra drs ed etc ex fig figs inc jr ltda máx mín min max no nº núm "
    "obs p pág págs pp prof profa sr sra srta tab tel vol vs aprox approx e.g i.e mr mrs ms st"
)
_NO_END = frozenset(_ABBREVIATIONS.split())
_SENTENCE_BREAK = re.compile(r"(?<=[.!?…])[\"”’)\]]*\s+(?=[\"“‘(\[•–-]?\s?[A-ZÀ-ÖØ-Þ0-9])")
_CLOSERS = '"”’)]'


@dataclass(frozen=True)
class Passage:
    """A piece of a page; `section` is the heading it stands under.

    `headings` are the numbers of the lines of `text`, from 0, that are headings themselves.
    """

    text: str
    page: int | None
    section: str | None
    headings: tuple[int, ...] = ()


def split_sentences(text: str) -> list[str]:
    """Sentences of a text, each a verbatim part of it; line ends always part sentences."""
    return [sentence for line in text.split("\n") for sentence in _sentences_of_line(line.strip())]


def _sentences_of_line(line: str) -> Iterator[str]:
    start = 0
    for border in _SENTENCE_BREAK.finditer(line):
        sentence = line[start : border.end()].strip()
        if _ends_in_abbreviation(line[start : border.start()]):
            continue
        yield sentence
        start = border.end()
    if line[start:].strip():
        yield line[start:].strip()


def _ends_in_abbreviation(text: str) -> bool:
    last = text.rstrip(_CLOSERS)
    if not last.endswith("."):
        return False
    word = last[:-1].rsplit(maxsplit=1)[-1:]
    if not word:
        return False
    name = word[0].rpartition("(")[2].lower()
    return name in _NO_END or (len(name) == 1 and name.isalpha())


def make_passages(pages: list[Page]) -> list[Passage]:
    """Passages of a document, in order; a heading holds until the next one, over page ends too."""
    passages: list[Passage] = []
    section: str | None = None
    for page in pages:
        section = page.section or section
        builder = _PageBuilder(page.number, section)
        for block in page.blocks:
            builder.add(block)
        passages += builder.finish()
        section = builder.section
    return passages


class _Piece(NamedTuple):
    """A sentence or heading, and what parts it from the piece before."""

    separator: str
    text: str
    heading: bool


@dataclass
class _PageBuilder:
    """Gathers the passages of one page."""

    page: int | None
    section: str | None
    passages: list[Passage] = field(default_factory=list)
    # The passage under way, and the heading it began under.
    pieces: list[_Piece] = field(default_factory=list)
    pieces_section: str | None = None
    # Whether the passage holds more than what overlaps with the one before it.
    fresh: bool = False

    def add(self, block: Block) -> None:
        if block.kind == "heading":
            self._add_heading(block.text)
            return
        separator = "\n"
        for sentence in _bounded(split_sentences(block.text)):
            self._add_sentence(separator, sentence, overlap=block.kind == "text")
            separator = " "

    def finish(self) -> list[Passage]:
        self._close()
        return self.passages

    def _add_heading(self, text: str) -> None:
        self.section = text[:300]
        if self._length() >= MIN_CHARS:
            self._close()
        if not self.fresh:
            self.pieces = []
        # The heading's own line stays in the text: what looks like one may be a table's row.
        for piece in _bounded([text.strip()]):
            self._add_sentence("\n", piece, overlap=False, heading=True)

    def _add_sentence(
        self, separator: str, sentence: str, *, overlap: bool, heading: bool = False
    ) -> None:
        if self.fresh and self._length() + len(sentence) + 1 > MAX_CHARS:
            self._close()
            self.pieces = self._tail() if overlap else []
            if self._length() + len(sentence) + 1 > MAX_CHARS:
                self.pieces = []
        if not self.pieces or not self.fresh:
            self.pieces_section = self.section
        self.pieces.append(_Piece(separator, sentence, heading))
        self.fresh = True

    def _close(self) -> None:
        if self.fresh:
            lines = "".join(piece.separator + piece.text for piece in self.pieces).strip("\n")
            self.passages.append(
                Passage(lines.strip(), self.page, self.pieces_section, self._heading_lines())
            )
        self.fresh = False

    def _heading_lines(self) -> tuple[int, ...]:
        first, *others = self.pieces
        lines = [first, *(piece for piece in others if piece.separator == "\n")]
        return tuple(number for number, piece in enumerate(lines) if piece.heading)

    def _tail(self) -> list[_Piece]:
        last = self.pieces[-1]
        return [last._replace(separator="\n")] if len(last.text) <= OVERLAP_CHARS else []

    def _length(self) -> int:
        return sum(len(piece.separator) + len(piece.text) for piece in self.pieces)


def _bounded(sentences: list[str]) -> Iterator[str]:
    """Sentences of at most MAX_CHARS; a longer one is cut between words."""
    for sentence in sentences:
        rest = sentence
        while len(rest) > MAX_CHARS:
            cut = rest.rfind(" ", 1, MAX_CHARS)
            cut = cut if cut > 0 else MAX_CHARS
            yield rest[:cut]
            rest = rest[cut:].lstrip()
        if rest:
            yield rest
