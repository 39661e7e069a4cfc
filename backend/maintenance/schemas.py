"""What travels over the wire about the system."""

from typing import Literal

from pydantic import BaseModel, Field

from rag_system.contracts import MAX_EXAMPLES, Status, TrainingExample

Availability = Literal["available", "unavailable"]


class SystemInformation(BaseModel):
    name: str
    system: str
    version: str
    status: Literal["running"] = "running"
    endpoints: dict[str, str]
    docs: str


class ApiHealth(BaseModel):
    status: Literal["healthy"] = "healthy"
    service: Literal["api-server"] = "api-server"
    version: str
    rag: Availability


class RagFailure(BaseModel):
    error: str
    detail: str


class SystemStatus(BaseModel):
    status: Literal["healthy", "degraded"]
    service: Literal["api-server"] = "api-server"
    version: str
    uptime_seconds: float
    database: Availability
    rag: Status | RagFailure | Availability = Field(
        description="the RAG server's own status, or why it is away; for people who are not "
        "signed in, only whether it is there"
    )


class TrainWish(BaseModel):
    """Labelled questions to learn from, beside the users' thumbs."""

    examples: list[TrainingExample] = Field([], max_length=MAX_EXAMPLES)
    dry_run: bool = Field(False, description="report only: nothing is adopted nor kept")
