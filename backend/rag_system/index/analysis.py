"""From text to index terms: the analyser of its language, and codes and numbers as written."""

import re
from collections.abc import Iterator
from functools import lru_cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from rag_system.language import TextLanguage, detect

_NAMES: dict[TextLanguage, str] = {"pt": "portuguese", "en": "english", "es": "spanish"}
# Words that questions are made of, and stop words as typed without their accents.
_MORE_STOP_WORDS: dict[TextLanguage, str] = {
    "pt": "e la ai qual quais quanto quanta quantos quantas quando quem onde como porque por que "
    "para ate estao esta eh ha ja mas nao nos sao sera so tambem tem voce voces existe existem "
    "pode podem posso podemos deve devem devo devemos preciso precisa fica ficam vc vcs tb qdo pq "
    "q",
    "en": "what which who whom whose when where why how many much does do did can could should "
    "would may might must i you he she we they my your his her our us me am were been being have "
    "has had about from",
    "es": "cual cuales cuanto cuanta cuantos cuantas cuando quien donde como porque por que para "
    "hasta mas tambien puede puedo pueden debe debo deben hay existe existen esta estan",
}

_DIGIT = re.compile(r"\d")
# Decimals, dates, times and articles of law: one term beside those of their parts.
_COMPOUND = re.compile(r"\d+(?:[.,:/-]\d+)+")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_TIMES = re.compile(r"(\d+)\s*[x×]\s*(\d+)", re.IGNORECASE)
# "NBR 6023", "M01A01", "A-12": letters and a number make one code, however they are parted.
_CODE = re.compile(r"\b([A-Z]{1,6})[ -]?(\d+(?:[A-Za-z]\d+)*)\b")


class Analyser:
    """Terms of texts: lower case, no stop words, accents folded, stemmed; and exact codes.

    Folding before stemming gives a word the same stem with and without its accents; on FaQuAD it
    costs 0.001 nDCG@10 on accented questions and gains 0.014 on unaccented ones.
    """

    def __init__(self) -> None:
        self._by_language = {language: _build(language) for language in _NAMES}
        self._stems = lru_cache(50_000)(self._stem)

    def terms(self, text: str, language: TextLanguage) -> list[str]:
        """Terms of a text in a language, in order, then its codes."""
        analyser = self._by_language[language]
        if not _DIGIT.search(text):
            return analyser.analyze(text)
        text = _joined(text)
        return [*analyser.analyze(text), *codes(text)]

    def question_terms(self, question: str) -> list[tuple[str, ...]]:
        """For each word of a question the terms it may stand as in documents of any language.

        The first of them is the one of the question's own language; its stop words are left out.
        """
        own = detect(question)
        question = _joined(question)
        words = dict.fromkeys(re.findall(r"\w+", question.lower()))
        found = [stems for word in words if (stems := self._stems(word, own))]
        return [*dict.fromkeys(found), *((code,) for code in codes(question))]

    def _stem(self, word: str, own: TextLanguage) -> tuple[str, ...]:
        first = self._by_language[own].analyze(word)
        if not first:
            return ()
        others = (
            term
            for language, analyser in self._by_language.items()
            if language != own
            for term in analyser.analyze(word)
        )
        return tuple(dict.fromkeys([*first, *others]))


def codes(text: str) -> list[str]:
    """Numbers with inner signs and codes of letters and digits, each as one term.

    "10,5" and "10.5" are the same term, as are "NBR 6023" and "NBR-6023".
    """
    return list(_codes(text))


def _joined(text: str) -> str:
    """ "3 x 12" as "3x12", which is one word."""
    return _TIMES.sub(r"\1x\2", text)


def _codes(text: str) -> Iterator[str]:
    for found in _COMPOUND.finditer(text):
        yield re.sub(r"\D", "_", found[0])
        if _THOUSANDS.fullmatch(found[0]):
            yield found[0].replace(".", "")
    for found in _CODE.finditer(text):
        if not found[0].isalnum():
            yield f"{found[1]}{found[2]}".lower()


def _build(language: TextLanguage) -> TextAnalyzer:
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.lowercase())
        .filter(Filter.stopword(_NAMES[language]))
        .filter(Filter.ascii_fold())
        .filter(Filter.custom_stopword(_MORE_STOP_WORDS[language].split()))
        .filter(Filter.stemmer(_NAMES[language]))
        .build()
    )
