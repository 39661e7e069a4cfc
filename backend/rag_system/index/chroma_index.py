"""The dense index: one Chroma collection for each collection of materials."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Lock

import chromadb
import numpy as np
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings
from chromadb.errors import NotFoundError

from rag_system.embedders.base import Vectors

# Queries of several collections run beside each other; more threads than cores gain nothing.
_QUERY_THREADS = 4
_DELETE_BATCH = 5_000


class ChromaIndex:
    """An embedded Chroma in a folder of its own; one process at a time may open it.

    A collection's name is made from the model's name as well, so that vectors of different models
    never meet; those of a model that is not in use any more are dropped.
    """

    def __init__(self, folder: Path, model_name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._client = chromadb.PersistentClient(
            str(folder), settings=Settings(anonymized_telemetry=False, allow_reset=True)
        )
        self._model_name = model_name
        self._collections: dict[str, Collection] = {}
        self._opening = Lock()
        self._threads = ThreadPoolExecutor(_QUERY_THREADS, thread_name_prefix="chroma")
        self._drop_other_models()

    def upsert(self, collection: str, chunk_ids: Sequence[int], vectors: Vectors) -> None:
        self._open(collection, create=True).upsert(ids=_keys(chunk_ids), embeddings=vectors)

    def delete(self, collection: str, chunk_ids: Sequence[int]) -> None:
        opened = self._find(collection)
        if opened is None:
            return
        keys = _keys(chunk_ids)
        for start in range(0, len(keys), _DELETE_BATCH):
            opened.delete(ids=keys[start : start + _DELETE_BATCH])

    def search(self, query: Vectors, collections: Sequence[str], limit: int) -> dict[int, float]:
        opened = [found for name in collections if (found := self._find(name)) is not None]
        if len(opened) == 1:
            parts = [_nearest(opened[0], query, limit)]
        else:
            parts = list(self._threads.map(lambda part: _nearest(part, query, limit), opened))
        merged = [hit for part in parts for hit in part]
        merged.sort(key=lambda hit: -hit[1])
        return dict(merged[:limit])

    def similarities(
        self, query: Vectors, collection: str, chunk_ids: Sequence[int]
    ) -> dict[int, float]:
        opened = self._find(collection)
        if opened is None or not chunk_ids:
            return {}
        found = opened.get(ids=_keys(chunk_ids), include=["embeddings"])
        embeddings = np.asarray(found["embeddings"], dtype=np.float32)
        if not found["ids"]:
            return {}
        scores = embeddings @ query
        return {int(key): float(score) for key, score in zip(found["ids"], scores, strict=True)}

    def count(self) -> int:
        return sum(part.count() for part in self._client.list_collections())

    def clear(self) -> None:
        with self._opening:
            for part in self._client.list_collections():
                self._client.delete_collection(part.name)
            self._collections.clear()

    def close(self) -> None:
        self._threads.shutdown()

    def _drop_other_models(self) -> None:
        for part in self._client.list_collections():
            if (part.metadata or {}).get("model") != self._model_name:
                self._client.delete_collection(part.name)

    def _find(self, collection: str) -> Collection | None:
        try:
            return self._open(collection, create=False)
        except NotFoundError:
            return None

    def _open(self, collection: str, *, create: bool) -> Collection:
        known = self._collections.get(collection)
        if known is not None:
            return known
        with self._opening:
            name = _chroma_name(collection, self._model_name)
            opened = (
                self._client.get_or_create_collection(
                    name,
                    metadata={"model": self._model_name},
                    configuration={"hnsw": {"space": "cosine"}},
                    embedding_function=None,
                )
                if create
                else self._client.get_collection(name, embedding_function=None)
            )
            self._collections[collection] = opened
            return opened


def _nearest(collection: Collection, query: Vectors, limit: int) -> list[tuple[int, float]]:
    result = collection.query(
        query_embeddings=query[np.newaxis, :], n_results=limit, include=["distances"]
    )
    distances = result["distances"] or [[]]
    return [
        (int(key), 1.0 - float(distance))
        for key, distance in zip(result["ids"][0], distances[0], strict=True)
    ]


def _keys(chunk_ids: Sequence[int]) -> list[str]:
    return [str(chunk_id) for chunk_id in chunk_ids]


def _chroma_name(collection: str, model_name: str) -> str:
    # Chroma takes a few ASCII characters only; a collection of ours may be named "Anatomia I".
    return "c-" + sha256(f"{model_name}\n{collection}".encode()).hexdigest()[:40]
