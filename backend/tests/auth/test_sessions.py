import asyncio
from datetime import timedelta

import jwt
import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from auth.schemas import UserCreate, UserUpdate
from tests.api_fixtures import (
    ENGLISH,
    KEY,
    PASSWORD,
    SignIn,
    add_user,
    bearer,
    client_of,
    post_credentials,
)
from utils.db import utc_now

NEW_PASSWORD = "another fine password"


async def test_signing_in_gives_a_token_that_opens_the_account(
    api: AsyncClient, app: FastAPI
) -> None:
    await add_user(app, "ana", role="instructor", email="ana@example.org", full_name="Ana Luz")
    answer = await post_credentials(api, "ana")
    body = answer.json()
    assert answer.status_code == 200
    assert (body["token_type"], body["is_temporary_password"]) == ("bearer", False)
    assert body["expires_in"] == 480 * 60
    me = (await api.get("/api/auth/me", headers=bearer(body["access_token"]))).json()
    assert (me["username"], me["role"], me["email"]) == ("ana", "instructor", "ana@example.org")
    assert me["last_login"]
    assert me["last_login"].endswith("Z")
    assert set(me) == {
        *("id", "username", "email", "full_name", "role", "disabled", "approved"),
        *("is_temporary_password", "created_at", "updated_at", "last_login"),
    }


async def test_the_case_of_a_username_does_not_matter(api: AsyncClient, app: FastAPI) -> None:
    await add_user(app, "Ana")
    assert (await post_credentials(api, " ANA ")).status_code == 200


async def test_an_unknown_user_and_a_wrong_password_are_told_alike(
    api: AsyncClient, app: FastAPI
) -> None:
    await add_user(app, "ana")
    wrong = await post_credentials(api, "ana", "not the password")
    unknown = await post_credentials(api, "bia", "not the password")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["error"] == "invalid_credentials"
    assert wrong.headers["WWW-Authenticate"] == "Bearer"


async def test_an_unknown_user_costs_the_same_work(
    api: AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = app.state.sessions._passwords
    verified: list[str] = []
    original = passwords._scheme.verify

    def verify(password: str, password_hash: str) -> bool:
        verified.append(password_hash)
        return bool(original(password, password_hash))

    monkeypatch.setattr(passwords._scheme, "verify", verify)
    await post_credentials(api, "nobody-here", "not the password")
    assert len(verified) == 1
    assert verified[0].startswith("$bcrypt-sha256$")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "username"),
        ({"username": "ana"}, "password"),
        ({"username": "ana", "password": ""}, "password"),
        ({"username": "a" * 300, "password": "x"}, "username"),
        ({"username": "ana", "password": "x" * 1001}, "password"),
    ],
)
async def test_a_malformed_form_is_refused(
    api: AsyncClient, form: dict[str, str], field: str
) -> None:
    answer = await api.post("/auth/token", data=form)
    assert answer.status_code == 422
    assert field in answer.json()["detail"]


@pytest.mark.parametrize("password", ["nul\x00byte", "\ud83d".encode("utf-8", "replace").decode()])
async def test_odd_passwords_are_just_wrong(api: AsyncClient, app: FastAPI, password: str) -> None:
    await add_user(app, "ana")
    assert (await post_credentials(api, "ana", password)).status_code == 401


async def test_closed_accounts_are_told_so_only_with_the_right_password(
    api: AsyncClient, app: FastAPI
) -> None:
    await add_user(app, "ana")
    await app.state.accounts.update("ana", UserUpdate(disabled=True))
    await add_user(app, "bia", approved=False)
    for name, word in (("ana", "desativada"), ("bia", "aprovada")):
        right = await post_credentials(api, name)
        assert (right.status_code, right.json()["error"]) == (403, "account_closed")
        assert word in right.json()["detail"]
        wrong = await post_credentials(api, name, "not the password")
        assert wrong.status_code == 401


async def test_the_sixth_failure_of_a_name_from_one_address_has_to_wait(
    api: AsyncClient, app: FastAPI
) -> None:
    await add_user(app, "ana")
    for _ in range(5):
        assert (await post_credentials(api, "ana", "wrong wrong")).status_code == 401
    refused = await post_credentials(api, "ANA")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Retry-After"] in refused.json()["detail"]
    async with client_of(app, "203.0.113.9") as elsewhere:
        assert (await post_credentials(elsewhere, "ana")).status_code == 200


async def test_a_forwarded_address_does_not_get_around_the_throttle(
    api: AsyncClient, app: FastAPI
) -> None:
    answers = [
        await post_credentials(api, "ana", "wrong", **{"X-Forwarded-For": f"198.51.100.{n}"})
        for n in range(6)
    ]
    assert answers[-1].status_code == 429


async def test_one_address_cannot_try_name_after_name(api: AsyncClient) -> None:
    answers = [await post_credentials(api, f"name{n}", "wrong") for n in range(31)]
    assert [answer.status_code for answer in answers] == [401] * 30 + [429]


async def test_successful_sign_ins_are_not_counted(api: AsyncClient, app: FastAPI) -> None:
    await add_user(app, "ana")
    answers = [await post_credentials(api, "ana") for _ in range(35)]
    assert {answer.status_code for answer in answers} == {200}


async def test_a_burst_of_guesses_does_not_outrun_the_throttle(
    api: AsyncClient, app: FastAPI
) -> None:
    await add_user(app, "ana")
    answers = await asyncio.gather(*(post_credentials(api, "ana", "wrong") for _ in range(40)))
    guessed = sum(answer.status_code == 401 for answer in answers)
    assert 5 <= guessed <= 8


@pytest.mark.parametrize(
    ("headers", "kind", "words"),
    [
        ({}, "not_authenticated", "Sign in"),
        ({"Authorization": "Basic YTpi"}, "not_authenticated", "Sign in"),
        ({"Authorization": "Bearer"}, "not_authenticated", "Sign in"),
        ({"Authorization": "Bearer abc"}, "invalid_token", "Invalid access token"),
    ],
)
async def test_a_missing_or_bad_token_is_401_and_says_which(
    api: AsyncClient, headers: dict[str, str], kind: str, words: str
) -> None:
    answer = await api.get("/auth/me", headers=headers | ENGLISH)
    assert answer.status_code == 401
    assert answer.json()["error"] == kind
    assert words in answer.json()["detail"]
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_an_expired_token_has_its_own_sentence(api: AsyncClient, sign_in: SignIn) -> None:
    token = (await sign_in())["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, KEY, algorithms=["HS256"])
    claims["exp"] = utc_now() - timedelta(seconds=1)
    answer = await api.get("/auth/me", headers=bearer(jwt.encode(claims, KEY, algorithm="HS256")))
    assert (answer.status_code, answer.json()["error"]) == (401, "token_expired")
    assert answer.json()["detail"] == "Sua sessão expirou. Entre de novo."


@pytest.mark.parametrize(
    "change",
    [
        UserUpdate(disabled=True),
        UserUpdate(role="instructor"),
        UserUpdate(password=NEW_PASSWORD),
        UserUpdate(approved=False),
    ],
)
async def test_a_change_of_the_account_ends_its_sessions(
    api: AsyncClient, app: FastAPI, sign_in: SignIn, change: UserUpdate
) -> None:
    headers = await sign_in("student", "ana")
    assert (await api.get("/auth/me", headers=headers)).status_code == 200
    await app.state.accounts.update("ana", change)
    answer = await api.get("/auth/me", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


async def test_a_new_user_of_the_same_name_inherits_no_session(
    api: AsyncClient, app: FastAPI, sign_in: SignIn
) -> None:
    headers = await sign_in("student", "ana")
    await app.state.accounts.delete("ana")
    assert (await api.get("/auth/me", headers=headers)).status_code == 401
    await add_user(app, "ana", role="admin")
    assert (await api.get("/auth/me", headers=headers)).status_code == 401


async def test_changing_the_password_keeps_this_session_and_ends_the_others(
    api: AsyncClient, sign_in: SignIn
) -> None:
    old = await sign_in("student", "ana")
    change = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    answer = await api.post("/auth/change-password", json=change, headers=old)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["success"], body["token_type"]) == (True, "bearer")
    assert (await api.get("/auth/me", headers=old)).status_code == 401
    new = bearer(body["access_token"])
    assert (await api.get("/auth/me", headers=new)).status_code == 200
    assert (await post_credentials(api, "ana", NEW_PASSWORD)).status_code == 200
    assert (await post_credentials(api, "ana", PASSWORD)).status_code == 401


@pytest.mark.parametrize(
    ("current", "new", "kind"),
    [
        ("not the password", NEW_PASSWORD, "wrong_password"),
        (PASSWORD, PASSWORD, "wrong_password"),
        (PASSWORD, "short", "weak_password"),
        (PASSWORD, "1234567890", "weak_password"),
    ],
)
async def test_a_bad_change_of_password_changes_nothing(
    api: AsyncClient, sign_in: SignIn, current: str, new: str, kind: str
) -> None:
    headers = await sign_in("student", "ana")
    change = {"current_password": current, "new_password": new}
    answer = await api.post("/auth/change-password", json=change, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (422, kind)
    assert (await api.get("/auth/me", headers=headers)).status_code == 200
    assert (await post_credentials(api, "ana")).status_code == 200


async def test_a_stolen_session_cannot_guess_the_password(
    api: AsyncClient, sign_in: SignIn
) -> None:
    headers = await sign_in("student", "ana")
    change = {"current_password": "wrong", "new_password": NEW_PASSWORD}
    answers = [
        await api.post("/auth/change-password", json=change, headers=headers) for _ in range(6)
    ]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]


async def test_a_temporary_password_opens_nothing_but_its_own_change(
    api: AsyncClient, app: FastAPI
) -> None:
    saved = await app.state.accounts.create(
        UserCreate(username="ana", role="admin", generate_password=True, approved=False)
    )
    answer = await post_credentials(api, "ana", saved.generated_password)
    assert answer.json()["is_temporary_password"] is True
    headers = bearer(answer.json()["access_token"])
    assert (await api.get("/auth/me", headers=headers)).status_code == 200
    for method, path in (("GET", "/materials"), ("GET", "/auth/users"), ("POST", "/chat")):
        refused = await api.request(method, path, headers=headers, json={"content": "Oi?"})
        assert refused.status_code == 403, path
        assert refused.json()["error"] == "password_change_required"
    change = {"current_password": saved.generated_password, "new_password": NEW_PASSWORD}
    changed = await api.post("/auth/change-password", json=change, headers=headers)
    headers = bearer(changed.json()["access_token"])
    me = (await api.get("/auth/me", headers=headers)).json()
    assert (me["approved"], me["is_temporary_password"]) == (True, False)
    assert (await api.get("/auth/users", headers=headers)).status_code == 200
