"""Write the sample materials in ``data/samples/`` from the sources in ``scripts/samples/``.

The sources are plain Markdown, JSON and CSV; this script turns them into the file formats that
a school really hands out (PDF, DOCX, PPTX, XLSX). The output is reproducible: two runs with the
same library versions write the same bytes.

Usage::

    pip install reportlab python-docx python-pptx openpyxl
    python scripts/make_samples.py            # write the materials

    pip install kreuzberg
    python scripts/make_samples.py --check    # check the questions against the materials
"""

from __future__ import annotations

import argparse
import datetime as dt
import html
import json
import re
import shutil
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "scripts" / "samples"
MATERIALS = ROOT / "data" / "samples"
QUESTIONS = ROOT / "benchmarks" / "data" / "samples_pt.json"

SCHOOL = "Escola Aurora de Força"
FIXED_DATE = dt.datetime(2026, 1, 15, 12, 0, 0, tzinfo=dt.UTC)

PDF_NAMES = (
    "manual-de-treinamento-de-forca",
    "guia-de-periodizacao",
    "recuperacao-e-prevencao-de-lesoes",
    "regulamento-da-escola",
)
DOCX_NAME = "protocolo-de-avaliacao-fisica"
PPTX_NAME = "tecnica-agachamento-e-levantamento-terra"
XLSX_NAME = "planilha-de-cargas"
COPIED_FILES = ("perguntas-frequentes.md", "catalogo-de-aulas.csv")

NAVY = "1F2F46"
ORANGE = "D9622B"
SAND = "F6EFE6"
GREY = "6B7280"


# --- Markdown subset -------------------------------------------------------------------------


@dataclass
class Heading:
    level: int
    text: str


@dataclass
class Paragraph:
    text: str


@dataclass
class Items:
    ordered: bool
    items: list[str]


@dataclass
class Table:
    header: list[str]
    rows: list[list[str]]


@dataclass
class Note:
    """A quoted paragraph: a highlighted box on paper, speaker notes on a slide."""

    text: str


class PageBreak:
    """The line ``<!-- page -->``: what follows starts on a new page."""


Block = Heading | Paragraph | Items | Table | Note | PageBreak


@dataclass
class Document:
    title: str
    subtitle: str
    blocks: list[Block] = field(default_factory=list)


def read_document(path: Path) -> Document:
    """Parse a source file: a front matter with title and subtitle, then blank-separated blocks."""
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    meta = dict(line.split(": ", 1) for line in front.strip().splitlines())
    blocks = [parse_block(chunk.strip()) for chunk in re.split(r"\n\s*\n", body.strip())]
    return Document(meta["title"], meta["subtitle"], blocks)


def parse_block(chunk: str) -> Block:
    lines = chunk.splitlines()
    if chunk == "<!-- page -->":
        return PageBreak()
    if match := re.fullmatch(r"(#+) (.+)", chunk):
        return Heading(len(match[1]), match[2])
    if chunk.startswith("> "):
        return Note(" ".join(line.removeprefix("> ") for line in lines))
    if chunk.startswith("- "):
        return Items(False, [line.removeprefix("- ") for line in lines])
    if re.match(r"\d+\. ", chunk):
        return Items(True, [re.sub(r"^\d+\. ", "", line) for line in lines])
    if chunk.startswith("|"):
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        return Table(cells[0], cells[2:])
    return Paragraph(" ".join(lines))


def split_bold(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a text with ``**bold**`` marks, each with its weight."""
    for index, piece in enumerate(text.split("**")):
        if piece:
            yield piece, index % 2 == 1


# --- PDF -------------------------------------------------------------------------------------


def write_pdf(document: Document, target: Path) -> None:
    import reportlab
    from reportlab.lib.colors import HexColor
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import cm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import (
        BaseDocTemplate,
        Flowable,
        Frame,
        PageTemplate,
        Spacer,
        TableStyle,
    )
    from reportlab.platypus import PageBreak as PdfPageBreak
    from reportlab.platypus import Paragraph as PdfParagraph
    from reportlab.platypus import Table as PdfTable

    # Bitstream Vera comes with reportlab, so the result does not depend on the system's fonts.
    fonts = Path(reportlab.__file__).parent / "fonts"
    pdfmetrics.registerFont(TTFont("Body", str(fonts / "Vera.ttf")))
    pdfmetrics.registerFont(TTFont("Body-Bold", str(fonts / "VeraBd.ttf")))
    pdfmetrics.registerFontFamily("Body", normal="Body", bold="Body-Bold")

    navy, orange = HexColor(f"#{NAVY}"), HexColor(f"#{ORANGE}")
    sand, grey = HexColor(f"#{SAND}"), HexColor(f"#{GREY}")
    margin = 2 * cm
    width = A4[0] - 2 * margin

    body = ParagraphStyle("body", fontName="Body", fontSize=10.5, leading=16, spaceAfter=8)
    heading1 = ParagraphStyle(
        "heading1", fontName="Body-Bold", fontSize=17, leading=22, textColor=navy, spaceAfter=10
    )
    heading2 = ParagraphStyle(
        "heading2",
        fontName="Body-Bold",
        fontSize=12,
        leading=16,
        textColor=orange,
        spaceBefore=8,
        spaceAfter=5,
    )
    item = ParagraphStyle(
        "item",
        parent=body,
        leftIndent=16,
        bulletIndent=3,
        spaceAfter=3,
        bulletFontName="Body",
        bulletFontSize=10,
    )
    note = ParagraphStyle(
        "note",
        parent=body,
        backColor=sand,
        borderPadding=(6, 8, 6, 8),
        leftIndent=8,
        rightIndent=8,
        spaceBefore=8,
        spaceAfter=12,
    )
    cell = ParagraphStyle("cell", parent=body, fontSize=9, leading=12.5, spaceAfter=0)
    header_cell = ParagraphStyle(
        "header-cell", parent=cell, fontName="Body-Bold", textColor=HexColor("#FFFFFF")
    )
    table_style = TableStyle(
        [
            ("BACKGROUND", (0, 0), (-1, 0), navy),
            ("ROWBACKGROUNDS", (0, 1), (-1, -1), [HexColor("#FFFFFF"), sand]),
            ("GRID", (0, 0), (-1, -1), 0.4, HexColor("#C9C3BA")),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 4.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4.5),
        ]
    )

    def markup(text: str) -> str:
        pieces = ((html.escape(piece), bold) for piece, bold in split_bold(text))
        return "".join(f"<b>{piece}</b>" if bold else piece for piece, bold in pieces)

    def table(block: Table) -> PdfTable:
        longest = [
            min(26, max(12, *(len(row[column]) for row in [block.header, *block.rows])))
            for column in range(len(block.header))
        ]
        rows = [[PdfParagraph(markup(text), header_cell) for text in block.header]]
        rows += [[PdfParagraph(markup(text), cell) for text in row] for row in block.rows]
        widths = [width * length / sum(longest) for length in longest]
        return PdfTable(
            rows, colWidths=widths, style=table_style, repeatRows=1, spaceBefore=4, spaceAfter=12
        )

    def flowables(block: Block) -> list[Flowable]:
        match block:
            case Heading(level, text):
                return [PdfParagraph(markup(text), heading1 if level == 1 else heading2)]
            case Paragraph(text):
                return [PdfParagraph(markup(text), body)]
            case Note(text):
                return [PdfParagraph(markup(text), note)]
            case Items(ordered, items):
                return [
                    PdfParagraph(markup(text), item, bulletText=f"{n}." if ordered else "•")
                    for n, text in enumerate(items, start=1)
                ] + [Spacer(1, 3)]
            case Table():
                return [table(block)]
            case _:
                return [PdfPageBreak()]

    pages = 1 + sum(isinstance(block, PageBreak) for block in document.blocks)

    def decorate(canvas: Canvas, template: BaseDocTemplate) -> None:
        first = template.page == 1
        canvas.setFillColor(navy)
        canvas.rect(0, A4[1] - (3.1 if first else 0.5) * cm, A4[0], 3.1 * cm, stroke=0, fill=1)
        if first:
            canvas.setFillColor(HexColor("#FFFFFF"))
            canvas.setFont("Body-Bold", 20)
            canvas.drawString(margin, A4[1] - 1.7 * cm, document.title)
            canvas.setFont("Body", 10)
            canvas.drawString(margin, A4[1] - 2.4 * cm, f"{document.subtitle} · {SCHOOL}")
        canvas.setStrokeColor(orange)
        canvas.line(margin, 1.6 * cm, A4[0] - margin, 1.6 * cm)
        canvas.setFillColor(grey)
        canvas.setFont("Body", 7.5)
        canvas.drawString(margin, 1.1 * cm, f"{SCHOOL} · {document.title}")
        canvas.drawRightString(A4[0] - margin, 1.1 * cm, f"Página {template.page} de {pages}")

    def template(name: str, top: float, following: str) -> PageTemplate:
        frame = Frame(
            margin, 1.9 * cm, width, A4[1] - (top + 1.9) * cm, leftPadding=0, rightPadding=0
        )
        return PageTemplate(name, [frame], onPage=decorate, autoNextPageTemplate=following)

    pdf = BaseDocTemplate(
        str(target),
        pagesize=A4,
        title=document.title,
        author=SCHOOL,
        subject=document.subtitle,
        lang="pt-BR",
        invariant=1,
    )
    pdf.addPageTemplates([template("first", 3.6, "later"), template("later", 1.3, "later")])
    pdf.build([flowable for block in document.blocks for flowable in flowables(block)])
    if pdf.page != pages:
        raise ValueError(f"{target.name}: {pdf.page} pages, expected {pages}: a page overflows")


# --- DOCX ------------------------------------------------------------------------------------


def write_docx(document: Document, target: Path) -> None:
    import docx
    from docx.shared import Pt, RGBColor

    out = docx.Document()
    out.styles["Normal"].font.name = "Calibri"
    out.styles["Normal"].font.size = Pt(11)
    set_properties(out.core_properties, document)

    out.add_heading(document.title, level=0)
    subtitle = out.add_paragraph().add_run(f"{document.subtitle} · {SCHOOL}")
    subtitle.font.color.rgb = RGBColor.from_string(GREY)
    for block in document.blocks:
        match block:
            case Heading(level, text):
                out.add_heading(text, level=level)
            case Paragraph(text) | Note(text):
                paragraph = out.add_paragraph()
                for piece, bold in split_bold(text):
                    paragraph.add_run(piece).bold = bold
            case Items(ordered, items):
                for text in items:
                    out.add_paragraph(text, style="List Number" if ordered else "List Bullet")
            case Table(header, rows):
                table = out.add_table(rows=0, cols=len(header), style="Light Grid Accent 1")
                for row in [header, *rows]:
                    for cell, text in zip(table.add_row().cells, row, strict=True):
                        cell.text = text
                out.add_paragraph()
            case PageBreak():
                out.add_page_break()  # type: ignore[no-untyped-call]
    out.save(str(target))
    fix_archive(target)


def set_properties(properties: Any, document: Document) -> None:
    """Fill in the core properties that python-docx and python-pptx have in common."""
    properties.title = document.title
    properties.subject = document.subtitle
    properties.author = properties.last_modified_by = SCHOOL
    properties.comments = properties.keywords = ""
    properties.language = "pt-BR"
    properties.created = properties.modified = FIXED_DATE


# --- PPTX ------------------------------------------------------------------------------------


def write_pptx(document: Document, target: Path) -> None:
    """Write one slide per first-level heading; a quoted paragraph becomes the speaker notes."""
    from pptx import Presentation
    from pptx.dml.color import RGBColor
    from pptx.util import Cm, Pt

    deck = Presentation()
    deck.slide_width, deck.slide_height = Cm(33.867), Cm(19.05)
    set_properties(deck.core_properties, document)
    title_and_text, title_only = deck.slide_layouts[1], deck.slide_layouts[5]

    slide: Any = None
    for block, following in zip(document.blocks, [*document.blocks[1:], None], strict=True):
        match block:
            case Heading(_, text):
                layout = title_only if isinstance(following, Table) else title_and_text
                slide = deck.slides.add_slide(layout)
                title = slide.shapes.title
                title.left, title.top, title.width, title.height = Cm(2), Cm(1), Cm(29.8), Cm(3)
                title.text = text
                run = title.text_frame.paragraphs[0].runs[0]
                run.font.size, run.font.bold = Pt(34), True
                run.font.color.rgb = RGBColor.from_string(NAVY)  # type: ignore[no-untyped-call]
            case Items(_, items):
                body = slide.placeholders[1]
                body.left, body.top, body.width, body.height = Cm(2.5), Cm(5), Cm(28.8), Cm(12)
                body.text_frame.text = "\n".join(items)
                for paragraph in body.text_frame.paragraphs:
                    paragraph.font.size, paragraph.space_after = Pt(26), Pt(12)
            case Table(header, rows):
                shape = slide.shapes.add_table(
                    len(rows) + 1, len(header), Cm(2.5), Cm(5), Cm(28.8), Cm(9)
                )
                for y, row in enumerate([header, *rows]):
                    for x, text in enumerate(row):
                        shape.table.cell(y, x).text = text
            case Note(text):
                slide.notes_slide.notes_text_frame.text = text
            case _:
                raise ValueError(f"{target.name}: a slide cannot hold {block!r}")
    deck.save(str(target))
    fix_archive(target)


# --- XLSX ------------------------------------------------------------------------------------


def write_xlsx(source: Path, target: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    data = json.loads(source.read_text(encoding="utf-8"))
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = data["title"]
    book.properties.creator = SCHOOL
    book.properties.created = FIXED_DATE
    for content in data["sheets"]:
        sheet = book.create_sheet(content["name"])
        rows = [content["header"], *content["rows"]]
        for row in rows:
            sheet.append(row)
        for cell in sheet[1]:
            cell.font = Font(bold=True, color="FFFFFF")
            cell.fill = PatternFill("solid", fgColor=NAVY)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
        for column in range(len(content["header"])):
            longest = max(len(str(row[column])) for row in rows)
            sheet.column_dimensions[get_column_letter(column + 1)].width = longest + 3
        sheet.freeze_panes = "A2"
    book.save(target)
    fix_archive(target)


def fix_archive(path: Path) -> None:
    """Rewrite an Office file with fixed dates, so that the same content gives the same bytes."""
    stamp = FIXED_DATE.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            fixed = content
            if name == "docProps/core.xml":
                fixed = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            info = zipfile.ZipInfo(name, FIXED_DATE.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, fixed)


# --- Check of the questions ------------------------------------------------------------------


def normalise(text: str) -> str:
    return " ".join(text.split())


def has_words(text: str, answer: str) -> bool:
    """Tell whether the answer stands in the text as whole words, so that 12 is not in 120."""
    return bool(re.search(rf"(?<!\w){re.escape(normalise(answer))}(?!\w)", normalise(text)))


def extracted_pages(path: Path) -> dict[int, str]:
    """Return the text of each page (or slide, or sheet) as the product's extractor sees it."""
    from kreuzberg import ExtractionConfig, PageConfig, extract_file_sync

    config = ExtractionConfig(pages=PageConfig(extract_pages=True))
    result = extract_file_sync(path, config=config)
    pages = {page["page_number"]: page["content"] for page in result.pages or []}
    boundaries = (result.metadata.get("pages") or {}).get("boundaries") or []
    if len(boundaries) > len(pages):  # slides come as byte ranges of one text, not as pages
        raw = result.content.encode()
        for boundary in boundaries:
            span = raw[boundary["byte_start"] : boundary["byte_end"]]
            pages[boundary["page_number"]] = span.decode(errors="replace")
    for table in result.tables:
        cells = "\n".join(" | ".join(row) for row in table.cells)
        pages[table.page_number] = f"{pages.get(table.page_number, '')}\n{cells}"
    return pages or {1: result.content}


def check_questions() -> int:
    """Report every answerable question whose answer is not on its page; return their number."""
    questions = json.loads(QUESTIONS.read_text(encoding="utf-8"))["questions"]
    names = sorted({q["document"] for q in questions if q["document"]})
    texts = {name: extracted_pages(MATERIALS / name) for name in names}
    failures = 0
    for question in questions:
        if question["document"] is None:
            continue
        page = texts[question["document"]].get(question["page"], "")
        if not has_words(page, question["answer"]):
            failures += 1
            where = f"{question['document']} p. {question['page']}"
            print(f"{question['id']}: {question['answer']!r} is not in {where}", file=sys.stderr)
    identifiers = Counter(question["id"] for question in questions)
    duplicates = [identifier for identifier, count in identifiers.items() if count > 1]
    if duplicates:
        failures += len(duplicates)
        print(f"repeated ids: {', '.join(duplicates)}", file=sys.stderr)

    kinds = Counter(question["kind"] for question in questions)
    documents = Counter(question["document"] or "(none)" for question in questions)
    for title, counts in (("kind", kinds), ("document", documents)):
        print(f"questions per {title}:")
        for name, count in sorted(counts.items()):
            print(f"  {count:3d}  {name}")
    print(f"{len(questions)} questions, {failures} failures")
    return failures


# --- Command line ----------------------------------------------------------------------------


def write_materials() -> None:
    MATERIALS.mkdir(parents=True, exist_ok=True)
    for name in PDF_NAMES:
        write_pdf(read_document(SOURCES / f"{name}.md"), MATERIALS / f"{name}.pdf")
    write_docx(read_document(SOURCES / f"{DOCX_NAME}.md"), MATERIALS / f"{DOCX_NAME}.docx")
    write_pptx(read_document(SOURCES / f"{PPTX_NAME}.md"), MATERIALS / f"{PPTX_NAME}.pptx")
    write_xlsx(SOURCES / f"{XLSX_NAME}.json", MATERIALS / f"{XLSX_NAME}.xlsx")
    for name in COPIED_FILES:
        shutil.copyfile(SOURCES / name, MATERIALS / name)
    for path in sorted(MATERIALS.iterdir()):
        print(f"{path.stat().st_size:7d}  {path.relative_to(ROOT)}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Write or check the sample materials.")
    parser.add_argument(
        "--check",
        action="store_true",
        help="check that each answer of the question set occurs on its page (needs kreuzberg)",
    )
    if parser.parse_args().check:
        return 1 if check_questions() else 0
    write_materials()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
