import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from pydantic import SecretStr

from rag_system.intake import storage_key
from tests import files
from tests.conftest import MakeSettings
from tests.rag_system.harness import ENGLISH, Server, running

# One server for the whole file; each test works in a collection of its own.
pytestmark = pytest.mark.asyncio(loop_scope="module")

TOKEN = "a-service-token-for-tests-only-0123456789"
UNKNOWN = "0" * 32

FACTS = {
    1: "O agachamento livre exige que os calcanhares fiquem apoiados no chão o tempo todo.",
    2: "O levantamento terra romeno trabalha principalmente os isquiotibiais e os glúteos.",
    3: "A creatina monoidratada deve ser tomada na dose de três a cinco gramas por dia.",
    4: "O intervalo entre séries pesadas no supino deve ser de três a cinco minutos.",
    5: "A avaliação do percentual de gordura usa o protocolo de sete dobras de Pollock.",
}
NOTE = "O armário do vestiário {} abre com a senha girafa-azul-quarenta-e-dois."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(
    tmp_path_factory: pytest.TempPathFactory, make_settings: MakeSettings
) -> AsyncIterator[Server]:
    settings = make_settings(
        tmp_path_factory.mktemp("rag"), rag_service_token=SecretStr(TOKEN), max_upload_mb=2
    )
    async with running(settings, TOKEN) as server:
        await server.add(
            "Manual de Força.pdf", files.pdf(list(FACTS.values())), collection="livros"
        )
        yield server


@pytest.fixture
def collection() -> str:
    return f"c-{uuid4().hex[:8]}"


# --- who may call ------------------------------------------------------------------------------


CALLS = [
    ("GET", "/status"),
    ("GET", "/stats"),
    ("POST", "/materials"),
    ("GET", "/materials"),
    ("GET", f"/materials/{UNKNOWN}"),
    ("GET", f"/materials/{UNKNOWN}/content"),
    ("DELETE", f"/materials/{UNKNOWN}"),
    ("POST", f"/materials/{UNKNOWN}/retry"),
    ("POST", "/process-materials"),
    ("GET", f"/jobs/{UNKNOWN}"),
    ("GET", f"/jobs/{UNKNOWN}/events"),
    ("POST", f"/jobs/{UNKNOWN}/cancel"),
    ("POST", "/initialize"),
    ("POST", "/reset"),
    ("POST", "/query"),
    ("POST", "/query/stream"),
    ("POST", "/train"),
    ("GET", "/train"),
    ("POST", "/train/rollback"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("authorization", ["", "Bearer wrong", f"Basic {TOKEN}"])
async def test_every_call_needs_the_token(
    server: Server, method: str, path: str, authorization: str
) -> None:
    answer = await server.http.request(method, path, headers={"Authorization": authorization})
    assert (answer.status_code, answer.json()["error"]) == (401, "not_authenticated")


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/redoc"])
async def test_what_the_server_can_do_is_not_told_to_strangers(server: Server, path: str) -> None:
    answer = await server.http.get(path, headers={"Authorization": ""})
    assert answer.status_code in (401, 404)


@pytest.mark.parametrize("path", ["/health", "/metrics"])
async def test_health_and_metrics_need_no_token(server: Server, path: str) -> None:
    answer = await server.http.get(path, headers={"Authorization": ""})
    assert answer.status_code == 200


async def test_health_answers_without_a_token(server: Server) -> None:
    answer = await server.http.get("/health", headers={"Authorization": ""})
    assert answer.status_code == 200
    assert answer.json()["status"] == "healthy"
    assert answer.json()["rag_initialized"] is True


async def test_status_and_stats_tell_what_is_there(server: Server) -> None:
    status = await server.get("/status")
    stats = await server.get("/stats")
    assert status["materials_count"] == stats["materials_total"] >= 1
    assert status["vector_store_count"] == stats["dense_chunks"] >= 1
    assert stats["collections"]["livros"] == 1
    assert stats["bytes_stored"] > 0


# --- from a file to a cited answer -------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("Onde devem ficar os calcanhares no agachamento livre?", 1),
        ("Qual é a dose diária de creatina monoidratada?", 3),
        ("qual o intervalo entre series pesadas no supino", 4),
        ("Which protocol measures the percentual de gordura, Pollock?", 5),
    ],
)
async def test_an_answer_cites_the_page_it_stands_on(
    server: Server, question: str, page: int
) -> None:
    answer = await server.ask(question, collections=["livros"])
    best = answer["sources"][0]
    assert answer["answered"]
    assert best["page"] == page
    assert best["n"] == 1
    assert best["source"] == "Manual de Força.pdf"
    assert best["title"] == "Manual de Força"
    assert FACTS[page] in answer["answer"]
    assert "[1]" in answer["answer"]
    assert answer["engine"] == "extractive"
    assert 0 <= answer["confidence"] <= 1


async def test_quotes_stand_word_for_word_in_their_passage(server: Server) -> None:
    answer = await server.ask("agachamento, creatina, supino e gordura", collections=["livros"])
    assert [source["n"] for source in answer["sources"]] == list(
        range(1, len(answer["sources"]) + 1)
    )
    for source in answer["sources"]:
        assert source["quote"] in source["chunk"]
        assert 0 <= source["score"] <= 1
    scores = [source["score"] for source in answer["sources"]]
    assert scores == sorted(scores, reverse=True)


async def test_the_same_question_gets_the_same_answer(server: Server) -> None:
    first, second = [await server.ask("Qual a dose de creatina?") for _ in range(2)]
    assert first["answer"] == second["answer"]
    assert first["sources"] == second["sources"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Qual é a capital da Mongólia e o seu prato típico?", "Não encontrei"),
        ("What is the capital of Mongolia and who governs it?", "did not find"),
    ],
)
async def test_what_the_materials_do_not_cover_is_said_plainly(
    server: Server, question: str, words: str
) -> None:
    answer = await server.ask(question, collections=["livros"])
    assert not answer["answered"]
    assert words in answer["answer"]


async def test_sources_alone_can_be_asked_for(server: Server) -> None:
    answer = await server.ask("dose de creatina monoidratada por dia", answer=False, top_k=2)
    assert answer["answer"] == ""
    assert len(answer["sources"]) == 2


async def test_a_streamed_answer_is_the_plain_one_in_pieces(server: Server) -> None:
    body = {"question": "Qual a dose de creatina monoidratada?", "collections": ["livros"]}
    plain = await server.ask(**body)  # type: ignore[arg-type]
    answer = await server.http.post("/query/stream", json=body)
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = _events(answer.text)
    assert events[0][0] == "sources"
    assert events[-1][0] == "done"
    text = "".join(data["text"] for name, data in events if name == "delta")
    assert text.strip() == plain["answer"]
    assert events[0][1]["sources"] == plain["sources"]
    assert events[-1][1]["answer"] == plain["answer"]


def _events(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.strip().split("\n\n"):
        lines = [line for line in block.split("\n") if not line.startswith(":")]
        if lines:
            name, data = lines[0].removeprefix("event: "), lines[1].removeprefix("data: ")
            found.append((name, json.loads(data)))
    return found


async def test_files_of_every_type_become_answers(server: Server, collection: str) -> None:
    contents = {
        "cargas.xlsx": files.workbook({"Plano": [["Atleta", "Cor"], ["Zuleica", "turquesa"]]}),
        "regras.docx": files.word("# Regras", "O uso de giz magnesiano é permitido às quintas."),
        "aula.pptx": files.slides(("Kettlebell", "O balanço usa o quadril como dobradiça.")),
        "lista.csv": "Aparelho;Sala\nRemoergômetro;Sala 14".encode("cp1252"),
        "nota.txt": "A piscina aquecida fecha para limpeza no feriado.".encode("utf-16"),
        "guia.md": b"# Sauna\n\nA sauna comporta oito pessoas sentadas.",
        "p.html": b"<h1>Cantina</h1><p>A cantina vende tapioca recheada.</p>",
    }
    for name, content in contents.items():
        record = await server.add(name, content, collection=collection)
        assert (record["state"], record["error"]) == ("ready", None), name
    for question, source in [
        ("Qual é a cor da atleta Zuleica?", "cargas.xlsx"),
        ("Quando o giz magnesiano é permitido?", "regras.docx"),
        ("O que o balanço de kettlebell usa?", "aula.pptx"),
        ("Em que sala está o remoergômetro?", "lista.csv"),
        ("Quando a piscina aquecida fecha para limpeza?", "nota.txt"),
        ("Quantas pessoas a sauna comporta?", "guia.md"),
        ("O que a cantina vende?", "p.html"),
    ]:
        answer = await server.ask(question, collections=[collection])
        assert answer["sources"][0]["source"] == source
        assert answer["answered"], question


async def test_a_pdf_of_thirty_pages_is_cited_page_by_page(server: Server, collection: str) -> None:
    animals = [
        "anta",
        "arara",
        "boto",
        "capivara",
        "coati",
        "ema",
        "gambá",
        "jabuti",
        "lontra",
        "mico",
        "onça",
        "paca",
    ]
    pages = [
        f"Sobre a turma {animals[n % 12]}{n}: o treino começa com mobilidade {n * 7}.\n" * 3
        for n in range(30)
    ]
    record = await server.add("turmas.pdf", files.pdf(pages), collection=collection)
    assert (record["state"], record["pages"]) == ("ready", 30)
    for n in (0, 11, 29):
        answer = await server.ask(
            f"Com o que começa o treino da turma {animals[n % 12]}{n}?", collections=[collection]
        )
        assert answer["sources"][0]["page"] == n + 1


# --- what may be seen --------------------------------------------------------------------------


async def test_filters_let_nothing_else_through(server: Server) -> None:
    first, second = f"c-{uuid4().hex[:6]}", f"c-{uuid4().hex[:6]}"
    a = await server.add("a.txt", NOTE.format("norte").encode(), collection=first)
    b = await server.add("b.txt", NOTE.format("sul").encode(), collection=second)
    question = "Qual é a senha do armário do vestiário?"

    async def seen(**filters: Any) -> set[str]:
        answer = await server.ask(question, top_k=50, **filters)
        return {source["material_id"] for source in answer["sources"]}

    id_a, id_b = a["material_id"], b["material_id"]
    assert await seen(collections=[first]) == {id_a}
    assert await seen(collections=[first, second]) == {id_a, id_b}
    assert await seen(material_ids=[id_b]) == {id_b}
    assert await seen(collections=[first], material_ids=[id_a, id_b]) == {id_a}
    assert await seen(collections=[first], material_ids=[id_b]) == set()
    assert await seen(collections=[]) == set()
    assert await seen(material_ids=[]) == set()
    assert await seen(collections=["unknown"]) == set()
    assert await seen(material_ids=[UNKNOWN, "' OR 1=1 --", ""]) == set()
    assert await seen(collections=[first.upper()]) == set()
    assert {id_a, id_b} <= await seen()


async def test_where_nothing_may_be_seen_nothing_is_answered(server: Server) -> None:
    answer = await server.ask("Qual a dose de creatina?", collections=[])
    assert (answer["answered"], answer["sources"], answer["confidence"]) == (False, [], 0)


# --- duplicates, deletion, retry ---------------------------------------------------------------


async def test_the_same_file_again_is_told_as_a_duplicate(server: Server, collection: str) -> None:
    content = b"O mesmo texto duas vezes."
    first = await server.upload("um.txt", content, collection=collection)
    await server.finished(first["job_id"])
    again = await server.upload("dois.txt", content, collection=collection)
    assert (first["duplicate"], again["duplicate"]) == (False, True)
    assert again["material_id"] == first["material_id"]
    assert again["sha256"] == hashlib.sha256(content).hexdigest()
    assert (await server.finished(again["job_id"]))["state"] == "done"
    page = await server.get(f"/materials?collection={collection}")
    assert page["total"] == 1


async def test_a_deleted_document_is_out_of_answers_indexes_and_storage(
    server: Server, collection: str
) -> None:
    before = await server.chunk_counts()
    record = await server.add("x.txt", NOTE.format("leste").encode(), collection=collection)
    question = "Qual é a senha do armário do vestiário leste?"
    assert (await server.ask(question, collections=[collection]))["answered"]
    answer = await server.http.delete(f"/materials/{record['material_id']}")
    assert answer.json() == {"material_id": record["material_id"], "deleted": True}
    after = await server.ask(question, collections=[collection])
    assert (after["answered"], after["sources"]) == (False, [])
    assert await server.chunk_counts() == before
    assert len(set(before)) == 1
    with pytest.raises(FileNotFoundError):
        await server.parts.storage.size(storage_key(record["sha256"]))
    for method, path in [("GET", ""), ("GET", "/content"), ("DELETE", ""), ("POST", "/retry")]:
        again = await server.http.request(method, f"/materials/{record['material_id']}{path}")
        assert again.status_code == 404


async def test_a_deleted_file_may_come_back(server: Server, collection: str) -> None:
    first = await server.add("x.txt", NOTE.format("oeste").encode(), collection=collection)
    await server.http.delete(f"/materials/{first['material_id']}")
    again = await server.add("x.txt", NOTE.format("oeste").encode(), collection=collection)
    assert again["state"] == "ready"
    assert again["material_id"] != first["material_id"]
    answer = await server.ask("senha do armário do vestiário oeste", collections=[collection])
    assert answer["answered"]


async def test_deleting_while_it_is_being_processed_leaves_nothing(
    server: Server, collection: str
) -> None:
    before = await server.chunk_counts()
    text = "\n\n".join(f"Parágrafo {n} sobre o treino número {n}. " * 20 for n in range(100))
    for pause in (0.0, 0.3, 0.8):
        accepted = await server.upload("g.txt", text.encode(), collection=collection)
        await asyncio.sleep(pause)
        deleted = await server.http.delete(f"/materials/{accepted['material_id']}")
        assert deleted.status_code == 200
        await server.finished(accepted["job_id"])
    await server.chunk_counts_become(before[0])


async def test_a_document_cancelled_and_retried_in_mid_work_ends_up_whole(
    server: Server, collection: str
) -> None:
    text = "\n\n".join(f"Parágrafo {n} sobre o treino número {n}. " * 20 for n in range(60))
    accepted = await server.upload("c.txt", text.encode(), collection=collection)
    material = accepted["material_id"]
    job_id = accepted["job_id"]
    for pause in (0.15, 0.3, 0.5):
        await asyncio.sleep(pause)
        cancelled = (await server.http.post(f"/jobs/{job_id}/cancel")).json()
        assert cancelled["finished_at"]
        job_id = (await server.http.post(f"/materials/{material}/retry")).json()["job_id"]
    await server.finished(job_id)
    record = await server.get(f"/materials/{material}")
    assert record["state"] == "ready"
    await server.chunk_counts_become()
    live = server.parts.catalog.live_chunk_ids([material])
    assert len(live[collection]) == record["chunks"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", files.encrypted_pdf(), ("senha", "password")),
        ("b.pdf", files.pdf(["x"] * 3)[:600], ("danificado", "damaged")),
        ("c.pdf", files.image_pdf(), ("Nenhum texto", "No text")),
    ],
)
async def test_a_document_that_fails_says_why_and_stops_no_other(
    server: Server, collection: str, name: str, content: bytes, words: tuple[str, str]
) -> None:
    bad = await server.upload(name, content, collection=collection)
    good = await server.add("good.pdf", files.pdf([FACTS[1]]), collection=collection)
    assert good["state"] == "ready"
    job = await server.finished(bad["job_id"])
    assert (job["state"], job["failed"]) == ("failed", 1)
    path = f"/materials/{bad['material_id']}"
    portuguese = await server.get(path)
    english = await server.get(path, **ENGLISH)
    assert (portuguese["state"], portuguese["retryable"]) == ("failed", False)
    assert words[0] in portuguese["error"]
    assert words[1] in english["error"]
    assert words[0] in job["documents"][0]["error"]
    retried = await server.http.post(f"{path}/retry")
    assert retried.status_code == 202
    assert (await server.finished(retried.json()["job_id"]))["state"] == "failed"


async def test_reprocessing_a_ready_document_leaves_no_double(
    server: Server, collection: str
) -> None:
    record = await server.add("r.txt", b"Um texto para processar de novo.", collection=collection)
    before = await server.chunk_counts()
    job = await server.scan(material_ids=[record["material_id"], UNKNOWN])
    assert (job["state"], job["done"], job["total"]) == ("done", 1, 1)
    assert await server.chunk_counts() == before


async def test_a_document_in_work_cannot_be_retried(server: Server, collection: str) -> None:
    text = "\n\n".join(f"Parágrafo {n} sobre o treino. " * 20 for n in range(20))
    accepted = await server.upload("w.txt", text.encode(), collection=collection)
    answer = await server.http.post(f"/materials/{accepted['material_id']}/retry")
    assert (answer.status_code, answer.json()["error"]) == (409, "conflict")
    await server.finished(accepted["job_id"])


# --- jobs --------------------------------------------------------------------------------------


async def test_a_jobs_events_tell_its_progress_and_end(server: Server, collection: str) -> None:
    content = files.pdf([FACTS[1], FACTS[2]])
    accepted = await server.upload("e.pdf", content, collection=collection)
    answer = await server.http.get(f"/jobs/{accepted['job_id']}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = _events(answer.text)
    assert {name for name, _ in events} == {"job"}
    last = events[-1][1]
    assert (last["state"], last["done"], last["total"]) == ("done", 1, 1)
    assert last["documents"][0]["pages_done"] == last["documents"][0]["pages_total"] == 2
    assert last == await server.get(f"/jobs/{accepted['job_id']}")


# --- the catalogue over HTTP -------------------------------------------------------------------


async def test_a_record_tells_what_is_known_of_a_file(server: Server, collection: str) -> None:
    content = files.pdf([FACTS[1]])
    record = await server.add(
        "meu arquivo.pdf",
        content,
        collection=collection,
        title="Título dado",
        metadata=json.dumps({"tags": ["força"], "n": 1}),
    )
    assert record == await server.get(f"/materials/{record['material_id']}")
    expected = {
        "title": "Título dado",
        "source": "meu arquivo.pdf",
        "collection": collection,
        "state": "ready",
        "error": None,
        "pages": 1,
        "chunks": 1,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "media_type": "application/pdf",
        "metadata": {"tags": ["força"], "n": 1},
    }
    assert {key: record[key] for key in expected} == expected


async def test_the_list_is_filtered_and_paged(server: Server, collection: str) -> None:
    for n in range(3):
        await server.add(f"{n}.txt", f"texto número {n}".encode(), collection=collection)
    page = await server.get(f"/materials?collection={collection}&limit=2&offset=1")
    assert page["total"] == 3
    assert [item["source"] for item in page["items"]] == ["1.txt", "0.txt"]
    ready = await server.get(f"/materials?collection={collection}&state=ready")
    assert ready["total"] == 3
    assert (await server.get(f"/materials?collection={collection}&state=failed"))["total"] == 0


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=10001", "offset=-1", f"offset={10**30}", "state=odd", "limit=x"]
)
async def test_a_list_asked_for_wrongly_is_refused(server: Server, query: str) -> None:
    answer = await server.http.get(f"/materials?{query}")
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")


@pytest.mark.parametrize("bad_id", [UNKNOWN, "x", "..%2f..%2fetc%2fpasswd", "%00", "é", "0" * 500])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/materials/{}"),
        ("GET", "/materials/{}/content"),
        ("DELETE", "/materials/{}"),
        ("POST", "/materials/{}/retry"),
        ("GET", "/jobs/{}"),
        ("GET", "/jobs/{}/events"),
        ("POST", "/jobs/{}/cancel"),
    ],
)
async def test_unknown_ids_are_not_found(
    server: Server, method: str, path: str, bad_id: str
) -> None:
    answer = await server.http.request(method, path.format(bad_id))
    assert answer.status_code == 404
    assert set(answer.json()) == {"error", "detail"}


# --- the stored file ---------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stored(server: Server) -> tuple[str, bytes]:
    content = files.pdf([f"Conteúdo {n} " * 50 for n in range(20)])
    record = await server.add("100% força; é.pdf", content, collection="stored")
    return f"/materials/{record['material_id']}/content", content


async def test_a_file_comes_back_as_it_was(server: Server, stored: tuple[str, bytes]) -> None:
    path, content = stored
    answer = await server.http.get(path)
    assert answer.status_code == 200
    assert answer.content == content
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == str(len(content))
    assert answer.headers["accept-ranges"] == "bytes"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith(
        "attachment; filename*=UTF-8''100%25%20for%C3%A7a%3B%20%C3%A9.pdf"
    )


@pytest.mark.parametrize(
    ("wanted", "start", "end"), [("bytes=0-99", 0, 100), ("bytes=100-", 100, None)]
)
async def test_a_part_of_a_file_is_sent(
    server: Server, stored: tuple[str, bytes], wanted: str, start: int, end: int | None
) -> None:
    path, content = stored
    answer = await server.http.get(path, headers={"Range": wanted})
    assert answer.status_code == 206
    assert answer.content == content[start:end]
    last = (end or len(content)) - 1
    assert answer.headers["content-range"] == f"bytes {start}-{last}/{len(content)}"


async def test_a_part_outside_the_file_is_416_with_a_sentence(
    server: Server, stored: tuple[str, bytes]
) -> None:
    path, content = stored
    answer = await server.http.get(path, headers={"Range": f"bytes={len(content)}-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(content)}"
    assert set(answer.json()) == {"error", "detail"}


async def test_a_stored_file_that_went_missing_is_a_clear_error(
    server: Server, collection: str
) -> None:
    record = await server.add("some.txt", b"um texto que some depois", collection=collection)
    await server.parts.storage.delete(storage_key(record["sha256"]))
    answer = await server.http.get(f"/materials/{record['material_id']}/content")
    assert 400 <= answer.status_code < 500
    assert set(answer.json()) == {"error", "detail"}


# --- bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "status", "kind"),
    [
        ("vazio.pdf", b"", 422, "invalid"),
        ("programa.exe", b"MZ\x90", 415, "unsupported_type"),
        ("falso.pdf", b"texto", 415, "unsupported_type"),
        ("protegido.xlsx", files.OLE_HEAD, 422, "invalid"),
        ("cortado.docx", files.word("texto")[:2000], 422, "invalid"),
        ("grande.txt", b"x" * (2 * 1024 * 1024 + 1), 413, "too_large"),
        ("enorme.txt", b"x" * (3 * 1024 * 1024), 413, "too_large"),
        ("...", b"texto", 422, "invalid"),
    ],
)
async def test_a_file_that_cannot_be_taken_in_is_refused_in_both_languages(
    server: Server, name: str, content: bytes, status: int, kind: str
) -> None:
    details = []
    for language in ("pt", "en"):
        answer = await server.http.post(
            "/materials", files={"file": (name, content)}, headers={"Accept-Language": language}
        )
        assert (answer.status_code, answer.json()["error"]) == (status, kind)
        details.append(answer.json()["detail"])
    assert details[0] != details[1]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\\b\\c.txt", "c.txt"),
        ("a" * 400 + ".txt", "a" * 251 + ".txt"),
    ],
)
async def test_a_names_path_tricks_come_to_nothing(
    server: Server, collection: str, given: str, shown: str
) -> None:
    record = await server.add(given, b"um texto qualquer", collection=collection)
    assert (record["source"], record["state"]) == (shown, "ready")


@pytest.mark.parametrize(
    "metadata",
    [
        "[]",
        "nonsense",
        '"text"',
        "null",
        json.dumps({"a": "x" * 20_000}),
        '{"a": "\\ud800"}',
        '{"\\udfff": 1}',
        '{"a": NaN}',
        '{"a": 1e999}',
        '{"a": ' + "[" * 5000 + "]" * 5000 + "}",
        '{"a": ' + "9" * 5000 + "}",
    ],
    ids=[
        *("list", "no json", "string", "null", "long", "surrogate", "surrogate key", "nan"),
        *("infinite", "deep", "digits"),
    ],
)
async def test_metadata_that_is_no_plain_json_object_is_refused_and_harms_no_list(
    server: Server, collection: str, metadata: str
) -> None:
    answer = await server.http.post(
        "/materials",
        files={"file": ("m.txt", metadata.encode() + b" texto")},
        data={"metadata": metadata, "collection": collection},
    )
    listed = await server.http.get(f"/materials?collection={collection}")
    assert answer.status_code == 422
    assert listed.status_code == 200


async def test_a_title_that_is_too_long_is_refused(server: Server) -> None:
    answer = await server.http.post(
        "/materials", files={"file": ("t.txt", b"texto")}, data={"title": "x" * 501}
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "x" * 4001, None, 5, ["a"], {}])
async def test_a_question_that_is_none_is_refused(server: Server, question: Any) -> None:
    for path in ("/query", "/query/stream"):
        answer = await server.http.post(path, json={"question": question})
        assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
        assert "question" in answer.json()["detail"]


@pytest.mark.parametrize(
    "question",
    [
        "x" * 4000,
        "força " * 660,
        "é" * 4000,
        "?",
        "o que é de para com",
        "\x00 força \x00",
        "🏋️‍♀️ 力 сила قوة",
        'title:"x" AND (NOT *:* OR [a TO b]^2 ~ + - \\',
        "'; DROP TABLE documents; --",
        "{question} %s ${x} {{y}}",
        "\u202eafrof\u202c \ufeff\u200b",
        "[1] [2] [[]]",
    ],
)
async def test_any_text_may_be_asked(server: Server, question: str) -> None:
    answer = await server.ask(question)
    assert answer["answer"]


@pytest.mark.parametrize(
    "body",
    [
        {"unknown": 1, "temperature": [], "config": {"k": {"deep": None}}, "user_level": "aluno"},
        {"material_ids": None, "collections": None, "config": None, "user_level": None},
        {"config": {"\x00": "\x00"}},
    ],
)
async def test_unknown_and_empty_keys_are_tolerated(server: Server, body: dict[str, Any]) -> None:
    assert (await server.ask("Qual a dose de creatina?", **body))["sources"]


HOSTILE = [
    '{"question": "\\ud800"}',
    '{"question": "a", "collections": ["\\udfff"]}',
    '{"question": "a", "material_ids": ["\\ud800"]}',
    '{"question": "a", "material_ids": ["\\u0000"]}',
    '{"question": "a", "config": {"\\ud800": "\\ud800"}}',
    '{"question": "a", "user_level": "\\ud800"}',
    '{"question": "a", "top_k": 99999999999999999999999999}',
    '{"question": "a", "top_k": 1e400}',
    '{"question": "a", "top_k": ' + "9" * 5000 + "}",
    '{"question": "a", "top_k": -1}',
    '{"question": "a", "top_k": "5; DROP"}',
    '{"question": "a", "config": {"n": ' + "9" * 3000 + "}}",
    '{"question": "a", "config": {"n": NaN}}',
    '{"question": "a", "config": ' + '{"a":' * 3000 + "1" + "}" * 3000 + "}",
    '{"question": "a", "material_ids": {"a": 1}}',
    '{"question": "a", "material_ids": [1, null, {}]}',
    '{"question": "a", "collections": [""]}',
    '{"question": "a", "collections": ["' + "x" * 101 + '"]}',
    '{"question": "a", "answer": "maybe"}',
    "[]",
    "null",
    "",
    "{",
    "\ufeff{}",
    '{"question": "a"} trailing',
    "[" * 50_000,
    '{"question": "a", "question": ["b"]}',
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("path", ["/query", "/process-materials", "/reset"])
async def test_hostile_bodies_never_crash_the_server(server: Server, path: str, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await server.http.post(path, content=body.encode(), headers=headers)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert set(answer.json()) == {"error", "detail"}


async def test_bytes_that_are_no_utf8_are_the_callers_fault(server: Server) -> None:
    answer = await server.http.post(
        "/query", content=b'{"question": "\xff\xfe"}', headers={"Content-Type": "application/json"}
    )
    assert 400 <= answer.status_code < 500


async def test_ten_thousand_ids_may_be_given_and_one_more_not(server: Server) -> None:
    ids = [f"{n:032x}" for n in range(10_000)]
    assert (await server.ask("creatina", material_ids=ids))["sources"] == []
    answer = await server.http.post(
        "/query", json={"question": "creatina", "material_ids": [*ids, "x"]}
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("body", [None, {}, {"confirm": False}])
async def test_a_reset_without_a_confirmation_says_what_to_send(server: Server, body: Any) -> None:
    answer = await server.http.post("/reset", json=body)
    assert answer.status_code == 422
    assert '{"confirm": true}' in answer.json()["detail"]
    assert "{{" not in answer.json()["detail"]


async def test_many_questions_at_once_are_all_answered(server: Server) -> None:
    answers = await asyncio.gather(
        *(server.ask("Qual a dose de creatina?", collections=["livros"]) for _ in range(40))
    )
    assert all(answer["sources"][0]["page"] == 3 for answer in answers)


async def test_at_the_end_of_it_all_the_indexes_agree_with_the_catalogue(server: Server) -> None:
    """The last test of the file: whatever the others did, nothing is left over."""
    await server.chunk_counts_become()
    assert (await server.get("/stats"))["queue_depth"] == 0
