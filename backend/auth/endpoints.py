"""Routes of accounts."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query

from auth.deps import (
    AccountsDep,
    ClientAddress,
    SessionsDep,
    SignedInUser,
    admin_user,
)
from auth.models import User
from auth.schemas import (
    Done,
    PasswordChange,
    PasswordChanged,
    TokenAnswer,
    UserCount,
    UserCreate,
    UserRecord,
    UserSaved,
    UserUpdate,
    UserUpdated,
)
from utils.messages import Message

router = APIRouter(prefix="/auth", tags=["auth"])
users = APIRouter(prefix="/users", dependencies=[Depends(admin_user)])

PASSWORD_CHANGED = Message(pt="Senha alterada.", en="Password changed.")
USER_DELETED = Message(pt="Usuário excluído.", en="User deleted.")


@router.post("/token")
async def sign_in(
    sessions: SessionsDep,
    address: ClientAddress,
    username: Annotated[str, Form(min_length=1, max_length=254)],
    password: Annotated[str, Form(min_length=1, max_length=1000)],
) -> TokenAnswer:
    user, token = await sessions.sign_in(username, password, address)
    return TokenAnswer(
        access_token=token,
        is_temporary_password=user.is_temporary_password,
        expires_in=sessions.lifetime_seconds,
    )


@router.get("/me", response_model=UserRecord)
async def me(user: SignedInUser) -> User:
    return user


@router.post("/change-password")
async def change_password(
    change: PasswordChange, user: SignedInUser, sessions: SessionsDep, address: ClientAddress
) -> PasswordChanged:
    changed, token = await sessions.change_password(
        user, change.current_password, change.new_password, address
    )
    return PasswordChanged(
        message=PASSWORD_CHANGED.render(),
        access_token=token,
        is_temporary_password=changed.is_temporary_password,
        expires_in=sessions.lifetime_seconds,
    )


@users.get("", response_model=list[UserRecord])
async def list_users(
    accounts: AccountsDep,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Sequence[User]:
    return await accounts.page(limit, offset)


@users.get("/count")
async def count_users(accounts: AccountsDep) -> UserCount:
    return UserCount(count=await accounts.count())


@users.post("", status_code=201)
async def create_user(new: UserCreate, accounts: AccountsDep) -> UserSaved:
    user, generated = await accounts.create(new)
    return UserSaved(user=UserRecord.model_validate(user), generated_password=generated)


@users.get("/{username}", response_model=UserRecord)
async def get_user(username: str, accounts: AccountsDep) -> User:
    return await accounts.get(username)


@users.put("/{username}")
async def update_user(username: str, change: UserUpdate, accounts: AccountsDep) -> UserUpdated:
    user, generated = await accounts.update(username, change)
    return UserUpdated(**UserRecord.model_validate(user).model_dump(), generated_password=generated)


@users.delete("/{username}")
async def delete_user(username: str, accounts: AccountsDep) -> Done:
    await accounts.delete(username)
    return Done(message=USER_DELETED.render())


router.include_router(users)
