from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from rag_system.catalog import LEASE, Catalog, NewContent
from rag_system.chunking import Passage
from rag_system.failures import Failure
from rag_system.jobs import Jobs
from rag_system.models import Document
from utils.db import Database, open_database, utc_now
from utils.errors import NotFound
from utils.messages import current_language

PASSAGES = [Passage(f"Trecho {n}", n + 1, None) for n in range(3)]
SOON = timedelta(seconds=60)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(f"sqlite+aiosqlite:///{tmp_path}/rag.sqlite3", "rag") as database:
        yield database


@pytest.fixture
def catalog(database: Database) -> Catalog:
    return Catalog(database)


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database)


def _content(sha: str = "a", **changes: Any) -> NewContent:
    fields: dict[str, Any] = {
        "collection": "default",
        "title": "Manual",
        "filename": "manual.pdf",
        "media_type": "application/pdf",
        "sha256": sha * 64,
        "size": 10,
    }
    return NewContent(**fields | changes)


async def _claim(catalog: Catalog, owner: str = "w1") -> Document:
    document = await catalog.claim(owner)
    assert document is not None
    return document


async def _make_ready(catalog: Catalog, owner: str = "w1") -> Document:
    document = await _claim(catalog, owner)
    assert await catalog.store_passages(document, owner, 3, PASSAGES)
    assert await catalog.advance(document.id, owner, len(PASSAGES))
    await catalog.go_live(document, owner)
    await catalog.finish(document, owner)
    return await _get(catalog, document.id)


async def _get(catalog: Catalog, document_id: str) -> Document:
    document = await catalog.get(document_id)
    assert document is not None
    return document


async def _chunk_ids(catalog: Catalog, document: Document) -> list[int]:
    return [chunk.id for chunk in await catalog.chunks(document, 0, 100)]


async def _let_lease_expire(database: Database) -> None:
    async with database.write() as session:
        await session.execute(update(Document).values(lease_until=utc_now() - timedelta(seconds=1)))


# --- arrival -----------------------------------------------------------------------------------


async def test_new_content_is_queued_in_a_job(catalog: Catalog, jobs: Jobs) -> None:
    document, job_id, duplicate = await catalog.add(_content())
    assert not duplicate
    assert document.state == "queued"
    job = await jobs.get(job_id)
    assert (job.state, job.total, job.done) == ("queued", 1, 0)
    assert [item.material_id for item in job.documents] == [document.id]


async def test_the_same_content_is_the_same_document_under_both_names(catalog: Catalog) -> None:
    first, _, _ = await catalog.add(_content(filename="a.pdf"))
    again, _, duplicate = await catalog.add(_content(filename="b.pdf"))
    assert duplicate
    assert again.id == first.id
    await catalog.add(_content(filename="b.pdf"))
    assert await catalog.names(first.id) == ["a.pdf", "b.pdf"]


async def test_the_same_content_in_another_collection_is_another_document(
    catalog: Catalog,
) -> None:
    first, _, _ = await catalog.add(_content())
    other, _, duplicate = await catalog.add(_content(collection="outra"))
    assert not duplicate
    assert other.id != first.id


async def test_a_duplicate_of_ready_content_is_done_at_once(catalog: Catalog, jobs: Jobs) -> None:
    await catalog.add(_content())
    await _make_ready(catalog)
    document, job_id, _ = await catalog.add(_content())
    assert document.state == "ready"
    assert (await jobs.get(job_id)).state == "done"


async def test_failed_content_that_comes_again_is_tried_again(catalog: Catalog) -> None:
    document, _, _ = await catalog.add(_content())
    await _claim(catalog)
    await catalog.fail(document.id, "w1", Failure.DAMAGED, retry_in=None)
    again, _, duplicate = await catalog.add(_content())
    assert (duplicate, again.id, again.state, again.failure) == (True, document.id, "queued", None)


async def test_content_on_its_way_out_does_not_hinder_its_return(catalog: Catalog) -> None:
    document, _, _ = await catalog.add(_content())
    await catalog.mark_deleting(document.id)
    again, _, duplicate = await catalog.add(_content())
    assert not duplicate
    assert again.id != document.id
    assert await catalog.get(document.id) is None


async def test_a_page_of_the_catalogue_is_filtered_and_counted(catalog: Catalog) -> None:
    for sha in "abc":
        await catalog.add(_content(sha))
    await catalog.add(_content("d", collection="outra"))
    await _make_ready(catalog)

    async def page(**changes: Any) -> tuple[int, int]:
        fields: dict[str, Any] = {"collection": None, "state": None, "limit": 50, "offset": 0}
        items, total = await catalog.page(**fields | changes)
        return len(items), total

    assert await page() == (4, 4)
    assert await page(limit=2, offset=3) == (1, 4)
    assert await page(collection="outra") == (1, 1)
    assert await page(state="ready") == (1, 1)
    assert await page(state="ready", collection="outra") == (0, 0)


# --- leases ------------------------------------------------------------------------------------


async def test_documents_are_claimed_once_and_oldest_first(catalog: Catalog) -> None:
    first, _, _ = await catalog.add(_content("a"))
    second, _, _ = await catalog.add(_content("b"))
    assert (await _claim(catalog, "w1")).id == first.id
    assert (await _claim(catalog, "w2")).id == second.id
    assert await catalog.claim("w3") is None


async def test_a_silent_workers_document_is_taken_over(
    catalog: Catalog, database: Database
) -> None:
    await catalog.add(_content())
    document = await _claim(catalog, "w1")
    await _let_lease_expire(database)
    assert (await _claim(catalog, "w2")).id == document.id
    assert not await catalog.renew(document.id, "w1")
    assert not await catalog.store_passages(document, "w1", 3, PASSAGES)
    assert not await catalog.advance(document.id, "w1", 1)
    await catalog.go_live(document, "w1")
    await catalog.finish(document, "w1")
    await catalog.fail(document.id, "w1", Failure.INTERNAL, retry_in=None)
    assert (await _get(catalog, document.id)).state == "parsing"
    assert await catalog.renew(document.id, "w2")


async def test_a_renewed_lease_is_not_taken_over(catalog: Catalog) -> None:
    await catalog.add(_content())
    document = await _claim(catalog)
    assert await catalog.renew(document.id, "w1")
    renewed = await _get(catalog, document.id)
    assert renewed.lease_until is not None
    assert renewed.lease_until - utc_now() > LEASE / 2
    assert await catalog.claim("w2") is None


async def test_a_new_process_takes_up_what_the_last_one_left(catalog: Catalog) -> None:
    await catalog.add(_content("a"))
    await catalog.add(_content("b"))
    parsed = await _claim(catalog, "w1")
    await catalog.store_passages(parsed, "w1", 3, PASSAGES)
    await catalog.advance(parsed.id, "w1", 2)
    await _claim(catalog, "w1")
    await catalog.release_leases()
    taken = {document.id: document for document in [await _claim(catalog, "w2") for _ in range(2)]}
    assert sorted(document.state for document in taken.values()) == ["indexing", "parsing"]
    assert taken[parsed.id].chunks_done == 2


async def test_a_document_that_waits_out_its_backoff_is_left_alone(catalog: Catalog) -> None:
    document, _, _ = await catalog.add(_content())
    await _claim(catalog)
    await catalog.fail(document.id, "w1", Failure.TIMED_OUT, retry_in=SOON)
    waiting = await _get(catalog, document.id)
    assert (waiting.state, waiting.attempts) == ("queued", 1)
    assert await catalog.claim("w1") is None


async def test_a_backoff_that_is_over_ends_the_wait(catalog: Catalog) -> None:
    document, _, _ = await catalog.add(_content())
    await _claim(catalog)
    await catalog.fail(document.id, "w1", Failure.TIMED_OUT, retry_in=timedelta(0))
    assert (await _claim(catalog)).attempts == 2


async def test_a_worker_of_the_same_process_holds_nothing_of_a_document_queued_anew(
    catalog: Catalog, jobs: Jobs
) -> None:
    """The workers of a process share its name; a lease must not pass from one to another."""
    _, job_id, _ = await catalog.add(_content())
    old = await _claim(catalog, "process")
    await jobs.cancel(job_id)
    await catalog.retry([old.id])
    new = await _claim(catalog, "process")
    assert new.version == old.version + 1
    assert not await catalog.store_passages(old, "process", 3, PASSAGES)
    await catalog.go_live(old, "process")
    await catalog.finish(old, "process")
    current = await _get(catalog, old.id)
    assert (current.state, current.live_version) == ("parsing", 0)


# --- versions ----------------------------------------------------------------------------------


async def test_only_the_live_version_answers(catalog: Catalog) -> None:
    await catalog.add(_content())
    document = await _claim(catalog)
    await catalog.store_passages(document, "w1", 3, PASSAGES)
    ids = await _chunk_ids(catalog, document)
    assert catalog.passages(ids) == {}
    await catalog.go_live(document, "w1")
    await catalog.finish(document, "w1")
    found = catalog.passages(ids)
    assert [found[key].text for key in ids] == ["Trecho 0", "Trecho 1", "Trecho 2"]
    assert [found[key].page for key in ids] == [1, 2, 3]
    assert catalog.live_chunk_ids([document.id]) == {"default": ids}
    assert await catalog.collections() == {"default": 1}


async def test_the_old_version_answers_until_the_new_one_is_finished(catalog: Catalog) -> None:
    await catalog.add(_content())
    old = await _make_ready(catalog)
    old_ids = await _chunk_ids(catalog, old)
    await catalog.retry([old.id])
    new = await _claim(catalog)
    await catalog.store_passages(new, "w1", 3, PASSAGES)
    assert list(catalog.passages(old_ids)) == old_ids
    assert await catalog.superseded_chunks() == []
    await catalog.go_live(new, "w1")
    await catalog.finish(new, "w1")
    assert catalog.passages(old_ids) == {}
    assert await catalog.superseded_chunks(old.id) == [("default", old_ids)]
    await catalog.drop_chunks(old_ids)
    assert await catalog.superseded_chunks() == []
    assert (await catalog.counts())[1] == 3


async def test_a_failed_reprocessing_keeps_the_old_version_answering(catalog: Catalog) -> None:
    await catalog.add(_content())
    old = await _make_ready(catalog)
    old_ids = await _chunk_ids(catalog, old)
    await catalog.retry([old.id])
    new = await _claim(catalog)
    await catalog.store_passages(new, "w1", 3, PASSAGES)
    new_ids = await _chunk_ids(catalog, new)
    await catalog.fail(new.id, "w1", Failure.INTERNAL, retry_in=None)
    assert list(catalog.passages(old_ids)) == old_ids
    assert await catalog.superseded_chunks() == [("default", new_ids)]


async def test_a_deleted_document_answers_nothing_from_that_moment(catalog: Catalog) -> None:
    await catalog.add(_content())
    document = await _make_ready(catalog)
    ids = await _chunk_ids(catalog, document)
    await catalog.mark_deleting(document.id)
    assert catalog.passages(ids) == {}
    assert catalog.live_chunk_ids([document.id]) == {}
    assert await catalog.collections() == {}
    assert await catalog.superseded_chunks() == [("default", ids)]


async def test_content_is_dropped_with_its_last_document(catalog: Catalog) -> None:
    first, _, _ = await catalog.add(_content())
    second, _, _ = await catalog.add(_content(collection="outra"))
    await catalog.mark_deleting(first.id)
    await catalog.mark_deleting(second.id)
    assert not await catalog.drop_document(first.id)
    assert await catalog.drop_document(second.id)
    assert not await catalog.drop_document(second.id)


# --- jobs --------------------------------------------------------------------------------------


async def test_a_job_goes_from_queued_over_running_to_done(catalog: Catalog, jobs: Jobs) -> None:
    _, job_id, _ = await catalog.add(_content())
    assert (await jobs.get(job_id)).state == "queued"
    document = await _claim(catalog)
    assert (await jobs.get(job_id)).state == "running"
    await catalog.store_passages(document, "w1", 7, PASSAGES)
    await catalog.advance(document.id, "w1", 2)
    (progress,) = (await jobs.get(job_id)).documents
    assert (progress.state, progress.pages_done, progress.pages_total) == ("indexing", 7, 7)
    assert (progress.chunks_done, progress.chunks_total) == (2, 3)
    await catalog.go_live(document, "w1")
    await catalog.finish(document, "w1")
    job = await jobs.get(job_id)
    assert (job.state, job.done, job.failed) == ("done", 1, 0)
    assert job.finished_at is not None


async def test_a_job_whose_documents_all_failed_has_failed_and_says_why(
    catalog: Catalog, jobs: Jobs
) -> None:
    document, job_id, _ = await catalog.add(_content())
    await _claim(catalog)
    await catalog.fail(document.id, "w1", Failure.ENCRYPTED, retry_in=None)
    job = await jobs.get(job_id)
    assert (job.state, job.failed) == ("failed", 1)
    assert "senha" in (job.documents[0].error or "")
    token = current_language.set("en")
    assert "password" in ((await jobs.get(job_id)).documents[0].error or "")
    current_language.reset(token)


async def test_a_job_with_some_failures_is_done(catalog: Catalog, jobs: Jobs) -> None:
    failed, _, _ = await catalog.add(_content("a"))
    await _claim(catalog)
    await catalog.fail(failed.id, "w1", Failure.DAMAGED, retry_in=None)
    await catalog.add(_content("b"))
    ready = await _make_ready(catalog)
    job_id = await catalog.retry([failed.id, ready.id])
    for _ in range(2):
        document = await _claim(catalog)
        if document.id == failed.id:
            await catalog.fail(document.id, "w1", Failure.DAMAGED, retry_in=None)
        else:
            await catalog.store_passages(document, "w1", 3, PASSAGES)
            await catalog.go_live(document, "w1")
            await catalog.finish(document, "w1")
    job = await jobs.get(job_id)
    assert (job.state, job.total, job.done, job.failed) == ("done", 2, 1, 1)
    assert job.documents[0].material_id == failed.id


async def test_cancelling_stops_what_is_not_finished(catalog: Catalog, jobs: Jobs) -> None:
    document, job_id, _ = await catalog.add(_content())
    await _claim(catalog)
    job = await jobs.cancel(job_id)
    assert (job.state, job.documents[0].state) == ("cancelled", "cancelled")
    assert job.finished_at is not None
    assert not await catalog.renew(document.id, "w1")
    assert await catalog.claim("w2") is None
    assert (await jobs.cancel(job_id)).state == "cancelled"


async def test_cancelling_a_finished_job_changes_nothing(catalog: Catalog, jobs: Jobs) -> None:
    _, job_id, _ = await catalog.add(_content())
    document = await _make_ready(catalog)
    assert (await jobs.cancel(job_id)).state == "done"
    assert (await _get(catalog, document.id)).state == "ready"


async def test_deleting_a_document_ends_its_jobs(catalog: Catalog, jobs: Jobs) -> None:
    document, job_id, _ = await catalog.add(_content())
    await catalog.mark_deleting(document.id)
    await catalog.drop_document(document.id)
    job = await jobs.get(job_id)
    assert job.finished_at is not None
    assert job.documents[0].state == "removed"
    assert job.documents[0].title == "Manual"


async def test_retrying_nothing_known_is_a_job_that_is_over(catalog: Catalog, jobs: Jobs) -> None:
    job = await jobs.get(await catalog.retry(["0" * 32, "nonsense"]))
    assert (job.state, job.total) == ("done", 0)


async def test_an_unfinished_document_is_not_started_over_by_a_retry(
    catalog: Catalog, jobs: Jobs
) -> None:
    document, _, _ = await catalog.add(_content())
    claimed = await _claim(catalog)
    job_id = await catalog.retry([document.id])
    assert await catalog.renew(claimed.id, "w1")
    assert (await jobs.get(job_id)).state == "running"


async def test_a_job_unknown_is_said_so(jobs: Jobs) -> None:
    with pytest.raises(NotFound):
        await jobs.get("nope")
    with pytest.raises(NotFound):
        await jobs.cancel("nope")


async def test_a_scan_that_finds_nothing_is_done(catalog: Catalog, jobs: Jobs) -> None:
    job_id = await jobs.start_scan(force=True)
    assert (await jobs.get(job_id)).state == "running"
    assert await jobs.interrupted_scans() == [(job_id, True)]
    await jobs.finish_scan(job_id, [])
    assert (await jobs.get(job_id)).state == "done"
    assert await jobs.interrupted_scans() == []


async def test_a_document_deleted_during_the_scan_does_not_keep_the_job_open(
    catalog: Catalog, jobs: Jobs
) -> None:
    job_id = await jobs.start_scan(force=False)
    document, _, _ = await catalog.add(_content())
    await catalog.mark_deleting(document.id)
    await jobs.finish_scan(job_id, [document.id])
    await catalog.drop_document(document.id)
    assert (await jobs.get(job_id)).finished_at is not None


async def test_a_cancelled_scan_starts_no_work(catalog: Catalog, jobs: Jobs) -> None:
    job_id = await jobs.start_scan(force=False)
    document, _, _ = await catalog.add(_content())
    await jobs.cancel(job_id)
    await jobs.finish_scan(job_id, [document.id])
    job = await jobs.get(job_id)
    assert job.state == "cancelled"
    assert job.documents[0].state == "cancelled"
