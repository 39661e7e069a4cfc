"""Extractive answers: the best sentences, verbatim and cited, or a plain "not in the materials"."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag_system.calibration import ANSWERABILITY, Calibration
from rag_system.contracts import Source
from rag_system.retrieval import Hit, Retrieved
from rag_system.sentences import Sentence
from utils.messages import Language, Message

MAX_SENTENCES = 3
# Only the best few passages may speak; further sources stand in the list for reading on.
SPEAKING_PASSAGES = 5
# A sentence joins the answer if it scores at least this share of the best one's score. On every
# second question of FaQuAD, 0.8 leaves the gold answer in 0.880 of the answers, 0.6 in 0.909, 0.4
# in 0.911.
KEEP_SHARE = 0.6
# Weight of the passage's score beside the sentence's coverage. On FaQuAD, before n-grams joined the
# ranking, the first sentence held the gold answer for 0.790 of the questions with 0, 0.797 with
# 0.6, 0.794 with 1.
PASSAGE_SHARE = 0.6

NOT_COVERED = Message(
    pt="Não encontrei a resposta nos materiais disponíveis. Os trechos mais próximos estão "
    "indicados abaixo, mas não respondem à pergunta.",
    en="I did not find the answer in the available materials. The nearest passages are listed "
    "below, but they do not answer the question.",
)
NOTHING_TO_SEARCH = Message(
    pt="Não encontrei a resposta: nenhum material pronto está ao alcance desta pergunta.",
    en="I did not find the answer: no material that is ready is within reach of this question.",
)

_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "is",
        "are",
        "what",
        "how",
        "which",
        "who",
        "when",
        "where",
        "why",
        "does",
        "do",
        "did",
        "can",
        "should",
        "many",
        "much",
        "i",
        "my",
        "you",
        "your",
        "for",
        "with",
        "in",
        "on",
        "at",
        "from",
        "by",
        "an",
        "be",
        "it",
        "this",
        "that",
    ]
)
_PORTUGUESE = frozenset(
    [
        "o",
        "a",
        "os",
        "as",
        "de",
        "da",
        "do",
        "das",
        "dos",
        "e",
        "que",
        "qual",
        "quais",
        "como",
        "quando",
        "onde",
        "quem",
        "por",
        "para",
        "quanto",
        "quantos",
        "quantas",
        "é",
        "são",
        "em",
        "no",
        "na",
        "nos",
        "nas",
        "um",
        "uma",
        "com",
        "se",
        "não",
        "ao",
        "à",
        "posso",
        "devo",
    ]
)


@dataclass(frozen=True)
class Answer:
    """An answer in sentences, each ending in its citation; `sources` best first."""

    sentences: list[str]
    answered: bool
    confidence: float
    sources: list[Source]

    @property
    def text(self) -> str:
        return "\n\n".join(self.sentences)


@dataclass(frozen=True)
class _Scored:
    """A sentence of source number `source` with how well it answers."""

    sentence: Sentence
    source: int
    score: float


class ExtractiveAnswerer:
    """Picks sentences by the rarity-weighted share of the question's terms that they hold."""

    def __init__(self, calibration: Calibration = ANSWERABILITY) -> None:
        self._calibration = calibration

    def answer(self, retrieved: Retrieved) -> Answer:
        """Answer from retrieved passages."""
        language = detect_language(retrieved.question)
        if not retrieved.hits:
            return Answer([NOTHING_TO_SEARCH.render(language)], False, 0.0, [])
        sources = [_source(number, hit) for number, hit in enumerate(retrieved.hits, start=1)]
        confidence = self._confidence(retrieved)
        if confidence < self._calibration.threshold:
            return Answer([NOT_COVERED.render(language)], False, confidence, sources)
        cited = [f"{one.sentence.shown} [{one.source}]" for one in _choose(retrieved.hits)]
        return Answer(cited, True, confidence, sources)

    def _confidence(self, retrieved: Retrieved) -> float:
        """Probability that the passages answer the question."""
        coverage, similarity = features(retrieved)
        fitted = self._calibration
        logit = fitted.bias + fitted.coverage * coverage + fitted.similarity * similarity
        return 1 / (1 + math.exp(-logit))


def features(retrieved: Retrieved) -> tuple[float, float]:
    """Coverage and similarity of the best passages, from 0 to 1: see `Calibration`."""
    hits = retrieved.hits[:SPEAKING_PASSAGES]
    coverage = max((retrieved.terms.coverage(_indexed_text(hit)) for hit in hits), default=0.0)
    return coverage, max((hit.similarity for hit in hits), default=0.0)


def best_sentences(retrieved: Retrieved) -> list[str]:
    """The sentences an answer would be made of, best first, however likely it is right."""
    return [one.sentence.shown for one in _choose(retrieved.hits)]


def detect_language(text: str) -> Language:
    """Portuguese or English, by their small words; Portuguese where neither prevails."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    english = sum(word in _ENGLISH for word in words)
    portuguese = sum(word in _PORTUGUESE for word in words)
    return "en" if english > portuguese else "pt"


def _indexed_text(hit: Hit) -> str:
    passage = hit.passage
    return f"{passage.title}\n{passage.section or ''}\n{passage.text}"


def _choose(hits: Sequence[Hit]) -> list[_Scored]:
    ranked = sorted(
        (
            _Scored(one.sentence, number, one.coverage + PASSAGE_SHARE * hit.score)
            for number, hit in enumerate(hits[:SPEAKING_PASSAGES], start=1)
            for one in hit.sentences
        ),
        key=lambda scored: -scored.score,
    )
    chosen: list[_Scored] = []
    seen: set[str] = set()
    for scored in ranked:
        if len(chosen) == MAX_SENTENCES or scored.score < KEEP_SHARE * ranked[0].score:
            break
        if scored.sentence.text not in seen:  # overlapping chunks hold the same sentence
            chosen.append(scored)
            seen.add(scored.sentence.text)
    return chosen


def _source(number: int, hit: Hit) -> Source:
    passage = hit.passage
    best = max(hit.sentences, key=lambda one: one.coverage, default=None)
    return Source(
        n=number,
        material_id=passage.document_id,
        title=passage.title,
        source=passage.filename,
        page=passage.page,
        section=passage.section,
        chunk=passage.text,
        quote=best.sentence.text if best else passage.text,
        score=round(hit.score, 4),
        relevance_score=round(hit.score, 4),
    )
