"""Signing in, and the caller of a request."""

import asyncio
from typing import NamedTuple

from auth.models import User
from auth.passwords import Passwords, check_policy
from auth.repository import Users
from auth.tokens import BadToken, Tokens
from utils.db import Database, utc_now
from utils.errors import Invalid, NotAllowed, NotAuthenticated
from utils.logging import get_logger
from utils.messages import Message
from utils.rate_limit import RateLimiter

log = get_logger(__name__)

FAILURES_PER_USER = "5/minute"
FAILURES_PER_ADDRESS = "30/minute"
# bcrypt fills a core: more at once would starve the rest, and let a burst outrun the throttle.
HASHES_AT_ONCE = 4

WRONG_CREDENTIALS = Message(
    pt="Nome de usuário ou senha incorretos.", en="Wrong username or password."
)
ACCOUNT_DISABLED = Message(
    pt="Esta conta está desativada. Fale com a administração.",
    en="This account is disabled. Talk to an administrator.",
)
NOT_APPROVED = Message(
    pt="Esta conta ainda não foi aprovada. Fale com a administração.",
    en="This account has not been approved yet. Talk to an administrator.",
)
SESSION_ENDED = Message(
    pt="Esta sessão foi encerrada. Entre de novo.", en="This session has ended. Sign in again."
)
WRONG_CURRENT_PASSWORD = Message(
    pt="A senha atual está incorreta.", en="The current password is wrong."
)
SAME_PASSWORD = Message(
    pt="A nova senha precisa ser diferente da atual.",
    en="The new password must differ from the current one.",
)


class WrongCredentials(NotAuthenticated):
    kind = "invalid_credentials"


class AccountClosed(NotAllowed):
    kind = "account_closed"


class WrongPassword(Invalid):
    kind = "wrong_password"


class SignedIn(NamedTuple):
    user: User
    token: str


class Sessions:
    """Signs people in and recognises them afterwards."""

    def __init__(
        self, database: Database, passwords: Passwords, tokens: Tokens, limiter: RateLimiter
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._tokens = tokens
        self._limiter = limiter
        self._hashing = asyncio.Semaphore(HASHES_AT_ONCE)

    @property
    def lifetime_seconds(self) -> int:
        return self._tokens.lifetime_seconds

    async def sign_in(self, username: str, password: str, address: str) -> SignedIn:
        """Exchange a password for a token.

        Raises:
            WrongCredentials: unknown user or wrong password, told alike.
            AccountClosed: the password is right, the account disabled or not approved.
            TooManyRequests: too many failures.
        """
        name = username.strip().lower()
        async with self._database.read() as session:
            user = await Users(session).by_username(name)
        if not await self._verify(name, password, address, user) or user is None:
            raise WrongCredentials(WRONG_CREDENTIALS)
        _require_open(user)
        async with self._database.write() as session:
            await Users(session).record_sign_in(user.id, utc_now())
        return SignedIn(user, self._tokens.issue(user))

    async def caller(self, token: str) -> User:
        """The user a token was issued to, as the database has them now.

        Raises:
            TokenExpired, BadToken: the token is no good, or its session has been ended.
        """
        claims = self._tokens.read(token)
        async with self._database.read() as session:
            user = await Users(session).by_id(claims.user_id)
        if user is None or user.token_version != claims.version or not user.may_sign_in:
            raise BadToken(SESSION_ENDED)
        return user

    async def change_password(self, user: User, current: str, new: str, address: str) -> SignedIn:
        """Set a new password, which approves an account and ends its other sessions.

        Raises:
            WrongPassword: `current` is not the password.
            WeakPassword: `new` breaks the policy.
            TooManyRequests: too many failures.
        """
        check_policy(new, user.username)
        if not await self._verify(user.username, current, address, user):
            raise WrongPassword(WRONG_CURRENT_PASSWORD)
        if new == current:
            raise WrongPassword(SAME_PASSWORD)
        changed = await self._store_password(user.id, await self._passwords.hash(new))
        log.info("password changed", user=changed.username)
        return SignedIn(changed, self._tokens.issue(changed))

    async def _verify(self, name: str, password: str, address: str, user: User | None) -> bool:
        async with self._hashing:
            await self._limiter.check(FAILURES_PER_USER, "sign-in", name, address)
            await self._limiter.check(FAILURES_PER_ADDRESS, "sign-in", address)
            matches = await self._passwords.verify(password, user.password_hash if user else None)
        if not matches:
            # Not the name as typed: now and then it is the password, in the wrong field.
            known = user.username if user else None
            log.warning("sign-in failed", user=known, address=address)
            await self._limiter.hit(FAILURES_PER_USER, "sign-in", name, address)
            await self._limiter.hit(FAILURES_PER_ADDRESS, "sign-in", address)
        return matches

    async def _store_password(self, user_id: str, password_hash: str) -> User:
        async with self._database.write() as session:
            user = await Users(session).by_id(user_id)
            if user is None:
                raise BadToken(SESSION_ENDED)
            user.password_hash = password_hash
            user.approved = True
            user.is_temporary_password = False
            user.token_version += 1
            return user


def _require_open(user: User) -> None:
    if user.disabled:
        raise AccountClosed(ACCOUNT_DISABLED)
    if not user.may_sign_in:
        raise AccountClosed(NOT_APPROVED)
