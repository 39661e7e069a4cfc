import re
import time

import pytest

from auth.passwords import Passwords, WeakPassword, check_policy, generate_password


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(rounds=4)


async def test_a_password_verifies_against_its_hash_only(passwords: Passwords) -> None:
    hashed = await passwords.hash("correct horse battery")
    assert await passwords.verify("correct horse battery", hashed)
    assert not await passwords.verify("correct horse batterz", hashed)


async def test_every_character_of_a_long_password_counts(passwords: Passwords) -> None:
    hashed = await passwords.hash("é" * 127 + "a")
    assert not await passwords.verify("é" * 127 + "b", hashed)


async def test_nobody_has_a_password(passwords: Passwords) -> None:
    assert not await passwords.verify("anything at all", None)


async def test_checking_nobody_costs_as_much_as_checking_somebody() -> None:
    passwords = Passwords(rounds=9)
    hashed = await passwords.hash("correct horse battery")
    spent = []
    for reference in (hashed, None):
        started = time.process_time()
        for _ in range(5):
            await passwords.verify("wrong wrong wrong", reference)
        spent.append(time.process_time() - started)
    assert 0.5 < spent[0] / spent[1] < 2


async def test_the_usual_cost_is_twelve_rounds() -> None:
    assert ",r=12$" in await Passwords().hash("correct horse battery")


@pytest.mark.parametrize(
    "password",
    ["curta", "x" * 129, "Maria.Da.Silva", "1234567890", "Password123", "qwertyuiop"],
)
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_policy(password, "maria.da.silva")


def test_generated_passwords_are_readable_different_and_good_enough() -> None:
    made = {generate_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}", password)
        check_policy(password, "admin")
