"""What makes a FastAPI application one of ours: request context, error mapping, headers, limits."""

import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from utils.body_limit import BodyLimitMiddleware
from utils.errors import AppError, error_response
from utils.logging import REQUEST_ID_HEADER, begin_request, get_logger
from utils.messages import Message as Text
from utils.messages import current_language, negotiate_language
from utils.metrics import HTTP_REQUESTS, HTTP_SECONDS
from utils.metrics import router as metrics_router

log = get_logger(__name__)

VERSION = "0.1.0"

# API answers are data: nothing in them may run. The pages of the frontend replace this policy.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}

_QUIET_PATHS = frozenset({"/health", "/metrics", "/api/health"})

INVALID_REQUEST = Text(
    pt="Pedido inválido: {field}: {reason}.", en="Invalid request: {field}: {reason}."
)
INTERNAL = Text(
    pt="Erro interno. Tente de novo; se continuar, informe o código {request_id}.",
    en="Internal error. Try again; if it persists, report the code {request_id}.",
)
HTTP_TEXTS = {
    400: Text(pt="Pedido malformado.", en="Malformed request."),
    404: Text(pt="Endereço não encontrado.", en="Address not found."),
    405: Text(pt="Método não aceito neste endereço.", en="Method not allowed here."),
    413: Text(pt="Pedido grande demais.", en="Request too large."),
}
_KINDS = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


class Lifespan(Protocol):
    def __call__(self, app: FastAPI, /) -> AbstractAsyncContextManager[None]: ...


def build_app(
    *,
    title: str,
    lifespan: Lifespan,
    routers: Sequence[APIRouter],
    max_body_bytes: int,
    upload_paths: Sequence[str] | None = None,
    prefixes: Sequence[str] = ("",),
    cors_origins: Sequence[str] = (),
    openapi_url: str | None = "/openapi.json",
) -> FastAPI:
    """An application with `routers` under each of `prefixes`, and the habits all servers share.

    Bodies may have `max_body_bytes`; where `upload_paths` are named, only there.
    """
    app = FastAPI(
        title=title,
        version=VERSION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=openapi_url,
    )
    for prefix in prefixes:
        for router in routers:
            # One description of each operation: the prefixed paths are aliases.
            app.include_router(router, prefix=prefix, include_in_schema=prefix == prefixes[0])
    app.include_router(metrics_router)
    app.add_exception_handler(AppError, _answer_app_error)
    app.add_exception_handler(RequestValidationError, _answer_validation_error)
    app.add_exception_handler(HTTPException, _answer_http_exception)
    app.add_middleware(
        BodyLimitMiddleware,
        max_bytes=max_body_bytes,
        upload_paths=upload_paths
        and [prefix + path for prefix in prefixes for path in upload_paths],
    )
    app.add_middleware(RequestContextMiddleware)
    if cors_origins:
        _allow_origins(app, cors_origins)
    return app


def _allow_origins(app: FastAPI, origins: Sequence[str]) -> None:
    # Callers carry a token in a header, never a cookie: credentials stay refused.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=["Accept-Language", "Authorization", "Content-Type", REQUEST_ID_HEADER],
        expose_headers=["Content-Disposition", "Retry-After", REQUEST_ID_HEADER],
    )


async def _answer_app_error(_request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, AppError)  # noqa: S101 - registered for this class alone
    return error_response(exc.status, exc.kind, exc.detail(), exc.headers)


async def _answer_validation_error(_request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, RequestValidationError)  # noqa: S101 - registered for this class alone
    first = exc.errors()[0]
    field = ".".join(str(part) for part in first["loc"] if part != "body") or "body"
    detail = INVALID_REQUEST.render(field=field, reason=first["msg"])
    return error_response(422, "invalid", detail)


async def _answer_http_exception(_request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, HTTPException)  # noqa: S101 - registered for this class alone
    text = HTTP_TEXTS.get(exc.status_code)
    detail = text.render() if text else str(exc.detail)
    kind = _KINDS.get(exc.status_code, "http_error")
    return error_response(exc.status_code, kind, detail, dict(exc.headers or {}))


class RequestContextMiddleware:
    """Gives each request an id and a language, and records its time, status and headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = begin_request(headers.get(REQUEST_ID_HEADER, ""))
        current_language.set(negotiate_language(headers.get("accept-language", "")))
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                answer = MutableHeaders(scope=message)
                answer[REQUEST_ID_HEADER] = request_id
                answer["X-Process-Time"] = f"{time.perf_counter() - started:.4f}"
                for name, value in _HEADERS.items():
                    answer.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            log.exception("request failed", method=scope["method"], path=scope["path"])
            if status:  # the answer had begun: only cutting it short tells the caller
                raise
            detail = INTERNAL.render(request_id=request_id)
            await error_response(500, "internal_error", detail)(scope, receive, send_with_headers)
        finally:
            _record(scope, status, time.perf_counter() - started)


def _record(scope: Scope, status: int, seconds: float) -> None:
    # The route's template, never the raw path: a label per made-up path would grow without bound.
    route = getattr(scope.get("route"), "path", "unmatched")
    method = scope["method"] if scope["method"] in {"GET", "POST", "PUT", "DELETE"} else "OTHER"
    HTTP_REQUESTS.labels(method, route, str(status)).inc()
    HTTP_SECONDS.labels(method, route).observe(seconds)
    if scope["path"] not in _QUIET_PATHS:
        log.info(
            "request",
            method=scope["method"],
            path=scope["path"],
            status=status,
            ms=round(seconds * 1000, 1),
        )
