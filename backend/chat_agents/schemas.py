"""What travels over the wire in a chat."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rag_system.contracts import AnswerFlags, Question, Source, Turn

ThreadId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
MaterialId = Annotated[str, StringConstraints(max_length=64)]


class ChatQuestion(BaseModel):
    """A question: `content`, or `message` as older clients call it. Unknown keys are ignored."""

    model_config = ConfigDict(extra="ignore")

    content: str | None = Field(None, description="1 to 4000 characters")
    message: str | None = None
    thread_id: ThreadId | None = None
    material_ids: list[MaterialId] | None = Field(None, max_length=10_000)
    top_k: int = Field(5, ge=1, le=50)
    user_level: str | None = Field(None, max_length=50)
    history: list[Turn] | None = Field(
        None, max_length=20, description="earlier turns of the conversation, oldest first"
    )
    stream: bool = Field(False, description="answer as server-sent events")


class AnswerFeedback(BaseModel):
    """Whether an answer helped; the place is that of the source it cites first."""

    model_config = ConfigDict(extra="ignore")

    question: Question
    helpful: bool
    material_id: MaterialId | None = None
    page: int | None = Field(None, ge=0, le=1_000_000)
    thread_id: ThreadId | None = None
    answer: str | None = Field(None, max_length=20_000)


class FeedbackSaved(BaseModel):
    success: bool = True
    message: str


class ChatAnswer(BaseModel):
    answer: str
    answered: bool
    confidence: float
    sources: list[Source]
    response_time: float = Field(description="seconds")
    thread_id: str
    engine: str = Field(description="`extractive`, or the name of the model that wrote the answer")
    notice: str | None = Field(None, description="for the reader: why the answer is not as usual")
    standalone_question: str | None = None
    flags: AnswerFlags = AnswerFlags()
