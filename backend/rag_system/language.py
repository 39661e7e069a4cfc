"""The language of a question or a passage: Portuguese, English or Spanish."""

import re
from typing import Literal

TextLanguage = Literal["pt", "en", "es"]

_WORD = re.compile(r"[^\W\d_]+")
# A passage's language shows long before its end.
_READ_CHARS = 400

# Words that tell one language from the other two, with and without their accents; words that two
# of them share ("a", "de", "que") stand in both lists, so that they decide nothing between them.
_LISTED: dict[TextLanguage, str] = {
    "pt": (
        "o a os as um uma de do da dos das e é em no na nos nas que não nao para por pelo pela "
        "com como mais mas ao à aos às são sao seu sua seus suas ou quando qual quais quem onde "
        "quanto quanta quantos quantas se já ja até ate isso isto este esta esse essa eu você "
        "voce vocês meu minha posso pode devo deve ter tem há ha foi ser está entre sem sobre "
        "também tambem depois antes cada muito porque"
    ),
    "en": (
        "the a an of to and in is are was were be been it its this that these those for with on "
        "at by from as or not no do does did can could should would will may must have has had "
        "i you he she we they my your his her our their what which who whom whose when where why "
        "how many much there here than then if but into about between after before"
    ),
    "es": (
        "el la los las un una unos unas de del al y e en que qué no para por con como cómo más "
        "mas pero es son su sus o u cuando cuándo cual cuál cuáles cuales quien quién donde dónde "
        "cuanto cuánto cuántos cuantos cuántas cuantas se ya hasta eso esto este esta ese esa yo "
        "usted ustedes tú mi puedo puede debo debe tiene hay fue ser está entre sin sobre también "
        "tambien después despues antes cada muy mucho porque lo le les"
    ),
}
_SMALL_WORDS = {language: frozenset(words.split()) for language, words in _LISTED.items()}


def detect(text: str) -> TextLanguage:
    """The language whose small words prevail; Portuguese where none does."""
    words = _WORD.findall(text[:_READ_CHARS].lower())
    counts = {
        language: sum(word in small for word in words) for language, small in _SMALL_WORDS.items()
    }
    # Ties go to the language named first.
    return max(counts, key=lambda language: counts[language])
