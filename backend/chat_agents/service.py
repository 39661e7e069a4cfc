"""Asks the RAG server on behalf of a person, and passes its answer on."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any
from uuid import uuid4

from chat_agents.schemas import AnswerFeedback, ChatAnswer, ChatQuestion
from feedback.repository import Thumbs
from rag_system.client import RAG_AWAY, RagClient, RagUnavailable
from rag_system.contracts import QueryRequest
from utils.db import Database
from utils.errors import AppError, Invalid, RelayedError
from utils.messages import Message
from utils.sse import event

MAX_QUESTION = 4000

EMPTY_QUESTION = Message(pt="Escreva uma pergunta.", en="Write a question.")
LONG_QUESTION = Message(
    pt="A pergunta é longa demais: o limite é de {limit} caracteres.",
    en="The question is too long: the limit is {limit} characters.",
)


class Chat:
    """Answers questions from the collections that the caller may see (None: all of them)."""

    def __init__(self, rag: RagClient, collections: Sequence[str] | None) -> None:
        self._rag = rag
        self._collections = collections

    async def answer(self, question: ChatQuestion) -> ChatAnswer:
        """The whole answer.

        Raises:
            Invalid: the question is empty or too long.
            RagUnavailable, RelayedError: from the RAG server.
        """
        response = await self._rag.query(self._query(question))
        return ChatAnswer(**response.model_dump(), thread_id=_thread_of(question))

    async def stream(self, question: ChatQuestion) -> AsyncGenerator[bytes]:
        """The answer as events: `meta`, then `sources`, `delta`s and `done`, or `error`.

        Raises, before the first event, what `answer` raises.
        """
        thread_id = _thread_of(question)
        async with aclosing(self._rag.query_stream(self._query(question))) as upstream:
            first = await _first(upstream)
            yield event("meta", {"thread_id": thread_id})
            yield _relayed(*first, thread_id)
            try:
                async for name, data in upstream:
                    yield _relayed(name, data, thread_id)
            except AppError as exc:
                yield event("error", {"error": exc.kind, "detail": exc.detail()})

    def _query(self, question: ChatQuestion) -> QueryRequest:
        return QueryRequest(
            question=_text_of(question),
            material_ids=question.material_ids,
            collections=None if self._collections is None else list(self._collections),
            top_k=question.top_k,
            user_level=question.user_level,
            history=question.history,
        )


class FeedbackBox:
    """Takes a user's opinions on answers."""

    def __init__(self, database: Database, user_id: str) -> None:
        self._database = database
        self._user_id = user_id

    async def save(self, opinion: AnswerFeedback) -> None:
        async with self._database.write() as session:
            await Thumbs(session).save(self._user_id, **opinion.model_dump())


def _text_of(question: ChatQuestion) -> str:
    text = (question.content or question.message or "").strip()
    if not text:
        raise Invalid(EMPTY_QUESTION)
    if len(text) > MAX_QUESTION:
        raise Invalid(LONG_QUESTION, limit=MAX_QUESTION)
    return text


def _thread_of(question: ChatQuestion) -> str:
    return question.thread_id or uuid4().hex


async def _first(upstream: AsyncGenerator[tuple[str, Any]]) -> tuple[str, Any]:
    """The first event; where it is already an error, that error."""
    try:
        name, data = await anext(upstream)
    except StopAsyncIteration as exc:
        raise RagUnavailable(RAG_AWAY) from exc
    if name != "error":
        return name, data
    raise RelayedError(502, str(data.get("error", "bad_gateway")), str(data.get("detail", "")))


def _relayed(name: str, data: Any, thread_id: str) -> bytes:
    return event(name, {**data, "thread_id": thread_id} if name == "done" else data)
