"""Writes a PDF of 30 pages of which one, the 17th, holds a fact that no other material has."""

import sys

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

PAGES = 30
FACT_PAGE = 17
FILLER = (
    "Este relatório descreve a rotina da unidade no mês {page} do acompanhamento.",
    "A equipe conferiu os bancos, as anilhas e os colchonetes da sala {page}.",
    "As turmas da manhã tiveram boa frequência, e as da noite ficaram estáveis.",
)
FACT = "O código do armário das barras olímpicas é QX-4471, anotado na portaria."


def write_pdf(target: str) -> None:
    canvas = Canvas(target, pagesize=A4)
    for page in range(1, PAGES + 1):
        lines = [line.format(page=page) for line in FILLER]
        if page == FACT_PAGE:
            lines.insert(2, FACT)
        canvas.setFont("Helvetica", 11)
        for number, line in enumerate(lines):
            canvas.drawString(60, 760 - 20 * number, line)
        canvas.showPage()
    canvas.save()


if __name__ == "__main__":
    write_pdf(sys.argv[1])
