"""The error tree. Each class carries its HTTP status and kind; `utils.app` maps them once.

    AppError
    ├── BadRequest            400
    ├── NotAuthenticated      401
    ├── NotAllowed            403
    ├── NotFound              404
    ├── Conflict              409
    ├── TooLarge              413
    ├── UnsupportedType       415
    ├── Invalid               422
    ├── TooManyRequests       429
    ├── BadGateway            502
    └── Unavailable           503

Bodies are `{"error": kind, "detail": sentence}`; the sentence is in the request's language.
"""

from starlette.responses import JSONResponse

from utils.messages import Message


class AppError(Exception):
    """An expected failure with a sentence for a person."""

    status = 500
    kind = "internal_error"

    def __init__(self, message: Message, /, **fields: object) -> None:
        super().__init__(message.render("en", **fields))
        self.message = message
        self.fields = fields

    @property
    def headers(self) -> dict[str, str]:
        return {}

    def detail(self) -> str:
        return self.message.render(**self.fields)


class BadRequest(AppError):
    status = 400
    kind = "bad_request"


class NotAuthenticated(AppError):
    status = 401
    kind = "not_authenticated"

    @property
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": "Bearer"}


class NotAllowed(AppError):
    status = 403
    kind = "not_allowed"


class NotFound(AppError):
    status = 404
    kind = "not_found"


class Conflict(AppError):
    status = 409
    kind = "conflict"


class TooLarge(AppError):
    status = 413
    kind = "too_large"


class UnsupportedType(AppError):
    status = 415
    kind = "unsupported_type"


class Invalid(AppError):
    status = 422
    kind = "invalid"


class TooManyRequests(AppError):
    status = 429
    kind = "too_many_requests"

    def __init__(self, message: Message, /, *, retry_after: int, **fields: object) -> None:
        super().__init__(message, **fields, seconds=retry_after)
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)}


class BadGateway(AppError):
    status = 502
    kind = "bad_gateway"


class Unavailable(AppError):
    status = 503
    kind = "unavailable"


class RelayedError(AppError):
    """An error that another of our servers answered, passed on with its status and sentence."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        super().__init__(Message(pt=detail, en=detail))
        self.status = status
        self.kind = kind


def error_response(
    status: int, kind: str, detail: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    return JSONResponse({"error": kind, "detail": detail}, status_code=status, headers=headers)
