"""Extractive answers: the best sentences, verbatim and cited, or a plain "not in the materials"."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from rag_system.contracts import Source
from rag_system.language import TextLanguage, detect
from rag_system.retrieval import Hit, Retrieved
from rag_system.sentences import ScoredSentence
from rag_system.weights import Answerability, Weights

MAX_SENTENCES = 3
# Only the best few passages may speak; further sources stand in the list for reading on.
SPEAKING_PASSAGES = 5
# A sentence joins the answer if it scores at least this share of the best one's score. On FaQuAD,
# 0.6 leaves the gold answer in 0.923 of the answers, 0.75 in 0.911, 0.4 in 0.924.
KEEP_SHARE = 0.6
# What a sentence with a number or a name gains where one is asked for. On FaQuAD it brings the gold
# answer into the first sentence for 0.005 more of the questions.
KIND_BONUS = 0.1
# Items of a list that are shown with the line that announces them.
MAX_ITEMS = 5
# Sources that a refusal names.
NAMED_SOURCES = 3

# Texts of answers are in the question's language, whatever that of the page.
NOT_COVERED: dict[TextLanguage, str] = {
    "pt": "Não encontrei a resposta nos materiais disponíveis. Os trechos mais próximos, que não "
    "respondem à pergunta, estão em: {nearest}.",
    "en": "I did not find the answer in the available materials. The nearest passages, which do "
    "not answer the question, are in: {nearest}.",
    "es": "No encontré la respuesta en los materiales disponibles. Los pasajes más cercanos, que "
    "no responden a la pregunta, están en: {nearest}.",
}
NOTHING_TO_SEARCH: dict[TextLanguage, str] = {
    "pt": "Não encontrei a resposta: nenhum material pronto está ao alcance desta pergunta.",
    "en": "I did not find the answer: no material that is ready is within reach of this question.",
    "es": "No encontré la respuesta: ningún material listo está al alcance de esta pregunta.",
}
_PAGE: dict[TextLanguage, str] = {"pt": "p. {page}", "en": "p. {page}", "es": "pág. {page}"}

_ASKS_FOR_NUMBER = re.compile(
    r"\b(?:quant[oa]s?|quando|cu[aá]nt[oa]s?|cu[aá]ndo|how (?:many|much|long|old|often|far)|when|"
    r"(?:que|qual|what|which) (?:é |era |foi |is |was )?(?:o |a |the )?(?:ano|data|dia|hora|valor|"
    r"número|preço|idade|taxa|percentual|porcentagem|prazo|year|date|day|number|price|rate))\b",
    re.IGNORECASE,
)
_ASKS_FOR_NAME = re.compile(r"\b(?:quem|who|whom|qui[eé]n(?:es)?)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"(?<=[\w,;(] )[A-ZÀ-Þ][a-zà-þ]+")
# "M01A01", "NBR6023": who asks about one means no other. Not "10kg" or "3x12", which may be
# written in other ways.
_CODE = re.compile(r"[a-z]+\d\w*")


_MARKER = re.compile(r"\[(\d+)\]")


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


class Features(NamedTuple):
    """What answerability is judged by, each from 0 to 1: see `Answerability`."""

    strength: float
    coverage: float
    similarity: float
    margin: float


class _Chosen(NamedTuple):
    """What may be said from source number `source`, at `place` in it, with how well it answers."""

    score: float
    source: int
    place: int
    text: str
    shown: str


class ExtractiveAnswerer:
    """Picks sentences by the rarity-weighted share of the question's terms that they hold."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    def answer(self, retrieved: Retrieved) -> Answer:
        """Answer from retrieved passages."""
        language = detect(retrieved.question)
        if not retrieved.hits:
            return Answer([NOTHING_TO_SEARCH[language]], False, 0.0, [])
        sources = _sources(retrieved.hits)
        fitted = self._fitted(language, retrieved)
        confidence = 0.0 if _unknown_code(retrieved) else probability(features(retrieved), fitted)
        chosen = self._choose(retrieved)
        # Passages of headings alone have nothing to say.
        if confidence < fitted.threshold or not chosen:
            return Answer([refusal(language, sources)], False, confidence, sources)
        cited = [f"{_unmarked(one.shown)} [{one.source}]" for one in chosen]
        return Answer(cited, True, confidence, sources)

    def _fitted(self, language: TextLanguage, retrieved: Retrieved) -> Answerability:
        other = detect(retrieved.hits[0].passage.text) != language
        return self.weights.across if other else self.weights.answerability

    def best_sentences(self, retrieved: Retrieved) -> list[str]:
        """The sentences an answer would be made of, however likely it is right."""
        return [one.shown for one in self._choose(retrieved)]

    def _choose(self, retrieved: Retrieved) -> list[_Chosen]:
        """The best sentence, which is the answer, then what goes with it in document order."""
        bonus = KindBonus(retrieved.question)
        ranked = sorted(
            (
                _Chosen(
                    one.score + self.weights.passage * hit.score + bonus.of(one.sentence.text),
                    number,
                    place,
                    one.sentence.text,
                    shown,
                )
                for number, hit in _speaking(retrieved)
                for place, one in enumerate(hit.sentences)
                if (shown := _shown(hit.sentences, place))
            ),
            key=lambda chosen: -chosen.score,
        )
        texts = [chosen.text for chosen in ranked]
        good = [ranked[place] for place in worth_saying([one.score for one in ranked], texts)]
        return good[:1] + sorted(good[1:], key=lambda chosen: (chosen.source, chosen.place))


def _shown(sentences: Sequence[ScoredSentence], place: int) -> str:
    """What an answer shows of a sentence; "" if it says nothing by itself.

    "The signs are:" is shown with what it announces.
    """
    sentence = sentences[place].sentence
    if not sentence.text.endswith(":"):
        return sentence.shown
    items = []
    for following in islice(sentences, place + 1, place + 1 + MAX_ITEMS):
        item = following.sentence
        if item.context != sentence.context or item.text.endswith(":"):
            break
        items.append(item.text)
    return "  \n".join([sentence.shown, *items]) if items else ""


def worth_saying(scores: Sequence[float], texts: Sequence[object]) -> list[int]:
    """Places of the sentences that make the answer, of some with their scores, best first.

    Overlapping passages hold the same sentence: of equal texts the first one counts.
    """
    first = {text: place for place, text in reversed(list(enumerate(texts)))}
    good = (
        place
        for place, (score, text) in enumerate(zip(scores, texts, strict=True))
        if first[text] == place and score >= KEEP_SHARE * scores[0]
    )
    return list(islice(good, MAX_SENTENCES))


class KindBonus:
    """What a sentence gains for holding a number or a name where the question asks for one."""

    def __init__(self, question: str) -> None:
        self._asks_for_number = bool(_ASKS_FOR_NUMBER.search(question))
        self._asks_for_name = bool(_ASKS_FOR_NAME.search(question))
        self._given = set(_NUMBER.findall(question))

    def of(self, sentence: str) -> float:
        number = self._asks_for_number and set(_NUMBER.findall(sentence)) - self._given
        name = self._asks_for_name and _NAME.search(sentence)
        return KIND_BONUS if number or name else 0.0


def features(retrieved: Retrieved) -> Features:
    """Features of retrieved passages, of which there is at least one."""
    speaking = [hit for _, hit in _speaking(retrieved)]
    coverages = (one.coverage for hit in speaking for one in hit.sentences)
    best = speaking[0]
    return Features(
        strength=retrieved.strength,
        coverage=max(coverages, default=0.0),
        similarity=max((one.similarity for one in best.sentences), default=0.0) or best.similarity,
        margin=retrieved.margin,
    )


def probability(found: Features, fitted: Answerability) -> float:
    """Probability that passages with these features answer the question."""
    logit = (
        fitted.bias
        + fitted.strength * found.strength
        + fitted.coverage * found.coverage
        + fitted.similarity * found.similarity
        + fitted.margin * found.margin
    )
    return 1 / (1 + math.exp(-logit))


def _unmarked(sentence: str) -> str:
    """A sentence whose own "[1]" cannot be taken for a citation of ours."""
    return _MARKER.sub(r"(\1)", sentence)


def _unknown_code(retrieved: Retrieved) -> bool:
    """Whether the question names a code that none of the best passages has."""
    codes = [one for one in retrieved.terms.terms if _CODE.fullmatch(one[0])]
    if not codes:
        return False
    texts = [
        f"{hit.passage.filename} {hit.passage.title} {hit.passage.section} {hit.passage.text}"
        for _, hit in _speaking(retrieved)
    ]
    compact = re.sub(r"[\s-]", "", " ".join(texts)).lower()
    return not all(code[0] in compact for code in codes)


def refusal(language: TextLanguage, sources: Sequence[Source]) -> str:
    """That the materials do not answer, with the nearest sources named as such."""
    places = dict.fromkeys((source.title, source.page) for source in sources)
    nearest = [
        title if page is None else f"{title} ({_PAGE[language].format(page=page)})"
        for title, page in islice(places, NAMED_SOURCES)
    ]
    return NOT_COVERED[language].format(nearest="; ".join(nearest))


def _speaking(retrieved: Retrieved) -> list[tuple[int, Hit]]:
    """The passages that may speak, with their source numbers; repeats add nothing."""
    distinct = (
        (number, hit) for number, hit in enumerate(retrieved.hits, start=1) if hit.repeats is None
    )
    return list(islice(distinct, SPEAKING_PASSAGES))


def _sources(hits: Sequence[Hit]) -> list[Source]:
    numbers = {hit.passage.chunk_id: number for number, hit in enumerate(hits, start=1)}
    return [
        _source(number, hit, numbers.get(hit.repeats) if hit.repeats is not None else None)
        for number, hit in enumerate(hits, start=1)
    ]


def _source(number: int, hit: Hit, repeats: int | None) -> Source:
    passage = hit.passage
    best = max(hit.sentences, key=lambda one: one.score, default=None)
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
        repeats=repeats,
    )
