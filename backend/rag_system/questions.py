"""The path of a question: made standalone, retrieval, then an answer from what it found."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from rag_system.answering import Answer, ExtractiveAnswerer, refusal
from rag_system.citations import Checked
from rag_system.contracts import EXTRACTIVE, AnswerFlags, QueryRequest, QueryResponse, Source
from rag_system.followups import stand_alone
from rag_system.generation import Generator
from rag_system.language import TextLanguage, detect
from rag_system.language_model import ModelAwayError
from rag_system.retrieval import Retriever

MODEL_AWAY: dict[TextLanguage, str] = {
    "pt": "O modelo de linguagem não respondeu. Esta resposta é feita das melhores frases dos "
    "materiais.",
    "en": "The language model did not answer. This answer is made of the materials' best "
    "sentences.",
    "es": "El modelo de lenguaje no respondió. Esta respuesta está hecha de las mejores frases de "
    "los materiales.",
}


# An extracted answer with less confidence than this comes with a word of caution.
SURE = 0.5
UNSURE: dict[TextLanguage, str] = {
    "pt": "Pode ser que estas frases não respondam à pergunta. Confira na fonte.",
    "en": "These sentences may not answer the question. Check the source.",
    "es": "Puede que estas frases no respondan a la pregunta. Compruebe la fuente.",
}


@dataclass
class _Outcome:
    """What an answer came to."""

    text: str
    answered: bool
    engine: str = EXTRACTIVE
    notice: str | None = None
    flags: AnswerFlags = field(default_factory=AnswerFlags)


async def answer_question(
    retriever: Retriever,
    answerer: ExtractiveAnswerer,
    request: QueryRequest,
    generator: Generator | None = None,
) -> QueryResponse:
    """Answer a question from the materials that the request allows.

    With `answer=false` only the sources are found; `answered` still says whether they cover the
    question.
    """
    steps = stream_answer(retriever, answerer, request, generator)
    async with aclosing(steps):
        async for step in steps:
            if isinstance(step, QueryResponse):
                return step
    raise AssertionError("an answer always ends in a response")


async def stream_answer(
    retriever: Retriever,
    answerer: ExtractiveAnswerer,
    request: QueryRequest,
    generator: Generator | None = None,
) -> AsyncGenerator[list[Source] | str | QueryResponse]:
    """Yield the sources, then pieces of the answer, then the response.

    The response's answer is the one that holds: where the model failed on its way, or its
    citations did not stand the check, it differs from the pieces.
    """
    started = time.perf_counter()
    model = generator.model if generator is not None else None
    standalone = await stand_alone(request.question, request.history or (), model)
    rewritten = time.perf_counter()
    question = standalone or request.question
    retrieved = await retriever.retrieve(
        question,
        top_k=request.top_k,
        collections=request.collections,
        document_ids=request.material_ids,
    )
    answering = time.perf_counter()
    extracted = answerer.answer(retrieved)
    yield extracted.sources
    outcome = _Outcome(extracted.text if request.answer else "", extracted.answered)
    if request.answer and extracted.answered and extracted.confidence < SURE:
        outcome.notice = UNSURE[detect(question)]
    first: float | None = None
    if generator is not None and request.answer and extracted.answered:
        written = _write(generator, question, extracted, request.user_level)
        async with aclosing(written):
            async for piece in written:
                if isinstance(piece, str):
                    first = first or time.perf_counter()
                    yield piece
                else:
                    outcome = piece
    if first is None and outcome.text:
        for sentence in outcome.text.split("\n\n"):
            yield sentence + "\n\n"
    finished = time.perf_counter()
    timings = {**retrieved.timings_ms, "answer": (finished - answering) * 1000}
    if standalone is not None:
        timings["standalone"] = (rewritten - started) * 1000
    if first is not None:
        timings["first_token"] = (first - started) * 1000
    yield QueryResponse(
        answer=outcome.text,
        answered=outcome.answered,
        confidence=round(extracted.confidence, 4),
        sources=extracted.sources,
        response_time=round(finished - started, 4),
        timings_ms={name: round(value, 2) for name, value in timings.items()},
        engine=outcome.engine,
        notice=outcome.notice,
        standalone_question=standalone,
        flags=outcome.flags,
    )


async def _write(
    generator: Generator, question: str, extracted: Answer, user_level: str | None
) -> AsyncGenerator[str | _Outcome]:
    """Pieces of the model's answer, then what it came to; the extracted one where it fails."""
    language = detect(question)
    draft = generator.draft(question, extracted.sources, user_level)
    try:
        async with aclosing(draft.pieces()) as pieces:
            async for piece in pieces:
                yield piece
    except ModelAwayError:
        yield _Outcome(extracted.text, True, notice=MODEL_AWAY[language])
        return
    checked = draft.checked()
    flags = AnswerFlags(injected_orders=draft.orders)
    if checked is None:
        yield _Outcome(refusal(language, extracted.sources), False, draft.model_name, flags=flags)
        return
    yield _Outcome(checked.text, True, draft.model_name, flags=_with_findings(flags, checked))


def _with_findings(flags: AnswerFlags, checked: Checked) -> AnswerFlags:
    return flags.model_copy(
        update={
            "unsupported_sentences": checked.unsupported_sentences,
            "unfound_quotes": checked.unfound_quotes,
            "unknown_citations": checked.unknown_citations,
        }
    )
