"""The corpora that are measured, indexed by the product's own parts in a temporary folder."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rag_system.catalog import NewContent
from rag_system.chunking import Passage
from rag_system.contracts import DEFAULT_COLLECTION
from rag_system.index.base import LexicalEntry
from rag_system.intake import Upload
from rag_system.parts import Parts
from rag_system.wiring import assemble
from utils.config import RagSettings

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "data" / "samples"
SAMPLE_QUESTIONS = ROOT / "benchmarks" / "data" / "samples_pt.json"


@dataclass(frozen=True)
class Question:
    """A question with its gold place; `place` is None where the corpus does not cover it."""

    text: str
    place: object | None
    answers: list[str]
    kind: str
    topic: str = ""


@asynccontextmanager
async def empty_system(*, ingest: bool) -> AsyncIterator[Parts]:
    """The RAG system as its server assembles it, in a folder of its own."""
    with TemporaryDirectory(prefix="dna-bench-") as folder:
        async with assemble(RagSettings(data_dir=Path(folder)), ingest=ingest) as parts:
            yield parts


async def load_squad(parts: Parts, file: Path) -> tuple[list[Question], dict[str, list[str]]]:
    """Index each context of a SQuAD file as one passage, which is a document of its own.

    Returns the questions, whose place is a document's id, and the documents of each article.
    """
    articles: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["data"]
    questions: list[Question] = []
    documents: dict[str, list[str]] = {}
    for number, article in enumerate(articles):
        topic = str(number)
        for paragraph in article["paragraphs"]:
            document_id = await _index_passage(parts, paragraph["context"])
            documents.setdefault(topic, []).append(document_id)
            questions += [
                Question(
                    text=qa["question"],
                    place=document_id,
                    answers=[answer["text"] for answer in qa["answers"]],
                    kind="squad",
                    topic=topic,
                )
                for qa in paragraph["qas"]
            ]
    return questions, documents


async def _index_passage(parts: Parts, text: str) -> str:
    digest = sha256(text.encode()).hexdigest()
    content = NewContent(DEFAULT_COLLECTION, "", "context.txt", "text/plain", digest, len(text))
    await parts.catalog.add(content)
    document = await parts.catalog.claim("bench")
    if document is None:
        raise ValueError("two contexts of the file are the same")
    await parts.catalog.store_passages(document, "bench", 1, [Passage(text, None, None)])
    (chunk,) = await parts.catalog.chunks(document, 0, 1)
    entry = LexicalEntry(chunk.id, document.id, DEFAULT_COLLECTION, "", "", text)
    await asyncio.to_thread(parts.lexical.add, [entry])
    vectors = await asyncio.to_thread(parts.embedder.encode_documents, [text])
    await asyncio.to_thread(parts.vectors.upsert, DEFAULT_COLLECTION, [chunk.id], vectors)
    await parts.catalog.go_live(document, "bench")
    await parts.catalog.finish(document, "bench")
    return document.id


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
        )
        for entry in entries
    ]


async def _content(file: Path) -> AsyncIterator[bytes]:
    yield file.read_bytes()
