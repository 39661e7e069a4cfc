"""The RAG server as a process: started, refused, stopped, killed and started again."""

import itertools
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import files

pytestmark = pytest.mark.server

BACKEND = Path(__file__).resolve().parents[1]
TOKEN = "Zk3v9-Qw7LmXc2Rt5Yb8Nh1Jd4Gs6Fa0Pe"
READY_SECONDS = 20.0
DOCUMENTS = 25


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the backend: where it stands there is no `.env` of a developer."""
    copy = tmp_path_factory.mktemp("program") / "backend"
    shutil.copytree(BACKEND, copy, ignore=shutil.ignore_patterns("tests", ".*", "__pycache__"))
    return copy / "rag_server.py"


class Process:
    """`python rag_server.py` with its data in a folder."""

    def __init__(
        self, program: Path, data_dir: Path, port: int, cache: Path, **environment: str
    ) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not (data_dir / "cache").is_symlink():
            (data_dir / "cache").symlink_to(cache)
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
        self._log = (data_dir / "log").open("ab")
        self._start_of_log = (data_dir / "log").stat().st_size
        self._log_file = data_dir / "log"
        self._process = subprocess.Popen(
            [sys.executable, str(program)],
            env={
                "PATH": os.environ["PATH"],
                "DATA_DIR": str(data_dir),
                "RAG_PORT": str(port),
                **environment,
            },
            stdout=self._log,
            stderr=self._log,
        )

    def wait_until_ready(self) -> float:
        started = time.monotonic()
        while time.monotonic() < started + READY_SECONDS:
            assert self._process.poll() is None, self.log()
            try:
                if self.http.get("/health").status_code == 200:
                    return time.monotonic() - started
            except httpx.TransportError:
                time.sleep(0.05)
        raise TimeoutError(self.log())

    def log(self) -> str:
        return self._log_file.read_bytes()[self._start_of_log :].decode()

    def exit_code(self) -> int:
        return self._process.wait(timeout=READY_SECONDS)

    def stop(self) -> int:
        self._process.terminate()
        return self.exit_code()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        self.http.close()
        if self._process.poll() is None:
            self.kill()
        self._log.close()


class Start:
    """Starts processes and ends them with the test."""

    def __init__(self, program: Path, cache: Path) -> None:
        self._program = program
        self._cache = cache
        self._running: list[Process] = []

    def __call__(self, data_dir: Path, port: int, **environment: str) -> Process:
        process = Process(self._program, data_dir, port, self._cache, **environment)
        self._running.append(process)
        return process

    def close(self) -> None:
        for process in self._running:
            process.close()


@pytest.fixture
def start(program: Path, embedder_cache: Path) -> Iterator[Start]:
    starter = Start(program, embedder_cache)
    yield starter
    starter.close()


@contextmanager
def _taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def _only_line(process: Process) -> str:
    lines = process.log().strip().splitlines()
    assert len(lines) == 1, process.log()
    return lines[0]


# --- starting and stopping ---------------------------------------------------------------------


def test_it_is_ready_within_seconds_and_ends_cleanly_on_sigterm(
    start: Start, tmp_path: Path, free_port: int
) -> None:
    server = start(tmp_path, free_port, RAG_SERVICE_TOKEN=TOKEN, ENVIRONMENT="production")
    assert server.wait_until_ready() < 10
    assert server.http.get("/health").json()["rag_initialized"] is True
    assert server.http.get("/stats").status_code == 401
    stats = server.http.get("/stats", headers={"Authorization": f"Bearer {TOKEN}"})
    assert stats.json()["materials_total"] == 0
    assert server.stop() == 0
    assert "Traceback" not in server.log()
    assert TOKEN not in server.log()


def test_sigint_ends_it_cleanly_too(start: Start, tmp_path: Path, free_port: int) -> None:
    server = start(tmp_path, free_port)
    server.wait_until_ready()
    server._process.send_signal(signal.SIGINT)
    assert server.exit_code() == 0
    assert "Traceback" not in server.log()


def test_a_second_server_on_the_same_data_is_refused_and_the_first_goes_on(
    start: Start, tmp_path: Path, free_port: int
) -> None:
    first = start(tmp_path / "data", free_port)
    first.wait_until_ready()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        other_port = probe.getsockname()[1]
    second = start(tmp_path / "data", other_port)
    assert second.exit_code() == 2
    line = second.log().strip().splitlines()[-1]
    assert f"(process {first._process.pid})" in line
    assert str(tmp_path / "data" / "index") in line
    assert "Traceback" not in second.log()
    assert first.http.get("/health").status_code == 200


def test_a_taken_port_is_one_sentence(start: Start, tmp_path: Path) -> None:
    with _taken_port() as port:
        server = start(tmp_path, port)
        assert server.exit_code() == 2
    line = _only_line(server)
    assert f"127.0.0.1:{port}" in line
    assert "RAG_PORT" in line


def test_of_two_servers_started_at_once_on_one_port_one_says_why_it_stops(
    start: Start, tmp_path: Path, free_port: int
) -> None:
    both = [start(tmp_path / name, free_port) for name in "ab"]
    deadline = time.monotonic() + READY_SECONDS
    while all(server._process.poll() is None for server in both):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    (refused,) = [server for server in both if server._process.poll() is not None]
    assert refused.exit_code() == 2
    assert "Traceback" not in refused.log()
    assert f"127.0.0.1:{free_port}" in refused.log()


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"ENVIRONMENT": "production"}, "RAG_SERVICE_TOKEN is not set"),
        (
            {"ENVIRONMENT": "production", "RAG_SERVICE_TOKEN": "short"},
            "RAG_SERVICE_TOKEN is shorter than 32",
        ),
        ({"RAG_PORT": "http"}, "RAG_PORT is not valid"),
        ({"ENVIRONMENT": "staging"}, "ENVIRONMENT is not valid"),
        ({"EMBEDDING_MODEL": "made-up"}, "EMBEDDING_MODEL must be one of"),
    ],
    ids=["no token", "weak token", "port", "environment", "model"],
)
def test_a_setting_that_is_no_good_ends_it_with_one_sentence(
    start: Start, tmp_path: Path, free_port: int, environment: dict[str, str], words: str
) -> None:
    server = start(tmp_path, free_port, **environment)
    assert server.exit_code() == 2
    assert words in _only_line(server)


def test_without_a_token_it_listens_on_this_machine_only(
    start: Start, tmp_path: Path, free_port: int
) -> None:
    server = start(tmp_path, free_port, RAG_HOST="0.0.0.0")  # noqa: S104 - the very case
    server.wait_until_ready()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        own_address = probe.getsockname()[0]
    if own_address.startswith("127."):
        pytest.skip("this machine has no other address")
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://{own_address}:{free_port}/health", timeout=2)


# --- killed in mid work ------------------------------------------------------------------------


def _document(number: int) -> tuple[str, bytes]:
    source = random.Random(number)
    words = [
        "força",
        "treino",
        "série",
        "carga",
        "repouso",
        "atleta",
        "joelho",
        "quadril",
        "ritmo",
        "salto",
        "corrida",
        "peso",
    ]
    pages = []
    for page in range(1 + number % 3):
        sentences = [
            f"Regra {number}.{page}.{n}: {' '.join(source.sample(words, 9))}." for n in range(40)
        ]
        pages.append(" ".join(sentences))
    if number % 5 == 0:
        return f"{number}.txt", "\n\n".join(pages * 8).encode()
    return f"{number}.pdf", files.pdf(pages)


def _upload(server: Process, number: int) -> str:
    name, content = _document(number)
    answer = server.http.post("/materials", files={"file": (name, content)})
    assert answer.status_code == 202, answer.text
    material_id: str = answer.json()["material_id"]
    return material_id


def _wait_until_all_are_ready(server: Process, expected: set[str]) -> None:
    deadline = time.monotonic() + 60
    items: list[dict[str, Any]] = []
    while time.monotonic() < deadline:
        items = server.http.get("/materials", params={"limit": 1000}).json()["items"]
        assert {item["material_id"] for item in items} == expected
        assert not [item for item in items if item["state"] == "failed"], server.log()
        if all(item["state"] == "ready" for item in items):
            return
        time.sleep(0.1)
    raise TimeoutError([item for item in items if item["state"] != "ready"])


def test_a_server_killed_again_and_again_loses_nothing_and_doubles_nothing(
    start: Start, tmp_path: Path, free_port: int
) -> None:
    source = random.Random(20261121)
    pauses = [0.05, *(source.uniform(0.1, 1.5) for _ in range(4))]
    server = start(tmp_path, free_port)
    server.wait_until_ready()
    numbers = iter(range(DOCUMENTS))
    accepted = {_upload(server, number) for number in itertools.islice(numbers, 15)}
    for pause in pauses:
        time.sleep(pause)
        server.kill()
        server = start(tmp_path, free_port)
        server.wait_until_ready()
        accepted |= {_upload(server, number) for number in itertools.islice(numbers, 2)}
    _wait_until_all_are_ready(server, accepted)
    assert len(accepted) == DOCUMENTS

    stats = server.http.get("/stats").json()
    assert stats["materials"] == {"ready": DOCUMENTS}
    assert stats["queue_depth"] == 0
    assert stats["chunks"] == stats["lexical_chunks"] == stats["dense_chunks"] > DOCUMENTS
    assert server.stop() == 0
    _check_catalogue(tmp_path / "rag.sqlite3")


def _check_catalogue(file: Path) -> None:
    connection = sqlite3.connect(file)
    try:
        chunks = connection.execute("SELECT document_id, position, text FROM chunks").fetchall()
        totals = dict(connection.execute("SELECT id, chunks_total FROM documents").fetchall())
        open_jobs = connection.execute(
            "SELECT count(*) FROM jobs WHERE finished_at IS NULL"
        ).fetchone()
    finally:
        connection.close()
    places = Counter((document, position) for document, position, _ in chunks)
    assert max(places.values()) == 1
    assert Counter(document for document, _, _ in chunks) == totals
    for document, total in totals.items():
        positions = sorted(position for owner, position in places if owner == document)
        assert positions == list(range(total))
    assert open_jobs == (0,)
