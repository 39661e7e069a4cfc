"""Files by key behind one URL: a local folder, S3 or Google Cloud Storage (package `obstore`)."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

import obstore
from obstore.store import from_url

STREAM_BYTES = 1024 * 1024


class Storage:
    """Stores whole files. Keys are made by us (content hashes), never by a user."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._folder = Path(unquote(parts.path)) if parts.scheme == "file" else None
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
        self._store = from_url(url)

    async def put(self, key: str, file: Path) -> None:
        await obstore.put_async(self._store, key, file)
        if self._folder is not None:
            await asyncio.to_thread(_sync_to_disk, self._folder / key)

    async def size(self, key: str) -> int:
        """Size in bytes.

        Raises:
            FileNotFoundError: there is no such file.
        """
        meta = await obstore.head_async(self._store, key)
        return int(meta["size"])

    async def stream(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to `end` (exclusive), in pieces of at most 1 MiB."""
        for offset in range(start, end, STREAM_BYTES):
            piece = await obstore.get_range_async(
                self._store, key, start=offset, end=min(offset + STREAM_BYTES, end)
            )
            yield bytes(piece)

    async def delete(self, key: str) -> None:
        with suppress(FileNotFoundError):
            await obstore.delete_async(self._store, key)

    @asynccontextmanager
    async def as_local_file(self, key: str) -> AsyncIterator[Path]:
        """A path under which another process can read the file while the block lasts."""
        if self._folder is not None:
            yield self._folder / key
            return
        with TemporaryDirectory(prefix="dna-") as folder:
            path = Path(folder) / "file"
            with path.open("wb") as target:
                async for piece in self.stream(key, 0, await self.size(key)):
                    target.write(piece)
            yield path


def _sync_to_disk(file: Path) -> None:
    """Make a new file survive a power cut: its content, then its entry in the folder."""
    for path in (file, file.parent):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
