"""Embedding spaces: an embedder with the index of its vectors, and the change from one to another.

While EMBEDDING_MODEL names another model than the one whose vectors answer, its space is built from
the catalogue (`rag_system.backfill`); new and removed chunks go to both. Once it holds every chunk
the two change places in one step.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic

import numpy as np

from rag_system.catalog import StoredPassage
from rag_system.chunk_vectors import embed_chunks
from rag_system.embedders.base import Embedder, EmbeddingError, Vectors
from rag_system.index.base import ServingModel, VectorIndex, VectorStore
from utils.logging import get_logger

log = get_logger(__name__)

# A model that did not answer one question keeps the next ones waiting no more for so long.
_REST_SECONDS = 30.0
_CACHED_QUERIES = 1_024


@dataclass(frozen=True)
class Space:
    """Vectors of different spaces never meet."""

    embedder: Embedder
    vectors: VectorIndex

    def add(self, passages: Sequence[StoredPassage]) -> dict[int, bytes]:
        """Embed chunks of one collection and index them; their packed vectors, by id.

        Nothing comes back from an embedder that does not pool sentences. Blocks.
        """
        chunk_ids = [passage.chunk_id for passage in passages]
        embedded = embed_chunks(self.embedder, passages)
        self.vectors.upsert(passages[0].collection, chunk_ids, embedded.vectors)
        return dict(zip(chunk_ids, embedded.sentences or [], strict=False))


class _NoEmbedder:
    """Stands in for a model that cannot be loaded or asked."""

    name = "none"
    dimensions = 0
    pools_sentences = False

    def encode_documents(self, texts: list[str]) -> Vectors:
        return np.zeros((len(texts), 0), dtype=np.float32)

    def encode_query(self, text: str) -> Vectors:  # noqa: ARG002 - the Protocol's signature
        return np.zeros(0, dtype=np.float32)


class _NoVectors:
    def upsert(self, collection: str, chunk_ids: Sequence[int], vectors: Vectors) -> None: ...

    def delete(self, collection: str, chunk_ids: Sequence[int]) -> None: ...

    def search(self, query: Vectors, collections: Sequence[str], limit: int) -> dict[int, float]:  # noqa: ARG002
        return {}

    def similarities(
        self,
        query: Vectors,  # noqa: ARG002
        collection: str,  # noqa: ARG002
        chunk_ids: Sequence[int],  # noqa: ARG002
    ) -> dict[int, float]:
        return {}

    def held(self, collection: str, chunk_ids: Sequence[int]) -> set[int]:  # noqa: ARG002
        return set()

    def count(self) -> int:
        return 0

    def dimensions(self) -> int | None:
        return None

    def clear(self) -> None: ...

    def drop(self) -> None: ...


# Finds nothing: what answers then is the lexical index alone.
LEXICAL_ONLY = Space(_NoEmbedder(), _NoVectors())


@dataclass(frozen=True)
class Progress:
    """How many of the chunks have their vectors by a model."""

    model: str
    done: int
    total: int


class Spaces:
    """The space that answers questions and, while another is being built, that one too."""

    def __init__(
        self, store: VectorStore, setting: str, serving: Space, building: Space | None = None
    ) -> None:
        self._store = store
        self._setting = setting
        self._resting_until = 0.0
        self._encode = lru_cache(_CACHED_QUERIES)(_encode)
        self.serving = serving
        self.building = building
        self.progress: Progress | None = None
        self.on_swap: list[Callable[[Space], None]] = []

    @property
    def target(self) -> Space:
        """The space of the model that EMBEDDING_MODEL names."""
        return self.building or self.serving

    @property
    def answering(self) -> Space:
        """The space that answers, or `LEXICAL_ONLY` while its model is given a rest."""
        return self.serving if monotonic() >= self._resting_until else LEXICAL_ONLY

    def _all(self) -> list[Space]:
        return [self.serving] if self.building is None else [self.serving, self.building]

    def for_question(self, question: str) -> tuple[Space, Vectors]:
        """The space that answers now, and the question's vector in it. Blocks.

        A model that does not answer is given a rest: its place is taken by `LEXICAL_ONLY`.
        """
        space = self.answering
        try:
            return space, self._encode(space.embedder, question)
        except EmbeddingError as exc:
            self._resting_until = monotonic() + _REST_SECONDS
            log.warning("questions are searched by their words alone", reason=str(exc))
            return LEXICAL_ONLY, LEXICAL_ONLY.embedder.encode_query(question)

    def add(self, passages: Sequence[StoredPassage]) -> dict[str, dict[int, bytes]]:
        """Index chunks of one collection in every space; by model, what `Space.add` gives. Blocks.

        Raises:
            EmbeddingError: the model that EMBEDDING_MODEL names does not answer.
        """
        outgoing, target = self.serving, self.target
        packed = {target.embedder.name: target.add(passages)}
        if outgoing is not target:
            try:
                packed[outgoing.embedder.name] = outgoing.add(passages)
            except EmbeddingError as exc:
                # Its days are numbered: the words of these chunks are found meanwhile.
                log.warning("chunks left out of the outgoing vectors", reason=str(exc))
        return packed

    def delete(self, collection: str, chunk_ids: Sequence[int]) -> None:
        for space in self._all():
            space.vectors.delete(collection, chunk_ids)

    def clear(self) -> None:
        for space in self._all():
            space.vectors.clear()

    def swap(self) -> Space:
        """Let the space that was built answer from now on; returns the one that answered."""
        outgoing, target = self.serving, self.target
        self._store.set_serving(ServingModel(self._setting, target.embedder.name))
        self.serving, self.building = target, None
        self._resting_until = 0.0
        self._encode.cache_clear()
        for changed in self.on_swap:
            changed(target)
        return outgoing


def _encode(embedder: Embedder, question: str) -> Vectors:
    return embedder.encode_query(question)


def open_spaces(store: VectorStore, setting: str, load: Callable[[str], Embedder]) -> Spaces:
    """The spaces as the last process left them, with the model that is set now. Blocks.

    Raises:
        ConfigurationError: the model that is set cannot be loaded.
    """
    wanted = load(setting)
    target = Space(wanted, store.index(wanted.name))
    _forget_other_dimensions(target)
    record = store.serving()
    if record is None or record.model == wanted.name:
        store.set_serving(ServingModel(setting, wanted.name))
        store.keep_only([wanted.name])
        return Spaces(store, setting, target)
    store.keep_only([wanted.name, record.model])
    return Spaces(store, setting, _outgoing(store, record, load), target)


def _outgoing(store: VectorStore, record: ServingModel, load: Callable[[str], Embedder]) -> Space:
    try:
        return Space(load(record.setting), store.index(record.model))
    except Exception:  # whatever a model's library raises: the server must start
        log.exception("the model that answered cannot be loaded", model=record.model)
        return LEXICAL_ONLY


def _forget_other_dimensions(space: Space) -> None:
    """Vectors of a model that changed under its name are of no use."""
    held = space.vectors.dimensions()
    if held is None:
        return
    try:
        same = space.embedder.dimensions == held
    except EmbeddingError:  # it will tell when it answers
        return
    if not same:
        log.warning("vectors have another length than the model's: embedding anew")
        space.vectors.clear()
