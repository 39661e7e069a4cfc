"""Training on a real small system, from weights that are no good."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from rag_system import training
from rag_system.answering import features
from rag_system.labels import Label, Place
from rag_system.measured import SEARCHED, measure
from rag_system.models import WeightSet
from rag_system.weights import Weights, weights_for
from tests.conftest import MakeSettings
from tests.rag_system.harness import ENGLISH, Server, running

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHIPPED = weights_for("usem3")
# Codes: a model of meanings hardly tells them apart, their letters do.
NAMES = tuple(f"TK{number}" for number in range(1011, 9999, 450))
UNKNOWN = ("Abrigon", "Efturo", "Igraxel", "Ulmidar")


def _text(number: int, name: str) -> bytes:
    return (
        f"O aparelho {name} pesa {40 + number} quilos e fica na sala {number + 1}.\n"
        f"Para usar o {name}, ajuste o banco e faça {8 + number % 5} repetições."
    ).encode()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def filled(
    tmp_path_factory: pytest.TempPathFactory, make_settings: MakeSettings
) -> AsyncIterator[Server]:
    async with running(make_settings(tmp_path_factory.mktemp("rag"))) as server:
        await _fill(server)
        yield server


@pytest_asyncio.fixture(loop_scope="module")
async def server(filled: Server) -> AsyncIterator[Server]:
    """The one server of the file, each time with the shipped weights."""
    yield filled
    await _roll_back(filled, id="default")


async def _fill(server: Server) -> None:
    accepted = await asyncio.gather(
        *(server.upload(f"{name}.txt", _text(n, name)) for n, name in enumerate(NAMES))
    )
    await asyncio.gather(*(server.finished(one["job_id"]) for one in accepted))


async def _examples(server: Server, **changes: Any) -> list[dict[str, Any]]:
    """Two questions on each device, with the right place, and some on devices there are not."""
    page = await server.get("/materials?limit=100")
    ids = {one["source"].removesuffix(".txt"): one["material_id"] for one in page["items"]}
    examples: list[dict[str, Any]] = [
        {"question": question.format(name), "material_id": ids[name], **changes}
        for name in NAMES
        for question in ("Quanto pesa o aparelho {}?", "Quantas repetições devo fazer no {}?")
    ]
    uncovered = [{"question": f"Qual a cor do {name}?", "covered": False} for name in UNKNOWN]
    return examples + uncovered


def _use(server: Server, weights: Weights) -> None:
    server.parts.retriever.weights = server.parts.answerer.weights = weights


async def _train(server: Server, examples: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    answer = await server.http.post("/train", json={"examples": examples, **fields})
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


async def _roll_back(server: Server, **body: Any) -> dict[str, Any]:
    answer = await server.http.post("/train/rollback", json=body)
    assert answer.status_code == 200, answer.text
    history: dict[str, Any] = answer.json()
    return history


BAD = replace(SHIPPED, dense=1.0, grams=0.0, rescoring=0.0, similarity=1.0)


async def test_better_weights_are_found_adopted_kept_and_taken_back(server: Server) -> None:
    examples = await _examples(server)
    _use(server, BAD)
    dry = await _train(server, examples, dry_run=True)
    assert (dry["state"], dry["report"]["ranking"]["adopted"]) == ("done", True)
    assert server.parts.retriever.weights == BAD

    trained = await _train(server, examples)
    report = trained["report"]
    assert report["after"]["ndcg_at_10"] > report["before"]["ndcg_at_10"] + 0.1
    assert report["ranking"]["gain"] > 2.5 * report["ranking"]["standard_error"]
    assert report["counts"] == {
        "examples": 44,
        "feedback": 0,
        "placed": 40,
        "covered": 40,
        "uncovered": 4,
    }
    assert (trained["adopted"], trained["active"]) == (True, True)
    learned = server.parts.retriever.weights
    assert learned.dense < 1
    assert server.parts.answerer.weights is learned

    history = await server.get("/train")
    assert (history["active"], history["embedder"]) == (trained["id"], "usem3")
    assert [(item["id"], item["active"]) for item in history["items"]] == [(trained["id"], True)]

    history = await _roll_back(server)
    assert (history["active"], server.parts.retriever.weights) == ("default", SHIPPED)
    again = await server.http.post("/train/rollback", headers=ENGLISH)
    assert (again.status_code, again.json()["error"]) == (409, "conflict")
    missing = await server.http.post("/train/rollback", json={"id": "0" * 32}, headers=ENGLISH)
    assert missing.status_code == 404
    history = await _roll_back(server, id=trained["id"])
    assert server.parts.retriever.weights == server.parts.answerer.weights == learned


async def test_a_restart_keeps_what_was_learned_and_each_model_has_its_own(
    tmp_path: Path, make_settings: MakeSettings
) -> None:
    async with running(make_settings(tmp_path)) as server:
        sets = server.parts.trainer._sets
        rows = {"usem3": 0.11, "another": 0.77}
        async with sets._db.write() as session:
            session.add_all(
                WeightSet(
                    id=name,
                    embedder=name,
                    adopted=True,
                    active=True,
                    weights=asdict(replace(SHIPPED, dense=dense)),
                    report=REPORT,
                )
                for name, dense in rows.items()
            )
    async with running(make_settings(tmp_path)) as server:
        parts = server.parts
        assert parts.retriever.weights == replace(SHIPPED, dense=0.11)
        assert parts.answerer.weights is parts.retriever.weights
        sets = parts.trainer._sets
        sets.serve("another")
        assert parts.retriever.weights.dense == 0.77
        sets.serve("a third one")
        assert parts.retriever.weights == weights_for("a third one")
        sets.serve("usem3")
        assert [item["id"] for item in (await server.get("/train"))["items"]] == ["usem3"]
        assert (await _roll_back(server, id="default"))["active"] == "default"
    async with running(make_settings(tmp_path)) as server:
        assert server.parts.retriever.weights == SHIPPED


_FIGURES = dict.fromkeys(("ndcg_at_10", "answers", "false_refusals", "refused"), 0.5)
_PART = {"adopted": True, "gain": 0.1, "standard_error": 0.01, "reason": "better"}
REPORT = {
    "counts": dict.fromkeys(("examples", "feedback", "placed", "covered", "uncovered"), 20),
    "before": _FIGURES,
    "after": _FIGURES,
    "ranking": _PART,
    "answerability": _PART,
    "seconds": 1.0,
}


async def test_random_labels_change_nothing(server: Server) -> None:
    examples = [one for one in await _examples(server) if "material_id" in one]
    for seed in range(3):
        ids = [one["material_id"] for one in examples]
        random.Random(seed).shuffle(ids)
        shuffled = [one | {"material_id": other} for one, other in zip(examples, ids, strict=True)]
        trained = await _train(server, shuffled)
        assert not trained["adopted"]
        assert trained["weights"]["dense"] == server.parts.retriever.weights.dense == SHIPPED.dense


async def test_a_threshold_that_refuses_nothing_is_mended_but_not_beyond_the_bound(
    server: Server,
) -> None:
    _use(server, replace(SHIPPED, answerability=replace(SHIPPED.answerability, threshold=0.0)))
    trained = await _train(server, await _examples(server))
    report = trained["report"]
    assert report["answerability"]["adopted"]
    assert report["before"]["refused"] == 0
    assert report["after"]["refused"] > 0.5
    assert report["after"]["false_refusals"] <= 0.15
    # Ranking was as good as it gets: it stays.
    assert (report["ranking"]["adopted"], report["ranking"]["reason"]) == (False, "unchanged")
    assert trained["weights"]["dense"] == SHIPPED.dense
    assert trained["adopted"]


async def test_thumbs_teach_too(server: Server) -> None:
    thumbs = [
        {"question": one["question"], "material_id": one["material_id"], "helpful": True}
        for one in await _examples(server)
        if "material_id" in one
    ]
    thumbs += [{"question": f"O que é {name}?", "helpful": False} for name in UNKNOWN]
    _use(server, BAD)
    trained = await _train(server, [], feedback=thumbs)
    assert trained["report"]["ranking"]["adopted"]
    assert trained["report"]["counts"]["uncovered"] == len(UNKNOWN)


async def test_too_few_questions_are_refused_in_both_languages(server: Server) -> None:
    examples = (await _examples(server))[:19]
    unknown = [{"question": f"Pergunta {n}?", "material_id": "0" * 32} for n in range(9)]
    same = [examples[0] | {"question": "  QUANTO pesa o aparelho TK1011"}]
    for headers, words in (({}, "pelo menos 20 perguntas"), (ENGLISH, "at least 20 different")):
        answer = await server.http.post(
            "/train", json={"examples": examples + unknown + same}, headers=headers
        )
        assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
        assert words in answer.json()["detail"]
        assert "19" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {"examples": [{"question": ""}]},
        {"examples": [{"question": "a" * 4001}]},
        {"examples": [{"question": "a"}] * 5001},
        {"feedback": [{"question": "a"}]},
        {"feedback": [{"question": "a", "helpful": True}] * 5001},
    ],
)
async def test_what_is_out_of_bounds_is_refused(
    tmp_path: Path, make_settings: MakeSettings, body: dict[str, Any]
) -> None:
    async with running(make_settings(tmp_path)) as server:
        answer = await server.http.post("/train", json=body)
    assert answer.status_code == 422
    assert isinstance(answer.json()["detail"], str)


async def test_one_training_at_a_time_beside_answers(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "WAIT_SECONDS", 0.05)
    examples = await _examples(server)
    first = await server.http.post("/train", json={"examples": examples})
    assert (first.status_code, first.json()["state"]) == (202, "running")
    second = await server.http.post("/train", json={"examples": examples}, headers=ENGLISH)
    assert (second.status_code, second.json()["error"]) == (409, "conflict")
    assert (await server.get("/train"))["items"][0]["state"] == "running"
    assert (await server.ask("Quanto pesa o aparelho TK1011?"))["answered"]
    assert (await server.get("/health"))["status"] == "healthy"
    async with asyncio.timeout(60):
        while (await server.get("/train"))["items"][0]["state"] == "running":
            await asyncio.sleep(0.05)
    assert (await server.get("/train"))["items"][0]["report"]


async def test_a_training_that_fails_says_so_and_the_next_one_may_start(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError

    examples = await _examples(server)
    with monkeypatch.context() as broken:
        broken.setattr(server.parts.retriever, "candidates", fail)
        failed = await _train(server, examples)
    assert failed["state"] == "failed"
    assert "falhou" in failed["error"]
    assert (await _train(server, examples, dry_run=True))["state"] == "done"


@pytest.mark.parametrize(
    "weights", [SHIPPED, replace(SHIPPED, dense=0.7, grams=0.1, rescoring=0.2, similarity=1.0)]
)
async def test_what_was_measured_ranks_as_the_retriever_does(
    server: Server, weights: Weights
) -> None:
    _use(server, weights)
    documents, _ = await server.parts.catalog.live_documents()
    for example in (await _examples(server))[::5]:
        question, right = example["question"], example.get("material_id", documents[0].id)
        found = await server.parts.retriever.candidates(question, SEARCHED)
        label = Label(question, covered=True, places={Place(right, None)})
        others = [one.id for one in documents if one.id != right]
        for measured, scope in zip(measure(label, found), (None, others), strict=True):
            assert measured is not None
            ranking = measured.rank(weights)
            retrieved = await server.parts.retriever.retrieve(
                question, top_k=10, document_ids=scope
            )
            expected = [hit.passage.chunk_id for hit in retrieved.hits]
            assert [measured.keys[place] for place, _ in ranking] == expected
            assert measured.features(ranking) == pytest.approx(features(retrieved), abs=1e-5)
