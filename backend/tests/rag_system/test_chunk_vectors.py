from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag_system.catalog import StoredPassage
from rag_system.chunk_vectors import CONTEXT_WEIGHT, embed_chunks
from rag_system.embedders.base import Vectors
from rag_system.embedders.usem3 import Usem3Embedder
from rag_system.sentence_vectors import SCALE, pack, unpack
from rag_system.sentences import sentences_of

TEXT = "O aquecimento prepara as articulações. Depois dele vêm as séries com carga."
PASSAGE = StoredPassage(1, "d", 0, "default", "Manual", "m.pdf", 1, "Antes do treino", TEXT, [])


@pytest.fixture(scope="module")
def embedder(embedder_cache: Path) -> Usem3Embedder:
    return Usem3Embedder(embedder_cache)


class _WholeTexts:
    """An embedder that reads whole texts, and tells which."""

    name = "whole"
    dimensions = 2
    pools_sentences = False

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode_documents(self, texts: list[str]) -> Vectors:
        self.read += texts
        return np.tile(np.array([1.0, 0.0], dtype=np.float32), (len(texts), 1))

    def encode_query(self, text: str) -> Vectors:
        vector: Vectors = self.encode_documents([text])[0]
        return vector


def test_packed_vectors_come_back_nearly_as_they_were() -> None:
    vectors = np.random.default_rng(1).normal(size=(5, 512)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[0] = 0
    vectors[0, 7] = -1
    unpacked = unpack(pack(vectors), 512)
    assert unpacked.dtype == np.int8
    assert unpacked.shape == (5, 512)
    assert np.abs(unpacked / SCALE - vectors).max() <= 0.5 / SCALE + 1e-6


def test_no_vectors_are_packed_too() -> None:
    assert unpack(pack(np.zeros((0, 512), dtype=np.float32)), 512).shape == (0, 512)


def test_vectors_of_another_model_are_not_taken_for_this_ones() -> None:
    with pytest.raises(ValueError, match="reshape"):
        unpack(bytes(384), 512)


def test_a_chunk_is_pooled_from_its_sentences_and_what_stands_over_them(
    embedder: Usem3Embedder,
) -> None:
    embedded = embed_chunks(embedder, [PASSAGE])
    sentences = [sentence.text for sentence in sentences_of(PASSAGE)]
    assert len(sentences) == 2
    vectors = embedder.encode_documents(sentences)
    body = sum(len(s) ** 0.5 * v for s, v in zip(sentences, vectors, strict=True))
    body /= np.linalg.norm(body)
    expected = body + CONTEXT_WEIGHT * embedder.encode_query("Manual\nAntes do treino")
    expected /= np.linalg.norm(expected)
    assert embedded.vectors[0] == pytest.approx(expected, abs=1e-4)
    assert embedded.sentences is not None
    unpacked = unpack(embedded.sentences[0], 512) / SCALE
    assert unpacked == pytest.approx(np.vstack([expected, vectors]), abs=0.005)


def test_a_chunk_does_not_depend_on_those_that_it_is_embedded_with(
    embedder: Usem3Embedder,
) -> None:
    others = [replace(PASSAGE, title="", text=f"Outro texto {n}. {TEXT}") for n in range(3)]
    alone, among = embed_chunks(embedder, [PASSAGE]), embed_chunks(embedder, [*others, PASSAGE])
    assert among.vectors[3] == pytest.approx(alone.vectors[0], abs=1e-4)
    assert among.vectors.shape == (4, 512)
    assert np.linalg.norm(among.vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)


@pytest.mark.parametrize("text", ["1 Objetivos", "…\n—", " "])
def test_a_chunk_without_a_sentence_is_embedded_as_it_stands(
    embedder: Usem3Embedder, text: str
) -> None:
    passage = replace(PASSAGE, text=text, headings=[0], title="", section=None)
    embedded = embed_chunks(embedder, [passage])
    assert embedded.vectors[0] == pytest.approx(embedder.encode_query(text), abs=1e-4)
    assert embedded.sentences == [pack(embedded.vectors)]


def test_an_embedder_that_reads_whole_texts_has_no_sentence_vectors() -> None:
    embedder = _WholeTexts()
    embedded = embed_chunks(embedder, [PASSAGE, replace(PASSAGE, title="", section=None)])
    assert embedder.read == [f"Manual\nAntes do treino\n{TEXT}", TEXT]
    assert embedded.vectors.shape == (2, 2)
    assert embedded.sentences is None
