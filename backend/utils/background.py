"""Tasks beside the requests: started by the lifespan or a request, stopped with the server."""

import asyncio
from collections.abc import Coroutine
from typing import Self

from utils.logging import get_logger

log = get_logger(__name__)


class BackgroundTasks:
    """Keeps tasks from being collected, logs what fails, and cancels the rest at the end."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None:
            log.error("background task failed", exc_info=failure)
