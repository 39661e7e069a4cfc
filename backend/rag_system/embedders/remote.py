"""Embedding models behind an API, through LangChain: OpenAI and compatible, Gemini, Ollama."""

import time
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from langchain_core.embeddings import Embeddings

from rag_system.embedders.base import EmbeddingError, Vectors, as_unit, clean
from utils.logging import get_logger

log = get_logger(__name__)

# A person waits for a question; a batch of documents may take its time.
QUERY_SECONDS = 8.0
DOCUMENTS_SECONDS = 90.0
RETRY_AFTER_SECONDS = 1.0
_BATCH = 32
_MAX_CHARS = 8_000

Result = TypeVar("Result")
# Makes LangChain's client with a time-out in seconds.
MakeClient = Callable[[float], Embeddings]


class RemoteEmbedder(Embeddings):
    """Each call has a time-out, and is tried once more if it fails."""

    pools_sentences = False

    def __init__(self, name: str, make_client: MakeClient) -> None:
        self.name = name
        self._queries = make_client(QUERY_SECONDS)
        self._documents = make_client(DOCUMENTS_SECONDS)

    @cached_property
    def dimensions(self) -> int:
        return len(self.encode_query("dimension"))

    def encode_documents(self, texts: list[str]) -> Vectors:
        cleaned = [clean(text, _MAX_CHARS) for text in texts]
        parts = [cleaned[start : start + _BATCH] for start in range(0, len(cleaned), _BATCH)]
        found = [_unit_rows(self._twice(self._documents.embed_documents, part)) for part in parts]
        if [len(part) for part in found] != [len(part) for part in parts]:
            raise EmbeddingError(f"{self.name} did not answer with one vector for each text")
        return np.concatenate(found) if found else np.zeros((0, self.dimensions), np.float32)

    def encode_query(self, text: str) -> Vectors:
        vector: Vectors = _unit_rows(
            [self._twice(self._queries.embed_query, clean(text, _MAX_CHARS))]
        )[0]
        return vector

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.encode_documents(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self.encode_query(text).tolist()
        return vector

    def _twice(self, call: Callable[[Any], Result], argument: Any) -> Result:
        # What a client raises, its HTTP library's errors or its own, has no common type.
        try:
            return call(argument)
        except Exception as exc:  # noqa: BLE001
            log.warning("embedding call failed: trying again", model=self.name, reason=str(exc))
        time.sleep(RETRY_AFTER_SECONDS)
        try:
            return call(argument)
        except Exception as exc:
            raise EmbeddingError(f"{self.name} did not answer: {exc}") from exc


def _unit_rows(vectors: list[list[float]]) -> Vectors:
    try:
        rows = as_unit(vectors)
    except (TypeError, ValueError) as exc:
        raise EmbeddingError("the answer holds no vectors of one length") from exc
    if rows.ndim != 2 or not rows.any(axis=1).all() or not np.isfinite(rows).all():
        raise EmbeddingError("the answer holds no vectors of one length")
    return rows
