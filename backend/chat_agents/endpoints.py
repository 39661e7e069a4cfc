"""Routes of the chat."""

from typing import Annotated, Any

from fastapi import APIRouter, Header

from chat_agents.deps import FeedbackDep, MemberChat, OpenChat
from chat_agents.schemas import AnswerFeedback, ChatAnswer, ChatQuestion, FeedbackSaved
from chat_agents.service import Chat
from utils.messages import Message
from utils.sse import MEDIA_TYPE, EventStream, begin_stream

THANKS = Message(pt="Obrigado pela sua opinião.", en="Thank you for your opinion.")

router = APIRouter(tags=["chat"])

Accept = Annotated[str, Header()]

_ALSO_A_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
        "description": "The answer, whole or (`stream: true`, or asked for by `Accept`) as events: "
        "`meta`, `sources`, `delta`s and `done`, or `error`",
    }
}


@router.post("/chat", response_model=ChatAnswer, responses=_ALSO_A_STREAM)
async def chat(
    question: ChatQuestion, chat: OpenChat, accept: Accept = ""
) -> ChatAnswer | EventStream:
    return await _answer(question, chat, accept)


@router.post("/chat-auth", response_model=ChatAnswer, responses=_ALSO_A_STREAM)
async def chat_signed_in(
    question: ChatQuestion, chat: MemberChat, accept: Accept = ""
) -> ChatAnswer | EventStream:
    return await _answer(question, chat, accept)


@router.post("/chat/feedback")
async def give_feedback(opinion: AnswerFeedback, feedback: FeedbackDep) -> FeedbackSaved:
    """Says whether an answer helped; the newest opinion on a question and material counts."""
    await feedback.save(opinion)
    return FeedbackSaved(message=THANKS.render())


async def _answer(question: ChatQuestion, chat: Chat, accept: str) -> ChatAnswer | EventStream:
    if question.stream or MEDIA_TYPE in accept:
        return await begin_stream(chat.stream(question))
    return await chat.answer(question)
