"""The accounts that administrators keep."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.exc import IntegrityError

from auth.models import User
from auth.passwords import Passwords, check_policy, generate_password
from auth.repository import Users
from auth.schemas import UserCreate, UserUpdate
from utils.db import Database
from utils.errors import Conflict, Invalid, NotFound
from utils.logging import get_logger
from utils.messages import Message

log = get_logger(__name__)

NO_SUCH_USER = Message(pt="Usuário não encontrado.", en="User not found.")
USERNAME_TAKEN = Message(pt="Esse nome de usuário já existe.", en="That username already exists.")
EMAIL_TAKEN = Message(
    pt="Esse e-mail já pertence a outra conta.",
    en="That email address already belongs to another account.",
)
ALREADY_EXISTS = Message(
    pt="Esse nome de usuário ou e-mail já existe.", en="That username or email already exists."
)
LAST_ADMIN = Message(
    pt="Esta é a última conta de administração ativa: ela não pode ser excluída, desativada nem "
    "rebaixada.",
    en="This is the last active administrator: it cannot be deleted, disabled or demoted.",
)
PASSWORD_NEEDED = Message(
    pt="Informe uma senha ou peça para gerar uma.",
    en="Give a password, or ask for one to be generated.",
)


class Saved(NamedTuple):
    user: User
    generated_password: str | None


class Accounts:
    """The accounts, as administrators keep them."""

    def __init__(self, database: Database, passwords: Passwords) -> None:
        self._database = database
        self._passwords = passwords

    async def page(self, limit: int, offset: int) -> Sequence[User]:
        async with self._database.read() as session:
            return await Users(session).page(limit, offset)

    async def count(self) -> int:
        async with self._database.read() as session:
            return await Users(session).count()

    async def get(self, username: str) -> User:
        """Raises `NotFound`."""
        async with self._database.read() as session:
            return await _existing(Users(session), username)

    async def create(self, new: UserCreate) -> Saved:
        """Add an account.

        Raises:
            Conflict: the username or email is taken.
            WeakPassword: the password breaks the policy.
            Invalid: neither a password nor `generate_password`.
        """
        if not new.password and not new.generate_password:
            raise Invalid(PASSWORD_NEEDED)
        password, generated = _chosen(new, new.username)
        user = User(
            **new.model_dump(exclude={"password", "generate_password"}),
            password_hash=await self._passwords.hash(password),
            is_temporary_password=generated is not None,
        )
        await self._insert(user)
        log.info("user created", user=user.username, role=user.role)
        return Saved(user, generated)

    async def create_first(self, username: str, email: str | None, password: str) -> bool:
        """Add the first administrator; False, and no change, once there is any account."""
        if await self.count():
            return False
        user = User(
            username=username,
            email=email,
            role="admin",
            password_hash=await self._passwords.hash(password),
        )
        async with self._database.write() as session:
            users = Users(session)
            if await users.count():
                return False
            await users.add(user)
        return True

    async def update(self, username: str, change: UserUpdate) -> Saved:
        """Change an account; a new role, password or a disabling ends its sessions.

        Raises:
            NotFound, Conflict, WeakPassword.
        """
        password_hash, generated = await self._new_password(username, change)
        try:
            async with self._database.write() as session:
                users = Users(session)
                user = await _existing(users, username)
                await _require_free_email(users, change.email, user.id)
                await _require_other_admin(users, user, change)
                _apply(user, change)
                if password_hash:
                    user.password_hash = password_hash
                    user.is_temporary_password = generated is not None
                    user.token_version += 1
                await users.save()
        except IntegrityError as exc:
            raise Conflict(ALREADY_EXISTS) from exc
        log.info("user updated", user=user.username, fields=sorted(change.model_fields_set))
        return Saved(user, generated)

    async def delete(self, username: str) -> None:
        """Raises `NotFound`, or `Conflict` for the last administrator."""
        async with self._database.write() as session:
            users = Users(session)
            user = await _existing(users, username)
            await _require_other_admin(users, user, None)
            await users.delete(user)
        log.info("user deleted", user=user.username)

    async def _insert(self, user: User) -> None:
        try:
            async with self._database.write() as session:
                users = Users(session)
                if await users.by_username(user.username):
                    raise Conflict(USERNAME_TAKEN)
                await _require_free_email(users, user.email, user.id)
                await users.add(user)
        except IntegrityError as exc:
            raise Conflict(ALREADY_EXISTS) from exc

    async def _new_password(
        self, username: str, change: UserUpdate
    ) -> tuple[str | None, str | None]:
        if not change.password and not change.generate_password:
            return None, None
        password, generated = _chosen(change, username)
        return await self._passwords.hash(password), generated


def _chosen(wish: UserCreate | UserUpdate, username: str) -> tuple[str, str | None]:
    """The password to set, and the same again if it was generated here."""
    if wish.password and not wish.generate_password:
        check_policy(wish.password, username)
        return wish.password, None
    generated = generate_password()
    return generated, generated


async def _existing(users: Users, username: str) -> User:
    user = await users.by_username(username)
    if user is None:
        raise NotFound(NO_SUCH_USER)
    return user


async def _require_free_email(users: Users, email: str | None, user_id: str | None) -> None:
    if email and await users.email_taken(email, except_id=user_id):
        raise Conflict(EMAIL_TAKEN)


async def _require_other_admin(users: Users, user: User, change: UserUpdate | None) -> None:
    if change is not None and not _steps_down(change):
        return
    if list(await users.lock_enabled_admins()) == [user.id]:
        raise Conflict(LAST_ADMIN)


def _steps_down(change: UserUpdate) -> bool:
    return (
        change.role in {"instructor", "student"}
        or change.disabled is True
        or change.approved is False
    )


def _apply(user: User, change: UserUpdate) -> None:
    if (change.role or user.role) != user.role or change.disabled or change.approved is False:
        user.token_version += 1
    for field in ("role", "disabled", "approved"):
        value = getattr(change, field)
        if value is not None:
            setattr(user, field, value)
    for field in change.model_fields_set & {"email", "full_name"}:
        setattr(user, field, getattr(change, field))
