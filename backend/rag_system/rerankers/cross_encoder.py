"""A cross-encoder that sentence-transformers loads, by its name on Hugging Face or its folder."""

from typing import Any

import numpy as np

from rag_system.embedders.base import clean
from utils.config import ConfigurationError

_BATCH = 16
# Longer pairs are cut: a chunk and a question have fewer tokens.
_MAX_TOKENS = 512
_MAX_CHARS = 4_000


class CrossEncoderReranker:
    """On the GPU in half precision where there is one, else on the processor."""

    def __init__(self, model: str) -> None:
        """Load the weights, from the disk or from Hugging Face.

        Raises:
            ConfigurationError: there is no such model, or it gives more than one score.
        """
        import torch  # noqa: PLC0415 - an extra, and slow to import
        from sentence_transformers import CrossEncoder  # noqa: PLC0415

        on_gpu = torch.cuda.is_available()
        options: dict[str, Any] = {"model_kwargs": {"dtype": torch.float16}} if on_gpu else {}
        try:
            self._model = CrossEncoder(
                model,
                num_labels=1,
                max_length=_MAX_TOKENS,
                device="cuda" if on_gpu else "cpu",
                **options,
            )
        except (OSError, ValueError, RuntimeError) as exc:
            raise ConfigurationError(
                f"RERANKER_MODEL: the model {model!r} could not be loaded. Give the name of a "
                "cross-encoder on Hugging Face, with a connection on the first start, or a folder "
                "with one that gives a single score."
            ) from exc
        self._to_share = torch.nn.Sigmoid()

    def scores(self, question: str, texts: list[str]) -> list[float]:
        if not texts:
            return []
        asked = clean(question, _MAX_CHARS)
        pairs = [(asked, clean(text, _MAX_CHARS)) for text in texts]
        found = self._model.predict(
            pairs, batch_size=_BATCH, activation_fn=self._to_share, show_progress_bar=False
        )
        shares: list[float] = np.asarray(found, dtype=np.float64).tolist()
        return shares
