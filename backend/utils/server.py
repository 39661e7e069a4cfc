"""Runs an application under uvicorn, with one clear sentence where it cannot start."""

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError

from utils.config import ConfigurationError, ServerSettings
from utils.logging import configure_logging

GRACE_SECONDS = 5
STARTUP_FAILED = 3
_BACKLOG = 2048


def run_server(
    build: Callable[[], FastAPI], settings: ServerSettings, host: str, port: int
) -> None:
    """Set up the logs and serve until a signal ends it.

    Raises:
        ConfigurationError: the address is taken or not this machine's.
    """
    configure_logging(settings.log_level, settings.log_format)
    # Databases and uploads hold personal data: what the server writes is its owner's alone.
    os.umask(0o077)
    listener = _bind(host, port)
    config = uvicorn.Config(
        build(),
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    # Uvicorn raises the signal again when it has shut down.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with listener, suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    if not server.started:
        sys.exit(STARTUP_FAILED)


@contextmanager
def settings_or_exit() -> Iterator[None]:
    """End the process with status 2 and one sentence on stderr where a setting is no good."""
    try:
        yield
    except ConfigurationError as exc:
        problem = str(exc)
    except ValidationError as exc:
        first = exc.errors(include_input=False)[0]
        problem = f"{str(first['loc'][0]).upper()} is not valid: {first['msg']}."
    else:
        return
    sys.stderr.write(f"{problem}\n")
    sys.exit(2)


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # Two sockets may bind one port; only one may listen.
        listener.listen(_BACKLOG)
    except OSError as exc:
        listener.close()
        raise ConfigurationError(
            f"Cannot listen on {host}:{port} ({exc.strerror}). Stop the program that uses this "
            "port, or choose another one with API_PORT or RAG_PORT."
        ) from exc
    return listener
