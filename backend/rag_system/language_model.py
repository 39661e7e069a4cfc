"""A language model of any provider: within a deadline, one retry, so many calls at a time."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, NamedTuple

from utils.config import ConfigurationError, RagSettings
from utils.logging import get_logger

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = get_logger(__name__)

_RETRY_AFTER_SECONDS = 0.3
_CONNECT_SECONDS = 5.0
# A model that goes on for longer than this has lost its way.
_MAX_CHARS = 20_000
# Named, so that no variable of the environment sends questions elsewhere.
_OPENAI_URL = "https://api.openai.com/v1"
_OLLAMA_URL = "http://127.0.0.1:11434"
_TRANSIENT_STATUS = frozenset({408, 409, 425, 429})


class ModelAwayError(Exception):
    """The model could not be reached, failed, or took too long."""


class LanguageModel:
    """Streams what a chat model answers to one system and one user message."""

    def __init__(
        self,
        chat: "BaseChatModel",
        name: str,
        *,
        close: Callable[[], Awaitable[None]],
        timeout_seconds: float,
        context_tokens: int,
        concurrency: int,
    ) -> None:
        self._chat = chat
        self.name = name
        self.timeout_seconds = timeout_seconds
        self.context_tokens = context_tokens
        self.close = close
        self._slots = asyncio.Semaphore(concurrency)

    async def stream(
        self, system: str, user: str, *, timeout_seconds: float | None = None
    ) -> AsyncGenerator[str]:
        """Yield the answer in the model's own pieces.

        A call that fails before its first piece in a way that may pass is made once more. All of
        it, waiting for a free slot too, must end within the time-out.

        Raises:
            ModelAwayError: at any point.
        """
        deadline = time.monotonic() + (timeout_seconds or self.timeout_seconds)
        await _within(deadline, self._slots.acquire())
        try:
            async with aclosing(self._with_retry(system, user, deadline)) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            self._slots.release()

    async def complete(self, system: str, user: str, *, timeout_seconds: float) -> str:
        """The whole answer.

        Raises:
            ModelAwayError: as `stream`.
        """
        pieces = self.stream(system, user, timeout_seconds=timeout_seconds)
        async with aclosing(pieces):
            return "".join([piece async for piece in pieces])

    async def _with_retry(self, system: str, user: str, deadline: float) -> AsyncGenerator[str]:
        for attempt in (1, 2):
            begun = False
            try:
                async with aclosing(self._attempt(system, user, deadline)) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield piece
            except ModelAwayError:
                raise
            except Exception as exc:  # each provider's client raises errors of its own
                # Messages of errors may hold parts of keys and questions.
                log.warning("language model failed", error=type(exc).__name__, attempt=attempt)
                if begun or attempt == 2 or not _may_pass(exc):
                    raise ModelAwayError from exc
            else:
                return
            await _within(deadline, asyncio.sleep(_RETRY_AFTER_SECONDS))

    async def _attempt(self, system: str, user: str, deadline: float) -> AsyncGenerator[str]:
        # Each piece is awaited by itself: a reader may take every one from another task.
        chunks = self._chat.astream([("system", system), ("human", user)])
        written = 0
        try:
            while written < _MAX_CHARS:
                chunk = await _within(deadline, anext(chunks, None))
                if chunk is None:
                    return
                if text := str(chunk.text):
                    written += len(text)
                    yield text
        finally:
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()


def check_model(settings: RagSettings) -> None:
    """Check LLM_MODEL without loading anything.

    Raises:
        ConfigurationError: it has another form, or what the provider needs is missing.
    """
    if settings.llm_model:
        provider, _ = _parted(settings.llm_model)
        if missing := provider.missing(settings):
            raise ConfigurationError(f"LLM_MODEL={settings.llm_model} needs {missing}.")


def open_model(settings: RagSettings) -> LanguageModel | None:
    """The model that LLM_MODEL names; none where it is empty.

    Takes a second and some 60 MB for the provider's library, which is loaded only here.

    Raises:
        ConfigurationError: as `check_model`.
    """
    check_model(settings)
    if not settings.llm_model:
        return None
    provider, name = _parted(settings.llm_model)
    _switch_tracing_off()
    from langchain.chat_models import init_chat_model  # noqa: PLC0415 - heavy, and seldom needed

    options = provider.options(settings)
    chat = init_chat_model(name, model_provider=provider.name, **options)
    return LanguageModel(
        chat,
        name,
        close=lambda: provider.close(chat),
        timeout_seconds=settings.llm_timeout_seconds,
        context_tokens=settings.llm_context_tokens,
        concurrency=settings.llm_concurrency,
    )


class _Provider(NamedTuple):
    """What LangChain calls a provider, what it needs, its client's options and how it is closed."""

    name: str
    missing: Callable[[RagSettings], str | None]
    options: Callable[[RagSettings], dict[str, Any]]
    close: Callable[[Any], Awaitable[None]]


def _parted(setting: str) -> tuple[_Provider, str]:
    provider, _, name = setting.partition(":")
    if provider not in _PROVIDERS or not name:
        known = ", ".join(f"{known}:<model>" for known in sorted(_PROVIDERS))
        raise ConfigurationError(f"LLM_MODEL must have one of the forms {known}.")
    return _PROVIDERS[provider], name


def _openai_missing(settings: RagSettings) -> str | None:
    given = settings.openai_api_key.get_secret_value() or settings.openai_base_url
    return None if given else "OPENAI_API_KEY or OPENAI_BASE_URL"


def _openai_options(settings: RagSettings) -> dict[str, Any]:
    import httpx  # noqa: PLC0415 - comes with the providers' libraries

    certificates = httpx.create_ssl_context()  # read once for both clients: a megabyte each
    return {
        "api_key": settings.openai_api_key.get_secret_value() or "none",
        "base_url": settings.openai_base_url or _OPENAI_URL,
        # A client of our own can be closed; the library's is shared and never is.
        "http_async_client": httpx.AsyncClient(timeout=_timeout(settings), verify=certificates),
        "http_client": httpx.Client(verify=certificates),
        "timeout": _timeout(settings),
        "max_retries": 0,
        "stream_usage": False,
        # Servers that speak OpenAI's protocol speak this part of it.
        "use_responses_api": False,
    }


async def _openai_close(chat: Any) -> None:
    await chat.root_async_client.close()


def _gemini_missing(settings: RagSettings) -> str | None:
    return None if settings.gemini_api_key.get_secret_value() else "GEMINI_API_KEY"


def _gemini_options(settings: RagSettings) -> dict[str, Any]:
    return {
        "api_key": settings.gemini_api_key.get_secret_value(),
        "base_url": settings.gemini_base_url,
        "timeout": settings.llm_timeout_seconds,
        # A single attempt; 0 would mean this library's default of five retries.
        "max_retries": 1,
    }


async def _gemini_close(chat: Any) -> None:
    await chat.client.aio.aclose()


def _ollama_missing(_settings: RagSettings) -> str | None:
    return None


def _ollama_options(settings: RagSettings) -> dict[str, Any]:
    return {
        "base_url": settings.ollama_base_url or _OLLAMA_URL,
        "num_ctx": settings.llm_context_tokens,
        "temperature": 0.2,
        "client_kwargs": {"timeout": _timeout(settings)},
    }


async def _ollama_close(chat: Any) -> None:
    # The library keeps its client to itself, and closes it nowhere.
    await chat._async_client.close()  # noqa: SLF001


_PROVIDERS = {
    "openai": _Provider("openai", _openai_missing, _openai_options, _openai_close),
    "google_genai": _Provider("google_genai", _gemini_missing, _gemini_options, _gemini_close),
    "ollama": _Provider("ollama", _ollama_missing, _ollama_options, _ollama_close),
}


def _timeout(settings: RagSettings) -> Any:
    import httpx  # noqa: PLC0415 - comes with the providers' libraries

    return httpx.Timeout(settings.llm_timeout_seconds, connect=_CONNECT_SECONDS)


def _switch_tracing_off() -> None:
    """Whatever the environment says, no question leaves for a tracing service."""
    from langsmith import configure  # noqa: PLC0415 - comes with the providers' libraries

    configure(enabled=False)


async def _within(deadline: float, awaitable: Any) -> Any:
    try:
        async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
            return await awaitable
    except TimeoutError as exc:
        raise ModelAwayError from exc


def _may_pass(exc: Exception) -> bool:
    """Whether the same call may succeed a moment later."""
    if getattr(exc, "is_retryable", False) or isinstance(exc, OSError):
        return True
    status = getattr(exc, "status_code", None) or getattr(exc, "code", None)
    if isinstance(status, int):
        return status in _TRANSIENT_STATUS or status >= 500
    return any(
        word in type(exc).__name__
        for word in ("Connect", "Disconnect", "Protocol", "ReadError", "Timeout")
    )
