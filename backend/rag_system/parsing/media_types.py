"""Which files are accepted, and whether content is what its name says."""

import zipfile
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

from rag_system.failures import Failure, message_of
from utils.errors import Invalid, UnsupportedType
from utils.messages import Message

Container = Literal["pdf", "zip", "ole", "text"]

_OFFICE = "application/vnd.openxmlformats-officedocument"


class FileType(NamedTuple):
    media_type: str
    container: Container


FILE_TYPES: dict[str, FileType] = {
    ".pdf": FileType("application/pdf", "pdf"),
    ".docx": FileType(f"{_OFFICE}.wordprocessingml.document", "zip"),
    ".xlsx": FileType(f"{_OFFICE}.spreadsheetml.sheet", "zip"),
    ".pptx": FileType(f"{_OFFICE}.presentationml.presentation", "zip"),
    ".txt": FileType("text/plain", "text"),
    ".md": FileType("text/markdown", "text"),
    ".html": FileType("text/html", "text"),
    ".htm": FileType("text/html", "text"),
    ".csv": FileType("text/csv", "text"),
}

_MAIN_FOLDERS = {".docx": "word/", ".xlsx": "xl/", ".pptx": "ppt/"}

EMPTY = Message(pt="O arquivo está vazio.", en="The file is empty.")
UNSUPPORTED = Message(
    pt="Arquivos do tipo '{suffix}' não são aceitos. Aceitos: {accepted}.",
    en="Files of type '{suffix}' are not accepted. Accepted: {accepted}.",
)
MISLABELLED = Message(
    pt="O conteúdo do arquivo não corresponde ao tipo '{suffix}' que o nome indica.",
    en="The file's content is not of the type '{suffix}' that its name says.",
)
PROTECTED = message_of(Failure.ENCRYPTED)
INCOMPLETE = Message(
    pt="O arquivo está incompleto ou danificado. Envie-o de novo.",
    en="The file is incomplete or damaged. Upload it again.",
)


def accepted_type(filename: str) -> FileType:
    """The type that a file name's suffix stands for.

    Raises:
        UnsupportedType: it stands for none that we read.
    """
    suffix = PurePosixPath(filename).suffix.lower()
    found = FILE_TYPES.get(suffix)
    if found is None:
        raise UnsupportedType(
            UNSUPPORTED, suffix=suffix or "?", accepted=", ".join(sorted(FILE_TYPES))
        )
    return found


def check_content(file: Path, filename: str) -> FileType:
    """Check that a file's content is what its name says; reads its first and last bytes only.

    Raises:
        UnsupportedType: the type is not accepted, or the content is of another one.
        Invalid: the file is empty, cut short or protected by a password.
    """
    file_type = accepted_type(filename)
    with file.open("rb") as opened:
        head = opened.read(4096)
    if not head:
        raise Invalid(EMPTY)
    found = _container(head)
    if found != file_type.container:
        # Office wraps a password-protected .docx, .xlsx or .pptx in an OLE container.
        if found == "ole" and file_type.container == "zip":
            raise Invalid(PROTECTED)
        suffix = PurePosixPath(filename).suffix.lower()
        raise UnsupportedType(MISLABELLED, suffix=suffix)
    if found == "zip":
        _check_parts(file, PurePosixPath(filename).suffix.lower())
    return file_type


def _check_parts(file: Path, suffix: str) -> None:
    try:
        with zipfile.ZipFile(file) as opened:
            parts = opened.namelist()
    except zipfile.BadZipFile as exc:
        raise Invalid(INCOMPLETE) from exc
    if not any(part.startswith(_MAIN_FOLDERS[suffix]) for part in parts):
        raise UnsupportedType(MISLABELLED, suffix=suffix)


def _container(head: bytes) -> Container | None:
    if b"%PDF-" in head[:1024]:  # ISO 32000 readers accept the header within the first 1024 bytes
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    return "text" if _looks_like_text(head) else None


def _looks_like_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16 with its byte order mark
        return True
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    return b"\x00" not in head and control <= len(head) // 50
