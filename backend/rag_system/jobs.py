"""Jobs: what one request set going, told from the documents it is made of.

The functions that take a session are steps of a caller's transaction.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from sqlalchemy import case, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from rag_system.contracts import Job, JobDocument, JobState, MaterialState
from rag_system.failures import Failure, explain
from rag_system.models import Document, JobItem, JobRow, Outcome
from utils.db import Database, utc_now
from utils.errors import NotFound
from utils.messages import Message

# A job may hold 10,000 documents; a progress event tells of the ones that matter first.
LISTED_DOCUMENTS = 200

_OUTCOMES: dict[MaterialState, Outcome] = {
    "ready": "ready",
    "failed": "failed",
    "cancelled": "cancelled",
    "deleting": "removed",
}

NO_SUCH_JOB = Message(pt="Tarefa não encontrada.", en="Job not found.")


async def create(session: AsyncSession, documents: Sequence[Document]) -> str:
    """A job of `documents`; those that are ready already count as done."""
    job = JobRow()
    session.add(job)
    await session.flush()
    await attach(session, job.id, documents)
    return job.id


async def attach(session: AsyncSession, job_id: str, documents: Sequence[Document]) -> None:
    """Give a job its documents; it ends at once where none has work left."""
    for document in documents:
        outcome = _OUTCOMES.get(document.state)
        session.add(
            JobItem(
                job_id=job_id,
                document_id=document.id,
                title=document.title,
                outcome=outcome,
                failure=document.failure if outcome == "failed" else None,
            )
        )
    await session.flush()
    await _close_settled(session)


async def settle(
    session: AsyncSession,
    document_ids: Sequence[str],
    outcome: Outcome,
    failure: Failure | None = None,
) -> None:
    """Record in every open job how these documents ended; close the jobs that are over."""
    for start in range(0, len(document_ids), 500):
        await session.execute(
            update(JobItem)
            .where(
                JobItem.document_id.in_(document_ids[start : start + 500]),
                JobItem.outcome.is_(None),
            )
            .values(outcome=outcome, failure=failure.value if failure else None)
        )
    await _close_settled(session)


async def _close_settled(session: AsyncSession) -> None:
    has_open_item = exists().where(JobItem.job_id == JobRow.id, JobItem.outcome.is_(None))
    await session.execute(
        update(JobRow)
        .where(JobRow.finished_at.is_(None), JobRow.scanning.is_(False), ~has_open_item)
        .values(finished_at=utc_now())
    )


class _Counts(NamedTuple):
    total: int
    done: int
    failed: int
    waiting: int


class Jobs:
    """Reads and changes jobs; each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def get(self, job_id: str) -> Job:
        """The job with its documents, unfinished and failed ones first.

        Raises:
            NotFound: there is no such job.
        """
        async with self._db.read() as session:
            row = await session.get(JobRow, job_id)
            if row is None:
                raise NotFound(NO_SUCH_JOB)
            counts = await _count(session, job_id)
            return Job(
                id=row.id,
                state=_state(row, counts),
                total=counts.total,
                done=counts.done,
                failed=counts.failed,
                documents=await _documents(session, job_id),
                created_at=row.created_at,
                finished_at=row.finished_at,
            )

    async def start_scan(self, *, force: bool) -> str:
        """A job whose documents a scan of the materials folder will tell."""
        async with self._db.write() as session:
            job = JobRow(scanning=True, force=force)
            session.add(job)
            await session.flush()
            return job.id

    async def finish_scan(self, job_id: str, document_ids: Sequence[str]) -> None:
        async with self._db.write() as session:
            job = await session.get_one(JobRow, job_id)
            job.scanning = False
            await session.flush()
            documents: list[Document] = []
            for start in range(0, len(document_ids), 500):
                part = document_ids[start : start + 500]
                documents += await session.scalars(select(Document).where(Document.id.in_(part)))
            await attach(session, job_id, documents)
            if job.cancelled:
                await _cancel_documents(session, job_id)

    async def interrupted_scans(self) -> list[tuple[str, bool]]:
        """Scans that a crash cut short: `(job id, force)`."""
        async with self._db.read() as session:
            rows = await session.execute(
                select(JobRow.id, JobRow.force).where(JobRow.scanning.is_(True))
            )
            return [(job_id, force) for job_id, force in rows]

    async def cancel(self, job_id: str) -> Job:
        """Stop what the job has not finished; finished documents stay.

        Raises:
            NotFound: there is no such job.
        """
        async with self._db.write() as session:
            job = await session.get(JobRow, job_id)
            if job is None:
                raise NotFound(NO_SUCH_JOB)
            if job.finished_at is None:
                job.cancelled, job.scanning = True, False
                await _cancel_documents(session, job_id)
        return await self.get(job_id)


async def _cancel_documents(session: AsyncSession, job_id: str) -> None:
    open_items = select(JobItem.document_id).where(
        JobItem.job_id == job_id, JobItem.outcome.is_(None)
    )
    ids = list(await session.scalars(open_items))
    for start in range(0, len(ids), 500):
        await session.execute(
            update(Document)
            .where(Document.id.in_(ids[start : start + 500]))
            .values(state="cancelled", lease_owner=None)
        )
    await settle(session, ids, "cancelled")


async def _count(session: AsyncSession, job_id: str) -> _Counts:
    row = (
        await session.execute(
            select(
                func.count(),
                func.sum(case((JobItem.outcome == "ready", 1), else_=0)),
                func.sum(case((JobItem.outcome == "failed", 1), else_=0)),
                func.sum(case((Document.state == "queued", 1), else_=0)),
            )
            .select_from(JobItem)
            .join(Document, Document.id == JobItem.document_id, isouter=True)
            .where(JobItem.job_id == job_id)
        )
    ).one()
    return _Counts(*(int(value or 0) for value in row))


def _state(row: JobRow, counts: _Counts) -> JobState:
    if row.cancelled:
        return "cancelled"
    if row.finished_at is not None:
        return "failed" if counts.failed and counts.failed == counts.total else "done"
    if counts.total and counts.waiting == counts.total:
        return "queued"
    return "running"


async def _documents(session: AsyncSession, job_id: str) -> list[JobDocument]:
    rows = await session.execute(
        select(JobItem, Document)
        .join(Document, Document.id == JobItem.document_id, isouter=True)
        .where(JobItem.job_id == job_id)
        .order_by(
            case((JobItem.outcome.is_(None), 0), (JobItem.outcome == "failed", 1), else_=2),
            Document.not_before,
            JobItem.document_id,
        )
        .limit(LISTED_DOCUMENTS)
    )
    return [_job_document(item, document) for item, document in rows]


def _job_document(item: JobItem, document: Document | None) -> JobDocument:
    return JobDocument(
        material_id=item.document_id,
        title=item.title,
        state=_item_state(item, document),
        pages_done=document.pages_done if document else 0,
        pages_total=document.pages_total if document else None,
        chunks_done=document.chunks_done if document else 0,
        chunks_total=document.chunks_total if document else None,
        error=explain(item.failure or (document.failure if document else None)),
    )


def _item_state(item: JobItem, document: Document | None) -> MaterialState | Literal["removed"]:
    if item.outcome is not None:
        return item.outcome
    return document.state if document else "removed"
