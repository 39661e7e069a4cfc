"""Retrieved text on its way into a prompt: harmless where it can be, and fenced in any case."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rag_system.folding import is_invisible
from rag_system.injections import find_orders

# Stands where an order to the model stood. Reads the same to a person and to a model.
REMOVED = "[…]"
_MAX_LABEL = 200
_CACHED = 512

# What the templates of chat models take for the end of a message.
_CONTROL_TOKENS = re.compile(
    r"<\s*\|[^|<>\n]{1,40}\|\s*>|<｜[^｜\n]{1,40}｜>|\[/?INST\]|<</?SYS>>|</?(?:start|end)_of_turn>|"
    r"<(?:bos|eos|s|/s)>(?=\s*(?:\[INST\]|<|$))|</?think(?:ing)?>",
    re.IGNORECASE,
)
_FORGED_HEADING = re.compile(
    r"^#{1,6}[ \t]*(?:(?:system|instruction|response|assistant|human)[ \t]*:|(?:system|"
    r"assistant)[ \t]*$)",
    re.IGNORECASE | re.MULTILINE,
)
# "[1]" in a text of ours cites a source. Left alone: an index ("a[1]", "x = [1]"), a line of code,
# an entry of a bibliography.
_CITATION = re.compile(r"(?<![\w\])}=(,`|&])(?<![=(,:|&] )(?<!return )\[(\d{1,3})\](?![\w(\[])")
_NOT_CITING = re.compile(
    r"[={};]|\w[(\[]\w|^\s*\[\d{1,3}\]\s+[^\n]*\b(?:1[89]|20)\d\d\b", re.MULTILINE
)
_BEACON = re.compile(r"!?\[([^\]\n]*)\]\(\s*<?(?:https?:)?//[^)\s]*[?{=][^)\n]*\)")
_EMOJI_TAGS = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_LEGITIMATE = frozenset("\u00ad\ufe0e\ufe0f\ufeff")
_JOINERS = frozenset("\u200c\u200d")
_DIRECTIONS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Neutralised:
    """A text without orders to a model; `orders` are those that stood in it."""

    text: str
    orders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fence:
    """Marks around a source that nothing inside can know."""

    key: str

    @classmethod
    def new(cls) -> "Fence":
        return cls(secrets.token_hex(8))

    def around(self, number: int, label: str, text: str) -> str:
        inside = f"{label}\n{text}".replace(self.key, "")
        return f'<source n="{number}" key="{self.key}">\n{inside}\n</source key="{self.key}">'


@lru_cache(_CACHED)
def neutralise(text: str) -> Neutralised:
    """Take the orders to a model out of a text, and what forges the form of a prompt.

    A text without any comes back letter for letter.
    """
    visible, hidden = _without_hidden(text)
    orders = find_orders(visible)
    pieces: list[str] = []
    end = 0
    for order in orders:
        found = visible[order.start : order.end]
        pieces += [visible[end : order.start], REMOVED, found[len(found.rstrip()) :]]
        end = order.end
    plain = "".join([*pieces, visible[end:]])
    plain = _CONTROL_TOKENS.sub("", plain)
    plain = _FORGED_HEADING.sub(lambda heading: heading[0].lstrip("# \t"), plain)
    plain = _BEACON.sub(r"\1", plain)
    plain = _without_citations(plain)
    told = [visible[order.start : order.end].strip() for order in orders]
    return Neutralised(plain, tuple(told + hidden))


def neutralise_label(text: str) -> Neutralised:
    """The same for a title, section or file name: one short line."""
    cut = " ".join(text.split())[:_MAX_LABEL]
    # What a file name writes instead of spaces hides no order.
    spaced = re.sub(r"[_+]|(?<=\w)[-.](?=\w)", " ", cut)
    read = neutralise(spaced)
    return read if read.orders else Neutralised(neutralise(cut).text)


def without_hidden(text: str) -> str:
    """The text without letters that a reader does not see and a model reads."""
    return _without_hidden(text)[0]


def _without_citations(text: str) -> str:
    if "[" not in text:
        return text
    lines = text.split("\n")
    return "\n".join(
        line if _NOT_CITING.search(line) else _CITATION.sub(r"(\1)", line) for line in lines
    )


def _without_hidden(text: str) -> tuple[str, list[str]]:
    if text.isascii() and text.isprintable():
        return text, []
    flags = {place for flag in _EMOJI_TAGS.finditer(text) for place in range(*flag.span())}
    right_to_left = any(unicodedata.bidirectional(one) in _RIGHT_TO_LEFT for one in text)
    kept: list[str] = []
    dropped: list[str] = []
    for place, letter in enumerate(text):
        if place in flags or not is_invisible(letter) or _belongs(text, place, right_to_left):
            kept.append(letter)
        else:
            dropped.append(letter)
    smuggled = "".join(chr(ord(one) - 0xE0000) for one in dropped if 0xE0020 <= ord(one) <= 0xE007E)
    hidden = [smuggled] if smuggled else []
    return "".join(kept), hidden


def _belongs(text: str, place: int, right_to_left: bool) -> bool:
    """Whether an invisible letter has its ordinary work to do at its place."""
    letter = text[place]
    before = text[place - 1] if place else ""
    if letter in _LEGITIMATE:
        return not (before and is_invisible(before))
    if letter in _JOINERS:
        after = text[place + 1] if place + 1 < len(text) else ""
        return _is_joined(before) and _is_joined(after)
    return letter in _DIRECTIONS and right_to_left


def _is_joined(letter: str) -> bool:
    """Whether joiners do their work beside a letter: in emoji, Arabic or Indic, not in Latin."""
    return letter in _LEGITIMATE or (letter > "\u02ff" and not is_invisible(letter))
