"""Measures ingestion end to end through a RAG server; prints a table and one JSON line.

    benchmarks/ingestion                        40 synthetic PDFs of 10 pages
    benchmarks/ingestion --data FOLDER          the PDFs of a folder
    benchmarks/ingestion --base                 beside ours, what others give by default (base.py)

A real server process with an empty data folder is sent the files over HTTP, several at a time. The
time runs from the first upload until the last document is ready: stored, parsed, cut into chunks,
embedded, and durable in the catalogue and every index. The base then reads the same files in this
process, with the machine to itself, one after another: text, chunks, vectors, a Chroma on disk; its
model is loaded before its time runs. The synthetic PDFs hold text in the shape of the samples
(synthetic.py), typeset as those are. PDFs without a text layer are left out, as they measure OCR.

Chunks differ in size, so the ratio to look at is that of pages.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "backend")]

import aiohttp  # noqa: E402
import reportlab  # noqa: E402
from base import empty_base  # noqa: E402
from process import rag_process  # noqa: E402
from pypdf import PdfReader  # noqa: E402
from report import print_json, print_table  # noqa: E402
from reportlab.lib.pagesizes import A4  # noqa: E402
from reportlab.lib.styles import ParagraphStyle  # noqa: E402
from reportlab.pdfbase import pdfmetrics  # noqa: E402
from reportlab.pdfbase.ttfonts import TTFont  # noqa: E402
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate  # noqa: E402
from synthetic import PASSAGES_PER_PAGE, Writer  # noqa: E402

from utils.logging import configure_logging  # noqa: E402

POOL_SENTENCES = 20_000
UPLOADS = 4
POLL_SECONDS = 0.1
LIMIT_SECONDS = 1_800
GOAL = 10
Figures = dict[str, float]


# --- files -------------------------------------------------------------------------------------


def write_pdfs(folder: Path, files: int, pages: int) -> None:
    fonts = Path(str(reportlab.__file__)).parent / "fonts"
    pdfmetrics.registerFont(TTFont("Body", str(fonts / "Vera.ttf")))
    pdfmetrics.registerFont(TTFont("Body-Bold", str(fonts / "VeraBd.ttf")))
    writer = Writer()
    pool = writer.pool(POOL_SENTENCES)
    for number in range(files):
        _write_pdf(folder / f"documento-{number:03}.pdf", writer, pool, pages)


def _write_pdf(file: Path, writer: Writer, pool: list[list[str]], pages: int) -> None:
    body = ParagraphStyle("body", fontName="Body", fontSize=10.5, leading=16, spaceAfter=8)
    heading = ParagraphStyle("heading", fontName="Body-Bold", fontSize=14, leading=20, spaceAfter=8)
    title, passages = writer.document(pool, pages * PASSAGES_PER_PAGE)
    story: list[Flowable] = [Paragraph(title, heading)]
    for number, passage in enumerate(passages):
        if number % PASSAGES_PER_PAGE == 0:
            story += [PageBreak()] * (number > 0) + [Paragraph(passage.section or "", heading)]
        story.append(Paragraph(passage.text, body))
    SimpleDocTemplate(str(file), pagesize=A4, title=title).build(story)


def text_pdfs(folder: Path) -> list[Path]:
    """The PDFs of a folder that have a text layer; says which have none."""
    found = []
    for file in sorted(folder.glob("*.pdf")):
        if any(page.extract_text().strip() for page in PdfReader(file).pages):
            found.append(file)
        else:
            print(f"left out, no text layer: {file.name}")
    if not found:
        raise SystemExit(f"{folder} holds no PDF with text.")
    return found


# --- ours --------------------------------------------------------------------------------------


async def measure_ours(files: Sequence[Path]) -> Figures:
    with TemporaryDirectory(prefix="dna-bench-") as folder:
        async with rag_process(Path(folder)) as server, server.session() as session:
            idle = server.resident_mb()
            started = time.perf_counter()
            await _upload_all(session, files)
            items = await _wait_until_done(session, len(files))
            seconds = time.perf_counter() - started
            return {
                **_figures(items, seconds),
                "rss_idle_mb": idle,
                "rss_after_mb": server.resident_mb(),
            }


async def _upload_all(session: aiohttp.ClientSession, files: Sequence[Path]) -> None:
    places = asyncio.Semaphore(UPLOADS)

    async def upload(file: Path) -> None:
        form = aiohttp.FormData()
        form.add_field("file", file.read_bytes(), filename=file.name)
        async with places, session.post("/materials", data=form) as response:
            response.raise_for_status()

    async with asyncio.TaskGroup() as group:
        for file in files:
            group.create_task(upload(file))


async def _wait_until_done(session: aiohttp.ClientSession, files: int) -> list[dict[str, Any]]:
    """The materials, once none is in work any more."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while True:
            async with session.get("/stats") as response:
                states = (await response.json())["materials"]
            if states.get("ready", 0) + states.get("failed", 0) >= files:
                break
            await asyncio.sleep(POLL_SECONDS)
    async with session.get("/materials", params={"limit": "10000"}) as response:
        items: list[dict[str, Any]] = (await response.json())["items"]
    return items


def _figures(items: Sequence[dict[str, Any]], seconds: float) -> Figures:
    for reason, count in Counter(one["error"] for one in items if one["state"] == "failed").items():
        print(f"failed, {count} files: {reason}")
    ready = [one for one in items if one["state"] == "ready"]
    return _speed(
        files=len(ready),
        pages=sum(one["pages"] for one in ready),
        chunks=sum(one["chunks"] for one in ready),
        seconds=seconds,
    )


def _speed(*, files: int, pages: int, chunks: int, seconds: float) -> Figures:
    return {
        "files": files,
        "pages": pages,
        "chunks": chunks,
        "seconds": seconds,
        "pages_per_second": pages / seconds,
        "chunks_per_second": chunks / seconds,
    }


# --- the base ----------------------------------------------------------------------------------


def measure_base(files: Sequence[Path]) -> Figures:
    with empty_base() as base:
        started = time.perf_counter()
        added = [base.add_pdf(file) for file in files]
        seconds = time.perf_counter() - started
    return _speed(
        files=len(files),
        pages=sum(one.pages for one in added),
        chunks=sum(one.chunks for one in added),
        seconds=seconds,
    )


# --- report ------------------------------------------------------------------------------------


def show(corpus: str, ours: Figures, base: Figures | None) -> None:
    measured = {"ours": ours} | ({"base": base} if base else {})
    names = list(ours)
    print_table(
        corpus,
        ["", *measured],
        [[name, *(figures.get(name) for figures in measured.values())] for name in names],
    )
    ratios = {}
    if base:
        for name in ("pages_per_second", "chunks_per_second"):
            ratios[f"ratio_{name}"] = ours[name] / base[name]
        ratio = ratios["ratio_pages_per_second"]
        print(
            f"pages per second {ratio:.1f} times the base, goal {GOAL}: "
            f"{'met' if ratio >= GOAL else 'MISSED'}"
        )
    print_json("ingestion", corpus, {**measured, **ratios})


def main() -> None:
    configure_logging("ERROR", "console")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, help="a folder of PDFs")
    parser.add_argument("--files", type=int, default=40, help="synthetic PDFs")
    parser.add_argument("--pages", type=int, default=10, help="pages of each of them")
    parser.add_argument("--base", action="store_true", help="measure the base too (extra `bench`)")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="dna-pdf-") as made:
        if options.data is None:
            write_pdfs(Path(made), options.files, options.pages)
        files = text_pdfs(options.data or Path(made))
        ours = asyncio.run(measure_ours(files))
        base = measure_base(files) if options.base else None
    corpus = options.data.name if options.data else "synthetic"
    show(f"{corpus}, {len(files)} files", ours, base)


if __name__ == "__main__":
    main()
