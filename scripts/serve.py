"""Starts both servers and keeps them running; on the first start, makes what they need.

Reads the same settings as the servers: the environment wins over `.env`.
"""

import json
import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BACKEND = ROOT / "backend"
ENV_FILE = ROOT / ".env"
SAMPLES = ROOT / "data" / "samples"
SAMPLES_COLLECTION = "amostras"
sys.path.insert(0, str(BACKEND))

from pydantic import ValidationError  # noqa: E402

from utils.config import ApiSettings, ConfigurationError, RagSettings  # noqa: E402

READY_SECONDS = 60
STOP_SECONDS = 10
# A server that ran for this long was well: its next restart comes at once again.
STEADY_SECONDS = 60
MAX_BACKOFF_SECONDS = 30


class StartError(Exception):
    """Starting is impossible; the message says what to do."""


def say(pt: str, en: str) -> None:
    print(f"{pt} · {en}", flush=True)


# --- before the servers ------------------------------------------------------------------------


def ensure_secrets() -> None:
    """Write missing secrets into `.env`, readable by its owner alone."""
    present = ENV_FILE.read_text(encoding="utf-8") if ENV_FILE.exists() else ""
    names = {
        line.partition("=")[0].strip()
        for line in present.splitlines()
        if line.partition("=")[2].strip()
    }
    missing = [
        name
        for name in ("JWT_SECRET_KEY", "RAG_SERVICE_TOKEN")
        if not os.environ.get(name) and name not in names
    ]
    if not missing:
        return
    lines = [f"{name}={secrets.token_urlsafe(48)}" for name in missing]
    if present and not present.endswith("\n"):
        present += "\n"
    descriptor = os.open(ENV_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(present + "\n".join(lines) + "\n")
    ENV_FILE.chmod(0o600)
    say("Segredos criados em .env", "Secrets created in .env")


def require_free_port(host: str, port: int, setting: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as exc:
            raise StartError(
                f"A porta {port} está em uso; feche o outro programa ou escolha outra, por exemplo "
                f"{setting}={port + 100} make run. · Port {port} is taken; close the other program "
                f"or choose another one, for example {setting}={port + 100} make run."
            ) from exc


def create_first_admin() -> dict[str, Any]:
    """Create the administrator's account if there is no account; see `auth.first_admin`."""
    result = subprocess.run(
        [sys.executable, "-m", "auth.first_admin"],
        cwd=BACKEND,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if result.returncode != 0:
        last = result.stderr.strip().splitlines()[-1:] or ["?"]
        raise StartError(
            "A primeira conta não pôde ser criada · The first account could not be created: "
            f"{last[0]}"
        )
    account: dict[str, Any] = json.loads(result.stdout.strip().splitlines()[-1])
    return account


# --- the servers -------------------------------------------------------------------------------


@dataclass
class Server:
    """One server process, started again whenever it dies."""

    name: str
    script: str
    health_url: str
    log_file: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    backoff: float = 1.0
    log: logging.Logger = field(init=False)

    def __post_init__(self) -> None:
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(self.log_file, maxBytes=10_000_000, backupCount=3)
        self.log = logging.getLogger(self.name)
        self.log.addHandler(handler)
        self.log.setLevel(logging.INFO)
        self.log.propagate = False

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches this supervisor alone, which stops them in order.
        self.process = subprocess.Popen(
            [sys.executable, self.script],
            cwd=BACKEND,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.started_at = time.monotonic()
        threading.Thread(target=self._keep_log, args=[self.process], daemon=True).start()

    def wait_until_ready(self, stopping: threading.Event) -> None:
        """Return once the server answers.

        Raises:
            StartError: it died, or did not answer in time.
        """
        deadline = time.monotonic() + READY_SECONDS
        while not stopping.is_set():
            if self.process is not None and self.process.poll() is not None:
                raise StartError(f"{self.name}: {self._last_words()}")
            if answers(self.health_url):
                return
            if time.monotonic() > deadline:
                raise StartError(f"{self.name}: no answer in {READY_SECONDS} s; {self.log_file}")
            time.sleep(0.1)

    def revive(self) -> None:
        """Start a dead server again, waiting longer each time it dies young."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if not self.restart_at:
            steady = now - self.started_at > STEADY_SECONDS
            self.backoff = 1.0 if steady else self.backoff
            self.restart_at = now + self.backoff
            say(
                f"{self.name} parou (código {self.process.returncode}); reinício em "
                f"{self.backoff:.0f} s. Registro: {self.log_file}",
                f"{self.name} stopped (code {self.process.returncode}); restarting in "
                f"{self.backoff:.0f} s",
            )
            self.backoff = min(self.backoff * 2, MAX_BACKOFF_SECONDS)
        elif now >= self.restart_at:
            self.restart_at = 0.0
            self.start()
            say(f"{self.name} reiniciado", f"{self.name} restarted")

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _keep_log(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None  # noqa: S101 - started with a pipe
        for line in process.stdout:
            self.log.info(line.decode(errors="replace").rstrip())

    def _last_words(self) -> str:
        time.sleep(0.2)  # let the log thread finish
        lines = self.log_file.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else f"code {self.process.returncode if self.process else '?'}"


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own address
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


# --- materials ---------------------------------------------------------------------------------


class RagServer:
    """The few calls of the RAG server that a start needs."""

    def __init__(self, base_url: str, token: str) -> None:
        self._base_url = base_url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def call(
        self, method: str, path: str, body: bytes | None = None, content_type: str = ""
    ) -> dict[str, Any]:
        headers = {**self._headers, **({"Content-Type": content_type} if content_type else {})}
        request = urllib.request.Request(  # noqa: S310 - our own address
            self._base_url + path, data=body, method=method, headers=headers
        )
        with urllib.request.urlopen(request, timeout=120) as response:  # noqa: S310
            answer: dict[str, Any] = json.load(response)
            return answer

    def upload(self, file: Path, collection: str) -> str:
        boundary = secrets.token_hex(16)
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="collection"\r\n\r\n'
            f"{collection}\r\n".encode(),
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
            f'filename="{file.name}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode(),
            file.read_bytes(),
            f"\r\n--{boundary}--\r\n".encode(),
        ]
        content_type = f"multipart/form-data; boundary={boundary}"
        return str(self.call("POST", "/materials", b"".join(parts), content_type)["job_id"])


def load_samples(rag: RagServer, marker: Path, stopping: threading.Event) -> None:
    """Ingest the sample materials once; an admin who deletes them does not get them back."""
    if marker.exists():
        return
    files = sorted(file for file in SAMPLES.iterdir() if file.is_file())
    jobs = [rag.upload(file, SAMPLES_COLLECTION) for file in files]
    for number, (job_id, file) in enumerate(zip(jobs, files, strict=True), start=1):
        while not stopping.is_set() and not rag.call("GET", f"/jobs/{job_id}")["finished_at"]:
            time.sleep(0.1)
        say(f"Amostra {number} de {len(files)}: {file.name}", f"sample {number} of {len(files)}")
    if not stopping.is_set():
        marker.touch()


# --- all together ------------------------------------------------------------------------------


def show_account(account: dict[str, Any]) -> None:
    if not account.get("created"):
        return
    say("\nConta de administração criada", "Administrator's account created")
    print(f"  Usuário · User:     {account['username']}")
    if account.get("password"):
        print(f"  Senha · Password:   {account['password']}")
        print("  (guarde a senha: ela não será mostrada de novo · keep it: shown only once)")
    print(flush=True)


def serve() -> None:
    os.umask(0o077)  # logs and first account too
    ensure_secrets()
    rag, api = RagSettings(), ApiSettings()
    require_free_port(rag.bind_host, rag.rag_port, "RAG_PORT")
    require_free_port(api.api_host, api.api_port, "API_PORT")
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    logs = rag.data_dir / "logs"
    rag_url = f"http://{_reachable(rag.bind_host)}:{rag.rag_port}"
    api_url = f"http://{_reachable(api.api_host)}:{api.api_port}"
    servers = [
        Server("rag-server", "rag_server.py", f"{rag_url}/health", logs / "rag-server.log"),
        Server("api-server", "api_server.py", f"{api_url}/health", logs / "api-server.log"),
    ]
    try:
        say("Iniciando os servidores", "Starting the servers")
        servers[0].start()
        show_account(create_first_admin())
        servers[1].start()
        for server in servers:
            server.wait_until_ready(stopping)
        client = RagServer(rag_url, rag.rag_service_token.get_secret_value())
        _quietly(lambda: load_samples(client, rag.data_dir / ".samples-loaded", stopping))
        _quietly(lambda: client.call("POST", "/process-materials"))
        if not stopping.is_set():
            say(f"\n  Abra · Open:  {api_url}/app/\n  Ctrl-C encerra", "Ctrl-C stops\n")
        while not stopping.wait(0.5):
            for server in servers:
                server.revive()
    finally:
        say("Encerrando", "Stopping")
        for server in reversed(servers):
            server.stop()


def _quietly(step: Callable[[], object]) -> None:
    """A step that the servers can do without."""
    try:
        step()
    except (OSError, ValueError) as exc:
        say(f"Etapa incompleta: {exc}", f"step incomplete: {exc}")


def _reachable(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def main() -> None:
    try:
        serve()
    except (StartError, ConfigurationError) as exc:
        sys.exit(str(exc))
    except ValidationError as exc:
        first = exc.errors(include_input=False)[0]
        sys.exit(f"{str(first['loc'][0]).upper()}: {first['msg']}")


if __name__ == "__main__":
    main()
