"""The path of a question: retrieval, then an answer from what it found."""

import time

from rag_system.answering import ExtractiveAnswerer
from rag_system.contracts import QueryRequest, QueryResponse
from rag_system.retrieval import Retriever


async def answer_question(
    retriever: Retriever, answerer: ExtractiveAnswerer, request: QueryRequest
) -> QueryResponse:
    """Answer a question from the materials that the request allows.

    With `answer=false` only the sources are found; `answered` still says whether they cover the
    question.
    """
    started = time.perf_counter()
    retrieved = await retriever.retrieve(
        request.question,
        top_k=request.top_k,
        collections=request.collections,
        document_ids=request.material_ids,
    )
    answering = time.perf_counter()
    answer = answerer.answer(retrieved)
    finished = time.perf_counter()
    timings = {**retrieved.timings_ms, "answer": (finished - answering) * 1000}
    return QueryResponse(
        answer=answer.text if request.answer else "",
        answered=answer.answered,
        confidence=round(answer.confidence, 4),
        sources=answer.sources,
        response_time=round(finished - started, 4),
        timings_ms={name: round(value, 2) for name, value in timings.items()},
        engine="extractive",
    )
