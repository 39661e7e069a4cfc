"""What travels over the wire about accounts."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Role = Literal["admin", "instructor", "student"]

Username = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+-]{1,63}$"
    ),
]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
    ),
]
FullName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
# Longer than the policy allows, so that the policy answers with its own sentence.
Password = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class UserRecord(BaseModel):
    """An account as its owner and the administrators see it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    username: str
    email: str | None
    full_name: str | None
    role: Role
    disabled: bool
    approved: bool
    is_temporary_password: bool
    created_at: datetime
    updated_at: datetime
    last_login: datetime | None


class TokenAnswer(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the name of a scheme
    is_temporary_password: bool
    expires_in: int = Field(description="seconds")


class PasswordChange(BaseModel):
    current_password: Password
    new_password: Password


class PasswordChanged(TokenAnswer):
    """Older tokens have ended; the session goes on with this one."""

    success: bool = True
    message: str


class UserCreate(BaseModel):
    """A new account, with a password or with `generate_password`."""

    username: Username
    email: Email | None = None
    full_name: FullName | None = None
    role: Role = "student"
    approved: bool = True
    password: Password | None = None
    generate_password: bool = False


class UserUpdate(BaseModel):
    """What to change; what is left out stays. null clears `email` and `full_name` only."""

    email: Email | None = None
    full_name: FullName | None = None
    role: Role | None = None
    disabled: bool | None = None
    approved: bool | None = None
    password: Password | None = None
    generate_password: bool = False


class UserSaved(BaseModel):
    """`generated_password` is told here once and kept nowhere."""

    user: UserRecord
    generated_password: str | None = None


class UserUpdated(UserRecord):
    generated_password: str | None = None


class UserCount(BaseModel):
    count: int


class Done(BaseModel):
    success: bool = True
    message: str
