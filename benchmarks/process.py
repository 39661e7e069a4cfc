"""A RAG server in a process of its own, as users run it, with its data in a given folder."""

import asyncio
import os
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import aiohttp
import psutil  # type: ignore[import-untyped]
from corpora import ROOT

READY_SECONDS = 120
STOP_SECONDS = 30
_MEBIBYTE = 1024 * 1024


class RagProcess(NamedTuple):
    """Where a running server answers."""

    url: str
    token: str
    pid: int

    def session(self) -> aiohttp.ClientSession:
        """A client with the service token; every call has a time-out."""
        return aiohttp.ClientSession(
            self.url,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=aiohttp.ClientTimeout(total=60),
            connector=aiohttp.TCPConnector(limit=0),
        )

    def resident_mb(self) -> float:
        """Resident memory of the server's own process, in MiB."""
        return float(psutil.Process(self.pid).memory_info().rss / _MEBIBYTE)


@asynccontextmanager
async def rag_process(data_dir: Path) -> AsyncIterator[RagProcess]:
    """A server that answers, on a free port of the loopback, until the block ends.

    Raises:
        RuntimeError: it did not start; the message holds its log.
    """
    with _program() as program, (data_dir / "server.log").open("wb") as log:
        port, token = _free_port(), secrets.token_urlsafe(32)
        process = subprocess.Popen(
            [sys.executable, str(program)],
            env={
                "PATH": os.environ["PATH"],
                "DATA_DIR": str(data_dir),
                "RAG_HOST": "127.0.0.1",
                "RAG_PORT": str(port),
                "RAG_SERVICE_TOKEN": token,
                "LOG_LEVEL": "WARNING",
            },
            stdout=log,
            stderr=log,
        )
        try:
            server = RagProcess(f"http://127.0.0.1:{port}", token, process.pid)
            if not await _answers(server, process):
                raise RuntimeError((data_dir / "server.log").read_text(encoding="utf-8"))
            yield server
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def _program() -> Iterator[Path]:
    """A copy of the backend: where it stands there is no `.env` of whoever measures."""
    with TemporaryDirectory(prefix="dna-program-") as folder:
        copy = Path(folder) / "backend"
        ignored = shutil.ignore_patterns("tests", ".*", "__pycache__")
        shutil.copytree(ROOT / "backend", copy, ignore=ignored)
        yield copy / "rag_server.py"


async def _answers(server: RagProcess, process: subprocess.Popen[bytes]) -> bool:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + READY_SECONDS
    async with server.session() as session:
        while loop.time() < deadline and process.poll() is None:
            try:
                async with session.get("/health") as response:
                    if response.status == 200:
                        return True
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
