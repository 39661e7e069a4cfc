"""Builders of small files of every type that is read, as bytes."""

import io
import textwrap
from collections.abc import Sequence

import docx
import openpyxl
import pptx
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600

_WIDTH = 88
_LINE = 15


def pdf(pages: Sequence[str], *, header: str = "", footer: str = "") -> bytes:
    """A PDF with one page for each text; `{n}` in header and footer is the page's number."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    for number, text in enumerate(pages, start=1):
        lines = [line for part in text.split("\n") for line in textwrap.wrap(part, _WIDTH) or [""]]
        canvas.setFont("Helvetica", 11)
        canvas.drawString(60, 810, header.format(n=number))
        for row, line in enumerate(lines):
            canvas.drawString(60, 780 - _LINE * row, line)
        canvas.drawString(60, 30, footer.format(n=number))
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def encrypted_pdf(text: str = "segredo") -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([text]))))
    writer.encrypt("senha", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def image_pdf() -> bytes:
    """A page that shows something but holds no text, as a scan does."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    canvas.setFillGray(0.5)
    canvas.rect(50, 50, 400, 600, fill=1)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def word(*paragraphs: str, table: Sequence[Sequence[str]] = ()) -> bytes:
    """A .docx; a paragraph that begins with "# " is a heading."""
    document = docx.Document()
    for paragraph in paragraphs:
        if paragraph.startswith("# "):
            document.add_heading(paragraph.removeprefix("# "), level=1)
        else:
            document.add_paragraph(paragraph)
    if table:
        cells = document.add_table(rows=len(table), cols=len(table[0]))
        for row, values in zip(cells.rows, table, strict=True):
            for cell, value in zip(row.cells, values, strict=True):
                cell.text = value
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def slides(*contents: tuple[str, str]) -> bytes:
    """A .pptx of (title, text) slides."""
    presentation = pptx.Presentation()
    for title, text in contents:
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = text
    target = io.BytesIO()
    presentation.save(target)
    return target.getvalue()


def workbook(sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    """An .xlsx of named sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
