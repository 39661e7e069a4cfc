import pytest

from utils.errors import TooManyRequests
from utils.rate_limit import RateLimiter


async def test_the_hit_over_the_rate_is_refused_with_the_seconds_to_wait() -> None:
    limiter = RateLimiter()
    for _ in range(3):
        await limiter.hit("3/minute", "sign-in", "ana")
    with pytest.raises(TooManyRequests) as refusal:
        await limiter.hit("3/minute", "sign-in", "ana")
    assert 1 <= refusal.value.retry_after <= 60
    assert refusal.value.headers == {"Retry-After": str(refusal.value.retry_after)}
    assert str(refusal.value.retry_after) in refusal.value.detail()


async def test_keys_are_counted_apart() -> None:
    limiter = RateLimiter()
    await limiter.hit("1/minute", "ana")
    await limiter.hit("1/minute", "rui")
    with pytest.raises(TooManyRequests):
        await limiter.hit("1/minute", "ana")


async def test_looking_does_not_count() -> None:
    limiter = RateLimiter()
    for _ in range(5):
        await limiter.check("1/minute", "ana")
    await limiter.hit("1/minute", "ana")
    with pytest.raises(TooManyRequests):
        await limiter.check("1/minute", "ana")


async def test_a_forgotten_key_starts_afresh() -> None:
    limiter = RateLimiter()
    await limiter.hit("1/minute", "ana")
    await limiter.forget("1/minute", "ana")
    await limiter.hit("1/minute", "ana")


async def test_a_limiter_knows_nothing_of_another_one() -> None:
    await RateLimiter().hit("1/minute", "ana")
    await RateLimiter().hit("1/minute", "ana")
