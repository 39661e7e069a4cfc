"""Server-sent events: begun only once the first one is there, kept alive by pings."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import cast

from anyio import create_task_group
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from pydantic_core import to_json
from starlette.types import Receive, Scope, Send

MEDIA_TYPE = "text/event-stream"
PING_SECONDS = 15.0


def event(name: str, data: object) -> bytes:
    """One event on the wire; `data` is anything that turns into JSON."""
    return format_sse_event(event=name, data_str=to_json(data).decode())


async def begin_stream(events: AsyncGenerator[bytes]) -> "EventStream":
    """A response that relays `events`, with a ping every 15 s of silence.

    Waits for the first one: what `events` raises before it becomes a plain answer with its
    own status.
    """
    return EventStream(await anext(events), events)


class EventStream(EventSourceResponse):
    """Relays events until they end or the client goes away; closes their source either way."""

    def __init__(self, first: bytes, rest: AsyncGenerator[bytes]) -> None:
        # Nginx would otherwise hold the events back.
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        super().__init__(_with_pings(first, rest), headers=headers)
        self._rest = rest

    async def __call__(
        self,
        scope: Scope,  # noqa: ARG002 - the ASGI signature
        receive: Receive,
        send: Send,
    ) -> None:
        pieces = cast("AsyncGenerator[bytes]", self.body_iterator)
        async with aclosing(self._rest), aclosing(pieces), create_task_group() as tasks:

            async def end_with_client() -> None:
                await self.listen_for_disconnect(receive)
                tasks.cancel_scope.cancel()

            tasks.start_soon(end_with_client)
            await self.stream_response(send)
            tasks.cancel_scope.cancel()


async def _with_pings(first: bytes, rest: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    yield first
    while True:
        coming = asyncio.create_task(_next(rest))
        try:
            while not (await asyncio.wait({coming}, timeout=PING_SECONDS))[0]:
                yield KEEPALIVE_COMMENT
            piece = coming.result()
        finally:
            await _cancelled(coming)
        if piece is None:
            return
        yield piece


async def _next(events: AsyncGenerator[bytes]) -> bytes | None:
    try:
        return await anext(events)
    except StopAsyncIteration:
        return None


async def _cancelled(task: asyncio.Task[bytes | None]) -> None:
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
