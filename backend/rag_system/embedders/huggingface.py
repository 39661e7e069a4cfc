"""Any model that sentence-transformers loads, by its name on Hugging Face or its folder."""

from typing import Any

from langchain_core.embeddings import Embeddings

from rag_system.embedders.base import Vectors, as_unit, clean
from utils.config import ConfigurationError

_BATCH = 32
_MAX_CHARS = 8_000
# Models of this family were trained with these and do not say so in their configuration.
_E5_PROMPTS = {"query": "query: ", "document": "passage: "}


class HuggingFaceEmbedder(Embeddings):
    """On the GPU in half precision where there is one, else on the processor."""

    pools_sentences = False

    def __init__(self, model: str) -> None:
        """Load the weights, from the disk or from Hugging Face.

        Raises:
            ConfigurationError: there is no such model, or it cannot be fetched.
        """
        import torch  # noqa: PLC0415 - an extra, and slow to import
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415

        on_gpu = torch.cuda.is_available()
        options: dict[str, Any] = {"model_kwargs": {"dtype": torch.float16}} if on_gpu else {}
        try:
            self._model = SentenceTransformer(model, device="cuda" if on_gpu else "cpu", **options)
        except (OSError, ValueError) as exc:
            raise ConfigurationError(
                f"EMBEDDING_MODEL: the model {model!r} could not be loaded. Give a name on Hugging "
                "Face, with a connection on the first start, or a folder with the model."
            ) from exc
        if not any(self._model.prompts.values()) and "e5-" in model.lower():
            self._model.prompts = dict(_E5_PROMPTS)
        self.name = f"huggingface:{model}"
        self.dimensions = self.encode_query("dimension").shape[0]

    def encode_documents(self, texts: list[str]) -> Vectors:
        found = self._model.encode_document(
            _cleaned(texts), batch_size=_BATCH, show_progress_bar=False
        )
        return as_unit(found)

    def encode_query(self, text: str) -> Vectors:
        found = self._model.encode_query(_cleaned([text]), show_progress_bar=False)
        vector: Vectors = as_unit(found)[0]
        return vector

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.encode_documents(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self.encode_query(text).tolist()
        return vector


def _cleaned(texts: list[str]) -> list[str]:
    return [clean(text, _MAX_CHARS) for text in texts]
