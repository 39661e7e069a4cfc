"""Who may chat, and how fast."""

from typing import Annotated

from fastapi import Depends, Request

from auth.deps import ClientAddress, CurrentUser, OptionalUser
from chat_agents.service import Chat, FeedbackBox
from utils.config import ApiSettings
from utils.errors import NotAuthenticated
from utils.messages import Message
from utils.rate_limit import RateLimiter

QUESTIONS_PER_ADDRESS = "20/minute"
QUESTIONS_PER_USER = "60/minute"
OPINIONS_PER_USER = "30/minute"

SIGN_IN_TO_ASK = Message(
    pt="Entre na sua conta para fazer perguntas.", en="Sign in to your account to ask questions."
)


async def member_chat(request: Request, user: CurrentUser) -> Chat:
    """The chat of people with an account, over every collection.

    Raises:
        TooManyRequests: more than 60 questions in a minute.
    """
    limiter: RateLimiter = request.app.state.limiter
    await limiter.hit(QUESTIONS_PER_USER, "chat", user.id)
    return Chat(request.app.state.rag, None)


async def feedback_box(request: Request, user: CurrentUser) -> FeedbackBox:
    """Takes the opinions of the caller.

    Raises:
        TooManyRequests: more than 30 opinions in a minute.
    """
    limiter: RateLimiter = request.app.state.limiter
    await limiter.hit(OPINIONS_PER_USER, "feedback", user.id)
    return FeedbackBox(request.app.state.database, user.id)


async def open_chat(request: Request, user: OptionalUser, address: ClientAddress) -> Chat:
    """The chat that also answers anonymous callers, these from the public collections only.

    Raises:
        NotAuthenticated: there is no public chat.
        TooManyRequests: more than 20 anonymous questions in a minute from one address.
    """
    if user is not None:
        return await member_chat(request, user)
    settings: ApiSettings = request.app.state.settings
    if not settings.public_chat or not settings.public_collections:
        raise NotAuthenticated(SIGN_IN_TO_ASK)
    limiter: RateLimiter = request.app.state.limiter
    await limiter.hit(QUESTIONS_PER_ADDRESS, "chat", address)
    return Chat(request.app.state.rag, settings.public_collections)


MemberChat = Annotated[Chat, Depends(member_chat)]
OpenChat = Annotated[Chat, Depends(open_chat)]
FeedbackDep = Annotated[FeedbackBox, Depends(feedback_box)]
