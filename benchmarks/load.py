"""Clients that ask a server questions, one after another each, and how long it took."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from measures import percentile
from process import RagProcess

HEALTH_PAUSE_SECONDS = 0.1


@dataclass
class Load:
    """What clients saw; times in milliseconds."""

    latencies: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)
    # The server's own timings by stage.
    stages: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: int = 0
    seconds: float = 0.0

    def figures(self) -> dict[str, float]:
        if not self.latencies:
            return {"requests": 0, "errors": self.errors}
        return {
            "requests": len(self.latencies),
            "errors": self.errors,
            "req_per_second": len(self.latencies) / self.seconds,
            **{f"p{part}_ms": percentile(self.latencies, part) for part in (50, 95, 99)},
            "health_p95_ms": percentile(self.health, 95) if self.health else 0.0,
            **{f"{name}_p50_ms": percentile(took, 50) for name, took in self.stages.items()},
        }


async def ask(
    server: RagProcess,
    bodies: Iterator[dict[str, Any]],
    *,
    clients: int,
    seconds: float,
    requests: int,
) -> Load:
    """Send each body once to POST /query, `clients` at a time, within both bounds."""
    load = Load()
    bounded = (body for body, _ in zip(bodies, range(requests), strict=False))
    async with server.session() as session:
        watching = asyncio.create_task(_watch_health(session, load))
        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(_client(session, bounded, started + seconds, load))
        load.seconds = time.perf_counter() - started
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
    return load


async def _client(
    session: aiohttp.ClientSession, bodies: Iterator[dict[str, Any]], until: float, load: Load
) -> None:
    for body in bodies:
        if time.perf_counter() >= until:
            return
        started = time.perf_counter()
        try:
            async with session.post("/query", json=body) as response:
                response.raise_for_status()
                answer = await response.json()
        except (aiohttp.ClientError, TimeoutError):
            load.errors += 1
            continue
        load.latencies.append((time.perf_counter() - started) * 1000)
        for stage, took in answer["timings_ms"].items():
            load.stages[stage].append(took)


async def _watch_health(session: aiohttp.ClientSession, load: Load) -> None:
    while True:
        started = time.perf_counter()
        try:
            async with session.get("/health") as response:
                response.raise_for_status()
        except (aiohttp.ClientError, TimeoutError):
            load.errors += 1
        load.health.append((time.perf_counter() - started) * 1000)
        await asyncio.sleep(HEALTH_PAUSE_SECONDS)
