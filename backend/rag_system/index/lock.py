"""One process owns the embedded index: a second one is refused instead of damaging it."""

import fcntl
import os
from pathlib import Path
from typing import Self

from utils.config import ConfigurationError


class IndexLock:
    """Holds a folder for this process; the system lets go of it when the process ends."""

    def __init__(self, folder: Path) -> None:
        """Take the folder.

        Raises:
            ConfigurationError: another process has it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / ".lock").open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            self._file.seek(0)
            owner = self._file.read().strip() or "?"
            self._file.close()
            raise ConfigurationError(
                f"Another RAG server (process {owner}) is using the index in {folder}. "
                "Stop it first, or give this one another DATA_DIR."
            ) from exc
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._file.close()
