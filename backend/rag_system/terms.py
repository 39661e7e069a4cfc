"""The terms of a question, weighted by rarity, and how much of them a text holds."""

from rag_system.index.base import LexicalIndex


class QuestionTerms:
    """Terms of a question as the lexical index keeps them; their weights sum to 1.

    A term that the index does not know, but knows one like it, is taken for a misspelling of that.
    """

    def __init__(self, lexical: LexicalIndex, question: str) -> None:
        self._lexical = lexical
        self.terms = {lexical.nearest_term(term) for term in lexical.analyze(question)}
        weights = {term: lexical.term_weight(term) for term in self.terms}
        total = sum(weights.values()) or 1.0
        self._weights = {term: weight / total for term, weight in weights.items()}

    def held(self, text: str) -> set[str]:
        """The question's terms that stand in a text."""
        return self._weights.keys() & set(self._lexical.analyze(text))

    def weight(self, terms: set[str]) -> float:
        """The share of the question, from 0 to 1, that some of its terms make up."""
        return sum(self._weights[term] for term in terms)

    def coverage(self, text: str) -> float:
        """The share of the question's terms, weighted by rarity, that a text holds."""
        return self.weight(self.held(text))
