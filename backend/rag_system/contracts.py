"""Wire models that the RAG server and its clients share (DESIGN: the wire contract)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

MaterialState = Literal["queued", "parsing", "indexing", "ready", "failed", "cancelled", "deleting"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
Engine = Literal["extractive"]

Collection = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
# The bound also refuses lone surrogates, which no database takes.
MaterialId = Annotated[str, StringConstraints(max_length=100)]
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]

DEFAULT_COLLECTION = "default"


class Material(BaseModel):
    """A document in the catalogue."""

    material_id: str
    title: str
    source: str = Field(description="file name as it came")
    collection: str
    state: MaterialState
    error: str | None = Field(description="why it failed, for a person")
    retryable: bool
    pages: int | None
    chunks: int
    size: int = Field(description="bytes")
    sha256: str
    media_type: str
    metadata: dict[str, Any]
    created_at: datetime


class MaterialPage(BaseModel):
    items: list[Material]
    total: int


class MaterialAccepted(BaseModel):
    """An upload is stored and queued."""

    material_id: str
    job_id: str
    duplicate: bool
    sha256: str
    title: str


class MaterialDeleted(BaseModel):
    material_id: str
    deleted: bool = True


class RetryAccepted(BaseModel):
    material_id: str
    job_id: str


class ProcessRequest(BaseModel):
    material_ids: list[MaterialId] | None = Field(None, max_length=10_000)
    force_reprocess: bool = False


class ProcessAccepted(BaseModel):
    success: bool = True
    message: str
    job_id: str


class JobDocument(BaseModel):
    material_id: str
    title: str
    state: MaterialState | Literal["removed"]
    pages_done: int
    pages_total: int | None
    chunks_done: int
    chunks_total: int | None
    error: str | None


class Job(BaseModel):
    """Progress of one request to process documents; counts are of documents."""

    id: str
    state: JobState
    total: int
    done: int
    failed: int
    documents: list[JobDocument]
    created_at: datetime
    finished_at: datetime | None


class QueryRequest(BaseModel):
    """A question. Unknown keys are ignored: older clients send some."""

    model_config = ConfigDict(extra="ignore")

    question: Question
    material_ids: list[MaterialId] | None = Field(None, max_length=10_000)
    collections: list[Collection] | None = Field(None, max_length=1_000)
    top_k: int = Field(5, ge=1, le=50)
    answer: bool = True
    user_level: str | None = Field(None, max_length=50)
    config: dict[str, Any] | None = None


class Source(BaseModel):
    """A passage that supports an answer, best first; `n` is its citation number."""

    n: int
    material_id: str
    title: str
    source: str
    page: int | None
    section: str | None
    chunk: str = Field(description="the passage's text")
    quote: str = Field(description="the sentence of `chunk` that answers best, verbatim")
    score: float
    relevance_score: float = Field(description="same as `score`, under its older name")
    start_seconds: float | None = None


class QueryResponse(BaseModel):
    """An answer with its sources; `answered` is false where the materials do not cover it."""

    answer: str
    answered: bool
    confidence: float = Field(ge=0, le=1)
    sources: list[Source]
    response_time: float = Field(description="seconds")
    timings_ms: dict[str, float]
    engine: Engine


class Health(BaseModel):
    status: Literal["healthy", "starting"]
    service: str
    version: str
    rag_initialized: bool


class Status(Health):
    materials_count: int
    vector_store_ready: bool
    vector_store_count: int
    collection_name: str
    config: dict[str, Any]
    uptime_seconds: float


class Stats(BaseModel):
    materials: dict[str, int] = Field(description="documents per state")
    materials_total: int
    collections: dict[str, int] = Field(description="ready documents per collection")
    chunks: int = Field(description="chunks in the catalogue")
    lexical_chunks: int = Field(description="chunks in the lexical index")
    dense_chunks: int = Field(description="chunks in the vector index")
    queue_depth: int
    bytes_stored: int


class Acknowledged(BaseModel):
    success: bool = True
    message: str


class ResetRequest(BaseModel):
    confirm: StrictBool = False
