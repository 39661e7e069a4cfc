"""Measures a RAG server under questions; prints a table and one JSON line.

    benchmarks/serving                          10,000 chunks; 1 and 8 clients
    benchmarks/serving --chunks 100000          ten times as many
    benchmarks/serving --collections 5          in five collections, all of which are searched
    benchmarks/serving --keep FOLDER            make the data there once, and use it again

A real server process opens a folder of synthetic Portuguese documents (synthetic.py; 20 chunks
each, one collection), filled beforehand (filling.py). Each client sends its next question as soon
as it has the last answer: extractive answers, top 5, over loopback, by aiohttp in this process,
which shares the machine's cores with the server. No question is asked twice, so that no cache can
answer; one in ten is misspelt. Three variants: every document, only one document
(`material_ids`), only one collection.

Told are the latency's percentiles in milliseconds, requests per second, errors, the 95th
percentile of GET /health meanwhile, the median of each stage as the server tells it, and the
server's resident memory in MiB, once started and at the end. The first questions, which open the
index, do not count.
"""

import argparse
import asyncio
import itertools
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "backend")]

from filling import fill, is_filled, live_chunks  # noqa: E402
from load import ask  # noqa: E402
from process import RagProcess, rag_process  # noqa: E402
from report import print_json, print_table  # noqa: E402
from synthetic import SEED, Writer  # noqa: E402

from utils.logging import configure_logging  # noqa: E402

WARM_UP = 50
REPEATED_QUESTIONS = 100
Figures = dict[str, float]
Chunks = Sequence[tuple[str, str, str]]


class Goal(NamedTuple):
    """The bound of a figure at a number of chunks, and clients where they matter."""

    chunks: int
    clients: int | None
    figure: str
    least: float | None = None
    most: float | None = None

    def told(self, value: float) -> str:
        bound = f">= {self.least:g}" if self.least is not None else f"<= {self.most:g}"
        met = (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )
        return f"{self.figure} {value:.1f}, goal {bound}: {'met' if met else 'MISSED'}"


GOALS = (
    Goal(10_000, 8, "req_per_second", least=150),
    Goal(10_000, 8, "p95_ms", most=60),
    Goal(100_000, 1, "p95_ms", most=40),
)
MEMORY_GOAL = Goal(10_000, None, "rss_loaded_mb", most=400)


class Asked(NamedTuple):
    """A question with the document and the collection that it is about."""

    text: str
    document: str
    collection: str


class Questions:
    """Bodies of POST /query, each question another one, each about some chunk."""

    def __init__(self, chunks: Chunks, *, repeat: bool) -> None:
        questions = _distinct(_about(chunks))
        if repeat:
            questions = itertools.cycle(list(itertools.islice(questions, REPEATED_QUESTIONS)))
        self._questions = questions

    def bodies(self, variant: str) -> Iterator[dict[str, Any]]:
        for asked in self._questions:
            if variant == "one document":
                yield {"question": asked.text, "material_ids": [asked.document]}
            elif variant == "one collection":
                yield {"question": asked.text, "collections": [asked.collection]}
            else:
                yield {"question": asked.text}


def _about(chunks: Chunks) -> Iterator[Asked]:
    source = random.Random(SEED)  # noqa: S311 - reproducible
    writer = Writer(SEED + 1)
    while True:
        document, collection, text = source.choice(chunks)
        yield Asked(writer.question(text), document, collection)


def _distinct(questions: Iterator[Asked]) -> Iterator[Asked]:
    seen: set[str] = set()
    for asked in questions:
        if asked.text not in seen:
            seen.add(asked.text)
            yield asked


VARIANTS = ("everything", "one document", "one collection")


async def measure(
    server: RagProcess, questions: Questions, clients: Sequence[int], seconds: float, requests: int
) -> tuple[dict[str, Figures], Figures]:
    """Figures by variant and number of clients, and memory."""
    memory = {"rss_idle_mb": server.resident_mb()}
    found: dict[str, Figures] = {}
    for variant in VARIANTS:
        bodies = questions.bodies(variant)
        await ask(server, bodies, clients=2, seconds=30, requests=WARM_UP)
        for count in clients:
            load = await ask(server, bodies, clients=count, seconds=seconds, requests=requests)
            found[f"{variant}, {count} clients"] = load.figures()
    return found, memory | {"rss_loaded_mb": server.resident_mb()}


async def run(options: argparse.Namespace, folder: Path) -> None:
    if not is_filled(folder):
        started = time.perf_counter()
        await fill(folder, options.chunks, options.collections)
        print(f"filled with {options.chunks:,} chunks in {time.perf_counter() - started:.0f} s")
    chunks = await live_chunks(folder)
    questions = Questions(chunks, repeat=options.repeat)
    async with rag_process(folder) as server:
        await check_indexes(server, len(chunks))
        found, memory = await measure(
            server, questions, options.clients, options.seconds, options.requests
        )
    show(len(chunks), found, memory)


async def check_indexes(server: RagProcess, chunks: int) -> None:
    """See that both indexes hold every chunk.

    Raises:
        SystemExit: they do not, as after a change of the index's layout.
    """
    async with server.session() as session, session.get("/stats") as response:
        stats = await response.json()
    if not stats["lexical_chunks"] == stats["dense_chunks"] == chunks:
        raise SystemExit(f"The indexes do not hold all {chunks:,} chunks: make the data again.")


def show(chunks: int, found: dict[str, Figures], memory: Figures) -> None:
    names = list(dict.fromkeys(name for figures in found.values() for name in figures))
    print_table(
        f"{chunks:,} chunks",
        ["", *names],
        [[case, *(figures.get(name) for name in names)] for case, figures in found.items()],
    )
    print_table("memory", ["", "MiB"], list(memory.items()))
    for goal in GOALS:
        figures = found.get(f"everything, {goal.clients} clients", {})
        if goal.chunks == chunks and goal.figure in figures:
            print(f"{goal.clients} clients: {goal.told(figures[goal.figure])}")
    if MEMORY_GOAL.chunks == chunks:
        print(MEMORY_GOAL.told(memory[MEMORY_GOAL.figure]))
    print_json("serving", f"{chunks} chunks", {**found, **memory})


def main() -> None:
    configure_logging("ERROR", "console")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--collections", type=int, default=1, help="among which the chunks are")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--seconds", type=float, default=10, help="bound of each measurement")
    parser.add_argument("--requests", type=int, default=10_000, help="the same, in requests")
    parser.add_argument("--repeat", action="store_true", help="ask the same 100 questions over")
    parser.add_argument("--keep", type=Path, help="a folder for the data, to be used again")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    place = nullcontext(options.keep) if options.keep else TemporaryDirectory(prefix="dna-bench-")
    with place as folder:
        asyncio.run(run(options, Path(folder)))


if __name__ == "__main__":
    main()
