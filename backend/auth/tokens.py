"""Access tokens: signed, short-lived, and dead once their user's token version has moved on."""

from datetime import timedelta
from typing import NamedTuple
from uuid import uuid4

import jwt

from auth.models import User
from utils.config import AuthSettings
from utils.db import utc_now
from utils.errors import NotAuthenticated
from utils.messages import Message

EXPIRED = Message(
    pt="Sua sessão expirou. Entre de novo.", en="Your session has expired. Sign in again."
)
BAD_TOKEN = Message(
    pt="Credencial de acesso inválida. Entre de novo.", en="Invalid access token. Sign in again."
)

_CLAIMS = ["sub", "uid", "role", "exp", "iat", "jti", "ver"]


class TokenExpired(NotAuthenticated):
    kind = "token_expired"


class BadToken(NotAuthenticated):
    kind = "invalid_token"


class Claims(NamedTuple):
    user_id: str
    version: int


class Tokens:
    """Issues and reads tokens, with the one algorithm and key of the settings."""

    def __init__(self, settings: AuthSettings) -> None:
        self._key = settings.jwt_secret_key.get_secret_value()
        self._algorithm = settings.jwt_algorithm
        self._lifetime = timedelta(minutes=settings.access_token_expire_minutes)

    @property
    def lifetime_seconds(self) -> int:
        return int(self._lifetime.total_seconds())

    def issue(self, user: User) -> str:
        now = utc_now()
        claims = {
            "sub": user.username,
            # A later user of the same name is somebody else.
            "uid": user.id,
            "role": user.role,
            "iat": now,
            "exp": now + self._lifetime,
            "jti": uuid4().hex,
            "ver": user.token_version,
        }
        return jwt.encode(claims, self._key, algorithm=self._algorithm)

    def read(self, token: str) -> Claims:
        """Check a token and return what it says.

        Raises:
            TokenExpired: it was good once.
            BadToken: it is not one of ours, or was changed.
        """
        try:
            claims = jwt.decode(
                token, self._key, algorithms=[self._algorithm], options={"require": _CLAIMS}
            )
            return Claims(str(claims["uid"]), int(claims["ver"]))
        except jwt.ExpiredSignatureError as exc:
            raise TokenExpired(EXPIRED) from exc
        except (jwt.InvalidTokenError, ValueError, TypeError) as exc:
            raise BadToken(BAD_TOKEN) from exc
