"""A provider of embeddings that speaks the protocols of OpenAI, Gemini and Ollama over a socket."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


class Provider:
    """What it was asked, and a script of what goes wrong with the next calls.

    A script's entry is "" for an answer, "500", "short" (a vector too few), "zeros", or "wait"
    (until `gate` is set).
    """

    def __init__(self) -> None:
        self.script: list[str] = []
        self.asked: list[tuple[str, list[str]]] = []
        self.gate = Event()
        self.url = ""

    def texts(self) -> list[str]:
        return [text for _, texts in self.asked for text in texts]


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_POST(self) -> None:
        texts = _texts(self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.provider.asked.append((self.path, texts))
        trouble = self.provider.script.pop(0) if self.provider.script else ""
        if trouble == "500":
            return self._send(500, {"error": {"message": "broken"}})
        if trouble == "wait":
            self.provider.gate.wait(30)
        vectors = [[3.0, 4.0 + len(text), 0.0] for text in texts]
        if trouble == "short":
            vectors = vectors[:-1]
        if trouble == "zeros":
            vectors = [[0.0, 0.0, 0.0] for _ in texts]
        return self._send(200, _answer(self.path, vectors))

    def _send(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args: object) -> None: ...


def _texts(path: str, body: dict[str, Any]) -> list[str]:
    if path.endswith(("/embeddings", "/api/embed")):
        given = body["input"]
        return [given] if isinstance(given, str) else given
    requests = body.get("requests", [body])
    return [request["content"]["parts"][0]["text"] for request in requests]


def _answer(path: str, vectors: list[list[float]]) -> dict[str, Any]:
    if path.endswith("/embeddings"):
        data = [{"object": "embedding", "index": n, "embedding": v} for n, v in enumerate(vectors)]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return {"object": "list", "data": data, "model": "m", "usage": usage}
    if path.endswith("/api/embed"):
        return {"model": "m", "embeddings": vectors}
    return {"embeddings": [{"values": vector} for vector in vectors]}


@contextmanager
def serving_provider() -> Iterator[Provider]:
    provider = Provider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        provider.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
