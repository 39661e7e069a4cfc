import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MakeSettings
from tests.rag_system.harness import Server, running


@pytest.fixture
async def server(tmp_path: Path, make_settings: MakeSettings) -> AsyncIterator[Server]:
    async with running(make_settings(tmp_path / "data", max_upload_mb=1)) as server:
        yield server


@pytest.fixture
def folder(server: Server) -> Path:
    folder = server.parts.settings.materials_folder
    (folder / "sub").mkdir(parents=True)
    return folder


def _write(file: Path, text: str, *, age: int = 0) -> None:
    file.write_text(text, encoding="utf-8")
    stamp = file.stat().st_mtime_ns + age * 1_000_000_000
    os.utime(file, ns=(stamp, stamp))


async def _states(server: Server) -> dict[str, str]:
    page = await server.get("/materials")
    return {item["source"]: item["state"] for item in page["items"]}


async def _source_of(server: Server, question: str) -> str:
    answer = await server.ask(question)
    best: dict[str, Any] = answer["sources"][0]
    assert answer["answered"]
    return str(best["source"])


async def test_files_in_the_folder_and_below_are_taken_in(server: Server, folder: Path) -> None:
    _write(folder / "sono.txt", "O sono profundo recupera os músculos.")
    _write(folder / "sub" / "supino.md", "# Supino\n\nO supino reto trabalha o peitoral.")
    _write(folder / "foto.jpg", "not read")
    _write(folder / ".pdf", "not read")
    job = await server.scan()
    assert (job["state"], job["total"], job["done"]) == ("done", 2, 2)
    assert await _states(server) == {"sono.txt": "ready", "supino.md": "ready"}
    assert await _source_of(server, "O que o supino reto trabalha?") == "supino.md"


async def test_a_second_scan_has_nothing_to_do(server: Server, folder: Path) -> None:
    _write(folder / "a.txt", "texto")
    await server.scan()
    job = await server.scan()
    assert (job["state"], job["total"]) == ("done", 0)


async def test_a_missing_folder_is_an_empty_one(server: Server) -> None:
    assert (await server.scan())["state"] == "done"


async def test_a_changed_file_answers_with_its_new_content_only(
    server: Server, folder: Path
) -> None:
    _write(folder / "a.txt", "A senha do portão é girafa.")
    await server.scan()
    (before,) = (await server.get("/materials"))["items"]
    _write(folder / "a.txt", "A senha do portão é elefante.", age=5)
    job = await server.scan()
    assert (job["total"], job["done"]) == (1, 1)
    (after,) = (await server.get("/materials"))["items"]
    assert after["material_id"] == before["material_id"]
    answer = await server.ask("Qual é a senha do portão?")
    assert "elefante" in answer["answer"]
    assert "girafa" not in str(answer["sources"])
    assert await server.chunk_counts() == (1, 1, 1)


async def test_a_touched_file_is_not_processed_again(server: Server, folder: Path) -> None:
    _write(folder / "a.txt", "texto")
    await server.scan()
    _write(folder / "a.txt", "texto", age=5)
    assert (await server.scan())["total"] == 0


async def test_a_removed_files_document_goes_with_it(server: Server, folder: Path) -> None:
    _write(folder / "a.txt", "Primeiro texto.")
    _write(folder / "b.txt", "Segundo texto.")
    await server.scan()
    (folder / "a.txt").unlink()
    await server.scan()
    assert await _states(server) == {"b.txt": "ready"}
    await server.chunk_counts_become(1)


async def test_a_moved_file_keeps_answering(server: Server, folder: Path) -> None:
    _write(folder / "a.txt", "A senha do portão é girafa.")
    await server.scan()
    (folder / "a.txt").rename(folder / "sub" / "b.txt")
    await server.scan()
    assert (await server.get("/materials"))["total"] == 1
    assert "girafa" in (await server.ask("Qual é a senha do portão?"))["answer"]


async def test_the_uploaded_twin_of_a_removed_file_stays(server: Server, folder: Path) -> None:
    _write(folder / "a.txt", "A senha do portão é girafa.")
    await server.scan()
    again = await server.upload("b.txt", "A senha do portão é girafa.".encode())
    assert again["duplicate"]
    (folder / "a.txt").unlink()
    await server.scan()
    assert (await server.get(f"/materials/{again['material_id']}"))["state"] == "ready"


async def test_changing_one_of_two_equal_files_leaves_the_other_as_it_is(
    server: Server, folder: Path
) -> None:
    for name in ("a.txt", "b.txt"):
        _write(folder / name, "A senha do portão é girafa.")
    await server.scan()
    assert (await server.get("/materials"))["total"] == 1
    _write(folder / "a.txt", "O código do cofre é elefante.", age=5)
    await server.scan()
    assert (await server.get("/materials"))["total"] == 2
    assert "girafa" in (await server.ask("Qual é a senha do portão?"))["answer"]
    assert "elefante" in (await server.ask("Qual é o código do cofre?"))["answer"]


async def test_a_changed_file_leaves_its_uploaded_twin_as_it_is(
    server: Server, folder: Path
) -> None:
    uploaded = await server.add("b.txt", "A senha do portão é girafa.".encode())
    _write(folder / "a.txt", "A senha do portão é girafa.")
    await server.scan()
    _write(folder / "a.txt", "O código do cofre é elefante.", age=5)
    await server.scan()
    kept = await server.get(f"/materials/{uploaded['material_id']}")
    assert kept["sha256"] == uploaded["sha256"]
    assert "girafa" in (await server.ask("Qual é a senha do portão?"))["answer"]


async def test_a_file_that_becomes_the_twin_of_another_ends_the_forced_job(
    server: Server, folder: Path
) -> None:
    _write(folder / "a.txt", "Primeiro texto.")
    _write(folder / "b.txt", "Segundo texto.")
    await server.scan()
    _write(folder / "a.txt", "Segundo texto.", age=5)
    job = await server.scan(force_reprocess=True)
    assert job["state"] == "done"
    assert (await server.get("/materials"))["total"] == 1
    await server.chunk_counts_become(1)


async def test_force_processes_unchanged_files_again(server: Server, folder: Path) -> None:
    _write(folder / "a.txt", "Primeiro texto.")
    await server.scan()
    job = await server.scan(force_reprocess=True)
    assert (job["total"], job["done"]) == (1, 1)
    assert await server.chunk_counts() == (1, 1, 1)


async def test_links_are_not_followed(server: Server, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    _write(outside / "secret.txt", "A senha do cofre é girafa.")
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "linked").symlink_to(outside)
    (folder / "sub" / "circle").symlink_to(folder)
    (folder / "broken.txt").symlink_to(outside / "absent.txt")
    _write(folder / "real.txt", "Um texto.")
    await server.scan()
    assert await _states(server) == {"real.txt": "ready"}


async def test_a_file_that_is_refused_stops_no_other(server: Server, folder: Path) -> None:
    _write(folder / "a.pdf", "no pdf")
    _write(folder / "b.txt", "")
    _write(folder / "c.txt", "x" * (1024 * 1024 + 1))
    _write(folder / "d.txt", "Um texto.")
    job = await server.scan()
    assert job["state"] == "done"
    assert await _states(server) == {"d.txt": "ready"}


async def test_a_name_that_is_no_utf8_stops_no_other(server: Server, folder: Path) -> None:
    """As old Windows archives leave them behind when unpacked on Linux."""
    odd = os.path.join(os.fsencode(folder), b"apostila-for\xe7a.txt")  # noqa: PTH118 - bytes
    with open(odd, "wb") as file:  # noqa: PTH123 - bytes
        file.write(b"Um texto.")
    _write(folder / "z.txt", "Outro texto.")
    job = await server.scan()
    assert job["state"] == "done"
    assert (await _states(server))["z.txt"] == "ready"
    assert job["done"] >= 1


async def test_a_scan_cut_short_by_a_crash_is_done_by_the_next_process(
    tmp_path: Path, make_settings: MakeSettings
) -> None:
    settings = make_settings(tmp_path / "data")
    async with running(settings) as server:
        job_id = await server.parts.jobs.start_scan(force=False)
    settings.materials_folder.mkdir(parents=True)
    _write(settings.materials_folder / "a.txt", "Um texto.")
    async with running(settings) as server:
        assert (await server.finished(job_id))["done"] == 1
