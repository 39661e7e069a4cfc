"""A RAG server's application in the test's own process, and what tests do with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from httpx import ASGITransport, AsyncClient

from rag_system.parts import Parts
from rag_system.wiring import create_app
from utils.config import RagSettings

ENGLISH = {"Accept-Language": "en"}
PATIENCE_SECONDS = 20.0


class Server:
    """Calls of the wire contract, and the parts behind it."""

    def __init__(self, client: AsyncClient, parts: Parts) -> None:
        self.http = client
        self.parts = parts

    async def upload(self, name: str, content: bytes, **fields: str) -> dict[str, Any]:
        answer = await self.http.post("/materials", files={"file": (name, content)}, data=fields)
        assert answer.status_code == 202, answer.text
        accepted: dict[str, Any] = answer.json()
        return accepted

    async def add(self, name: str, content: bytes, **fields: str) -> dict[str, Any]:
        """Upload a file and wait until it is ready or has failed; its record."""
        accepted = await self.upload(name, content, **fields)
        await self.finished(accepted["job_id"])
        record: dict[str, Any] = await self.get(f"/materials/{accepted['material_id']}")
        return record

    async def get(self, path: str, **headers: str) -> Any:
        answer = await self.http.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def finished(self, job_id: str) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                job: dict[str, Any] = await self.get(f"/jobs/{job_id}")
                if job["finished_at"]:
                    return job
                await asyncio.sleep(0.03)

    async def scan(self, **body: Any) -> dict[str, Any]:
        answer = await self.http.post("/process-materials", json=body)
        assert answer.status_code == 202, answer.text
        return await self.finished(answer.json()["job_id"])

    async def ask(self, question: str, **fields: Any) -> dict[str, Any]:
        answer = await self.http.post("/query", json={"question": question, **fields})
        assert answer.status_code == 200, answer.text
        response: dict[str, Any] = answer.json()
        return response

    async def chunk_counts(self) -> tuple[int, int, int]:
        """Chunks in the catalogue, the lexical index and the vector index."""
        stats = await self.get("/stats")
        return stats["chunks"], stats["lexical_chunks"], stats["dense_chunks"]

    async def chunk_counts_become(self, count: int | None = None) -> None:
        """Wait until all three agree (on `count`): removal may outlast the job that began it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                counts = set(await self.chunk_counts())
                if len(counts) == 1 and count in (None, *counts):
                    return
                await asyncio.sleep(0.05)


@asynccontextmanager
async def running(settings: RagSettings, token: str = "") -> AsyncIterator[Server]:
    app = create_app(settings)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        app.router.lifespan_context(app),
        AsyncClient(
            transport=ASGITransport(app), base_url="http://rag.test", headers=headers, timeout=60
        ) as client,
    ):
        yield Server(client, app.state.parts)
