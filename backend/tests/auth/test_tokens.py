import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from pydantic import SecretStr

from auth.models import User
from auth.tokens import BadToken, TokenExpired, Tokens
from tests.api_fixtures import KEY
from utils.config import AuthSettings
from utils.db import utc_now


@pytest.fixture
def user() -> User:
    return User(id="u1", username="ana", role="student", token_version=3)


def tokens(**changes: Any) -> Tokens:
    return Tokens(AuthSettings(_env_file=None, jwt_secret_key=SecretStr(KEY), **changes))


def forged(user: User, key: str = KEY, algorithm: str = "HS256", **changes: Any) -> str:
    claims = jwt.decode(tokens().issue(user), KEY, algorithms=["HS256"]) | changes
    return jwt.encode(claims, key, algorithm=algorithm)


def test_a_token_says_who_and_for_how_long(user: User) -> None:
    token = tokens(access_token_expire_minutes=30).issue(user)
    claims = jwt.decode(token, KEY, algorithms=["HS256"])
    assert (claims["sub"], claims["role"], claims["ver"]) == ("ana", "student", 3)
    assert claims["exp"] - claims["iat"] == 30 * 60
    assert tokens().read(token) == ("u1", 3)


def test_two_tokens_of_one_user_differ(user: User) -> None:
    assert tokens().issue(user) != tokens().issue(user)


def test_an_expired_token_is_told_apart(user: User) -> None:
    with pytest.raises(TokenExpired):
        tokens().read(forged(user, exp=utc_now() - timedelta(seconds=1)))


def test_another_key_is_refused(user: User) -> None:
    with pytest.raises(BadToken):
        tokens().read(forged(user, key="another-" + KEY))


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_is_refused_even_with_our_key(user: User, algorithm: str) -> None:
    with pytest.raises(BadToken):
        tokens().read(forged(user, algorithm=algorithm))


@pytest.mark.parametrize("name", ["none", "None", "NONE"])
def test_an_unsigned_token_is_refused(user: User, name: str) -> None:
    header = base64.urlsafe_b64encode(json.dumps({"alg": name, "typ": "JWT"}).encode())
    payload = tokens().issue(user).split(".")[1]
    for signature in ("", "abc"):
        with pytest.raises(BadToken):
            tokens().read(f"{header.decode().rstrip('=')}.{payload}.{signature}")


def test_a_changed_payload_is_refused(user: User) -> None:
    header, payload, signature = tokens().issue(user).split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    changed = base64.urlsafe_b64encode(json.dumps(claims | {"role": "admin"}).encode())
    with pytest.raises(BadToken):
        tokens().read(f"{header}.{changed.decode().rstrip('=')}.{signature}")


@pytest.mark.parametrize("missing", ["sub", "uid", "exp", "iat", "jti", "ver", "role"])
def test_a_token_without_one_of_its_claims_is_refused(user: User, missing: str) -> None:
    claims = jwt.decode(tokens().issue(user), KEY, algorithms=["HS256"])
    del claims[missing]
    with pytest.raises(BadToken):
        tokens().read(jwt.encode(claims, KEY, algorithm="HS256"))


@pytest.mark.parametrize("garbage", ["", "a", "a.b.c", "é.ü.ñ", "." * 50, "x" * 10_000])
def test_garbage_is_refused(garbage: str) -> None:
    with pytest.raises(BadToken):
        tokens().read(garbage)


def test_a_version_that_is_no_number_is_refused(user: User) -> None:
    with pytest.raises(BadToken):
        tokens().read(forged(user, ver="x"))
