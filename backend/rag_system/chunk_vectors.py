"""From chunks to their vectors; a small embedder's are pooled from those of their sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag_system.catalog import StoredPassage
from rag_system.embedders.base import Embedder, Vectors
from rag_system.sentence_vectors import pack
from rag_system.sentences import sentences_of

# What the title and section count beside the sentences, whose own vectors are weighted by the root
# of their lengths. On the samples, nDCG@10 fused is 0.871 with 0, 0.870 with 0.2 and 0.867 with
# 0.4, of the vectors alone 0.65, 0.67 and 0.67.
CONTEXT_WEIGHT = 0.3


@dataclass(frozen=True)
class ChunkVectors:
    """Unit vectors of chunks, shape (n, dimensions).

    If they were pooled, `sentences` has each chunk's vector and those of its sentences, packed.
    """

    vectors: Vectors
    sentences: list[bytes] | None


def embed_chunks(embedder: Embedder, passages: Sequence[StoredPassage]) -> ChunkVectors:
    """The vectors of some chunks. Blocks: call it in a thread."""
    if embedder.pools_sentences:
        return _pooled(embedder, passages)
    return ChunkVectors(embedder.encode_documents([_whole(one) for one in passages]), None)


def _pooled(embedder: Embedder, passages: Sequence[StoredPassage]) -> ChunkVectors:
    parts = [_Parts(passage) for passage in passages]
    # Overlapping chunks share sentences, and those of a document its title.
    distinct = list(dict.fromkeys(text for part in parts for text in part.texts()))
    encoded = embedder.encode_documents(distinct)
    rows = {text: row for row, text in enumerate(distinct)}
    vectors, sentences = [], []
    for part in parts:
        found = encoded[[rows[text] for text in part.texts()]]
        vectors.append(part.pool(found))
        sentences.append(pack(np.vstack([vectors[-1], found[: len(part.sentences)]])))
    return ChunkVectors(np.stack(vectors), sentences)


class _Parts:
    """What a chunk's vector is pooled from: its sentences, then what stands over them."""

    def __init__(self, passage: StoredPassage) -> None:
        self.sentences = [sentence.text for sentence in sentences_of(passage)]
        # A chunk that says nothing, such as headings alone, is embedded as it stands.
        self.others = [] if self.sentences else [passage.text]
        self.context = _lines(passage.title, passage.section)

    def texts(self) -> list[str]:
        return self.sentences + self.others + [self.context] * bool(self.context)

    def pool(self, encoded: Vectors) -> Vectors:
        """The chunk's vector from those of `texts()`."""
        lengths = np.array([len(text) for text in self.sentences + self.others], dtype=np.float32)
        pooled = _unit(np.sqrt(lengths) @ encoded[: len(lengths)])
        return _unit(pooled + CONTEXT_WEIGHT * encoded[-1]) if self.context else pooled


def _unit(vector: Vectors) -> Vectors:
    return vector / np.float32(max(float(np.linalg.norm(vector)), 1e-12))


def _whole(passage: StoredPassage) -> str:
    """What an embedder reads of a chunk: title and section lend context to the text."""
    return _lines(passage.title, passage.section, passage.text)


def _lines(*parts: str | None) -> str:
    return "\n".join(part for part in parts if part)
