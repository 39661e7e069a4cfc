"""The corpora that are measured, indexed by the product's own parts in a temporary folder."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from indexing import PassageDocument, index_documents

from rag_system.chunking import Passage
from rag_system.contracts import DEFAULT_COLLECTION
from rag_system.intake import Upload
from rag_system.parsing.kreuzberg_parser import extract
from rag_system.parsing.media_types import accepted_type
from rag_system.parts import Parts
from rag_system.wiring import assemble
from utils.config import RagSettings

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "data" / "samples"
SAMPLE_QUESTIONS = ROOT / "benchmarks" / "data" / "samples_pt.json"


@dataclass(frozen=True)
class Question:
    """A question with its gold place; `place` is None where the corpus does not cover it.

    `also` are other places that answer it just as well.
    """

    text: str
    place: object | None
    answers: list[str]
    kind: str
    topic: str = ""
    also: tuple[object, ...] = ()


class Context(NamedTuple):
    """A passage of a SQuAD file with its questions, each with its gold answers."""

    topic: str
    text: str
    questions: list[tuple[str, list[str]]]


@asynccontextmanager
async def empty_system(*, ingest: bool) -> AsyncIterator[Parts]:
    """The RAG system as its server assembles it, in a folder of its own."""
    with TemporaryDirectory(prefix="dna-bench-") as folder:
        # Without the `.env` of whoever measures: its folders and models are not to be touched.
        settings = RagSettings(_env_file=None, data_dir=Path(folder))
        async with assemble(settings, ingest=ingest) as parts:
            yield parts


def read_squad(file: Path) -> list[Context]:
    """The contexts of a file in SQuAD's layout; a topic is the number of an article."""
    articles = json.loads(file.read_text(encoding="utf-8"))["data"]
    return [
        Context(
            topic=str(number),
            text=paragraph["context"],
            questions=[
                (qa["question"], [answer["text"] for answer in qa["answers"]])
                for qa in paragraph["qas"]
            ],
        )
        for number, article in enumerate(articles)
        for paragraph in article["paragraphs"]
    ]


async def load_squad(
    parts: Parts, file: Path, topics: Collection[str] | None = None
) -> tuple[list[Question], dict[str, list[str]]]:
    """Index each context of a SQuAD file as one passage, which is a document of its own.

    With `topics`, only the contexts of these articles. Returns every question of the file, whose
    place is a document's id, or None where its context is not indexed, and the documents of each
    article.
    """
    contexts = read_squad(file)
    indexed = [one for one in contexts if topics is None or one.topic in topics]
    ids = await index_documents(parts, [_as_document(context) for context in indexed])
    place = {context.text: document for context, document in zip(indexed, ids, strict=True)}
    documents: dict[str, list[str]] = {}
    for context in indexed:
        documents.setdefault(context.topic, []).append(place[context.text])
    questions = [
        Question(text, place.get(context.text), answers, "squad", context.topic)
        for context in contexts
        for text, answers in context.questions
    ]
    return questions, documents


def _as_document(context: Context) -> PassageDocument:
    passages = [Passage(context.text, None, None)]
    return PassageDocument(DEFAULT_COLLECTION, "", "context.txt", passages)


def others(documents: dict[str, list[str]], topic: str) -> list[str]:
    """The documents of every article but one."""
    return [one for name, ids in documents.items() if name != topic for one in ids]


async def load_samples(parts: Parts) -> list[Question]:
    """Ingest the sample materials; a place is `(file name, page)`."""
    for file in sorted(SAMPLES.iterdir()):
        await parts.intake.accept(Upload(file.name, None, None, {}), _content(file))
    parts.ingestion.wake()
    async with asyncio.timeout(120):
        while (await parts.catalog.counts())[0].get("ready", 0) < len(list(SAMPLES.iterdir())):
            await asyncio.sleep(0.1)
    entries = json.loads(SAMPLE_QUESTIONS.read_text(encoding="utf-8"))["questions"]
    return [
        Question(
            text=entry["question"],
            place=(entry["document"], entry["page"]) if entry["document"] else None,
            answers=[entry["answer"], *entry.get("answers", [])] if entry["answer"] else [],
            kind=entry["kind"],
            also=tuple((other["document"], other["page"]) for other in entry.get("also", [])),
        )
        for entry in entries
    ]


def sample_pages() -> dict[tuple[str, int], str]:
    """The text of each page of the sample materials, by `(file name, page)`."""
    return {
        (file.name, page.number or 1): "\n".join(block.text for block in page.blocks)
        for file in sorted(SAMPLES.iterdir())
        for page in extract(str(file), accepted_type(file.name).media_type).pages
    }


async def _content(file: Path) -> AsyncIterator[bytes]:
    yield file.read_bytes()
