"""The token with which our servers know each other."""

from hmac import compare_digest
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import SecretStr

from utils.errors import NotAuthenticated
from utils.messages import Message

_bearer = HTTPBearer(auto_error=False, description="RAG_SERVICE_TOKEN")

NOT_THE_SERVICE = Message(
    pt="Token de serviço ausente ou inválido. Envie 'Authorization: Bearer $RAG_SERVICE_TOKEN'.",
    en="Missing or invalid service token. Send 'Authorization: Bearer $RAG_SERVICE_TOKEN'.",
)


# A plain function would be called in a thread.
async def require_service_token(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> None:
    """Let only callers with the service token pass; with no token set, everybody on loopback.

    Reads `app.state.service_token`.

    Raises:
        NotAuthenticated: the token is missing or wrong.
    """
    expected: SecretStr = request.app.state.service_token
    secret = expected.get_secret_value()
    if not secret:
        return
    given = credentials.credentials if credentials else ""
    if not compare_digest(given.encode(), secret.encode()):
        raise NotAuthenticated(NOT_THE_SERVICE)
