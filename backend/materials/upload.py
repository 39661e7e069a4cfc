"""The multipart form of an upload: read only once the caller is known, spooled to disk."""

import re
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from utils.errors import Invalid, TooLarge
from utils.messages import Message

MAX_DESCRIPTION = 2000
MAX_TAGS = 20
MAX_TAG = 50
MAX_TITLE = 500
MAX_COLLECTION = 100
MAX_FILENAME = 255

NO_FILE = Message(pt="Envie um arquivo no campo 'file'.", en="Send a file in the field 'file'.")
EMPTY_FILE = Message(pt="O arquivo está vazio.", en="The file is empty.")
NO_FILENAME = Message(pt="O arquivo precisa de um nome.", en="The file needs a name.")
FILE_TOO_LARGE = Message(
    pt="O arquivo é grande demais: o limite é de {limit} MB.",
    en="The file is too large: the limit is {limit} MB.",
)
FIELD_TOO_LONG = Message(
    pt="O campo '{field}' é longo demais: o limite é de {limit} caracteres.",
    en="The field '{field}' is too long: the limit is {limit} characters.",
)
TOO_MANY_TAGS = Message(
    pt="Etiquetas demais: o limite é de {limit}.", en="Too many tags: the limit is {limit}."
)

OPENAPI = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "title": {"type": "string", "maxLength": MAX_TITLE},
                        "description": {"type": "string", "maxLength": MAX_DESCRIPTION},
                        "tags": {"type": "string", "description": "separated by commas"},
                        "collection": {"type": "string", "maxLength": MAX_COLLECTION},
                    },
                }
            }
        },
    }
}


@dataclass(frozen=True)
class Upload:
    file: IO[bytes]
    filename: str
    title: str | None
    description: str
    tags: list[str]
    collection: str | None


def parse_upload(form: FormData, max_bytes: int) -> Upload:
    """Check the fields of an upload.

    Raises:
        Invalid: no file, an empty or nameless one, or a field over its limit.
        TooLarge: the file is over `max_bytes`.
    """
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise Invalid(NO_FILE)
    _check_size(file.size or 0, max_bytes)
    return Upload(
        file=cast("SpooledTemporaryFile[bytes]", file.file),
        filename=_base_name(file.filename or ""),
        title=_text(form, "title", MAX_TITLE) or None,
        description=_text(form, "description", MAX_DESCRIPTION),
        tags=_tags(_text(form, "tags", MAX_TAGS * (MAX_TAG + 2))),
        collection=_text(form, "collection", MAX_COLLECTION) or None,
    )


async def read_form(request: Request) -> FormData:
    return await request.form(max_files=1, max_fields=10, max_part_size=64 * 1024)


def _check_size(size: int, max_bytes: int) -> None:
    if size == 0:
        raise Invalid(EMPTY_FILE)
    if size > max_bytes:
        raise TooLarge(FILE_TOO_LARGE, limit=max_bytes // (1024 * 1024))


def _base_name(filename: str) -> str:
    """The last part of a path in any system's notation, without control characters."""
    name = re.split(r"[/\\]", filename)[-1]
    name = "".join(sign for sign in name if sign.isprintable()).strip()
    if name in {"", ".", ".."}:
        raise Invalid(NO_FILENAME)
    stem, dot, suffix = name.rpartition(".")
    if len(name) <= MAX_FILENAME or not stem or len(suffix) > 20:
        return name[:MAX_FILENAME]
    return stem[: MAX_FILENAME - len(suffix) - 1] + dot + suffix


def _text(form: FormData, field: str, limit: int) -> str:
    value = form.get(field)
    text = value.strip() if isinstance(value, str) else ""
    if len(text) > limit:
        raise Invalid(FIELD_TOO_LONG, field=field, limit=limit)
    return text


def _tags(text: str) -> list[str]:
    tags = list(dict.fromkeys(tag.strip() for tag in text.split(",") if tag.strip()))
    if len(tags) > MAX_TAGS:
        raise Invalid(TOO_MANY_TAGS, limit=MAX_TAGS)
    if any(len(tag) > MAX_TAG for tag in tags):
        raise Invalid(FIELD_TOO_LONG, field="tags", limit=MAX_TAG)
    return tags
