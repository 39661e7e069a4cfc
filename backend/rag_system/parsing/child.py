"""Parsing in child processes, so that a bad file can hurt nothing but its own document."""

import asyncio
import resource
from concurrent.futures import TimeoutError as FutureTimeoutError
from multiprocessing import get_context
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from rag_system.failures import Failure, ProcessingError
from rag_system.parsing.base import ParsedDocument

# Extraction libraries may leak: a process is replaced after this many files.
FILES_PER_PROCESS = 50


class ChildProcessParser:
    """Parses with a bound on time and memory; processes start with the first file."""

    def __init__(self, *, processes: int, timeout_seconds: int, memory_mb: int) -> None:
        self._processes = processes
        self._timeout_seconds = timeout_seconds
        self._memory_bytes = memory_mb * 1024 * 1024
        self._pool: ProcessPool | None = None

    async def parse(self, file: Path, media_type: str) -> ParsedDocument:
        future = self._running_pool().schedule(
            _extract, args=[str(file), media_type], timeout=self._timeout_seconds
        )
        try:
            document: ParsedDocument = await asyncio.wrap_future(future)
        except (FutureTimeoutError, TimeoutError) as exc:
            raise ProcessingError(Failure.TIMED_OUT) from exc
        except (ProcessExpired, MemoryError) as exc:
            raise ProcessingError(Failure.TOO_DEMANDING) from exc
        return document

    async def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            await asyncio.to_thread(pool.join)

    def _running_pool(self) -> ProcessPool:
        if self._pool is None or not self._pool.active:
            self._pool = ProcessPool(
                max_workers=self._processes,
                max_tasks=FILES_PER_PROCESS,
                initializer=_limit_memory,
                initargs=[self._memory_bytes],
                # A forked child would share the index's locks and threads in mid-flight.
                context=get_context("spawn"),
            )
        return self._pool


def _limit_memory(limit_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))


def _extract(file: str, media_type: str) -> ParsedDocument:
    # Imported here, in the child: the server's own process never loads the extraction library.
    from rag_system.parsing.kreuzberg_parser import extract  # noqa: PLC0415

    return extract(file, media_type)
