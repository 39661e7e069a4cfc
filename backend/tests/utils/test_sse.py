import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from fastapi.sse import KEEPALIVE_COMMENT
from starlette.types import Message

from utils import sse
from utils.errors import NotFound
from utils.messages import Message as Text


def test_an_event_is_one_name_and_one_line_of_json() -> None:
    lines = sse.event("done", {"text": "duas\nlinhas e ação"}).decode().split("\n")
    assert lines[0] == "event: done"
    assert json.loads(lines[1].removeprefix("data: ")) == {"text": "duas\nlinhas e ação"}
    assert lines[2:] == ["", ""]


class Client:
    """The receiving side of a response: keeps what it is sent, leaves when told."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.leaves = asyncio.Event()

    async def receive(self) -> Message:
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    async def take(self, stream: sse.EventStream) -> None:
        scope: dict[str, Any] = {"type": "http", "asgi": {"version": "3.0"}}
        await asyncio.wait_for(stream(scope, self.receive, self.send), 5)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


async def test_events_come_in_order_and_the_stream_ends_with_them() -> None:
    async def events() -> AsyncGenerator[bytes]:
        for number in range(3):
            yield sse.event("n", number)

    client = Client()
    await client.take(await sse.begin_stream(events()))
    start = client.sent[0]
    headers = dict(start["headers"])
    assert start["status"] == 200
    assert headers[b"content-type"].startswith(b"text/event-stream")
    assert headers[b"cache-control"] == b"no-cache"
    assert client.body == b"".join(sse.event("n", number) for number in range(3))


async def test_an_error_before_the_first_event_is_a_plain_error() -> None:
    async def events() -> AsyncGenerator[bytes]:
        raise NotFound(Text(pt="Não há.", en="None."))
        yield b""

    with pytest.raises(NotFound):
        await sse.begin_stream(events())


async def test_silence_is_filled_with_pings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "PING_SECONDS", 0.02)

    async def events() -> AsyncGenerator[bytes]:
        yield sse.event("n", 1)
        await asyncio.sleep(0.1)
        yield sse.event("n", 2)

    client = Client()
    await client.take(await sse.begin_stream(events()))
    assert client.body.count(KEEPALIVE_COMMENT) >= 2
    assert client.body.startswith(sse.event("n", 1))
    assert client.body.endswith(sse.event("n", 2))


async def test_the_source_is_closed_when_the_client_goes_away() -> None:
    closed = asyncio.Event()

    async def events() -> AsyncGenerator[bytes]:
        try:
            yield sse.event("n", 1)
            await asyncio.sleep(60)
            yield b"never"
        finally:
            closed.set()

    client = Client()
    taking = asyncio.create_task(client.take(await sse.begin_stream(events())))
    while not client.body:
        await asyncio.sleep(0.01)
    client.leaves.set()
    await taking
    assert closed.is_set()
