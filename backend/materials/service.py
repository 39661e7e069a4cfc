"""Materials of the RAG server, in the shape their clients read."""

import unicodedata
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from aiohttp import ClientResponse
from starlette.responses import StreamingResponse

from materials.schemas import MaterialRecord, UploadAccepted
from materials.upload import Upload
from rag_system.client import RagClient
from rag_system.contracts import Material
from utils.messages import Message

PAGE = 10_000
PIECE_BYTES = 64 * 1024

ACCEPTED = Message(
    pt="Material recebido. O processamento já começou.",
    en="Material received. Processing has begun.",
)
DUPLICATE = Message(
    pt="Este arquivo já estava na coleção. Nada foi duplicado.",
    en="This file was in the collection already. Nothing was duplicated.",
)

# What a browser shows without running anything in it; all else is offered as a download.
_INLINE_TYPES = frozenset(
    {
        "application/pdf",
        "text/plain",
        "image/avif",
        "image/bmp",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/tiff",
        "image/webp",
    }
)
_RELAYED_HEADERS = ("Content-Length", "Content-Range", "Accept-Ranges", "ETag", "Last-Modified")


async def list_materials(
    rag: RagClient, *, search: str | None, collection: str | None, state: str | None
) -> list[MaterialRecord]:
    """Every material that fits the filters; `search` looks at names, description and tags."""
    given = {"collection": collection, "state": state}
    filters = {name: value for name, value in given.items() if value}
    records = [_record(material) async for material in _all_materials(rag, filters)]
    if not search:
        return records
    wanted = _folded(search)
    return [record for record in records if wanted in _searchable(record)]


async def get_material(rag: RagClient, material_id: str) -> MaterialRecord:
    return _record(await rag.material(material_id))


async def upload(rag: RagClient, form: Upload, username: str) -> UploadAccepted:
    """Pass the file on to the RAG server, piece by piece."""
    accepted = await rag.upload(
        form.file,
        form.filename,
        collection=form.collection,
        title=form.title,
        metadata={
            "description": form.description,
            "tags": form.tags,
            "uploaded_by": username,
        },
    )
    message = (DUPLICATE if accepted.duplicate else ACCEPTED).render()
    return UploadAccepted(**accepted.model_dump(), message=message)


async def open_file(
    rag: RagClient,
    material_id: str,
    byte_range: str | None,
    request_ends: AsyncExitStack,
    *,
    inline: bool,
) -> StreamingResponse:
    """The stored file, streamed; the call to the RAG server stays open until `request_ends`."""
    material = await rag.material(material_id)
    content = await request_ends.enter_async_context(rag.material_content(material_id, byte_range))
    safe = inline and material.media_type in _INLINE_TYPES
    headers = {name: content.headers[name] for name in _RELAYED_HEADERS if name in content.headers}
    headers["Content-Disposition"] = _disposition(material.source, inline=safe)
    headers["Cache-Control"] = "private, no-cache"
    return StreamingResponse(
        _pieces(content), content.status, headers, media_type=material.media_type
    )


async def _pieces(content: ClientResponse) -> AsyncIterator[bytes]:
    async for piece in content.content.iter_chunked(PIECE_BYTES):
        yield piece


async def _all_materials(rag: RagClient, filters: dict[str, str]) -> AsyncIterator[Material]:
    offset = 0
    while True:
        page = await rag.materials(limit=PAGE, offset=offset, **filters)
        for material in page.items:
            yield material
        offset += len(page.items)
        if not page.items or offset >= page.total:
            return


def _record(material: Material) -> MaterialRecord:
    return MaterialRecord(
        id=material.material_id,
        path=material.source,
        type=PurePosixPath(material.source).suffix.removeprefix(".").lower(),
        uploaded_at=material.created_at,
        **_details(material.metadata),
        **material.model_dump(
            include={
                *("title", "size", "collection", "state", "error", "retryable", "pages", "chunks")
            }
        ),
    )


def _details(metadata: dict[str, Any]) -> dict[str, Any]:
    tags = metadata.get("tags")
    uploader = metadata.get("uploaded_by")
    return {
        "description": str(metadata.get("description") or ""),
        "tags": [str(tag) for tag in tags] if isinstance(tags, list) else [],
        "uploaded_by": None if uploader is None else str(uploader),
    }


def _searchable(record: MaterialRecord) -> str:
    return _folded("\n".join((record.title, record.path, record.description, *record.tags)))


def _folded(text: str) -> str:
    """Without case and accents: whoever looks for "forca" means "Força" too."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _disposition(filename: str, *, inline: bool) -> str:
    """Content-Disposition with a name in any script (RFC 6266, RFC 8187)."""
    ascii_name = "".join(
        sign if sign.isascii() and sign.isprintable() and sign not in '"\\%' else "_"
        for sign in filename
    )
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(filename, safe='')}"
