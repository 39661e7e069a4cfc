"""The largest request body a server takes in."""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from utils.errors import error_response
from utils.messages import Message as Text

# Bodies other than uploads are read into memory whole; the largest we know, a list of ten
# thousand material ids, stays below this.
SMALL_BODY_BYTES = 1024 * 1024

BODY_TOO_LARGE = Text(
    pt="Pedido grande demais: o limite é de {limit} MB.",
    en="Request too large: the limit is {limit} MB.",
)


class BodyLimitMiddleware:
    """Answers 413 to a body over the limit, by its declared length or else as it arrives.

    The limit is `max_bytes` on `upload_paths` (or everywhere if they are None), else 1 MiB.
    """

    def __init__(
        self, app: ASGIApp, max_bytes: int, upload_paths: Sequence[str] | None = None
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._upload_paths = upload_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        if _declared_length(scope) > limit:
            detail = BODY_TOO_LARGE.render(limit=limit // (1024 * 1024))
            await error_response(413, "too_large", detail)(scope, receive, send)
            return
        await self._app(scope, _counted(receive, limit), send)

    def _limit(self, path: str) -> int:
        if self._upload_paths is None or path in self._upload_paths:
            return self._max_bytes
        return min(SMALL_BODY_BYTES, self._max_bytes)


def _declared_length(scope: Scope) -> int:
    value = Headers(scope=scope).get("content-length", "")
    return int(value) if value.isdecimal() else 0


def _counted(receive: Receive, limit: int) -> Receive:
    received = 0

    async def receive_within_limit() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise HTTPException(413)
        return message

    return receive_within_limit
