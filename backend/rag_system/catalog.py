"""The catalogue of documents and chunks: the source of truth that the indexes follow."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from rag_system import jobs
from rag_system.chunking import Passage
from rag_system.contracts import MaterialState
from rag_system.failures import Failure
from rag_system.models import Chunk, Document, DocumentName, SentenceVectors
from utils.db import Database, utc_now

LEASE = timedelta(seconds=30)
# A document that is taken up this often and never gets on is taking its workers down with it.
MAX_CLAIMS = 10
UNFINISHED: tuple[MaterialState, ...] = ("queued", "parsing", "indexing")
IN_WORK: tuple[MaterialState, ...] = ("parsing", "indexing")


@dataclass(frozen=True)
class NewContent:
    """What is known of a file when it arrives."""

    collection: str
    title: str
    filename: str
    media_type: str
    sha256: str
    size: int
    details: dict[str, Any] = field(default_factory=dict)
    path: str | None = None
    modified_ns: int | None = None


@dataclass(frozen=True)
class StoredPassage:
    """A chunk with what a citation tells of its document."""

    chunk_id: int
    document_id: str
    position: int
    collection: str
    title: str
    filename: str
    page: int | None
    section: str | None
    text: str
    headings: list[int]
    # As `rag_system.sentence_vectors` packs them, in the order of `sentences_of`; None where
    # they were not asked for or are still to be made.
    sentence_vectors: bytes | None = None


class Catalog:
    """Reads and changes documents and chunks; each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._db = database
        # Grows with each change of what may answer: what was found before it is out of date.
        self.generation = 0
        self._collections: tuple[int, dict[str, int]] | None = None

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[AsyncSession]:
        """A transaction that changes what may answer."""
        async with self._db.write() as session:
            yield session
        self.generation += 1

    # --- arrival -------------------------------------------------------------------------------

    async def add(self, content: NewContent) -> tuple[Document, str, bool]:
        """Record arrived content and queue it: `(document, job id, duplicate)`.

        Content that the collection already holds becomes another name of that document; it is
        queued again only if it had failed or was cancelled.
        """
        async with self._db.write() as session:
            known = await _find_content(session, content.collection, content.sha256)
            document = known or _new_document(content)
            if known is None:
                session.add(document)
                await session.flush()
            elif known.state in ("failed", "cancelled"):
                _requeue(known)
            await _remember_name(session, document.id, content)
            job_id = await jobs.create(session, [document])
            return document, job_id, known is not None

    async def replace_path(self, content: NewContent) -> Document | None:
        """Record that the file at `content.path` has this content now; None if nothing is to do.

        The document at that path keeps its id and goes on answering from its old content until
        the new one is ready.
        """
        async with self._changing() as session:
            current = await session.scalar(
                select(Document).join(DocumentName).where(DocumentName.path == content.path)
            )
            if current is not None and current.sha256 == content.sha256:
                await _remember_name(session, current.id, content)
                return None
            twin = await _find_content(session, content.collection, content.sha256)
            if twin is None and current is not None and await _count_names(session, current) == 1:
                twin = current
                current.sha256, current.size = content.sha256, content.size
                current.media_type = content.media_type
                _requeue(current)
            elif twin is None:
                twin = _new_document(content)
                session.add(twin)
                await session.flush()
            await _remember_name(session, twin.id, content)
            if current is not None and current.id != twin.id:
                await _retire_if_nameless(session, current)
            return twin if twin.state == "queued" else None

    async def known_paths(self) -> dict[str, DocumentName]:
        async with self._db.read() as session:
            rows = await session.scalars(select(DocumentName).where(DocumentName.path.is_not(None)))
            return {row.path: row for row in rows if row.path}

    async def forget_path(self, path: str) -> None:
        """A file has gone from the materials folder; so does its document with its last name."""
        async with self._changing() as session:
            name = await session.scalar(select(DocumentName).where(DocumentName.path == path))
            if name is None:
                return
            document = await session.get_one(Document, name.document_id)
            await session.delete(name)
            await session.flush()
            await _retire_if_nameless(session, document)

    # --- reading -------------------------------------------------------------------------------

    async def get(self, document_id: str) -> Document | None:
        async with self._db.read() as session:
            document = await session.get(Document, document_id)
            return None if document is None or document.state == "deleting" else document

    async def page(
        self, *, collection: str | None, state: str | None, limit: int, offset: int
    ) -> tuple[list[Document], int]:
        """Documents, newest first, and how many there are in all."""
        wanted: list[ColumnElement[bool]] = [Document.state != "deleting"]
        if collection is not None:
            wanted.append(Document.collection == collection)
        if state is not None:
            wanted.append(Document.state == state)
        async with self._db.read() as session:
            total = await session.scalar(select(func.count()).select_from(Document).where(*wanted))
            rows = await session.scalars(
                select(Document)
                .where(*wanted)
                .order_by(Document.created_at.desc(), Document.id)
                .limit(limit)
                .offset(offset)
            )
            return list(rows), total or 0

    async def names(self, document_id: str) -> list[str]:
        async with self._db.read() as session:
            rows = await session.scalars(
                select(DocumentName.name).where(DocumentName.document_id == document_id).distinct()
            )
            return sorted(rows)

    def passages(
        self, chunk_ids: Sequence[int], model: str | None = None
    ) -> dict[int, StoredPassage]:
        """The chunks that may answer now, by id: those of each document's live version.

        With `model`, the vectors of their sentences by that model too. Blocks: for a thread.
        """
        statement = _LIVE_PASSAGES if model is None else _LIVE_PASSAGES_WITH_VECTORS
        wanted = {"chunk_ids": chunk_ids, "model": model}
        with self._db.read_in_thread() as connection:
            rows = connection.execute(statement, wanted).all()
        return {row[0]: StoredPassage(*row) for row in rows}

    def live_chunk_ids(self, document_ids: Sequence[str]) -> dict[str, list[int]]:
        """Ids of the chunks that may answer, by collection, for some documents. Blocks."""
        query = (
            select(Document.collection, Chunk.id)
            .join(Document, _live())
            .where(Document.id.in_(document_ids))
        )
        found: dict[str, list[int]] = {}
        with self._db.read_in_thread() as connection:
            for collection, chunk_id in connection.execute(query):
                found.setdefault(collection, []).append(chunk_id)
        return found

    async def collections(self) -> dict[str, int]:
        """Collections with how many documents of each can answer."""
        generation = self.generation
        if self._collections is not None and self._collections[0] == generation:
            return self._collections[1]
        async with self._db.read() as session:
            rows = await session.execute(
                select(Document.collection, func.count())
                .where(Document.live_version > 0, Document.state != "deleting")
                .group_by(Document.collection)
            )
            found = {name: int(count) for name, count in rows}
        self._collections = generation, found
        return found

    async def counts(self) -> tuple[dict[str, int], int, int]:
        """Documents per state, chunks, and bytes of the documents."""
        async with self._db.read() as session:
            states = await session.execute(
                select(Document.state, func.count()).group_by(Document.state)
            )
            chunks = await session.scalar(select(func.count()).select_from(Chunk))
            size = await session.scalar(select(func.sum(Document.size)))
            return {state: int(count) for state, count in states}, chunks or 0, int(size or 0)

    async def live_documents(self) -> tuple[list[Document], int]:
        """The documents that can answer, and how many chunks they have in all."""
        async with self._db.read() as session:
            documents = await session.scalars(
                select(Document).where(Document.live_version > 0, Document.state != "deleting")
            )
            chunks = await session.scalar(
                select(func.count()).select_from(Chunk).join(Document, _live())
            )
            return list(documents), chunks or 0

    # --- vectors of chunks that are indexed ------------------------------------------------------

    async def count_indexed(self, without_sentences_of: str | None = None) -> int:
        """Chunks that belong in the indexes; only those without sentence vectors of a model."""
        query = select(func.count()).select_from(Chunk).join(Document, _indexed())
        if without_sentences_of is not None:
            query = query.where(~_has_sentences(without_sentences_of))
        async with self._db.read() as session:
            return await session.scalar(query) or 0

    async def indexed_passages(self, after: int, limit: int) -> list[StoredPassage]:
        """Chunks that belong in the indexes, by their ids, from the one after `after`."""
        async with self._db.read() as session:
            rows = await session.execute(
                _select_passages()
                .join(Document, _indexed())
                .where(Chunk.id > after)
                .order_by(Chunk.id)
                .limit(limit)
            )
            return [StoredPassage(*row) for row in rows]

    async def still_indexed(self, chunk_ids: Sequence[int]) -> set[int]:
        """Those of some chunks that belong in the indexes."""
        async with self._db.read() as session:
            rows = await session.scalars(
                select(Chunk.id).join(Document, _indexed()).where(Chunk.id.in_(chunk_ids))
            )
            return set(rows)

    async def with_sentence_vectors(self, chunk_ids: Sequence[int], model: str) -> set[int]:
        """Those of some chunks whose sentence vectors by a model are kept."""
        async with self._db.read() as session:
            rows = await session.scalars(
                select(SentenceVectors.chunk_id).where(
                    SentenceVectors.chunk_id.in_(chunk_ids), SentenceVectors.model == model
                )
            )
            return set(rows)

    async def store_sentence_vectors(self, model: str, packed: Mapping[int, bytes]) -> None:
        """Keep packed sentence vectors by chunk id, but for chunks that are gone."""
        async with self._changing() as session:
            await _store_sentence_vectors(session, model, packed)

    async def keep_sentence_vectors(self, models: Sequence[str]) -> None:
        """Drop the sentence vectors of all other models."""
        async with self._db.write() as session:
            await session.execute(
                delete(SentenceVectors).where(SentenceVectors.model.not_in(models))
            )

    # --- work ----------------------------------------------------------------------------------

    async def claim(self, owner: str) -> Document | None:
        """Lease the oldest document that waits, or whose worker fell silent."""
        now = utc_now()
        waits = and_(Document.state == "queued", Document.not_before <= now)
        abandoned = and_(Document.state.in_(IN_WORK), Document.lease_until < now)
        async with self._db.write() as session:
            document = await session.scalar(
                select(Document)
                .where(or_(waits, abandoned))
                .order_by(Document.not_before, Document.created_at)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if document is None:
                return None
            # Stored passages outlive a crash or a failed attempt: go on from there.
            document.state = "parsing" if document.chunks_total is None else "indexing"
            if document.attempts >= MAX_CLAIMS:
                document.state, document.failure = "failed", Failure.TOO_DEMANDING.value
                await jobs.settle(session, [document.id], "failed", Failure.TOO_DEMANDING)
                return None
            document.lease_owner, document.lease_until = owner, now + LEASE
            document.attempts += 1
            return document

    async def renew(self, document_id: str, owner: str) -> bool:
        """Prolong a lease; False if it is no longer ours (cancelled, deleted, taken over)."""
        async with self._db.write() as session:
            result = await session.execute(
                update(Document)
                .where(_leased(document_id, owner))
                .values(lease_until=utc_now() + LEASE)
            )
            return _changed(result)

    async def release_leases(self) -> None:
        """Free every lease: for the start of a process that is the only worker."""
        async with self._db.write() as session:
            await session.execute(
                update(Document)
                .where(Document.state.in_(IN_WORK))
                .values(lease_until=utc_now() - LEASE)
            )

    async def store_passages(
        self, document: Document, owner: str, pages: int, passages: Sequence[Passage]
    ) -> bool:
        """Keep the passages of a parsed document and move it on to indexing."""
        async with self._db.write() as session:
            result = await session.execute(
                update(Document)
                .where(_leased(document.id, owner), Document.version == document.version)
                .values(
                    state="indexing",
                    title=document.title,
                    pages_total=pages,
                    pages_done=pages,
                    chunks_total=len(passages),
                    chunks_done=0,
                )
            )
            if not _changed(result):
                return False
            session.add_all(
                Chunk(
                    document_id=document.id,
                    version=document.version,
                    position=position,
                    page=passage.page,
                    section=passage.section,
                    text=passage.text,
                    headings=list(passage.headings),
                )
                for position, passage in enumerate(passages)
            )
            return True

    async def chunks(
        self, document: Document, start: int, limit: int, *, live: bool = False
    ) -> list[Chunk]:
        """Chunks of the version being built, or of the live one, from position `start`."""
        async with self._db.read() as session:
            rows = await session.scalars(
                select(Chunk)
                .where(
                    Chunk.document_id == document.id,
                    Chunk.version == (document.live_version if live else document.version),
                    Chunk.position >= start,
                )
                .order_by(Chunk.position)
                .limit(limit)
            )
            return list(rows)

    async def advance(
        self,
        document_id: str,
        owner: str,
        chunks_done: int,
        sentence_vectors: Mapping[str, Mapping[int, bytes]] | None = None,
    ) -> bool:
        """Note how many chunks stand in both indexes, with their sentence vectors by model.

        False, and nothing is kept, if the lease is no longer ours.
        """
        async with self._db.write() as session:
            result = await session.execute(
                update(Document)
                .where(_leased(document_id, owner))
                .values(chunks_done=chunks_done, attempts=1, lease_until=utc_now() + LEASE)
            )
            if not _changed(result):
                return False
            for model, packed in (sentence_vectors or {}).items():
                await _store_sentence_vectors(session, model, packed)
            return True

    async def go_live(self, document: Document, owner: str) -> bool:
        """The version being built stands in both indexes: it answers from now on."""
        async with self._changing() as session:
            result = await session.execute(
                update(Document)
                .where(_leased(document.id, owner), Document.version == document.version)
                .values(live_version=document.version)
            )
            return _changed(result)

    async def finish(self, document: Document, owner: str) -> None:
        """Nothing is left to do for the live version: the document is ready."""
        async with self._db.write() as session:
            result = await session.execute(
                update(Document)
                .where(_leased(document.id, owner), Document.version == document.version)
                .values(state="ready", failure=None, lease_owner=None)
            )
            if _changed(result):
                await jobs.settle(session, [document.id], "ready")

    async def fail(
        self, document_id: str, owner: str, failure: Failure, *, retry_in: timedelta | None
    ) -> None:
        """Queue the document again after `retry_in`, or give it up with its reason."""
        async with self._db.write() as session:
            values: dict[str, Any] = {"failure": failure.value, "lease_owner": None}
            if retry_in is not None:
                values |= {"state": "queued", "not_before": utc_now() + retry_in}
            else:
                values |= {"state": "failed"}
            result = await session.execute(
                update(Document).where(_leased(document_id, owner)).values(**values)
            )
            if _changed(result) and retry_in is None:
                await jobs.settle(session, [document_id], "failed", failure)

    # --- changes by a person ---------------------------------------------------------------------

    async def retry(self, document_ids: Sequence[str]) -> str:
        """Queue finished documents for another processing; returns the job's id."""
        async with self._db.write() as session:
            documents = await _requeue_finished(session, document_ids)
            return await jobs.create(session, documents)

    async def requeue(self, document_ids: Sequence[str]) -> None:
        """Queue finished documents for another processing, in a job that exists already."""
        async with self._db.write() as session:
            await _requeue_finished(session, document_ids)

    async def mark_deleting(self, document_id: str) -> Document | None:
        """Take a document out of every answer at once; its removal follows."""
        async with self._changing() as session:
            document = await session.get(Document, document_id)
            if document is None:
                return None
            document.state, document.lease_owner = "deleting", None
            await jobs.settle(session, [document_id], "removed")
            return document

    async def mark_all_deleting(self) -> None:
        async with self._changing() as session:
            ids = list(await session.scalars(select(Document.id)))
            await session.execute(update(Document).values(state="deleting", lease_owner=None))
            await jobs.settle(session, ids, "removed")

    # --- removal ---------------------------------------------------------------------------------

    async def deleting(self) -> list[Document]:
        async with self._db.read() as session:
            return list(await session.scalars(select(Document).where(Document.state == "deleting")))

    async def superseded_chunks(
        self, document_id: str | None = None
    ) -> list[tuple[str, list[int]]]:
        """Chunks that no answer needs, by collection: of old, given up and deleted versions."""
        given_up = and_(
            Chunk.version != Document.live_version, Document.state.in_(("failed", "cancelled"))
        )
        needless = or_(
            Chunk.version < Document.live_version, Document.state == "deleting", given_up
        )
        query = select(Document.collection, Chunk.id).join(Document).where(needless)
        if document_id is not None:
            query = query.where(Document.id == document_id)
        found: dict[str, list[int]] = {}
        async with self._db.read() as session:
            for collection, chunk_id in await session.execute(query):
                found.setdefault(collection, []).append(chunk_id)
        return list(found.items())

    async def drop_chunks(self, chunk_ids: Sequence[int]) -> None:
        async with self._changing() as session:
            for start in range(0, len(chunk_ids), 500):
                await session.execute(
                    delete(Chunk).where(Chunk.id.in_(chunk_ids[start : start + 500]))
                )

    async def drop_document(self, document_id: str) -> bool:
        """Remove a deleted document's row; True if no other document has the same content."""
        async with self._changing() as session:
            document = await session.get(Document, document_id)
            if document is None:
                return False
            sha256 = document.sha256
            await session.delete(document)
            await session.flush()
            twins = await session.scalar(
                select(func.count()).select_from(Document).where(Document.sha256 == sha256)
            )
            return twins == 0


def as_passage(document: Document, chunk: Chunk) -> StoredPassage:
    return StoredPassage(
        chunk_id=chunk.id,
        document_id=document.id,
        position=chunk.position,
        collection=document.collection,
        title=document.title,
        filename=document.filename,
        page=chunk.page,
        section=chunk.section,
        text=chunk.text,
        headings=chunk.headings,
    )


def _select_passages() -> Select[*tuple[Any, ...]]:
    """The columns of `StoredPassage` but the vectors; the caller joins the documents."""
    columns: Select[*tuple[Any, ...]] = select(
        Chunk.id,
        Chunk.document_id,
        Chunk.position,
        Document.collection,
        Document.title,
        Document.filename,
        Chunk.page,
        Chunk.section,
        Chunk.text,
        Chunk.headings,
    )
    return columns


async def _store_sentence_vectors(
    session: AsyncSession, model: str, packed: Mapping[int, bytes]
) -> None:
    # Locked until the end of the transaction, where the database locks rows.
    existing = set(
        await session.scalars(
            select(Chunk.id).where(Chunk.id.in_(packed)).with_for_update(read=True)
        )
    )
    rows = [
        {"chunk_id": chunk_id, "model": model, "data": data}
        for chunk_id, data in packed.items()
        if chunk_id in existing
    ]
    if rows:
        await session.execute(
            delete(SentenceVectors).where(
                SentenceVectors.chunk_id.in_(existing), SentenceVectors.model == model
            )
        )
        await session.execute(insert(SentenceVectors), rows)


def _has_sentences(model: str) -> ColumnElement[bool]:
    return (
        select(literal(1))
        .where(SentenceVectors.chunk_id == Chunk.id, SentenceVectors.model == model)
        .exists()
    )


def _indexed() -> ColumnElement[bool]:
    """Live chunks, and those of a version in work that its worker has done."""
    done = and_(Chunk.version == Document.version, Chunk.position < Document.chunks_done)
    return and_(
        Document.id == Chunk.document_id,
        or_(Chunk.version == Document.live_version, done),
        Document.state != "deleting",
    )


def _live() -> ColumnElement[bool]:
    return and_(
        Document.id == Chunk.document_id,
        Document.live_version == Chunk.version,
        Document.state != "deleting",
    )


def _leased(document_id: str, owner: str) -> ColumnElement[bool]:
    return and_(
        Document.id == document_id,
        Document.lease_owner == owner,
        Document.state.in_(IN_WORK),
    )


def _changed(result: Any) -> bool:
    return bool(result.rowcount)


def _new_document(content: NewContent) -> Document:
    return Document(
        collection=content.collection,
        title=content.title,
        filename=content.filename,
        media_type=content.media_type,
        sha256=content.sha256,
        size=content.size,
        details=content.details,
        state="queued",
    )


def _requeue(document: Document) -> None:
    document.state = "queued"
    document.version += 1
    document.failure = None
    document.attempts = 0
    document.not_before = utc_now()
    document.pages_done = document.chunks_done = 0
    document.pages_total = document.chunks_total = None


async def _requeue_finished(session: AsyncSession, document_ids: Sequence[str]) -> list[Document]:
    documents: list[Document] = []
    for start in range(0, len(document_ids), 500):
        documents += await session.scalars(
            select(Document).where(
                Document.id.in_(document_ids[start : start + 500]), Document.state != "deleting"
            )
        )
    for document in documents:
        if document.state not in UNFINISHED:
            _requeue(document)
    await session.flush()
    return documents


async def _find_content(session: AsyncSession, collection: str, sha256: str) -> Document | None:
    document: Document | None = await session.scalar(
        select(Document).where(
            Document.collection == collection,
            Document.sha256 == sha256,
            Document.state != "deleting",
        )
    )
    return document


async def _remember_name(session: AsyncSession, document_id: str, content: NewContent) -> None:
    same = (
        DocumentName.path == content.path
        if content.path is not None
        else and_(
            DocumentName.path.is_(None),
            DocumentName.document_id == document_id,
            DocumentName.name == content.filename,
        )
    )
    name = await session.scalar(select(DocumentName).where(same))
    if name is None:
        name = DocumentName(path=content.path, name=content.filename)
        session.add(name)
    name.document_id = document_id
    name.size, name.modified_ns = content.size, content.modified_ns
    await session.flush()


async def _retire_if_nameless(session: AsyncSession, document: Document) -> None:
    if not await _count_names(session, document):
        document.state, document.lease_owner = "deleting", None
        await jobs.settle(session, [document.id], "removed")


async def _count_names(session: AsyncSession, document: Document) -> int:
    names = await session.scalar(
        select(func.count())
        .select_from(DocumentName)
        .where(DocumentName.document_id == document.id)
    )
    return names or 0


# Asked with every question: putting a statement together takes longer than running it.
_LIVE_PASSAGES = (
    _select_passages()
    .join(Document, _live())
    .where(Chunk.id.in_(bindparam("chunk_ids", expanding=True)))
)
_LIVE_PASSAGES_WITH_VECTORS = _LIVE_PASSAGES.add_columns(SentenceVectors.data).join_from(
    Chunk,
    SentenceVectors,
    and_(SentenceVectors.chunk_id == Chunk.id, SentenceVectors.model == bindparam("model")),
    isouter=True,
)
