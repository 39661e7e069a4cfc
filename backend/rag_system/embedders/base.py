"""What an embedder is here: LangChain's interface plus what the index must know of it."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors. Queries and documents are different calls."""

    @property
    def name(self) -> str:
        """Identifies the model: an index built with another one must be rebuilt."""
        ...

    @property
    def dimensions(self) -> int: ...

    @property
    def dense_weight(self) -> float:
        """Share of the dense score in the fusion with BM25, from 0 to 1."""
        ...

    def encode_documents(self, texts: list[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimensions). Blocks: call it in a thread."""
        ...

    def encode_query(self, text: str) -> Vectors:
        """A unit vector, shape (dimensions,). Blocks: call it in a thread."""
        ...
