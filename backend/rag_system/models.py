"""Tables of the catalogue: documents, their names, their chunks, and the jobs that process them."""

from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from rag_system.contracts import MaterialState
from utils.db import RagTable, UtcDateTime, utc_now

Outcome = Literal["ready", "failed", "cancelled", "removed"]

# SQLite numbers rows by itself only where the key's type is INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")


def new_id() -> str:
    return uuid4().hex


class Document(RagTable):
    """One content in one collection. Its row is the truth about it; the indexes follow."""

    __tablename__ = "documents"
    # A document on its way out does not stand in the way of the same content coming back.
    __table_args__ = (
        Index(
            "uq_documents_content",
            "collection",
            "sha256",
            unique=True,
            sqlite_where=text("state != 'deleting'"),
            postgresql_where=text("state != 'deleting'"),
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    collection: Mapped[str] = mapped_column(String(100), index=True)
    title: Mapped[str] = mapped_column(String(500))
    filename: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(127))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    state: Mapped[MaterialState] = mapped_column(String(16), default="queued", index=True)
    failure: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    # Each (re)processing builds a version; the last one that was finished answers questions.
    version: Mapped[int] = mapped_column(default=1)
    live_version: Mapped[int] = mapped_column(default=0)
    pages_done: Mapped[int] = mapped_column(default=0)
    pages_total: Mapped[int | None]
    # Chunks from position 0 up to this one (exclusive) stand in both indexes.
    chunks_done: Mapped[int] = mapped_column(default=0)
    chunks_total: Mapped[int | None]

    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class DocumentName(RagTable):
    """A name under which content arrived; `path` if it lies in the materials folder."""

    __tablename__ = "document_names"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    document_id: Mapped[str] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(255))
    path: Mapped[str | None] = mapped_column(String(1024), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    modified_ns: Mapped[int | None] = mapped_column(BigInteger)


class Chunk(RagTable):
    """A passage. Its id is its key in both indexes and is never used again."""

    __tablename__ = "chunks"
    __table_args__ = (
        UniqueConstraint("document_id", "version", "position"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    version: Mapped[int]
    position: Mapped[int]
    page: Mapped[int | None]
    section: Mapped[str | None] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    # Numbers of the lines of `text`, from 0, that are headings.
    headings: Mapped[list[int]] = mapped_column(JSON, default=list)


class SentenceVectors(RagTable):
    """The vectors of a chunk's sentences by one model, packed by `rag_system.sentence_vectors`.

    There is a row, if an empty one, for each chunk that is embedded by its sentences.
    """

    __tablename__ = "sentence_vectors"

    chunk_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("chunks.id", ondelete="CASCADE"), primary_key=True
    )
    model: Mapped[str] = mapped_column(String(300), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class WeightSet(RagTable):
    """What one training came to; the active one of an embedder ranks and answers."""

    __tablename__ = "weight_sets"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    embedder: Mapped[str] = mapped_column(String(300), index=True)
    # The weights of `rag_system.weights`, the report of `contracts.TrainingReport`.
    weights: Mapped[dict[str, Any]] = mapped_column(JSON)
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    adopted: Mapped[bool]
    active: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class JobRow(RagTable):
    """A request to process documents."""

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    # A job that scans the materials folder learns of its documents only when the scan is over.
    scanning: Mapped[bool] = mapped_column(default=False)
    force: Mapped[bool] = mapped_column(default=False)
    cancelled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class JobItem(RagTable):
    """A document of a job; keeps the outcome after the document has gone."""

    __tablename__ = "job_items"
    __table_args__ = (Index("ix_job_items_open", "document_id", "outcome"),)

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    document_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    title: Mapped[str] = mapped_column(String(500))
    outcome: Mapped[Outcome | None] = mapped_column(String(16))
    failure: Mapped[str | None] = mapped_column(String(32))
