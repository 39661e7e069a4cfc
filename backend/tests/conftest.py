"""What every test gets: no settings from outside, and an embedder's cache made once."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from utils import config
from utils.config import RagSettings

MakeSettings = Callable[..., RagSettings]

_CLASSES = (
    config.RagSettings,
    config.ApiSettings,
    config.AuthSettings,
    config.AdminSettings,
)


@pytest.fixture(autouse=True, scope="session")
def _no_settings_from_outside() -> Iterator[None]:
    """A developer's own environment must not change what the tests see."""
    with pytest.MonkeyPatch.context() as patch:
        for settings in _CLASSES:
            for name in settings.model_fields:
                patch.delenv(name, raising=False)
                patch.delenv(name.upper(), raising=False)
        yield


@pytest.fixture(autouse=True, scope="session")
def _plain_logs() -> None:
    """structlog's default draws every traceback with all its variables, for seconds each."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
        ]
    )


@pytest.fixture(scope="session")
def embedder_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the embedder's 65 MB table, shared by all data folders."""
    return tmp_path_factory.mktemp("embedder")


@pytest.fixture(scope="session")
def make_settings(embedder_cache: Path) -> MakeSettings:
    """Settings of a RAG server with its data in a folder; `changes` by field name."""

    def make(data_dir: Path, **changes: Any) -> RagSettings:
        data_dir.mkdir(parents=True, exist_ok=True)
        cache = data_dir / "cache"
        if not cache.is_symlink():
            cache.symlink_to(embedder_cache)
        return RagSettings(_env_file=None, data_dir=data_dir, **changes)

    return make


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
