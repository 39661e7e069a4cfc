import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests.api_fixtures import PASSWORD, SignIn, add_user, bearer, post_credentials

LAST_ADMIN_CHANGES = [{"disabled": True}, {"role": "student"}, {"approved": False}]


@pytest.fixture
async def admin(sign_in: SignIn) -> dict[str, str]:
    return await sign_in("admin", "chefe")


async def test_an_account_with_a_generated_password(
    api: AsyncClient, admin: dict[str, str]
) -> None:
    new = {"username": "Ana", "email": "Ana@Example.org", "generate_password": True}
    answer = await api.post("/auth/users", json=new, headers=admin)
    assert answer.status_code == 201
    user, password = answer.json()["user"], answer.json()["generated_password"]
    assert (user["username"], user["email"], user["role"]) == ("ana", "ana@example.org", "student")
    assert user["is_temporary_password"] is True
    assert (await post_credentials(api, "ana", password)).status_code == 200


async def test_an_account_with_a_given_password(api: AsyncClient, admin: dict[str, str]) -> None:
    new = {"username": "ana", "role": "instructor", "password": PASSWORD, "full_name": " Ana L. "}
    answer = await api.post("/auth/users", json=new, headers=admin)
    assert answer.json()["generated_password"] is None
    user = answer.json()["user"]
    assert (user["is_temporary_password"], user["full_name"]) == (False, "Ana L.")
    assert "password_hash" not in answer.text


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, "invalid"),
        ({"password": "short"}, "weak_password"),
        ({"password": PASSWORD, "username": "a b"}, "invalid"),
        ({"password": PASSWORD, "username": "../x"}, "invalid"),
        ({"password": PASSWORD, "username": "á" * 5}, "invalid"),
        ({"password": PASSWORD, "username": "a" * 65}, "invalid"),
        ({"password": PASSWORD, "email": "no-at-sign"}, "invalid"),
        ({"password": PASSWORD, "role": "root"}, "invalid"),
    ],
)
async def test_a_bad_account_is_refused(
    api: AsyncClient, admin: dict[str, str], fields: dict[str, str], kind: str
) -> None:
    answer = await api.post("/auth/users", json={"username": "ana", **fields}, headers=admin)
    assert (answer.status_code, answer.json()["error"]) == (422, kind)


async def test_names_and_addresses_are_unique_in_any_case(
    api: AsyncClient, app: FastAPI, admin: dict[str, str]
) -> None:
    await add_user(app, "ana", email="ana@example.org")
    for fields in ({"username": "ANA"}, {"username": "bia", "email": "ANA@example.org"}):
        new = {**fields, "password": PASSWORD}
        answer = await api.post("/auth/users", json=new, headers=admin)
        assert (answer.status_code, answer.json()["error"]) == (409, "conflict")
    await add_user(app, "bia")
    answer = await api.put("/auth/users/bia", json={"email": "ana@example.org"}, headers=admin)
    assert answer.status_code == 409


async def test_accounts_are_listed_by_name_and_counted(
    api: AsyncClient, app: FastAPI, admin: dict[str, str]
) -> None:
    for name in ("dora", "ana", "bia"):
        await add_user(app, name)
    page = await api.get("/auth/users?limit=2&offset=1", headers=admin)
    assert [user["username"] for user in page.json()] == ["bia", "chefe"]
    assert (await api.get("/api/auth/users/count", headers=admin)).json() == {"count": 4}
    assert (await api.get("/auth/users?limit=0", headers=admin)).status_code == 422


async def test_a_change_touches_what_it_names(
    api: AsyncClient, app: FastAPI, admin: dict[str, str]
) -> None:
    await add_user(app, "ana", email="ana@example.org", full_name="Ana")
    answer = await api.put("/auth/users/ANA", json={"role": "instructor"}, headers=admin)
    user = answer.json()
    assert (user["role"], user["email"], user["full_name"]) == (
        *("instructor", "ana@example.org", "Ana"),
    )
    cleared = await api.put("/auth/users/ana", json={"email": None}, headers=admin)
    assert cleared.json()["email"] is None
    assert (await api.get("/auth/users/ana", headers=admin)).json()["email"] is None


async def test_an_administrator_resets_a_password(
    api: AsyncClient, app: FastAPI, admin: dict[str, str]
) -> None:
    await add_user(app, "ana")
    answer = await api.put("/auth/users/ana", json={"generate_password": True}, headers=admin)
    password = answer.json()["generated_password"]
    assert (await post_credentials(api, "ana", PASSWORD)).status_code == 401
    signed_in = await post_credentials(api, "ana", password)
    assert signed_in.json()["is_temporary_password"] is True


async def test_a_deleted_account_is_gone(
    api: AsyncClient, app: FastAPI, admin: dict[str, str]
) -> None:
    await add_user(app, "ana")
    deleted = await api.delete("/auth/users/ana", headers=admin)
    assert (deleted.status_code, deleted.json()["success"]) == (200, True)
    for method in ("GET", "PUT", "DELETE"):
        answer = await api.request(method, "/auth/users/ana", headers=admin, json={})
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found"), method


@pytest.mark.parametrize("change", LAST_ADMIN_CHANGES)
async def test_the_last_administrator_stays(
    api: AsyncClient, app: FastAPI, admin: dict[str, str], change: dict[str, object]
) -> None:
    await add_user(app, "outra", role="admin", approved=False)
    refused = await api.put("/auth/users/chefe", json=change, headers=admin)
    assert (refused.status_code, refused.json()["error"]) == (409, "conflict")
    assert (await api.delete("/auth/users/chefe", headers=admin)).status_code == 409
    assert (await api.get("/auth/me", headers=admin)).status_code == 200


@pytest.mark.parametrize("change", LAST_ADMIN_CHANGES)
async def test_one_of_two_administrators_may_go(
    api: AsyncClient, app: FastAPI, admin: dict[str, str], change: dict[str, object]
) -> None:
    await add_user(app, "outra", role="admin")
    assert (await api.put("/auth/users/outra", json=change, headers=admin)).status_code == 200
    assert (await api.delete("/auth/users/outra", headers=admin)).status_code == 200


async def test_a_disabled_account_can_be_enabled_again(
    api: AsyncClient, app: FastAPI, admin: dict[str, str]
) -> None:
    await add_user(app, "ana")
    await api.put("/auth/users/ana", json={"disabled": True}, headers=admin)
    assert (await post_credentials(api, "ana")).status_code == 403
    await api.put("/auth/users/ana", json={"disabled": False}, headers=admin)
    answer = await post_credentials(api, "ana")
    assert answer.status_code == 200
    headers = bearer(answer.json()["access_token"])
    assert (await api.get("/auth/me", headers=headers)).status_code == 200
