"""What a reranker is asked to do."""

from typing import Protocol


class Reranker(Protocol):
    """Judges passages by reading each together with the question."""

    def scores(self, question: str, texts: list[str]) -> list[float]:
        """How well each text answers the question, from 0 to 1. Blocks: call it in a thread."""
        ...
