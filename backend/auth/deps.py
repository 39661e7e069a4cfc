"""Who is calling, as annotations: `user: AdminUser` reads like a sentence and guards the route."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from auth.accounts import Accounts
from auth.models import User
from auth.service import Sessions
from utils.errors import NotAllowed, NotAuthenticated
from utils.messages import Message

_bearer = OAuth2PasswordBearer(tokenUrl="auth/token", auto_error=False)

NOT_SIGNED_IN = Message(
    pt="Entre na sua conta para continuar.", en="Sign in to your account to continue."
)
ROLE_NEEDED = Message(
    pt="Sua conta não tem permissão para isso.", en="Your account is not allowed to do this."
)
CHANGE_PASSWORD_FIRST = Message(
    pt="Sua senha é temporária. Troque-a para continuar.",
    en="Your password is temporary. Change it to continue.",
)


class PasswordChangeRequired(NotAllowed):
    kind = "password_change_required"


def get_sessions(request: Request) -> Sessions:
    sessions: Sessions = request.app.state.sessions
    return sessions


def get_accounts(request: Request) -> Accounts:
    accounts: Accounts = request.app.state.accounts
    return accounts


def client_address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


SessionsDep = Annotated[Sessions, Depends(get_sessions)]
AccountsDep = Annotated[Accounts, Depends(get_accounts)]
ClientAddress = Annotated[str, Depends(client_address)]
Token = Annotated[str | None, Depends(_bearer)]


async def signed_in_user(sessions: SessionsDep, token: Token) -> User:
    """The caller, even with a temporary password.

    Raises:
        NotAuthenticated: the token is missing, bad or expired.
    """
    if not token:
        raise NotAuthenticated(NOT_SIGNED_IN)
    return await sessions.caller(token)


SignedInUser = Annotated[User, Depends(signed_in_user)]


def current_user(user: SignedInUser) -> User:
    """The caller.

    Raises:
        NotAuthenticated: the token is missing, bad or expired.
        PasswordChangeRequired: the password is temporary.
    """
    if user.is_temporary_password:
        raise PasswordChangeRequired(CHANGE_PASSWORD_FIRST)
    return user


CurrentUser = Annotated[User, Depends(current_user)]


async def optional_user(request: Request, sessions: SessionsDep, token: Token) -> User | None:
    """The caller, or None for one who offers no credentials at all.

    Raises:
        NotAuthenticated: credentials are offered and bad.
    """
    if "authorization" not in request.headers:
        return None
    return current_user(await signed_in_user(sessions, token))


def admin_user(user: CurrentUser) -> User:
    """Raises `NotAllowed` for any other role."""
    return _with_role(user, "admin")


def instructor_user(user: CurrentUser) -> User:
    """Raises `NotAllowed` for students."""
    return _with_role(user, "admin", "instructor")


def _with_role(user: User, *roles: str) -> User:
    if user.role not in roles:
        raise NotAllowed(ROLE_NEEDED)
    return user


OptionalUser = Annotated[User | None, Depends(optional_user)]
AdminUser = Annotated[User, Depends(admin_user)]
InstructorUser = Annotated[User, Depends(instructor_user)]
