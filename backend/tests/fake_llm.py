"""A model server for tests: speaks the protocols of OpenAI, Ollama and Gemini over a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.local_app import serving

Messages = list[dict[str, str]]


class FakeLlm:
    """What it shall answer, how it shall behave, and what it was asked.

    `answer` is a text, or makes one of the messages. Each request takes the next of `failures`:
    a status to refuse with, "drop" to break the stream after `drop_after` pieces, "reset" to close
    the connection before anything was sent, None to answer.
    """

    def __init__(self, answer: str | Callable[[Messages], str] = "Resposta [1].") -> None:
        self.url = ""
        self.answer = answer
        self.pieces: list[str] | None = None
        self.failures: list[int | str | None] = []
        self.first_delay = 0.0
        self.piece_delay = 0.0
        self.drop_after = 1
        self.requests: list[dict[str, Any]] = []
        self.headers: dict[str, str] = {}
        self.running = 0
        self.most_running = 0
        self.own_seconds = 0.0  # from a request to the first piece of its answer

    @asynccontextmanager
    async def serve(self) -> AsyncIterator["FakeLlm"]:
        app = web.Application(client_max_size=2**24)
        app.add_routes(
            [
                web.post("/v1/chat/completions", self._openai),
                web.post("/api/chat", self._ollama),
                web.post("/v1beta/models/{call}", self._gemini),
            ]
        )
        async with serving(app) as self.url:
            yield self

    @property
    def prompt(self) -> str:
        """The user's message of the last request."""
        return self.message("user")

    def message(self, role: str, request: int = -1) -> str:
        messages: Messages = self.requests[request]["messages"]
        return "\n".join(one["content"] for one in messages if one["role"] == role)

    def _written(self, messages: Messages) -> list[str]:
        if self.pieces is not None:
            return self.pieces
        text = self.answer if isinstance(self.answer, str) else self.answer(messages)
        return [text[place : place + 7] for place in range(0, len(text), 7)]

    async def _openai(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        assert body["stream"] is True, "answers are streamed"

        def chunk(text: str) -> bytes:
            choice = {"index": 0, "delta": {"role": "assistant", "content": text}}
            return _sse(
                {
                    "id": "c",
                    "object": "chat.completion.chunk",
                    "created": 1,
                    "model": body["model"],
                    "choices": [choice | {"finish_reason": None}],
                }
            )

        return await self._stream(request, body, body["messages"], chunk, b"data: [DONE]\n\n")

    async def _ollama(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()

        def line(text: str, *, done: bool = False) -> bytes:
            message = {"role": "assistant", "content": text}
            return (
                json.dumps(
                    {
                        "model": body["model"],
                        "created_at": "2026-01-01T00:00:00Z",
                        "message": message,
                        "done": done,
                        "done_reason": "stop" if done else None,
                    }
                ).encode()
                + b"\n"
            )

        return await self._stream(request, body, body["messages"], line, line("", done=True))

    async def _gemini(self, request: web.Request) -> web.StreamResponse:
        assert request.match_info["call"].endswith(":streamGenerateContent")
        body = await request.json()
        parts = [
            ("system", body["systemInstruction"]),
            *(("user", one) for one in body["contents"]),
        ]
        messages = [{"role": role, "content": one["parts"][0]["text"]} for role, one in parts]

        def chunk(text: str) -> bytes:
            content = {"parts": [{"text": text}], "role": "model"}
            return _sse({"candidates": [{"content": content, "index": 0}]})

        last = _sse(
            {
                "candidates": [
                    {
                        "content": {"parts": [{"text": ""}], "role": "model"},
                        "finishReason": "STOP",
                        "index": 0,
                    }
                ]
            }
        )
        return await self._stream(request, body, messages, chunk, last)

    async def _stream(
        self,
        request: web.Request,
        body: dict[str, Any],
        messages: Messages,
        chunk: Callable[[str], bytes],
        last: bytes,
    ) -> web.StreamResponse:
        received = asyncio.get_running_loop().time()
        self.requests.append(body | {"messages": messages})
        self.headers = dict(request.headers)
        failure = self.failures.pop(0) if self.failures else None
        if isinstance(failure, int):
            error = {"error": {"message": "scripted", "code": failure, "type": "scripted"}}
            return web.json_response(error, status=failure)
        if failure == "reset":
            assert request.transport
            request.transport.abort()
            return web.Response()
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await asyncio.sleep(self.first_delay)
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(request)
            for number, text in enumerate(self._written(messages)):
                if failure == "drop" and number == self.drop_after:
                    await asyncio.sleep(0.05)
                    assert request.transport
                    request.transport.abort()
                    return response
                if number == 0:
                    self.own_seconds = asyncio.get_running_loop().time() - received
                await response.write(chunk(text))
                await asyncio.sleep(self.piece_delay)
            await response.write(last)
            return response
        finally:
            self.running -= 1


def _sse(data: Any) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()
