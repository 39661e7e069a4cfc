"""Routes of materials and of the jobs that process them."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from starlette.responses import Response, StreamingResponse

from auth.deps import InstructorUser, current_user, instructor_user
from materials import service
from materials.deps import JobId, MaterialId, RagDep, RequestEnds, UploadForm
from materials.schemas import Deleted, MaterialRecord, RetryStarted, UploadAccepted
from materials.upload import OPENAPI
from rag_system.client import RAG_AWAY, RagClient, RagUnavailable
from rag_system.contracts import Job, MaterialState
from utils.errors import AppError
from utils.messages import Message
from utils.sse import MEDIA_TYPE, EventStream, begin_stream, event

UPLOAD_PATH = "/materials/upload"

router = APIRouter(tags=["materials"], dependencies=[Depends(current_user)])
staff_only = Depends(instructor_user)

_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
        "description": "A `job` event each time the job changes, until it has finished",
    }
}

ByteRange = Annotated[str | None, Header(alias="Range")]

DELETED = Message(pt="Material excluído.", en="Material deleted.")
RETRYING = Message(pt="O processamento recomeçou.", en="Processing has begun again.")


@router.get("/materials")
async def list_materials(
    rag: RagDep,
    search: Annotated[str | None, Query(max_length=200)] = None,
    collection: Annotated[str | None, Query(max_length=100)] = None,
    state: MaterialState | None = None,
) -> list[MaterialRecord]:
    return await service.list_materials(rag, search=search, collection=collection, state=state)


@router.post(UPLOAD_PATH, status_code=202, openapi_extra=OPENAPI)
async def upload_material(rag: RagDep, form: UploadForm, user: InstructorUser) -> UploadAccepted:
    return await service.upload(rag, form, user.username)


@router.get("/materials/{material_id:path}/content", response_class=Response)
async def view_material(
    rag: RagDep, material_id: MaterialId, stack: RequestEnds, byte_range: ByteRange = None
) -> Response:
    return await service.open_file(rag, material_id, byte_range, stack, inline=True)


@router.get("/materials/{material_id:path}", response_model=MaterialRecord)
async def get_material(
    rag: RagDep,
    material_id: MaterialId,
    stack: RequestEnds,
    *,
    download: bool = False,
    byte_range: ByteRange = None,
) -> MaterialRecord | Response:
    if download:
        return await service.open_file(rag, material_id, byte_range, stack, inline=False)
    return await service.get_material(rag, material_id)


@router.delete("/materials/{material_id:path}", dependencies=[staff_only])
async def delete_material(rag: RagDep, material_id: MaterialId) -> Deleted:
    await rag.delete_material(material_id)
    return Deleted(message=DELETED.render(), id=material_id)


@router.post("/materials/{material_id:path}/retry", status_code=202, dependencies=[staff_only])
async def retry_material(rag: RagDep, material_id: MaterialId) -> RetryStarted:
    accepted = await rag.retry_material(material_id)
    return RetryStarted(message=RETRYING.render(), id=material_id, job_id=accepted.job_id)


@router.get("/jobs/{job_id}")
async def get_job(rag: RagDep, job_id: JobId) -> Job:
    return await rag.job(job_id)


@router.get("/jobs/{job_id}/events", response_class=StreamingResponse, responses=_EVENTS)
async def follow_job(rag: RagDep, job_id: JobId) -> EventStream:
    return await begin_stream(_job_events(rag, job_id))


@router.post("/jobs/{job_id}/cancel", dependencies=[staff_only])
async def cancel_job(rag: RagDep, job_id: JobId) -> Job:
    return await rag.cancel_job(job_id)


async def _job_events(rag: RagClient, job_id: str) -> AsyncGenerator[bytes]:
    async with aclosing(rag.job_events(job_id)) as jobs:
        yield event("job", await _first(jobs))
        try:
            async for job in jobs:
                yield event("job", job)
        except AppError as exc:
            yield event("error", {"error": exc.kind, "detail": exc.detail()})


async def _first(jobs: AsyncGenerator[Job]) -> Job:
    try:
        return await anext(jobs)
    except StopAsyncIteration as exc:
        raise RagUnavailable(RAG_AWAY) from exc
