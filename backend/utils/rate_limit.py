"""Rate limits in a moving window (package `limits`)."""

import math
import time

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from utils.errors import TooManyRequests
from utils.messages import Message

SLOW_DOWN = Message(
    pt="Muitas tentativas. Espere {seconds} segundos e tente de novo.",
    en="Too many attempts. Wait {seconds} seconds and try again.",
)


class RateLimiter:
    """Counts events per key; `rate` as in "5/minute"."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def check(self, rate: str, *key: str) -> None:
        """Refuse if `key` has used its rate up; counts nothing.

        Raises:
            TooManyRequests: with the seconds to wait.
        """
        item = parse(rate)
        if not await self._limiter.test(item, *key):
            raise await self._refusal(item, key)

    async def hit(self, rate: str, *key: str) -> None:
        """Count one event of `key`, or refuse it.

        Raises:
            TooManyRequests: with the seconds to wait.
        """
        item = parse(rate)
        if not await self._limiter.hit(item, *key):
            raise await self._refusal(item, key)

    async def forget(self, rate: str, *key: str) -> None:
        await self._limiter.clear(parse(rate), *key)

    async def _refusal(self, item: RateLimitItem, key: tuple[str, ...]) -> TooManyRequests:
        window = await self._limiter.get_window_stats(item, *key)
        return TooManyRequests(
            SLOW_DOWN, retry_after=max(1, math.ceil(window.reset_time - time.time()))
        )
