"""The RAG server's HTTP routes: parse, delegate."""

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import StreamingResponse

from rag_system.catalog import UNFINISHED
from rag_system.contracts import (
    Acknowledged,
    Collection,
    EmbeddingProgress,
    Health,
    Job,
    Material,
    MaterialAccepted,
    MaterialDeleted,
    MaterialPage,
    MaterialState,
    ProcessAccepted,
    ProcessRequest,
    QueryRequest,
    QueryResponse,
    ResetRequest,
    RetryAccepted,
    RollbackRequest,
    Stats,
    Status,
    Training,
    TrainingHistory,
    TrainRequest,
)
from rag_system.embedding_space import LEXICAL_ONLY
from rag_system.failures import Failure, explain, may_be_retried, message_of
from rag_system.intake import Upload, storage_key
from rag_system.models import Document
from rag_system.parts import Parts, PartsDep
from rag_system.questions import answer_question, stream_answer
from utils.app import VERSION
from utils.errors import Conflict, Invalid, NotFound, error_response
from utils.messages import Message
from utils.ranges import ByteRange, RangeNotSatisfiableError, parse_range
from utils.service_auth import require_service_token
from utils.sse import EventStream, begin_stream, event

SERVICE = "rag-server"
UPLOAD_PATH = "/materials"
TRAIN_PATH = "/train"
JOB_POLL_SECONDS = 0.4
_READ_BYTES = 1024 * 1024
_MAX_METADATA = 16_384
_ID = re.compile(r"[0-9a-f]{32}")

NO_SUCH_MATERIAL = Message(pt="Material não encontrado.", en="Material not found.")
BAD_METADATA = Message(
    pt="O campo 'metadata' deve ser um objeto JSON de até 16 kB.",
    en="The field 'metadata' must be a JSON object of at most 16 kB.",
)
STILL_IN_WORK = Message(
    pt="Este material ainda está sendo processado.", en="This material is still being processed."
)
CONFIRM = Message(
    pt='Envie {"confirm": true} para apagar todos os materiais.',
    en='Send {"confirm": true} to delete all materials.',
)
BAD_RANGE = Message(
    pt="O trecho pedido está fora do arquivo.", en="The range asked for lies outside the file."
)
PROCESSING = Message(pt="Processamento iniciado.", en="Processing started.")
OLD_MODEL_GONE = Message(
    pt="O modelo anterior não pôde ser carregado: até o fim, a busca usa apenas as palavras.",
    en="The former model could not be loaded: until this is done, the search uses words alone.",
)
INITIALIZED = Message(pt="O sistema de busca está pronto.", en="The search system is ready.")
EMPTIED = Message(pt="Todos os materiais foram apagados.", en="All materials were deleted.")

public = APIRouter(tags=["status"])
router = APIRouter(dependencies=[Depends(require_service_token)])


# --- status ------------------------------------------------------------------------------------


@public.get("/health")
async def health(_parts: PartsDep) -> Health:
    return Health(status="healthy", service=SERVICE, version=VERSION, rag_initialized=True)


@router.get("/status")
async def status(parts: PartsDep) -> Status:
    states, _, _ = await parts.catalog.counts()
    return Status(
        status="healthy",
        service=SERVICE,
        version=VERSION,
        rag_initialized=True,
        materials_count=_total(states),
        vector_store_ready=True,
        vector_store_count=await asyncio.to_thread(parts.spaces.serving.vectors.count),
        collection_name="default",
        config={
            "embedding_model": parts.spaces.serving.embedder.name,
            "dense_weight": parts.retriever.weights.dense,
            "llm_model": parts.settings.llm_model,
            "max_upload_mb": parts.settings.max_upload_mb,
        },
        embedding_progress=_embedding_progress(parts),
        uptime_seconds=round(time.monotonic() - parts.started, 1),
    )


@router.get("/stats")
async def stats(parts: PartsDep) -> Stats:
    states, chunks, size = await parts.catalog.counts()
    return Stats(
        materials=states,
        materials_total=_total(states),
        collections=await parts.catalog.collections(),
        chunks=chunks,
        lexical_chunks=await asyncio.to_thread(parts.lexical.count),
        dense_chunks=await asyncio.to_thread(parts.spaces.serving.vectors.count),
        queue_depth=sum(states.get(state, 0) for state in UNFINISHED),
        bytes_stored=size,
    )


def _embedding_progress(parts: Parts) -> EmbeddingProgress | None:
    progress = parts.spaces.progress
    if progress is None:
        return None
    lexical_only = parts.spaces.serving is LEXICAL_ONLY
    return EmbeddingProgress(
        model=progress.model,
        done=progress.done,
        total=progress.total,
        note=OLD_MODEL_GONE.render() if lexical_only else None,
    )


def _total(states: dict[str, int]) -> int:
    return sum(count for state, count in states.items() if state != "deleting")


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> dict[str, Any]:
    """The description of these routes, behind the token like the routes themselves."""
    app: FastAPI = request.app
    return app.openapi()


# --- materials ---------------------------------------------------------------------------------


@router.post(UPLOAD_PATH, status_code=202)
async def upload_material(
    parts: PartsDep,
    file: Annotated[UploadFile, File()],
    collection: Annotated[Collection | None, Form()] = None,
    title: Annotated[str | None, Form(max_length=500)] = None,
    metadata: Annotated[str | None, Form()] = None,
) -> MaterialAccepted:
    upload = Upload(file.filename or "", collection, title, _metadata(metadata))
    accepted = await parts.intake.accept(upload, _pieces(file))
    parts.ingestion.wake()
    return accepted


def _metadata(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        value = json.loads(text) if len(text) <= _MAX_METADATA else None
        # Lone surrogates and numbers that are none could be stored, but never be sent again.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Invalid(BAD_METADATA)
    return value


async def _pieces(file: UploadFile) -> AsyncGenerator[bytes]:
    while piece := await file.read(_READ_BYTES):
        yield piece


@router.get("/materials")
async def list_materials(
    parts: PartsDep,
    collection: Collection | None = None,
    state: MaterialState | None = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> MaterialPage:
    documents, total = await parts.catalog.page(
        collection=collection, state=state, limit=limit, offset=offset
    )
    return MaterialPage(items=[_material(document) for document in documents], total=total)


@router.get("/materials/{material_id}")
async def get_material(material_id: str, parts: PartsDep) -> Material:
    return _material(await _document(parts, material_id))


@router.get("/materials/{material_id}/content")
async def material_content(material_id: str, request: Request, parts: PartsDep) -> Response:
    document = await _document(parts, material_id)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(document.filename)}",
        "ETag": f'"{document.sha256}"',
    }
    try:
        size = await parts.storage.size(storage_key(document.sha256))
    except FileNotFoundError as exc:
        raise NotFound(message_of(Failure.FILE_MISSING)) from exc
    try:
        wanted = parse_range(request.headers.get("range"), size)
    except RangeNotSatisfiableError:
        return error_response(
            416, "range_not_satisfiable", BAD_RANGE.render(), {"Content-Range": f"bytes */{size}"}
        )
    if wanted is not None:
        headers["Content-Range"] = f"bytes {wanted.start}-{wanted.end - 1}/{size}"
    start, end = wanted or ByteRange(0, size)
    return StreamingResponse(
        parts.storage.stream(storage_key(document.sha256), start, end),
        status_code=200 if wanted is None else 206,
        headers={**headers, "Content-Length": str(end - start)},
        media_type=document.media_type,
    )


@router.delete("/materials/{material_id}")
async def delete_material(material_id: str, parts: PartsDep) -> MaterialDeleted:
    document = await _document(parts, material_id)
    await parts.catalog.mark_deleting(document.id)
    await parts.ingestion.remove_deleted()
    return MaterialDeleted(material_id=document.id)


@router.post("/materials/{material_id}/retry", status_code=202)
async def retry_material(material_id: str, parts: PartsDep) -> RetryAccepted:
    document = await _document(parts, material_id)
    if document.state in UNFINISHED:
        raise Conflict(STILL_IN_WORK)
    job_id = await parts.catalog.retry([document.id])
    parts.ingestion.wake()
    return RetryAccepted(material_id=document.id, job_id=job_id)


async def _document(parts: Parts, material_id: str) -> Document:
    document = await parts.catalog.get(material_id) if _ID.fullmatch(material_id) else None
    if document is None:
        raise NotFound(NO_SUCH_MATERIAL)
    return document


def _material(document: Document) -> Material:
    return Material(
        material_id=document.id,
        title=document.title,
        source=document.filename,
        collection=document.collection,
        state=document.state,
        error=explain(document.failure),
        retryable=may_be_retried(document.state, document.failure),
        pages=document.pages_total,
        chunks=document.chunks_total or 0,
        size=document.size,
        sha256=document.sha256,
        media_type=document.media_type,
        metadata=document.details,
        created_at=document.created_at,
    )


# --- processing --------------------------------------------------------------------------------


@router.post("/process-materials", status_code=202)
async def process_materials(parts: PartsDep, body: ProcessRequest | None = None) -> ProcessAccepted:
    """Process given materials again, or bring the catalogue in step with the materials folder."""
    wanted = body or ProcessRequest()
    if wanted.material_ids is not None:
        job_id = await parts.catalog.retry(wanted.material_ids)
        parts.ingestion.wake()
    else:
        job_id = await parts.jobs.start_scan(force=wanted.force_reprocess)
        parts.tasks.start(parts.folder.run_scan(job_id, force=wanted.force_reprocess))
    return ProcessAccepted(message=PROCESSING.render(), job_id=job_id)


@router.get("/jobs/{job_id}")
async def get_job(job_id: str, parts: PartsDep) -> Job:
    return await parts.jobs.get(job_id)


@router.get("/jobs/{job_id}/events")
async def job_events(job_id: str, parts: PartsDep) -> EventStream:
    """The job as a server-sent event each time it changes, until it has finished."""
    return await begin_stream(_job_changes(parts, job_id))


async def _job_changes(parts: Parts, job_id: str) -> AsyncGenerator[bytes]:
    last: Job | None = None
    while last is None or last.finished_at is None:
        job = await parts.jobs.get(job_id)
        if job != last:
            yield event("job", job)
        last = job
        await asyncio.sleep(JOB_POLL_SECONDS)


@router.post("/jobs/{job_id}/cancel")
async def cancel_job(job_id: str, parts: PartsDep) -> Job:
    job = await parts.jobs.cancel(job_id)
    await parts.ingestion.drop_superseded()
    return job


@router.post("/initialize")
async def initialize(parts: PartsDep) -> Acknowledged:
    """Kept for older clients: the server is initialised before it answers at all."""
    parts.ingestion.wake()
    return Acknowledged(message=INITIALIZED.render())


@router.post("/reset")
async def reset(parts: PartsDep, body: ResetRequest | None = None) -> Acknowledged:
    """Delete every material; files in the materials folder stay."""
    if body is None or not body.confirm:
        raise Invalid(CONFIRM)
    await parts.ingestion.remove_everything()
    return Acknowledged(message=EMPTIED.render())


# --- questions ---------------------------------------------------------------------------------


@router.post("/query", response_model=QueryResponse)
async def query(body: QueryRequest, parts: PartsDep) -> Response:
    answer = await answer_question(parts.retriever, parts.answerer, body, parts.generator)
    # Written here and not by the framework, which would check every field once more.
    return Response(answer.model_dump_json(), media_type="application/json")


@router.post("/query/stream")
async def query_stream(body: QueryRequest, parts: PartsDep) -> EventStream:
    """`sources`, then `delta`s of text, then `done` with the whole response."""
    return await begin_stream(_answer_events(parts, body))


async def _answer_events(parts: Parts, body: QueryRequest) -> AsyncGenerator[bytes]:
    steps = stream_answer(parts.retriever, parts.answerer, body, parts.generator)
    async with aclosing(steps):
        async for step in steps:
            if isinstance(step, QueryResponse):
                yield event("done", step)
            elif isinstance(step, str):
                yield event("delta", {"text": step})
            else:
                yield event("sources", {"sources": step})


# --- training ----------------------------------------------------------------------------------


@router.post(TRAIN_PATH, responses={202: {"model": Training, "description": "it goes on"}})
async def train(body: TrainRequest, parts: PartsDep, response: Response) -> Training:
    """Learn weights from labelled questions; those that are surely better answer from now on."""
    training = await parts.trainer.train(body)
    if training.state == "running":
        response.status_code = 202
    return training


@router.get(TRAIN_PATH)
async def training_history(parts: PartsDep) -> TrainingHistory:
    return await parts.trainer.history()


@router.post(f"{TRAIN_PATH}/rollback")
async def roll_back_training(
    parts: PartsDep, body: RollbackRequest | None = None
) -> TrainingHistory:
    """Answer with a former set of weights, the shipped ones, or those before the present ones."""
    return await parts.trainer.roll_back((body or RollbackRequest()).id)
