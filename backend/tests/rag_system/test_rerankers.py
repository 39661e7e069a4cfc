"""The reranker on a cross-encoder that the test makes: it has learned nothing, but repeats itself."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from rag_system.rerankers.base import Reranker
from rag_system.rerankers.table import check_reranker, load_reranker
from tests.conftest import MakeSettings
from tests.rag_system.harness import running
from utils.config import ConfigurationError

needs_extra = pytest.mark.skipif(
    find_spec("sentence_transformers") is None,
    reason="the extra is missing: pip install 'backend[sentence-transformers]'",
)
WORDS = ["senha", "cofre", "azul", "girafa", "treino", "sono", "carga", "a", "o", "do", "qual"]
QUESTION = "Qual a senha do cofre azul?"
TEXTS = ["A senha do cofre azul: girafa.", "O treino de carga.", "", "a\0\ud800b", "sono " * 20_000]


def make_model(folder: Path, labels: int = 1) -> str:
    transformers: Any = import_module("transformers")
    import_module("torch").manual_seed(7)
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text(
        "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]), "utf-8"
    )
    config = transformers.BertConfig(
        vocab_size=5 + len(WORDS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        num_labels=labels,
        initializer_range=0.6,
    )
    transformers.BertForSequenceClassification(config).save_pretrained(folder / "model")
    transformers.BertTokenizerFast(vocab=str(vocabulary)).save_pretrained(folder / "model")
    return str(folder / "model")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_model(tmp_path_factory.mktemp("cross-encoder"))


def _load(make_settings: MakeSettings, folder: Path, model: str) -> Reranker:
    reranker = load_reranker(make_settings(folder, reranker_model=model))
    assert reranker is not None
    return reranker


@needs_extra
def test_each_text_gets_a_score_of_its_own(
    make_settings: MakeSettings, tmp_path: Path, model: str
) -> None:
    reranker = _load(make_settings, tmp_path, model)
    scores = reranker.scores(QUESTION, TEXTS)
    assert len(scores) == len(TEXTS)
    assert all(0 <= score <= 1 for score in scores)
    assert len({round(score, 4) for score in scores}) > 2
    alone = [reranker.scores(QUESTION, [text])[0] for text in TEXTS]
    assert scores == pytest.approx(alone, abs=1e-3)
    assert reranker.scores(QUESTION, []) == []


@needs_extra
async def test_a_reranked_system_finds_and_answers(
    make_settings: MakeSettings, tmp_path: Path, model: str
) -> None:
    async with running(make_settings(tmp_path, reranker_model=model)) as server:
        for number, text in enumerate(TEXTS[:2]):
            await server.add(f"{number}.txt", text.encode())
        answer: Any = await server.ask(QUESTION)
        assert {source["source"] for source in answer["sources"]} >= {"0.txt"}
        assert all(0 <= source["score"] <= 1 for source in answer["sources"])


@needs_extra
def test_a_model_that_is_not_there_is_told_of(make_settings: MakeSettings, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="RERANKER_MODEL: the model"):
        _load(make_settings, tmp_path, f"{tmp_path}/nothing")


def test_there_is_none_by_default(make_settings: MakeSettings, tmp_path: Path) -> None:
    assert load_reranker(make_settings(tmp_path)) is None


def test_a_missing_package_is_told_how_to_install(
    make_settings: MakeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag_system.rerankers.table.find_spec", lambda _name: None)
    with pytest.raises(ConfigurationError, match=r"pip install 'backend\[sentence-transformers\]'"):
        check_reranker(make_settings(tmp_path, reranker_model="a/b"))
