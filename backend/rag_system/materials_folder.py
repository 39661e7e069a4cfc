"""The materials folder: what was dropped in, changed or taken out since the last scan."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rag_system.catalog import Catalog
from rag_system.ingestion import Ingestion
from rag_system.intake import Intake
from rag_system.jobs import Jobs
from rag_system.parsing.media_types import FILE_TYPES
from utils.errors import AppError
from utils.logging import get_logger

log = get_logger(__name__)


class FoundFile(NamedTuple):
    path: Path
    relative: str
    size: int
    modified_ns: int


class MaterialsFolder:
    """Keeps the catalogue in step with a folder; documents are known by their relative path."""

    def __init__(
        self, folder: Path, catalog: Catalog, jobs: Jobs, intake: Intake, ingestion: Ingestion
    ) -> None:
        self._folder = folder
        self._catalog = catalog
        self._jobs = jobs
        self._intake = intake
        self._ingestion = ingestion

    async def run_scan(self, job_id: str, *, force: bool) -> None:
        """Scan for a job; whatever happens, the job ends."""
        queued: list[str] = []
        try:
            queued = await self._scan(force=force)
            if force:
                await self._catalog.requeue(queued)
        except Exception:
            log.exception("scan failed")
        await self._jobs.finish_scan(job_id, queued)
        await self._ingestion.remove_deleted()
        self._ingestion.wake()

    async def _scan(self, *, force: bool) -> list[str]:
        """Take in new and changed files, forget removed ones; ids of the documents with work.

        With `force`, files that have not changed are processed again too.
        """
        known = await self._catalog.known_paths()
        if known and not await asyncio.to_thread(self._folder.is_dir):
            # More likely a disk that is not mounted than a wish to delete everything.
            raise FileNotFoundError(self._folder)
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        found = {file.relative: file for file in await asyncio.to_thread(list, self._files())}
        for path in known.keys() - found.keys():
            await self._catalog.forget_path(path)
        queued: list[str] = []
        for relative, file in sorted(found.items()):
            before = known.get(relative)
            unchanged = before is not None and (before.size, before.modified_ns) == (
                file.size,
                file.modified_ns,
            )
            if not unchanged:
                document_id = await self._take_in(file)
                queued += [document_id] if document_id else []
        if force:
            queued += [name.document_id for name in known.values() if name.path in found]
        return list(dict.fromkeys(queued))

    def _files(self) -> Iterator[FoundFile]:
        # Symbolic links are not followed: they could lead out of the folder or in circles.
        for folder, _, names in os.walk(self._folder):
            for name in names:
                path = Path(folder) / name
                if path.suffix.lower() in FILE_TYPES and path.is_file() and not path.is_symlink():
                    status = path.stat()
                    # A name that is no UTF-8 (from an old archive) can neither be stored nor shown.
                    relative = os.fsencode(path.relative_to(self._folder)).decode(
                        "utf-8", "replace"
                    )
                    yield FoundFile(path, relative, status.st_size, status.st_mtime_ns)

    async def _take_in(self, file: FoundFile) -> str | None:
        try:
            return await self._intake.accept_from_folder(file.path, file.relative, file.modified_ns)
        except AppError as exc:
            log.warning("file refused", path=file.relative, reason=str(exc))
        except OSError as exc:
            log.warning("file unreadable", path=file.relative, reason=str(exc))
        return None
