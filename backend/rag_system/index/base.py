"""What the indexes are asked to do. All calls block: make them in a thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag_system.embedders.base import Vectors


@dataclass(frozen=True)
class LexicalEntry:
    """A chunk as the lexical index sees it."""

    chunk_id: int
    document_id: str
    collection: str
    title: str
    section: str
    text: str


@dataclass(frozen=True)
class Scope:
    """Which chunks may be found: those of these collections and, if given, these documents."""

    collections: tuple[str, ...]
    document_ids: tuple[str, ...] | None = None


class LexicalIndex(Protocol):
    def add(self, entries: Sequence[LexicalEntry]) -> None:
        """Add chunks, or replace those with the same ids, durably."""
        ...

    def delete(self, chunk_ids: Sequence[int]) -> None: ...

    def search(self, terms: Sequence[str], scope: Scope, limit: int) -> dict[int, float]:
        """BM25 scores over words of the best chunks, by chunk id, best first."""
        ...

    def search_grams(self, question: str, scope: Scope, limit: int) -> dict[int, float]:
        """The same over character n-grams, which match parts of words too."""
        ...

    def analyze(self, text: str) -> list[str]:
        """The terms of a text, as the index keeps them."""
        ...

    def nearest_term(self, term: str) -> str:
        """The term itself where the index knows it or nothing like it, else the one it is like."""
        ...

    def term_weight(self, term: str) -> float:
        """Inverse document frequency of a term."""
        ...

    def count(self) -> int: ...

    def clear(self) -> None: ...

    def close(self) -> None: ...


class VectorIndex(Protocol):
    def upsert(self, collection: str, chunk_ids: Sequence[int], vectors: Vectors) -> None:
        """Add vectors, or replace those with the same ids, durably."""
        ...

    def delete(self, collection: str, chunk_ids: Sequence[int]) -> None: ...

    def search(self, query: Vectors, collections: Sequence[str], limit: int) -> dict[int, float]:
        """Cosine similarities of the nearest chunks, by chunk id, best first."""
        ...

    def similarities(
        self, query: Vectors, collection: str, chunk_ids: Sequence[int]
    ) -> dict[int, float]:
        """Exact cosine similarities of given chunks, by chunk id."""
        ...

    def count(self) -> int: ...

    def clear(self) -> None: ...

    def close(self) -> None: ...
