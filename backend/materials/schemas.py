"""What travels over the wire about materials."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from rag_system.contracts import MaterialAccepted, MaterialState


class MaterialRecord(BaseModel):
    """A material, under the field names its clients have always read."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True)

    id: str
    title: str
    description: str
    type: str = Field(description="the file's suffix, such as pdf")
    path: str = Field(description="the file's name as it came")
    size: int = Field(description="bytes")
    uploaded_at: datetime
    uploaded_by: str | None
    tags: list[str]
    collection: str
    state: MaterialState
    error: str | None
    retryable: bool
    pages: int | None
    chunks: int


class UploadAccepted(MaterialAccepted):
    message: str


class RetryStarted(BaseModel):
    success: bool = True
    message: str
    id: str
    job_id: str


class Deleted(BaseModel):
    success: bool = True
    message: str
    id: str
