import asyncio
import hashlib
import json
import tempfile
import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import AsyncClient

from tests.api_fixtures import ENGLISH, RunApp, SignIn, client_of
from tests.chat_agents.test_endpoints import events_of
from tests.fake_rag import FILE, FakeRag, material

BAD_IDS = [
    "..%2Fhealth",
    "%2e%2e%2fhealth",
    "a/b",
    "a%00b",
    "a b",
    "m1%3Fx=1",
    "m1%23",
    "ação",
    "x" * 65,
    "http:%2f%2fexample.org",
]


@pytest.fixture
async def staff(sign_in: SignIn) -> dict[str, str]:
    return await sign_in("instructor", "prof")


@pytest.fixture
async def student(sign_in: SignIn) -> dict[str, str]:
    return await sign_in("student", "aluna")


@pytest.mark.parametrize("path", ["/materials", "/api/materials"])
async def test_the_list_is_a_bare_array_in_the_old_field_names(
    api: AsyncClient, student: dict[str, str], path: str
) -> None:
    answer = await api.get(path, headers=student)
    assert answer.status_code == 200
    assert answer.json() == [
        {
            "id": "m1",
            "title": "Manual",
            "description": "Básico",
            "type": "pdf",
            "path": "Manual de Força.pdf",
            "size": len(FILE),
            "uploadedAt": "2026-05-04T12:00:00Z",
            "uploadedBy": "ana",
            "tags": ["força"],
            "collection": "default",
            "state": "ready",
            "error": None,
            "retryable": False,
            "pages": 12,
            "chunks": 34,
        }
    ]


async def test_a_material_without_details_is_listed_too(
    api: AsyncClient, rag: FakeRag, student: dict[str, str]
) -> None:
    rag.materials = {"m1": material(metadata={"tags": "odd"}, source="sem-sufixo")}
    (record,) = (await api.get("/materials", headers=student)).json()
    assert (record["description"], record["tags"], record["uploadedBy"], record["type"]) == (
        *("", [], None, ""),
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["m1", "m2"]),
        ("search=FORCA", ["m1"]),
        ("search=planilha", ["m2"]),
        ("search=nada disso", []),
        ("state=failed", ["m2"]),
        ("state=ready&search=planilha", []),
    ],
)
async def test_the_list_can_be_narrowed(
    api: AsyncClient, rag: FakeRag, student: dict[str, str], query: str, found: list[str]
) -> None:
    rag.materials["m2"] = material("m2", title="Planilha", source="c.xlsx", state="failed")
    rag.materials["m2"]["metadata"] = {}
    answer = await api.get(f"/materials?{query}", headers=student)
    assert [record["id"] for record in answer.json()] == found


async def test_a_list_longer_than_one_page_of_the_rag_server(
    api: AsyncClient, rag: FakeRag, student: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("materials.service.PAGE", 2)
    rag.materials = {f"m{n}": material(f"m{n}") for n in range(5)}
    assert len((await api.get("/materials", headers=student)).json()) == 5


async def test_one_record(api: AsyncClient, student: dict[str, str]) -> None:
    answer = await api.get("/materials/m1", headers=student)
    assert (answer.status_code, answer.json()["id"]) == (200, "m1")
    missing = await api.get("/materials/m9", headers=student)
    assert (missing.status_code, missing.json()["error"]) == (404, "not_found")


@pytest.mark.parametrize("bad_id", BAD_IDS)
async def test_a_tricky_id_never_becomes_part_of_a_url(
    api: AsyncClient, rag: FakeRag, staff: dict[str, str], bad_id: str
) -> None:
    for method, path in (
        ("GET", "/materials/{}"),
        ("GET", "/materials/{}?download=true"),
        ("GET", "/materials/{}/content"),
        ("DELETE", "/materials/{}"),
        ("POST", "/materials/{}/retry"),
        ("GET", "/jobs/{}"),
        ("GET", "/jobs/{}/events"),
        ("POST", "/jobs/{}/cancel"),
    ):
        answer = await api.request(method, path.format(bad_id), headers=staff)
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found"), (method, path)
    assert rag.requests == []


async def test_dots_that_no_client_resolved_stay_out_of_urls_too(
    live_url: str, rag: FakeRag, staff: dict[str, str]
) -> None:
    for path in ("/materials/../health", "/materials/..", "/materials/../../status/content"):
        answer = await _raw_get(live_url, path, staff["Authorization"])
        assert answer.startswith(b"HTTP/1.1 404"), path
    assert rag.requests == []


async def test_a_download_keeps_its_name_in_any_script(
    api: AsyncClient, student: dict[str, str]
) -> None:
    answer = await api.get("/materials/m1?download=true", headers=student)
    assert answer.status_code == 200
    assert answer.content == FILE
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == str(len(FILE))
    assert answer.headers["content-disposition"] == (
        'attachment; filename="Manual de For_a.pdf"; '
        "filename*=UTF-8''Manual%20de%20For%C3%A7a.pdf"
    )


async def test_a_part_of_a_file(api: AsyncClient, student: dict[str, str]) -> None:
    answer = await api.get(
        "/materials/m1?download=true", headers=student | {"Range": "bytes=10-19"}
    )
    assert answer.status_code == 206
    assert answer.content == FILE[10:20]
    assert answer.headers["content-range"] == f"bytes 10-19/{len(FILE)}"


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("application/pdf", "inline"),
        ("image/png", "inline"),
        ("text/plain", "inline"),
        ("image/svg+xml", "attachment"),
        ("text/html", "attachment"),
        ("application/xhtml+xml", "attachment"),
        ("application/octet-stream", "attachment"),
    ],
)
async def test_only_harmless_types_are_shown_in_the_browser(
    api: AsyncClient, rag: FakeRag, student: dict[str, str], media_type: str, kind: str
) -> None:
    rag.materials["m1"] = material(media_type=media_type)
    answer = await api.get("/materials/m1/content", headers=student)
    assert answer.status_code == 200
    assert answer.content == FILE
    assert answer.headers["content-disposition"].split(";")[0] == kind
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_a_name_cannot_smuggle_headers(
    api: AsyncClient, rag: FakeRag, student: dict[str, str]
) -> None:
    rag.materials["m1"] = material(source='a"; filename="b\r\nX-Evil: 1.pdf')
    answer = await api.get("/materials/m1/content", headers=student)
    assert "x-evil" not in answer.headers
    assert answer.headers["content-disposition"].startswith(
        'inline; filename="a_; filename=_b__X-Evil: 1.pdf"'
    )


async def test_an_upload_is_passed_on_with_its_details(
    api: AsyncClient, rag: FakeRag, staff: dict[str, str]
) -> None:
    form = {"description": " Básico ", "tags": "força, técnica,,força", "collection": "curso"}
    answer = await api.post(
        "/api/materials/upload",
        files={"file": ("Manual de Força.pdf", FILE)},
        data=form | {"title": "Manual"},
        headers=staff,
    )
    assert answer.status_code == 202
    body = answer.json()
    assert (body["material_id"], body["job_id"], body["title"]) == ("m2", "j2", "Manual")
    assert body["sha256"] == hashlib.sha256(FILE).hexdigest()
    assert body["message"] == "Material recebido. O processamento já começou."
    assert rag.upload["filename"] == "Manual de Força.pdf"
    assert (rag.upload["title"], rag.upload["collection"]) == ("Manual", "curso")
    assert json.loads(rag.upload["metadata"]) == {
        "description": "Básico",
        "tags": ["força", "técnica"],
        "uploaded_by": "prof",
    }


@pytest.mark.parametrize(
    ("sent", "passed_on"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\pasta\\aula.pdf", "aula.pdf"),
        ("linha\nquebrada.pdf", "linhaquebrada.pdf"),
        ("a" * 300 + ".pdf", "a" * 251 + ".pdf"),
    ],
)
async def test_a_file_name_loses_its_tricks(
    api: AsyncClient, rag: FakeRag, staff: dict[str, str], sent: str, passed_on: str
) -> None:
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{sent}"\r\n\r\n'
    if "\n" in sent:
        head = head.replace(sent, sent.replace("\n", "\x0b"))
    answer = await api.post(
        "/materials/upload",
        content=head.encode() + b"data\r\n--b--\r\n",
        headers=staff | {"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert answer.status_code == 202, answer.text
    assert rag.upload["filename"] == passed_on


@pytest.mark.parametrize(
    "upload",
    [
        ({}, {"title": "x"}, "'file'"),
        ({"file": ("a.pdf", b"")}, {}, "empty"),
        ({"file": ("..", b"x")}, {}, "name"),
        ({"file": ("a.pdf", b"x")}, {"description": "x" * 2001}, "description"),
        ({"file": ("a.pdf", b"x")}, {"title": "x" * 501}, "title"),
        ({"file": ("a.pdf", b"x")}, {"collection": "x" * 101}, "collection"),
        ({"file": ("a.pdf", b"x")}, {"tags": ",".join(map(str, range(21)))}, "tags"),
        ({"file": ("a.pdf", b"x")}, {"tags": "x" * 51}, "tags"),
    ],
)
async def test_a_bad_upload_is_refused_with_a_sentence(
    api: AsyncClient,
    rag: FakeRag,
    staff: dict[str, str],
    upload: tuple[dict[str, Any], dict[str, str], str],
) -> None:
    files, form, words = upload
    answer = await api.post("/materials/upload", files=files, data=form, headers=staff | ENGLISH)
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    assert words in answer.json()["detail"]
    assert rag.requests == []


@pytest.mark.parametrize(
    "content", [b"", b"not multipart", b'--b\r\nContent-Disposition: form-data; name="file"\r\n']
)
async def test_a_broken_form_is_refused(
    api: AsyncClient, staff: dict[str, str], content: bytes
) -> None:
    answer = await api.post(
        "/materials/upload",
        content=content,
        headers=staff | {"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert answer.status_code in {400, 422}
    assert isinstance(answer.json()["detail"], str)


async def test_a_file_over_the_limit_is_refused(
    run_app: RunApp, rag: FakeRag, sign_in: SignIn
) -> None:
    headers = await sign_in("admin") | ENGLISH
    async with run_app(max_upload_mb=1) as app, client_of(app) as api:
        just_right = {"file": ("a.bin", bytes(2**20))}
        answer = await api.post("/materials/upload", files=just_right, headers=headers)
        assert answer.status_code == 202
        for size in (2**20 + 1, 5 * 2**20):
            files = {"file": ("a.bin", bytes(size))}
            answer = await api.post("/materials/upload", files=files, headers=headers)
            assert (answer.status_code, answer.json()["error"]) == (413, "too_large"), size
            assert "the limit is 1 MB" in answer.json()["detail"]
    assert [path for _, path in rag.requests] == ["/materials"]


async def test_a_caller_without_the_role_cannot_make_us_read_a_file(
    api: AsyncClient, student: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield bytes(100_000)

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    for who in ({}, student):
        answer = await api.post("/materials/upload", content=body(), headers=headers | who)
        assert answer.status_code == (403 if who else 401)
        assert taken <= 1


async def test_a_big_file_passes_through_without_being_held_in_memory(
    live_url: str, rag: FakeRag, staff: dict[str, str]
) -> None:
    size = 30 * 2**20
    with tempfile.TemporaryFile() as file:
        file.truncate(size)
        tracemalloc.start()
        try:
            async with AsyncClient(timeout=60) as client:
                answer = await client.post(
                    f"{live_url}/materials/upload",
                    files={"file": ("video.bin", file)},
                    headers=staff,
                )
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert answer.status_code == 202
    assert rag.upload["size"] == size
    assert peak < 8 * 2**20


async def test_an_upload_while_the_rag_server_is_away(run_app: RunApp, sign_in: SignIn) -> None:
    headers = await sign_in("admin")
    async with run_app(rag_server_url="http://127.0.0.1:9") as app, client_of(app) as api:
        answer = await api.post(
            "/materials/upload", files={"file": ("a.pdf", b"x")}, headers=headers
        )
    assert (answer.status_code, answer.json()["error"]) == (503, "rag_unavailable")


async def test_a_material_is_deleted(api: AsyncClient, rag: FakeRag, staff: dict[str, str]) -> None:
    answer = await api.delete("/materials/m1", headers=staff)
    assert answer.status_code == 200
    assert answer.json() == {"success": True, "message": "Material excluído.", "id": "m1"}
    assert rag.materials == {}
    assert (await api.delete("/materials/m1", headers=staff)).status_code == 404


async def test_a_failed_material_is_tried_again(api: AsyncClient, staff: dict[str, str]) -> None:
    answer = await api.post("/materials/m1/retry", headers=staff)
    assert (answer.status_code, answer.json()["job_id"]) == (202, "j3")


async def test_a_job_is_told_and_cancelled(
    api: AsyncClient, student: dict[str, str], staff: dict[str, str]
) -> None:
    assert (await api.get("/jobs/j1", headers=student)).json()["state"] == "done"
    assert (await api.post("/jobs/j1/cancel", headers=staff)).json()["state"] == "cancelled"


async def test_a_job_can_be_followed(api: AsyncClient, student: dict[str, str]) -> None:
    answer = await api.get("/api/jobs/j1/events", headers=student)
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = events_of(answer)
    assert [name for name, _ in events] == ["job"] * 3
    assert [data["state"] for _, data in events] == ["queued", "running", "done"]


async def test_an_unknown_job_is_a_plain_404(
    api: AsyncClient, rag: FakeRag, student: dict[str, str]
) -> None:
    rag.refusal = (404, "not_found", "Não há.")
    answer = await api.get("/jobs/j9/events", headers=student)
    assert (answer.status_code, answer.json()["detail"]) == (404, "Não há.")
    rag.refusal, rag.job_states = None, []
    answer = await api.get("/jobs/j9/events", headers=student)
    assert answer.status_code == 503


async def test_other_requests_go_on_while_a_download_is_slow(
    live_url: str, rag: FakeRag, student: dict[str, str]
) -> None:
    rag.delay = 0.3
    async with AsyncClient() as client, asyncio.timeout(5):
        slow = asyncio.create_task(client.get(f"{live_url}/materials/m1/content", headers=student))
        await asyncio.sleep(0.05)
        assert (await client.get(f"{live_url}/auth/me", headers=student)).status_code == 200
        assert not slow.done()
        assert (await slow).content == FILE


async def _raw_get(url: str, path: str, authorization: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {authorization}\r\n"
    writer.write(f"{head}Connection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer
