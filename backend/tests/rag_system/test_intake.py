from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rag_system.catalog import Catalog
from rag_system.contracts import MaterialAccepted
from rag_system.intake import MAX_NAME, Intake, Upload, clean_filename, storage_key
from rag_system.titles import title_from
from utils.db import open_database
from utils.errors import Invalid, TooLarge, UnsupportedType
from utils.storage import Storage

LIMIT = 2 * 1024 * 1024


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("apostila.pdf", "apostila.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("/etc/passwd.pdf", "passwd.pdf"),
        ("a\\b\\c.pdf", "c.pdf"),
        ("C:\\Users\\Ana\\Força total.pdf", "Força total.pdf"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("a\x00b\nc\x1b[31m.pdf", "abc[31m.pdf"),
        ("nota\u202efdp.txt", "notafdp.txt"),
        ("  espaços .pdf ", "espaços .pdf"),
        ("aula.v2.pdf", "aula.v2.pdf"),
    ],
)
def test_a_name_loses_its_folders_and_control_characters(given: str, shown: str) -> None:
    assert clean_filename(given) == shown


@pytest.mark.parametrize("given", ["", "..", ".", "/", "\\", "a/..", " ", "\x00", "...", "..pdf"])
def test_a_name_of_which_nothing_is_left_is_refused(given: str) -> None:
    with pytest.raises(Invalid):
        clean_filename(given)


@pytest.mark.parametrize("stem", ["a" * 400, "á" * 400, "😀" * 400])
def test_a_long_name_is_cut_and_keeps_its_suffix(stem: str) -> None:
    name = clean_filename(f"{stem}.pdf")
    assert len(name) == MAX_NAME
    assert name.endswith(".pdf")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("guia-de_treino.pdf", "Guia de treino"),
        ("força.v2.pdf", "Força.v2"),
        ("---.pdf", "---.pdf"),
    ],
)
def test_a_title_is_the_readable_name(name: str, title: str) -> None:
    assert title_from(name) == title


# --- what is taken in --------------------------------------------------------------------------


@pytest.fixture
async def catalog(tmp_path: Path) -> AsyncIterator[Catalog]:
    async with open_database(f"sqlite+aiosqlite:///{tmp_path}/rag.sqlite3", "rag") as database:
        yield Catalog(database)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage((tmp_path / "files").as_uri())


@pytest.fixture
def intake(catalog: Catalog, storage: Storage) -> Intake:
    return Intake(catalog, storage, LIMIT)


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 1000):
        yield content[start : start + 1000]


async def _accept(intake: Intake, name: str, content: bytes, **changes: Any) -> MaterialAccepted:
    fields: dict[str, Any] = {"collection": None, "title": None, "details": {}}
    return await intake.accept(Upload(filename=name, **fields | changes), _pieces(content))


async def _stored(storage: Storage, sha256: str) -> bytes:
    key = storage_key(sha256)
    return b"".join([piece async for piece in storage.stream(key, 0, await storage.size(key))])


def _stored_files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


async def test_a_file_is_stored_under_its_hash_and_queued(
    intake: Intake, catalog: Catalog, storage: Storage
) -> None:
    accepted = await _accept(intake, "../força-total.txt", b"texto")
    document = await catalog.get(accepted.material_id)
    assert document is not None
    assert (document.filename, document.title, document.state) == (
        *("força-total.txt", "Força total", "queued"),
    )
    assert (document.collection, document.size) == ("default", 5)
    assert await _stored(storage, accepted.sha256) == b"texto"


async def test_a_title_is_kept_as_given(intake: Intake) -> None:
    assert (await _accept(intake, "a.txt", b"x", title="  Meu título ")).title == "Meu título"
    assert (await _accept(intake, "b.txt", b"y", title="   ")).title == "B"


async def test_a_file_of_the_largest_size_passes_and_one_byte_more_does_not(
    intake: Intake, tmp_path: Path
) -> None:
    await _accept(intake, "a.txt", b"x" * LIMIT)
    with pytest.raises(TooLarge, match="2 MB"):
        await _accept(intake, "b.txt", b"y" * (LIMIT + 1))
    assert len(_stored_files(tmp_path)) == 1


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.txt", b"", Invalid),
        ("a.exe", b"MZ", UnsupportedType),
        ("a.pdf", b"text", UnsupportedType),
        ("..", b"text", Invalid),
    ],
)
async def test_a_refused_file_leaves_nothing_behind(  # noqa: PLR0917 - fixtures
    intake: Intake,
    catalog: Catalog,
    tmp_path: Path,
    name: str,
    content: bytes,
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        await _accept(intake, name, content)
    assert (await catalog.counts())[0] == {}
    assert _stored_files(tmp_path) == []


async def test_a_file_that_two_collections_share_goes_with_the_last_of_them(
    intake: Intake, catalog: Catalog, storage: Storage, tmp_path: Path
) -> None:
    first = await _accept(intake, "a.txt", b"x")
    second = await _accept(intake, "a.txt", b"x", collection="outra")
    for accepted, files_left in ((first, 1), (second, 0)):
        document = await catalog.mark_deleting(accepted.material_id)
        assert document is not None
        await intake.drop(document)
        assert len(_stored_files(tmp_path)) == files_left


async def test_a_stored_file_that_went_missing_comes_back_with_the_next_upload(
    intake: Intake, storage: Storage
) -> None:
    accepted = await _accept(intake, "a.txt", b"x")
    await storage.delete(storage_key(accepted.sha256))
    assert (await _accept(intake, "a.txt", b"x")).duplicate
    assert await _stored(storage, accepted.sha256) == b"x"
