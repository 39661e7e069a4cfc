"""What the routes of materials need."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Annotated

from fastapi import Depends, Request

from auth.deps import InstructorUser
from materials.upload import Upload, parse_upload, read_form
from rag_system.client import RagClient
from utils.errors import NotFound
from utils.messages import Message

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

NO_SUCH_MATERIAL = Message(pt="Material não encontrado.", en="Material not found.")
NO_SUCH_JOB = Message(pt="Processamento não encontrado.", en="Job not found.")


def get_rag(request: Request) -> RagClient:
    rag: RagClient = request.app.state.rag
    return rag


def checked_material_id(material_id: str) -> str:
    """Raises `NotFound` for what cannot be an id, before it becomes part of a URL."""
    if not _ID.fullmatch(material_id):
        raise NotFound(NO_SUCH_MATERIAL)
    return material_id


def checked_job_id(job_id: str) -> str:
    """Raises `NotFound` for what cannot be an id, before it becomes part of a URL."""
    if not _ID.fullmatch(job_id):
        raise NotFound(NO_SUCH_JOB)
    return job_id


# The parameter makes the role come first: nobody else gets to fill the disk with a body.
async def read_upload(request: Request, _user: InstructorUser) -> AsyncIterator[Upload]:
    """The form of an upload; raises as `parse_upload`."""
    form = await read_form(request)
    try:
        yield parse_upload(form, request.app.state.settings.max_upload_bytes)
    finally:
        await form.close()


async def request_ends() -> AsyncIterator[AsyncExitStack]:
    """A stack that unwinds once the answer is sent, or its reader is gone."""
    async with AsyncExitStack() as stack:
        yield stack


RagDep = Annotated[RagClient, Depends(get_rag)]
MaterialId = Annotated[str, Depends(checked_material_id)]
JobId = Annotated[str, Depends(checked_job_id)]
UploadForm = Annotated[Upload, Depends(read_upload)]
RequestEnds = Annotated[AsyncExitStack, Depends(request_ends)]
