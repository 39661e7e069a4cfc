"""Text for people, in Portuguese and English, and the language of the request at hand."""

from contextvars import ContextVar
from typing import Literal, NamedTuple

Language = Literal["pt", "en"]

current_language: ContextVar[Language] = ContextVar("current_language", default="pt")


class Message(NamedTuple):
    """One sentence in both languages; `{name}` fields are filled by `render`."""

    pt: str
    en: str

    def render(self, language: Language | None = None, /, **fields: object) -> str:
        """The sentence in `language` (default: that of the request at hand)."""
        text = self.en if (language or current_language.get()) == "en" else self.pt
        return text.format(**fields) if fields else text


def negotiate_language(accept_language: str) -> Language:
    """Choose the language for an Accept-Language header (RFC 9110, 12.5.4).

    Portuguese is the default: it also answers a missing header, `*` and other languages.
    """
    best: tuple[float, Language] = (0.0, "pt")
    for part in accept_language.split(",")[:20]:
        tag, _, parameters = part.strip().partition(";")
        name = tag.strip().lower().partition("-")[0]
        weight = _quality(parameters)
        if name == "pt" and weight >= best[0]:
            best = (weight, "pt")
        elif name == "en" and weight > best[0]:
            best = (weight, "en")
    return best[1]


def _quality(parameters: str) -> float:
    _, _, value = parameters.partition("q=")
    try:
        return float(value) if value else 1.0
    except ValueError:
        return 0.0
