"""Extraction with kreuzberg. Only the child processes of `rag_system.parsing.child` import it."""

import re
from collections.abc import Callable
from pathlib import Path

from kreuzberg import ExtractionConfig, ExtractionResult, PageConfig, extract_file_sync
from kreuzberg.exceptions import KreuzbergError

from rag_system.failures import Failure, ProcessingError
from rag_system.parsing.base import Page, ParsedDocument
from rag_system.parsing.blocks import (
    blocks_from_lines,
    blocks_from_markdown,
    blocks_from_slide,
    rows_from_table,
    without_running_lines,
)
from rag_system.parsing.media_types import FILE_TYPES

_SLIDE_MARK = "\n\x1e{page_num}\x1e\n"
# What extraction puts before a page's own text: its title, between rules.
_FRONT_MATTER = re.compile(r"\A---\n\s*(?:## )?title:[^\n]*\n(?:---\n)?")
_SLIDE = re.compile(r"\x1e(\d+)\x1e")

_PDF = FILE_TYPES[".pdf"].media_type
_DOCX = FILE_TYPES[".docx"].media_type
_XLSX = FILE_TYPES[".xlsx"].media_type
_PPTX = FILE_TYPES[".pptx"].media_type
_CSV = FILE_TYPES[".csv"].media_type
_HTML = FILE_TYPES[".html"].media_type


def extract(file: str, media_type: str) -> ParsedDocument:
    """Read a file into pages of blocks.

    Raises:
        ProcessingError: the file is damaged, protected, or holds no text.
    """
    document = ParsedDocument(_pages(Path(file), media_type))
    if not document.has_text:
        raise ProcessingError(Failure.NO_TEXT)
    return document


def _pages(file: Path, media_type: str) -> list[Page]:
    reader = _READERS.get(media_type)
    return reader(file) if reader else _text_pages(file)


def _text_pages(file: Path) -> list[Page]:
    return [Page(None, blocks_from_markdown(_decode(file.read_bytes())))]


def _html_pages(file: Path) -> list[Page]:
    markdown = _kreuzberg(file, _HTML, "markdown").content
    return [Page(None, blocks_from_markdown(_FRONT_MATTER.sub("", markdown)))]


def _csv_pages(file: Path) -> list[Page]:
    tables = _kreuzberg(file, _CSV, "plain").tables
    for table in filter(lambda table: table.cells, tables[:1]):
        table.cells[0][0] = table.cells[0][0].removeprefix("\ufeff")
    return [Page(None, [row for table in tables for row in rows_from_table(table.cells)])]


def _decode(data: bytes) -> str:
    """UTF-8 or, with its mark, UTF-16; what is neither is taken for Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _pdf_pages(file: Path) -> list[Page]:
    result = _kreuzberg(file, _PDF, "plain")
    pages = sorted(result.pages or [], key=lambda page: page["page_number"])
    lines = without_running_lines([page["content"] for page in pages])
    return [
        Page(page["page_number"], blocks_from_lines(page_lines))
        for page, page_lines in zip(pages, lines, strict=True)
    ]


def _docx_pages(file: Path) -> list[Page]:
    result = _kreuzberg(file, _DOCX, "markdown")
    pages = result.pages or []
    if len(pages) < 2:  # without page breaks of its own, a text's pages are the printer's business
        return [Page(None, blocks_from_markdown(result.content))]
    return [Page(page["page_number"], blocks_from_markdown(page["content"])) for page in pages]


def _sheets(file: Path) -> list[Page]:
    result = _kreuzberg(file, _XLSX, "plain")
    names = list(result.metadata.get("sheet_names") or [])
    pages = []
    for page in result.pages or []:
        number = page["page_number"]
        rows = [row for table in page["tables"] for row in rows_from_table(table.cells)]
        section = names[number - 1] if number <= len(names) else None
        pages.append(Page(number, rows, section))
    return pages


def _slides(file: Path) -> list[Page]:
    marked = _kreuzberg(file, _PPTX, "plain", slide_marks=True).content
    pieces = _SLIDE.split(marked)[1:]
    return [
        Page(int(number), blocks_from_slide(text))
        for number, text in zip(pieces[::2], pieces[1::2], strict=True)
    ]


_READERS: dict[str, Callable[[Path], list[Page]]] = {
    _PDF: _pdf_pages,
    _DOCX: _docx_pages,
    _XLSX: _sheets,
    _PPTX: _slides,
    _CSV: _csv_pages,
    _HTML: _html_pages,
}


def _kreuzberg(
    file: Path, media_type: str, output: str, *, slide_marks: bool = False
) -> ExtractionResult:
    config = ExtractionConfig(
        use_cache=False,
        output_format=output,
        html_options={"extract_metadata": False},
        pages=PageConfig(
            extract_pages=True, insert_page_markers=slide_marks, marker_format=_SLIDE_MARK
        ),
    )
    try:
        return extract_file_sync(file, mime_type=media_type, config=config)
    except KreuzbergError as exc:
        protected = "password" in str(exc).lower() or "encrypted" in str(exc).lower()
        raise ProcessingError(Failure.ENCRYPTED if protected else Failure.DAMAGED) from exc
