"""What the indexes are asked to do. All calls block: make them in a thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag_system.embedders.base import Vectors
from rag_system.language import TextLanguage

# The index terms that one word of a question may stand as, that of the question's language first.
Variants = tuple[str, ...]


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

    def search(self, terms: Sequence[Variants], scope: Scope, limit: int) -> dict[int, float]:
        """BM25 scores over words of the best chunks, by chunk id, best first."""
        ...

    def search_grams(self, question: str, scope: Scope, limit: int) -> dict[int, float]:
        """The same over character n-grams, which match parts of words too."""
        ...

    def analyze(self, text: str, language: TextLanguage) -> list[str]:
        """The terms of a text in a language, as the index keeps them."""
        ...

    def question_terms(self, question: str) -> list[Variants]:
        """The terms of a question, each once; one that the index does not know, but knows one
        like it, is taken for a misspelling of that."""
        ...

    def term_weight(self, variants: Variants) -> float:
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

    def held(self, collection: str, chunk_ids: Sequence[int]) -> set[int]:
        """Those of given chunks that have a vector here."""
        ...

    def count(self) -> int: ...

    def dimensions(self) -> int | None:
        """Of the vectors here; None while there are none."""
        ...

    def clear(self) -> None: ...

    def drop(self) -> None:
        """Clear for good: calls that come later find nothing and add nothing."""
        ...


@dataclass(frozen=True)
class ServingModel:
    """The model whose vectors answer questions, and the setting that loads it."""

    setting: str
    model: str


class VectorStore(Protocol):
    """Vector indexes of several models beside each other."""

    def index(self, model: str) -> VectorIndex: ...

    def serving(self) -> ServingModel | None:
        """What `set_serving` was told last, by this process or one before it."""
        ...

    def set_serving(self, model: ServingModel) -> None:
        """Note durably, all or nothing, whose vectors answer questions."""
        ...

    def keep_only(self, models: Sequence[str]) -> None:
        """Drop the vectors of all other models."""
        ...

    def close(self) -> None: ...
