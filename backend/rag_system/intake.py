"""Taking files in: checked, hashed, stored, recorded. Nothing here parses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from rag_system.catalog import Catalog, NewContent
from rag_system.contracts import DEFAULT_COLLECTION, MaterialAccepted
from rag_system.models import Document
from rag_system.parsing.media_types import accepted_type, check_content
from rag_system.titles import MAX_TITLE, title_from
from utils.errors import Invalid, TooLarge
from utils.messages import Message
from utils.storage import Storage

_COPY_BYTES = 1024 * 1024
MAX_NAME = 255

FILE_TOO_LARGE = Message(
    pt="O arquivo é maior que o limite de {limit} MB.",
    en="The file is larger than the limit of {limit} MB.",
)
BAD_NAME = Message(
    pt="O nome do arquivo não serve. Use um nome simples, como 'apostila.pdf'.",
    en="The file name is not usable. Use a simple name, such as 'handbook.pdf'.",
)


class Upload(NamedTuple):
    """What comes with an uploaded file."""

    filename: str
    collection: str | None
    title: str | None
    details: dict[str, Any]


class Intake:
    """Stores arrived files under their SHA-256 and queues them."""

    def __init__(self, catalog: Catalog, storage: Storage, max_bytes: int) -> None:
        self._catalog = catalog
        self._storage = storage
        self._max_bytes = max_bytes
        self._content_lock = asyncio.Lock()

    async def accept(self, upload: Upload, content: AsyncIterator[bytes]) -> MaterialAccepted:
        """Take an upload in; when this returns it is stored durably and queued.

        Raises:
            UnsupportedType: of a type that is not read, or not what its name says.
            Invalid: empty, cut short, protected, or with an unusable name.
            TooLarge: over the limit.
        """
        filename = clean_filename(upload.filename)
        accepted_type(filename)
        async with self._received(content) as (file, digest, size):
            file_type = await asyncio.to_thread(check_content, file, filename)
            new = NewContent(
                collection=upload.collection or DEFAULT_COLLECTION,
                title=(upload.title or "").strip()[:MAX_TITLE] or title_from(filename),
                filename=filename,
                media_type=file_type.media_type,
                sha256=digest,
                size=size,
                details=upload.details,
            )
            await self._storage.put(storage_key(digest), file)
            async with self._content_lock:
                await self._ensure_stored(digest, file)
                document, job_id, duplicate = await self._catalog.add(new)
        return MaterialAccepted(
            material_id=document.id,
            job_id=job_id,
            duplicate=duplicate,
            sha256=digest,
            title=document.title,
        )

    async def accept_from_folder(
        self, file: Path, relative_path: str, modified_ns: int
    ) -> str | None:
        """Take in a new or changed file of the materials folder; its document's id if it has work.

        Raises:
            UnsupportedType, Invalid, TooLarge: as `accept`.
        """
        name = PurePosixPath(relative_path).name
        async with self._received(_read(file)) as (copy, digest, size):
            file_type = await asyncio.to_thread(check_content, copy, name)
            new = NewContent(
                collection=DEFAULT_COLLECTION,
                title=title_from(name),
                filename=name[:MAX_NAME],
                media_type=file_type.media_type,
                sha256=digest,
                size=size,
                path=relative_path,
                modified_ns=modified_ns,
            )
            await self._storage.put(storage_key(digest), copy)
            async with self._content_lock:
                await self._ensure_stored(digest, copy)
                document = await self._catalog.replace_path(new)
        return document.id if document else None

    async def drop(self, document: Document) -> None:
        """Remove a deleted document's row, and its file if no other document has it."""
        async with self._content_lock:
            if await self._catalog.drop_document(document.id):
                await self._storage.delete(storage_key(document.sha256))

    async def _ensure_stored(self, digest: str, file: Path) -> None:
        # The last document with this content may have been dropped since the file was put.
        try:
            await self._storage.size(storage_key(digest))
        except FileNotFoundError:
            await self._storage.put(storage_key(digest), file)

    @asynccontextmanager
    async def _received(
        self, content: AsyncIterator[bytes]
    ) -> AsyncIterator[tuple[Path, str, int]]:
        """Content written to a temporary file, with its hash and size in bytes."""
        with TemporaryDirectory(prefix="dna-upload-") as folder:
            file = Path(folder) / "content"
            digest, size = sha256(), 0
            with file.open("wb") as target:
                async for piece in content:
                    size += len(piece)
                    if size > self._max_bytes:
                        limit = self._max_bytes // (1024 * 1024)
                        raise TooLarge(FILE_TOO_LARGE, limit=limit)
                    digest.update(piece)
                    await asyncio.to_thread(target.write, piece)
            yield file, digest.hexdigest(), size


def storage_key(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


def clean_filename(name: str) -> str:
    """A file name to show: without folders and control characters, at most 255 characters.

    It never becomes a path: files are stored under their hash.

    Raises:
        Invalid: nothing usable is left.
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    printable = "".join(character for character in last if character.isprintable()).strip()
    stem, suffix = PurePosixPath(printable).stem, PurePosixPath(printable).suffix
    if not stem.strip(". ") or printable.startswith(".."):
        raise Invalid(BAD_NAME)
    return stem[: MAX_NAME - len(suffix)] + suffix


async def _read(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as opened:
        while piece := await asyncio.to_thread(opened.read, _COPY_BYTES):
            yield piece
