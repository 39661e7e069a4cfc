"""Vectors of chunks and of their sentences as the catalogue keeps them: one byte a dimension."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag_system.embedders.base import Vectors

# A unit vector's components lie within -1 and 1.
SCALE = 127


def pack(vectors: Vectors) -> bytes:
    """Unit vectors of shape (n, dimensions) as int8, row by row."""
    rounded = np.rint(np.clip(vectors, -1.0, 1.0) * SCALE)
    return rounded.astype(np.int8).tobytes()


@dataclass(frozen=True)
class Similarities:
    """Cosines of a question to a chunk as a whole and to each of its sentences, in order."""

    chunk: float
    sentences: list[float]

    @property
    def nearest(self) -> float:
        """The best of the sentences, or the chunk itself if it has none."""
        return max(self.sentences, default=self.chunk)


def similarities(query: Vectors, packed: Mapping[int, bytes | None]) -> dict[int, Similarities]:
    """Cosines of a unit vector to packed chunks, by their keys, but for chunks without vectors.

    Each chunk's own vector is its first row.
    """
    rows = {key: unpack(data, len(query)) for key, data in packed.items() if data is not None}
    rows = {key: found for key, found in rows.items() if len(found)}
    if not rows:
        return {}
    cosines = np.concatenate(list(rows.values())).astype(np.float32) @ (query / SCALE)
    borders = np.cumsum([len(found) for found in rows.values()])[:-1]
    return {
        key: Similarities(float(part[0]), part[1:].tolist())
        for key, part in zip(rows, np.split(cosines, borders), strict=True)
    }


def unpack(data: bytes, dimensions: int) -> NDArray[np.int8]:
    """What `pack` was given, times `SCALE`, of shape (n, dimensions); n may be 0.

    Raises:
        ValueError: the data is of vectors with another number of dimensions.
    """
    return np.frombuffer(data, dtype=np.int8).reshape(-1, dimensions)
