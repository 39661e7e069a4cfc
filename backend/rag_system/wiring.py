"""From settings to concrete parts; the only file of the package that names concrete classes."""

import asyncio
import ctypes
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from rag_system import endpoints
from rag_system.answering import ExtractiveAnswerer
from rag_system.catalog import Catalog
from rag_system.embedders.table import check_setting, load_embedder
from rag_system.embedding_space import open_spaces
from rag_system.generation import Generator
from rag_system.index.chroma_index import ChromaStore
from rag_system.index.lock import IndexLock
from rag_system.index.tantivy_index import TantivyIndex
from rag_system.ingestion import Ingestion
from rag_system.intake import Intake
from rag_system.jobs import Jobs
from rag_system.language_model import check_model, open_model
from rag_system.materials_folder import MaterialsFolder
from rag_system.parsing.child import ChildProcessParser
from rag_system.parts import Parts
from rag_system.rerankers.table import check_reranker, load_reranker
from rag_system.retrieval import Retriever
from rag_system.training import Trainer
from rag_system.weight_sets import WeightSets
from rag_system.weights import weights_for
from utils.app import build_app
from utils.background import BackgroundTasks
from utils.config import RagSettings
from utils.db import Database
from utils.logging import get_logger
from utils.storage import Storage

log = get_logger(__name__)

_PARSE_PROCESSES = 2
_M_ARENA_MAX = -8  # mallopt's parameter number in glibc


def create_app(settings: RagSettings | None = None) -> FastAPI:
    """The RAG server's application.

    Raises:
        ConfigurationError: a secret is weak, a setting is no good, or another process owns the
            index.
    """
    settings = settings or RagSettings()
    settings.check_secrets()
    check_setting(settings.embedding_model, settings)
    check_reranker(settings)
    check_model(settings)
    _keep_memory_compact()
    app = build_app(
        title="DNA da Força AI: RAG server",
        lifespan=_lifespan,
        routers=[endpoints.public, endpoints.router],
        max_body_bytes=settings.max_body_bytes,
        upload_paths=(endpoints.UPLOAD_PATH, endpoints.TRAIN_PATH),
        openapi_url=None,
    )
    app.state.settings = settings
    app.state.service_token = settings.rag_service_token
    app.state.lock = IndexLock(settings.index_dir)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    with app.state.lock:
        async with assemble(app.state.settings) as app.state.parts:
            yield


@asynccontextmanager
async def assemble(settings: RagSettings, *, ingest: bool = True) -> AsyncIterator[Parts]:
    """The parts for as long as the block lasts; with `ingest`, the queue is worked through."""
    started = time.monotonic()
    # The provider's library takes a second to load, which the rest need not wait for.
    opening = asyncio.create_task(asyncio.to_thread(open_model, settings))
    database = Database(settings.database_url)
    await database.migrate("rag")
    store = await asyncio.to_thread(ChromaStore, settings.chroma_dir)
    spaces = await asyncio.to_thread(
        open_spaces,
        store,
        settings.embedding_model,
        lambda setting: load_embedder(setting, settings),
    )
    lexical = await asyncio.to_thread(TantivyIndex, settings.index_dir / "tantivy")
    parser = ChildProcessParser(
        processes=_PARSE_PROCESSES,
        timeout_seconds=settings.parse_timeout_seconds,
        memory_mb=settings.parse_memory_mb,
    )
    catalog, jobs, storage = Catalog(database), Jobs(database), Storage(settings.files_url)
    intake = Intake(catalog, storage, settings.max_upload_bytes)
    ingestion = Ingestion(
        catalog=catalog,
        storage=storage,
        intake=intake,
        parser=parser,
        lexical=lexical,
        spaces=spaces,
    )
    weights = weights_for(spaces.serving.embedder.name)
    reranker = await asyncio.to_thread(load_reranker, settings)
    retriever = Retriever(catalog, lexical, spaces, weights, reranker)
    answerer = ExtractiveAnswerer(weights)
    sets = WeightSets(database, retriever, answerer, spaces.serving.embedder.name)
    await sets.load()
    spaces.on_swap.append(lambda space: sets.serve(space.embedder.name))
    folder = MaterialsFolder(settings.materials_folder, catalog, jobs, intake, ingestion)
    model = await opening
    try:
        async with BackgroundTasks() as tasks:
            if ingest:
                tasks.start(ingestion.run())
                for job_id, force in await jobs.interrupted_scans():
                    tasks.start(folder.run_scan(job_id, force=force))
            yield Parts(
                settings=settings,
                catalog=catalog,
                jobs=jobs,
                storage=storage,
                intake=intake,
                folder=folder,
                ingestion=ingestion,
                retriever=retriever,
                answerer=answerer,
                generator=Generator(model) if model else None,
                spaces=spaces,
                lexical=lexical,
                trainer=Trainer(catalog, retriever, spaces, sets, tasks),
                tasks=tasks,
                started=started,
            )
    finally:
        if model is not None:
            await model.close()
        retriever.close()
        await parser.close()
        store.close()
        await asyncio.to_thread(lexical.close)
        await database.close()


def _keep_memory_compact() -> None:
    """Bound glibc's arenas: each of the many threads would otherwise keep freed memory apart.

    Measured at rest: 20 MB less with 2 arenas than with the default of 8 per core.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)
