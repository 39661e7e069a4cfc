import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from rag_system.failures import Failure, ProcessingError, explain, is_retryable
from rag_system.parsing.base import Page, ParsedDocument
from rag_system.parsing.child import ChildProcessParser
from rag_system.parsing.kreuzberg_parser import extract
from rag_system.parsing.media_types import FILE_TYPES
from tests import files
from utils.messages import current_language

BODY = (
    "A periodização do treino de força organiza as cargas ao longo das semanas, "
    "para que o aluno evolua sem lesões e chegue descansado à avaliação final do ciclo."
)


def _extract(tmp_path: Path, suffix: str, content: bytes) -> list[Page]:
    file = tmp_path / "content"
    file.write_bytes(content)
    return extract(str(file), FILE_TYPES[suffix].media_type).pages


def _refusal(tmp_path: Path, suffix: str, content: bytes) -> Failure:
    with pytest.raises(ProcessingError) as refusal:
        _extract(tmp_path, suffix, content)
    return refusal.value.failure


def _text(page: Page) -> str:
    return "\n".join(block.text for block in page.blocks)


def _kinds(page: Page, kind: str) -> list[str]:
    return [block.text for block in page.blocks if block.kind == kind]


# --- what is read ------------------------------------------------------------------------------


def test_a_pdf_keeps_its_accents_and_page_numbers(tmp_path: Path) -> None:
    source = random.Random(7)
    texts = [" ".join(source.sample(BODY.split(), len(BODY.split()))) + "." for _ in range(30)]
    pages = _extract(
        tmp_path, ".pdf", files.pdf(texts, header="Apostila de Força", footer="Página {n} de 30")
    )
    assert [page.number for page in pages] == list(range(1, 31))
    for page, text in zip(pages, texts, strict=True):
        assert _text(page) == text


def test_a_pdf_with_an_empty_page_keeps_the_numbers_of_the_others(tmp_path: Path) -> None:
    pages = _extract(tmp_path, ".pdf", files.pdf([BODY, "", BODY]))
    assert [page.number for page in pages if page.blocks] == [1, 3]


def test_lines_that_differ_in_their_numbers_are_content_and_stay(tmp_path: Path) -> None:
    """Training cards: the same form on every page, and the numbers are what matters."""
    loads = [40 + 7 * n % 50 for n in range(6)]
    content = files.pdf(
        [f"Ficha de treino\nCarga máxima no supino: {load} kg" for load in loads],
        footer="Página {n} de 6",
    )
    pages = _extract(tmp_path, ".pdf", content)
    assert [f"{load} kg" in _text(page) for page, load in zip(pages, loads, strict=True)] == [
        True
    ] * 6
    assert not any("Página" in _text(page) for page in pages)


def test_each_sheet_is_a_page_with_its_rows(tmp_path: Path) -> None:
    content = files.workbook(
        {
            "Março": [["Aluno", "Carga (kg)"], ["Ana", 82.5], ["João", 100]],
            "Abril": [["Exercício", "Séries"], ["Agachamento", 5]],
        }
    )
    march, april = _extract(tmp_path, ".xlsx", content)
    assert (march.number, march.section) == (1, "Março")
    assert _kinds(march, "row") == [
        "Aluno: Ana; Carga (kg): 82.5",
        "Aluno: João; Carga (kg): 100",
    ]
    assert (april.number, april.section) == (2, "Abril")
    assert _kinds(april, "row") == ["Exercício: Agachamento; Séries: 5"]


def test_a_word_file_has_headings_paragraphs_and_table_rows(tmp_path: Path) -> None:
    content = files.word("# Avaliação física", BODY, table=[["Teste", "Meta"], ["Salto", "40 cm"]])
    (page,) = _extract(tmp_path, ".docx", content)
    assert page.number is None
    assert _kinds(page, "heading") == ["Avaliação física"]
    assert _kinds(page, "text") == [BODY]
    assert _kinds(page, "row") == ["Teste: Salto; Meta: 40 cm"]


def test_each_slide_is_a_page_under_its_title(tmp_path: Path) -> None:
    content = files.slides(("Técnica", "Pés paralelos"), ("Erros comuns", "Joelhos para dentro"))
    first, second = _extract(tmp_path, ".pptx", content)
    assert (first.number, _kinds(first, "heading")) == (1, ["Técnica"])
    assert (second.number, _kinds(second, "text")) == (2, ["Joelhos para dentro"])


@pytest.mark.parametrize("separator", [";", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_csv_is_read_with_its_separator_and_encoding(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    lines = [["Exercício", "Séries"], ["Supino", "4"], ["Elevação pélvica", "3"]]
    content = "\n".join(separator.join(line) for line in lines).encode(encoding)
    (page,) = _extract(tmp_path, ".csv", content)
    assert _kinds(page, "row") == [
        "Exercício: Supino; Séries: 4",
        "Exercício: Elevação pélvica; Séries: 3",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_a_text_is_read_in_its_encoding(tmp_path: Path, suffix: str, encoding: str) -> None:
    (page,) = _extract(tmp_path, suffix, BODY.encode(encoding))
    assert _text(page) == BODY


def test_a_web_page_is_read_without_its_scripts_and_styles(tmp_path: Path) -> None:
    content = (
        "<html><head><title>T</title><meta charset='utf-8'><style>.x{color:red}</style>"
        "<script>var secret = 'hunter2'</script></head><body><h1>Força máxima</h1>"
        f"<p>{BODY} Veja&nbsp;<b>mais</b>.</p><script>alert('boo')</script>"
        "<table><tr><th>Fase</th><th>Semanas</th></tr><tr><td>Base</td><td>4</td></tr></table>"
        "</body></html>"
    ).encode()
    (page,) = _extract(tmp_path, ".html", content)
    text = _text(page)
    assert "Força máxima" in _kinds(page, "heading")
    assert BODY in text
    assert "Fase: Base; Semanas: 4" in _kinds(page, "row")
    assert not any(word in text for word in ("hunter2", "boo", "color:red", "<"))


# --- what cannot be ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "content", "failure"),
    [
        (".pdf", files.encrypted_pdf(), Failure.ENCRYPTED),
        (".pdf", files.pdf([BODY] * 3)[:700], Failure.DAMAGED),
        (".pdf", b"%PDF-1.7\nnothing more", Failure.DAMAGED),
        (".pdf", files.image_pdf(), Failure.NO_TEXT),
        (".docx", files.word(), Failure.NO_TEXT),
        (".xlsx", files.workbook({"Vazia": []}), Failure.NO_TEXT),
        (".txt", b" \n\t ", Failure.NO_TEXT),
        (".html", b"<html><script>x()</script></html>", Failure.NO_TEXT),
        (".csv", b"\n\n", Failure.NO_TEXT),
    ],
    ids=[
        *("encrypted", "truncated", "header only", "image only", "empty docx", "empty xlsx"),
        *("blank txt", "script only", "blank csv"),
    ],
)
def test_a_file_that_cannot_be_read_fails_with_its_reason(
    tmp_path: Path, suffix: str, content: bytes, failure: Failure
) -> None:
    assert _refusal(tmp_path, suffix, content) == failure


@pytest.mark.parametrize("failure", list(Failure))
def test_every_failure_has_a_sentence_in_both_languages(failure: Failure) -> None:
    portuguese = explain(failure.value)
    token = current_language.set("en")
    english = explain(failure.value)
    current_language.reset(token)
    assert portuguese != english
    assert (portuguese or "").endswith(".")
    assert (english or "").endswith(".")
    assert isinstance(is_retryable(failure), bool)


# --- the process apart -------------------------------------------------------------------------


@pytest.fixture
async def parser() -> AsyncIterator[ChildProcessParser]:
    parser = ChildProcessParser(processes=1, timeout_seconds=30, memory_mb=2048)
    yield parser
    await parser.close()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small"
    file.write_bytes(files.pdf([BODY]))
    return file


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("huge") / "huge"
    line = "<p>" + BODY + "</p>\n"
    file.write_text("<html><body>" + line * 120_000, encoding="utf-8")
    return file


PDF = FILE_TYPES[".pdf"].media_type
HTML = FILE_TYPES[".html"].media_type


def _children() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if "spawn_main" in " ".join(child.cmdline())
    ]


async def test_files_are_read_apart_and_failures_come_back(
    parser: ChildProcessParser, small: Path, tmp_path: Path
) -> None:
    parsed = await parser.parse(small, PDF)
    assert parsed == ParsedDocument(parsed.pages)
    assert _text(parsed.pages[0]) == BODY
    protected = tmp_path / "protected"
    protected.write_bytes(files.encrypted_pdf())
    with pytest.raises(ProcessingError) as refusal:
        await parser.parse(protected, PDF)
    assert refusal.value.failure == Failure.ENCRYPTED
    assert (await parser.parse(small, PDF)).has_text


async def test_a_crash_while_reading_harms_only_its_file(
    parser: ChildProcessParser, small: Path, huge: Path
) -> None:
    others = {child.pid for child in _children()}  # of tests before, on their way out
    await parser.parse(small, PDF)
    reading = asyncio.create_task(parser.parse(huge, HTML))
    await asyncio.sleep(0.1)
    (child,) = (child for child in _children() if child.pid not in others)
    child.kill()
    with pytest.raises(ProcessingError) as refusal:
        await reading
    assert refusal.value.failure == Failure.TOO_DEMANDING
    assert is_retryable(refusal.value.failure)
    assert (await parser.parse(small, PDF)).has_text


async def test_a_file_that_takes_too_long_is_given_up_and_its_process_ended(
    small: Path, huge: Path
) -> None:
    parser = ChildProcessParser(processes=1, timeout_seconds=1, memory_mb=4096)
    try:
        await parser.parse(small, PDF)
        with pytest.raises(ProcessingError) as refusal:
            await parser.parse(huge, HTML)
        assert refusal.value.failure == Failure.TIMED_OUT
        assert (await parser.parse(small, PDF)).has_text
    finally:
        await parser.close()


async def test_a_file_that_needs_too_much_memory_is_given_up(small: Path, huge: Path) -> None:
    parser = ChildProcessParser(processes=1, timeout_seconds=30, memory_mb=256)
    try:
        with pytest.raises(ProcessingError) as refusal:
            await parser.parse(huge, HTML)
        assert refusal.value.failure == Failure.TOO_DEMANDING
    finally:
        await parser.close()


async def test_no_process_stays_after_closing_and_the_next_file_starts_new_ones(
    parser: ChildProcessParser, small: Path
) -> None:
    await parser.parse(small, PDF)
    await parser.close()
    assert _children() == []
    assert (await parser.parse(small, PDF)).has_text
