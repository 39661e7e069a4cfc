"""What an embedder is here: LangChain's interface plus what the index must know of it."""

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vectors = NDArray[np.float32]


class EmbeddingError(Exception):
    """A model that is asked over the network did not answer, or not with vectors."""


class Embedder(Protocol):
    """Turns texts into unit vectors. Queries and documents are different calls."""

    def __hash__(self) -> int: ...

    @property
    def name(self) -> str:
        """Identifies the model: vectors of another one never meet its own."""
        ...

    @property
    def dimensions(self) -> int:
        """May ask the model: blocks, and raises what `encode_query` raises."""
        ...

    @property
    def pools_sentences(self) -> bool:
        """Whether a chunk's vector is pooled from those of its sentences.

        For an embedder that reads a bag of words and word groups, which loses nothing by it.
        """
        ...

    def encode_documents(self, texts: list[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimensions). Blocks: call it in a thread.

        Raises:
            EmbeddingError: the model is elsewhere and does not answer.
        """
        ...

    def encode_query(self, text: str) -> Vectors:
        """A unit vector, shape (dimensions,). Blocks: call it in a thread.

        Raises:
            EmbeddingError: the model is elsewhere and does not answer.
        """
        ...


def as_unit(vectors: ArrayLike) -> Vectors:
    """Rows brought to unit length; a row of zeros stays one."""
    rows = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    unit: Vectors = rows / np.maximum(lengths, np.float32(1e-12))
    return unit


def clean(text: str, most: int) -> str:
    """At most `most` characters that any model takes: no NUL, no lone surrogate, not empty."""
    valid = text[:most].replace("\0", " ").encode(errors="replace").decode()
    return valid if valid.strip() else "-"
