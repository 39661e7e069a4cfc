"""Wire models that the RAG server and its clients share (DESIGN: the wire contract)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from rag_system.weights import Weights

MaterialState = Literal["queued", "parsing", "indexing", "ready", "failed", "cancelled", "deleting"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]

Collection = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
# The bound also refuses lone surrogates, which no database takes.
MaterialId = Annotated[str, StringConstraints(max_length=100)]
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]

DEFAULT_COLLECTION = "default"
EXTRACTIVE = "extractive"
# Of each kind, in one training.
MAX_EXAMPLES = 5_000


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


class Turn(BaseModel):
    """Something said earlier in the conversation."""

    role: Literal["user", "assistant"]
    content: Annotated[str, StringConstraints(max_length=8000)]


class QueryRequest(BaseModel):
    """A question. Unknown keys are ignored: older clients send some."""

    model_config = ConfigDict(extra="ignore")

    question: Question
    material_ids: list[MaterialId] | None = Field(None, max_length=10_000)
    collections: list[Collection] | None = Field(None, max_length=1_000)
    top_k: int = Field(5, ge=1, le=50)
    answer: bool = True
    user_level: str | None = Field(None, max_length=50)
    history: list[Turn] | None = Field(None, max_length=20, description="oldest first")
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
    repeats: int | None = Field(
        None, description="`n` of the better source that says the same, nearly word for word"
    )


class InjectedOrder(BaseModel):
    """A sentence of source `n` that gives orders to the model; it was kept from it."""

    n: int
    text: str


class AnswerFlags(BaseModel):
    """What the checks of a model's answer and of its sources found; empty where nothing."""

    unsupported_sentences: list[str] = Field([], description="marked as without a source")
    unfound_quotes: list[str] = Field([], description="marked as standing in no source")
    unknown_citations: list[int] = Field([], description="numbers of no source, taken out")
    injected_orders: list[InjectedOrder] = []


class QueryResponse(BaseModel):
    """An answer with its sources; `answered` is false where the materials do not cover it."""

    answer: str
    answered: bool
    confidence: float = Field(ge=0, le=1)
    sources: list[Source]
    response_time: float = Field(description="seconds")
    timings_ms: dict[str, float]
    engine: str = Field(description="`extractive`, or the name of the model that wrote the answer")
    notice: str | None = Field(None, description="for the reader: why the answer is not as usual")
    standalone_question: str | None = Field(
        None, description="what was searched for, where the question leaned on earlier ones"
    )
    flags: AnswerFlags = AnswerFlags()


class TrainingExample(BaseModel):
    """A question with what is known of it; `covered=false`: the materials do not answer it.

    Further places that answer it are given as further examples of the same question.
    """

    question: Question
    material_id: MaterialId | None = None
    page: int | None = Field(None, ge=0, le=1_000_000, description="none: any page of it")
    answer: str | None = Field(None, max_length=4000, description="words that the answer holds")
    covered: bool = True


class Thumb(BaseModel):
    """What somebody thought of an answer; the place is that of its first source."""

    question: Question
    helpful: bool
    material_id: MaterialId | None = None
    page: int | None = Field(None, ge=0, le=1_000_000)


class TrainRequest(BaseModel):
    examples: list[TrainingExample] = Field([], max_length=MAX_EXAMPLES)
    feedback: list[Thumb] = Field([], max_length=MAX_EXAMPLES)
    dry_run: bool = Field(False, description="report only: nothing is adopted nor kept")


class TrainingFigures(BaseModel):
    """Shares on held-out questions, each from 0 to 1; none where no question tells."""

    ndcg_at_10: float | None = Field(description="of the labelled place")
    answers: float | None = Field(description="answers that hold the given words")
    false_refusals: float | None = Field(description="covered questions that are refused")
    refused: float | None = Field(description="uncovered questions that are refused")


class TrainedPart(BaseModel):
    """Whether a part of the weights was surely better on held-out questions."""

    adopted: bool
    gain: float = Field(description="mean over held-out questions")
    standard_error: float
    reason: Literal["better", "unchanged", "not_clearly_better"]


class TrainingCounts(BaseModel):
    """Distinct questions by what is known of them."""

    examples: int = Field(description="as they were sent")
    feedback: int = Field(description="as it was sent")
    placed: int = Field(description="questions with a place or an answer")
    covered: int
    uncovered: int


class TrainingReport(BaseModel):
    counts: TrainingCounts
    before: TrainingFigures
    after: TrainingFigures
    ranking: TrainedPart
    answerability: TrainedPart
    seconds: float


class Training(BaseModel):
    """A training; `report` and `weights` come with the state `done`."""

    id: str
    state: Literal["running", "done", "failed"]
    embedder: str
    created_at: datetime
    dry_run: bool = False
    adopted: bool = Field(False, description="a part at least was surely better")
    active: bool = Field(False, description="these weights answer now")
    report: TrainingReport | None = None
    weights: Weights | None = None
    error: str | None = Field(None, description="why it failed, for a person")


class TrainingHistory(BaseModel):
    """Trainings for the embedder that answers, newest first."""

    embedder: str
    active: str = Field(description="id of the set of weights that answers, or `default`")
    weights: Weights = Field(description="those that answer")
    items: list[Training]


class RollbackRequest(BaseModel):
    id: Annotated[str, StringConstraints(max_length=32)] | None = Field(
        None, description="a former set, or `default`; none: the one before"
    )


class Health(BaseModel):
    status: Literal["healthy", "starting"]
    service: str
    version: str
    rag_initialized: bool


class EmbeddingProgress(BaseModel):
    """Chunks that are being embedded in the background, by the model that is set."""

    model: str
    done: int
    total: int
    note: str | None = Field(None, description="what is not as good as usual meanwhile")


class Status(Health):
    materials_count: int
    vector_store_ready: bool
    vector_store_count: int
    collection_name: str
    config: dict[str, Any]
    embedding_progress: EmbeddingProgress | None = None
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
