"""The terms of a question, weighted by rarity, and how much of them a text holds."""

from collections.abc import Iterable

from rag_system.index.base import LexicalIndex


class QuestionTerms:
    """Terms of a question as the lexical index keeps them; their weights sum to 1."""

    def __init__(self, lexical: LexicalIndex, question: str) -> None:
        self.terms = lexical.question_terms(question)
        weights = [lexical.term_weight(variants) for variants in self.terms]
        # The sum of the terms' rarities: what a text that holds each of them once would score.
        self.rarity = sum(weights)
        self._weights = [weight / (self.rarity or 1.0) for weight in weights]
        self._place = {
            variant: place for place, variants in enumerate(self.terms) for variant in variants
        }

    def held(self, terms: Iterable[str]) -> set[int]:
        """Which of the question's terms, by their places, are among a text's."""
        place = self._place
        return {place[term] for term in terms if term in place}

    def weight(self, places: set[int]) -> float:
        """The share of the question, from 0 to 1, that some of its terms make up."""
        return sum(self._weights[place] for place in places)
