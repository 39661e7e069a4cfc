"""Passwords: hashing off the event loop, the policy, and generated ones."""

import asyncio
import secrets
from typing import cast

from passlib.hash import bcrypt_sha256

from utils.errors import Invalid
from utils.messages import Message

ROUNDS = 12
MIN_LENGTH = 10
MAX_LENGTH = 128

# Without the letters and digits that are mistaken for one another when read aloud or copied.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

# Ten characters or more (shorter ones fail already), from published lists of the most used.
_COMMON = frozenset(
    [
        "0123456789",
        "0987654321",
        "1111111111",
        "1122334455",
        "1234512345",
        "1234567890",
        "12345678910",
        "12345678901",
        "123456789a",
        "123456789q",
        "1q2w3e4r5t",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "9876543210",
        "a123456789",
        "abcdefghij",
        "administrador",
        "administrator",
        "aaaaaaaaaa",
        "asdfghjkl1",
        "brasil1234",
        "bomdia1234",
        "changeme123",
        "computador",
        "dnadaforca",
        "dnadaforca123",
        "flamengo123",
        "corinthians",
        "iloveyou12",
        "letmein123",
        "minhasenha",
        "mudar12345",
        "mudarsenha",
        "password01",
        "password12",
        "password123",
        "password1234",
        "passw0rd123",
        "p@ssw0rd123",
        "palmeiras1",
        "q1w2e3r4t5",
        "qwerty12345",
        "qwertyuiop",
        "qwertyuiop1",
        "qwerasdfzxcv",
        "saopaulo123",
        "senha12345",
        "senha123456",
        "senhasenha",
        "superman123",
        "teste12345",
        "trocar1234",
        "trustno1234",
        "welcome123",
        "welcome1234",
        "zaq12wsx12",
        "admin12345",
        "admin123456",
        "administrador1",
    ]
)

TOO_SHORT = Message(
    pt="A senha precisa de pelo menos {minimum} caracteres.",
    en="The password needs at least {minimum} characters.",
)
TOO_LONG = Message(
    pt="A senha pode ter no máximo {maximum} caracteres.",
    en="The password may have at most {maximum} characters.",
)
SAME_AS_USERNAME = Message(
    pt="A senha não pode conter apenas o nome de usuário.",
    en="The password must not be the username.",
)
TOO_COMMON = Message(
    pt="Essa senha está entre as mais usadas do mundo. Escolha outra.",
    en="That password is among the most used in the world. Choose another one.",
)


class WeakPassword(Invalid):
    kind = "weak_password"


class Passwords:
    """Hashes and verifies with bcrypt over SHA-256 (which lifts bcrypt's limit of 72 bytes)."""

    def __init__(self, rounds: int = ROUNDS) -> None:
        self._scheme = bcrypt_sha256.using(rounds=rounds)
        self._nobody = _hash_of_nobody(rounds)

    async def hash(self, password: str) -> str:
        return cast("str", await asyncio.to_thread(self._scheme.hash, password))

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is right; takes as long for None, a user that does not exist."""
        reference = password_hash or self._nobody
        matches = await asyncio.to_thread(self._scheme.verify, password, reference)
        return bool(matches) and password_hash is not None


def _hash_of_nobody(rounds: int) -> str:
    # It need not be true, only cost `rounds` to check: the start does not wait for a real one.
    cheap: str = bcrypt_sha256.using(rounds=4).hash(secrets.token_urlsafe())
    return cheap.replace(",r=4$", f",r={rounds}$")


def check_policy(password: str, username: str) -> None:
    """Refuse a password that is too easy to guess.

    Raises:
        WeakPassword: with the reason.
    """
    if len(password) < MIN_LENGTH:
        raise WeakPassword(TOO_SHORT, minimum=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        raise WeakPassword(TOO_LONG, maximum=MAX_LENGTH)
    if password.casefold() == username.casefold():
        raise WeakPassword(SAME_AS_USERNAME)
    if password.casefold() in _COMMON:
        raise WeakPassword(TOO_COMMON)


def generate_password() -> str:
    """Four groups of four easily read characters, about 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
