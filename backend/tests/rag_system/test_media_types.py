from pathlib import Path

import pytest

from rag_system.parsing.media_types import (
    EMPTY,
    FILE_TYPES,
    INCOMPLETE,
    MISLABELLED,
    PROTECTED,
    accepted_type,
    check_content,
)
from tests import files
from utils.errors import AppError, Invalid, UnsupportedType
from utils.messages import Message


@pytest.mark.parametrize("name", ["a.pdf", "A.PDF", "aula.v2.final.pdf", "relatório 1.Pdf"])
def test_the_last_suffix_tells_the_type(name: str) -> None:
    assert accepted_type(name).media_type == "application/pdf"


@pytest.mark.parametrize("name", ["a.exe", "a", "a.pdf.exe", ".pdf", "a.", "", "a.doc", "a.xlsm"])
def test_other_suffixes_are_refused_with_the_accepted_ones(name: str) -> None:
    with pytest.raises(UnsupportedType) as refusal:
        accepted_type(name)
    assert all(suffix in refusal.value.detail() for suffix in FILE_TYPES)


WORKBOOK = files.workbook({"S": [["a"]]})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", files.pdf(["texto"])),
        ("a.pdf", b"\x00\x01 some junk first " + files.pdf(["texto"])),
        ("a.docx", files.word("texto")),
        ("a.xlsx", WORKBOOK),
        ("a.pptx", files.slides(("t", "x"))),
        ("a.txt", b"ol\xe1"),
        ("a.txt", "olá".encode("utf-16")),
        ("a.md", "# Título".encode()),
        ("a.csv", b"a;b\n1;2"),
        ("a.html", b"<p>x"),
    ],
)
def test_content_that_is_what_its_name_says_passes(
    tmp_path: Path, name: str, content: bytes
) -> None:
    file = tmp_path / "content"
    file.write_bytes(content)
    assert check_content(file, name) == accepted_type(name)


@pytest.mark.parametrize(
    ("name", "content", "error", "message"),
    [
        ("a.pdf", b"", Invalid, EMPTY),
        ("a.txt", b"", Invalid, EMPTY),
        ("a.pdf", b"just text", UnsupportedType, MISLABELLED),
        ("a.pdf", WORKBOOK, UnsupportedType, MISLABELLED),
        ("a.txt", files.pdf(["x"]), UnsupportedType, MISLABELLED),
        ("a.txt", b"MZ\x90\x00\x03\x00\x00", UnsupportedType, MISLABELLED),
        ("a.csv", WORKBOOK, UnsupportedType, MISLABELLED),
        ("a.xlsx", files.word("texto"), UnsupportedType, MISLABELLED),
        ("a.pptx", files.word("texto"), UnsupportedType, MISLABELLED),
        ("a.docx", WORKBOOK, UnsupportedType, MISLABELLED),
        ("a.docx", b"text", UnsupportedType, MISLABELLED),
        ("a.pdf", files.OLE_HEAD, UnsupportedType, MISLABELLED),
        ("a.xlsx", files.OLE_HEAD, Invalid, PROTECTED),
        ("a.docx", files.OLE_HEAD, Invalid, PROTECTED),
        ("a.xlsx", WORKBOOK[: len(WORKBOOK) // 2], Invalid, INCOMPLETE),
    ],
)
def test_content_that_is_not_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: bytes, error: type[AppError], message: Message
) -> None:
    file = tmp_path / "content"
    file.write_bytes(content)
    with pytest.raises(error) as refusal:
        check_content(file, name)
    assert refusal.value.message == message
    for text in message:
        assert text.endswith(".")
