"""From the setting RERANKER_MODEL to a reranker."""

from importlib.util import find_spec

from rag_system.rerankers.base import Reranker
from rag_system.rerankers.cross_encoder import CrossEncoderReranker
from utils.config import ConfigurationError, RagSettings


def load_reranker(settings: RagSettings) -> Reranker | None:
    """The reranker that is set, if any. Blocks, for seconds.

    Raises:
        ConfigurationError: see `check_reranker`; or the model cannot be loaded.
    """
    check_reranker(settings)
    return CrossEncoderReranker(settings.reranker_model) if settings.reranker_model else None


def check_reranker(settings: RagSettings) -> None:
    """Check what can be told without loading anything.

    Raises:
        ConfigurationError: the package is missing.
    """
    if settings.reranker_model and find_spec("sentence_transformers") is None:
        raise ConfigurationError(
            f"RERANKER_MODEL={settings.reranker_model} needs a package that is not installed. "
            "Install it with: pip install 'backend[sentence-transformers]'"
        )
