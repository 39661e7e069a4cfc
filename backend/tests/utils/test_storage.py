from pathlib import Path

import pytest

from utils.storage import STREAM_BYTES, Storage


async def _read(storage: Storage, key: str, start: int, end: int) -> bytes:
    return b"".join([piece async for piece in storage.stream(key, start, end)])


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "source"
    file.write_bytes(bytes(range(256)) * 10_000)
    return file


@pytest.fixture(params=["files", "pasta com espaço", "ação 100%"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    return Storage((tmp_path / request.param).as_uri())


async def test_what_is_put_comes_back(storage: Storage, source: Path) -> None:
    await storage.put("ab/abc", source)
    assert await storage.size("ab/abc") == source.stat().st_size
    assert await _read(storage, "ab/abc", 0, source.stat().st_size) == source.read_bytes()


async def test_a_part_of_a_file_is_streamed_in_pieces(storage: Storage, source: Path) -> None:
    await storage.put("k", source)
    pieces = [piece async for piece in storage.stream("k", 10, STREAM_BYTES + 20)]
    assert [len(piece) for piece in pieces] == [STREAM_BYTES, 10]
    assert b"".join(pieces) == source.read_bytes()[10 : STREAM_BYTES + 20]


async def test_putting_again_replaces(storage: Storage, tmp_path: Path) -> None:
    for content in (b"old", b"newer"):
        file = tmp_path / "f"
        file.write_bytes(content)
        await storage.put("k", file)
    assert await _read(storage, "k", 0, 5) == b"newer"


async def test_a_deleted_file_is_gone_and_deleting_it_again_is_no_error(
    storage: Storage, source: Path
) -> None:
    await storage.put("k", source)
    await storage.delete("k")
    await storage.delete("k")
    with pytest.raises(FileNotFoundError):
        await storage.size("k")


async def test_another_process_can_read_the_file_by_its_path(
    storage: Storage, source: Path
) -> None:
    await storage.put("ab/abc", source)
    async with storage.as_local_file("ab/abc") as path:
        assert path.read_bytes() == source.read_bytes()


async def test_a_store_without_a_folder_lends_a_copy_that_is_gone_afterwards(
    source: Path,
) -> None:
    storage = Storage("memory:///")
    await storage.put("k", source)
    async with storage.as_local_file("k") as path:
        assert path.read_bytes() == source.read_bytes()
    assert not path.exists()
