"""From the text that extraction yields to headings, paragraphs, list items and table rows."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import takewhile

from rag_system.parsing.base import Block

_BULLET = re.compile(r"^\s*(?:[•●▪◦‣·–—*-]|\(?\d{1,3}[.)]|\(?[a-z]\))\s+")
_NUMBERED_TITLE = re.compile(
    r"^(?:(?:cap[ií]tulo|m[oó]dulo|aula|parte|anexo|se[cç][aã]o|unidade)\s+)?"
    r"\d{1,3}(?:\.\d{1,3})*[.:]?\s+",
    re.IGNORECASE,
)
_MARKDOWN_HEADING = re.compile(r"^#{1,6}\s+(.*)$")
_TABLE_RULE = re.compile(r"^\|?\s*:?-{2,}")
_MARKDOWN_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_SENTENCE_END = (".", "!", "?", ":", ";", "…", "”", '"')

# Share of the usual line width from which a line counts as full, so that its paragraph goes on.
_FULL = 0.75
_MAX_HEADING = 100
_SHORT_NUMBER = re.compile(r"(?<!\d)\d{1,5}(?!\d)")


def rows_from_table(cells: Sequence[Sequence[str]]) -> list[Block]:
    """Table rows as "column: value; column: value", so that each row makes sense alone."""
    rows = [[_cell_text(cell) for cell in row] for row in cells]
    rows = [row for row in rows if any(row)]
    titles: list[Block] = []
    while len(rows) > 2 and _is_table_title(rows[0], rows[1]):
        titles.append(Block("heading", rows.pop(0)[0]))
    if not rows:
        return []
    header, *body = rows
    if not body:
        return [*titles, Block("row", "; ".join(cell for cell in header if cell))]
    return [*titles, *(Block("row", _row_text(header, row)) for row in body)]


def _is_table_title(row: Sequence[str], below: Sequence[str]) -> bool:
    """A line over the header: one text alone, or merged over the columns, above several."""
    return bool(row[0]) and len({cell for cell in row if cell}) == 1 and len(set(below)) > 2


def _cell_text(cell: str) -> str:
    # A spreadsheet's date comes with the midnight that its reader never sees.
    return " ".join(cell.split()).removesuffix(" 00:00:00")


def _row_text(header: Sequence[str], row: Sequence[str]) -> str:
    names = [*header, *[""] * (len(row) - len(header))]
    return "; ".join(
        f"{name}: {value}" if name else value
        for name, value in zip(names, row, strict=False)
        if value
    )


def blocks_from_markdown(text: str) -> list[Block]:
    """Blocks of a Markdown text; emphasis marks and escapes are taken off."""
    blocks: list[Block] = []
    for group in _paragraphs(text):
        if len(group) > 1 and group[0].startswith("|") and _TABLE_RULE.match(group[1]):
            blocks += rows_from_table([_cells(line) for line in group if not _is_rule(line)])
        else:
            blocks += _markdown_group(group)
    return blocks


def _paragraphs(text: str) -> Iterable[list[str]]:
    group: list[str] = []
    for line in text.splitlines():
        if line.strip():
            group.append(line.strip())
        elif group:
            yield group
            group = []
    if group:
        yield group


def _is_rule(line: str) -> bool:
    return bool(_TABLE_RULE.match(line))


def _cells(line: str) -> list[str]:
    return [_plain(cell) for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def _markdown_group(lines: Sequence[str]) -> list[Block]:
    blocks: list[Block] = []
    for line in lines:
        heading = _MARKDOWN_HEADING.match(line)
        if heading:
            blocks.append(Block("heading", _plain(heading.group(1))))
        elif blocks and blocks[-1].kind == "text" and not _BULLET.match(line):
            blocks[-1] = Block("text", f"{blocks[-1].text} {_plain(line)}")
        elif _plain(line):
            blocks.append(Block("text", _plain(line)))
    return blocks


def _plain(text: str) -> str:
    unescaped = _MARKDOWN_ESCAPE.sub(r"\1", text)
    return _EMPHASIS.sub(r"\2", unescaped).strip()


def blocks_from_slide(text: str) -> list[Block]:
    """Blocks of a slide's plain text: its title first, then items; tabs part table cells."""
    blocks: list[Block] = []
    table: list[list[str]] = []
    for line in (line.strip() for line in text.splitlines() if line.strip()):
        if "\t" in line:
            table.append(line.split("\t"))
            continue
        blocks += rows_from_table(table)
        table = []
        if line != "Notes:":
            blocks.append(Block("text" if blocks else "heading", line))
    return blocks + rows_from_table(table)


def without_running_lines(pages: Sequence[str]) -> list[list[str]]:
    """Lines of each page, less the headers and footers that most pages repeat.

    A running line is one among the first three or last two of its page that stands there on at
    least three pages and on half of them; one number in it may grow with the page.
    """
    split = [[line.strip() for line in page.splitlines() if line.strip()] for page in pages]
    seen = Counter(
        key
        for page, lines in enumerate(split)
        for key in {key for line in _edges(lines) for key in _shapes(line, page)}
    )
    needed = max(3, len(split) / 2)
    running = {key for key, count in seen.items() if count >= needed}
    return [_without(lines, page, running) for page, lines in enumerate(split)]


def _edges(lines: Sequence[str]) -> list[str]:
    return [*lines[:3], *lines[-2:]]


def _without(lines: Sequence[str], page: int, running: set[str]) -> list[str]:
    # Only a run that touches the page's edge: further in, a line that repeats is body text.
    top = takewhile(lambda line: running & _shapes(line, page), lines[:3])
    start = len(list(top))
    bottom = takewhile(lambda line: running & _shapes(line, page), reversed(lines[start:][-2:]))
    return list(lines[start : len(lines) - len(list(bottom))])


def _shapes(line: str, page: int) -> set[str]:
    """The line itself, and with each of its numbers told as its distance from the page's."""
    return {line} | {
        f"{line[: match.start()]}\x00{int(match.group()) - page}\x00{line[match.end() :]}"
        for match in _SHORT_NUMBER.finditer(line)
    }


def blocks_from_lines(lines: Sequence[str]) -> list[Block]:
    """Blocks of a page of text whose lines were broken for the page's width (PDF)."""
    width = _usual_width(lines)
    blocks: list[Block] = []
    previous_full = False
    for number, line in enumerate(lines):
        full = len(line) >= _FULL * width
        if _is_heading(line, blocks, lines[number + 1 : number + 3], width):
            blocks.append(Block("heading", line))
            full = False
        elif _continues(blocks, line, previous_full=previous_full):
            blocks[-1] = Block("text", _joined(blocks[-1].text, line))
        else:
            blocks.append(Block("text", line))
        previous_full = full
    return blocks


def _usual_width(lines: Sequence[str]) -> int:
    lengths = sorted(len(line) for line in lines)
    return lengths[int(len(lengths) * 0.9)] if lengths else 0


def _continues(blocks: Sequence[Block], line: str, *, previous_full: bool) -> bool:
    if not blocks or blocks[-1].kind != "text" or _BULLET.match(line):
        return False
    open_sentence = not blocks[-1].text.endswith(_SENTENCE_END)
    return previous_full or (open_sentence and line[:1].islower())


def _joined(text: str, line: str) -> str:
    # A hyphen before a lower-case letter at a line's end is taken for a broken word.
    if text.endswith("-") and line[:1].islower() and text[-2:-1].isalpha():
        return text[:-1] + line
    return f"{text} {line}"


def _is_heading(line: str, before: Sequence[Block], following: Sequence[str], width: int) -> bool:
    """A short title-like line after a finished sentence and over text that fills the width."""
    if len(line) > min(_MAX_HEADING, _FULL * width) or not _is_title(line):
        return False
    if before and before[-1].kind == "text" and _is_open(before[-1].text):
        return False
    stacked = len(following) == 2 and len(following[0]) < 0.6 * width and _is_title(following[0])
    under = following[1:] if stacked else following[:1]
    return any(len(text) >= 0.6 * width and not text[:1].islower() for text in under)


def _is_open(text: str) -> bool:
    """Whether a text goes on in the next line; a table row, with its numbers, does not."""
    return not text.endswith(_SENTENCE_END) and not any(map(str.isdigit, text))


def _is_title(line: str) -> bool:
    title = _NUMBERED_TITLE.sub("", line)
    return (
        title[:1].isupper()
        and not line.endswith((".", ",", ";", ":", "!"))
        and not any(character.isdigit() for character in title)
    )
