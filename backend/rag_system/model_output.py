"""What a model writes, made fit to be shown: no images, no addresses that no source has.

Whoever shows an image or follows a link tells its server so; a text that made a model write one
could send out what was asked.
"""

import re
from collections.abc import Iterable

from rag_system.untrusted import without_hidden

_LABEL = r"\[(?P<label>(?:[^\[\]]|\[[^\[\]]*\])*)\]"
_TARGET = r"\((?P<target>[^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)"
_IMAGE = re.compile(rf"!{_LABEL}(?:{_TARGET}|\[[^\[\]\n]*\])?")
_LINK = re.compile(rf"{_LABEL}{_TARGET}")
_DEFINITION = re.compile(r"^[ ]{0,3}\[[^\]\n]+\]:[ \t]*\S+[^\n]*$", re.MULTILINE)
_TAG = re.compile(
    r"</?(?:a|img|script|style|iframe|frame|object|embed|applet|link|meta|base|form|input|button|video|audio|"
    r"source|track|svg|image|picture|math|body|html|details|template|portal)\b[^>]*>?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"<?(?P<url>(?:(?:https?|ftp|file|data|javascript|vbscript)\s?:\s?(?://)?|//(?=\w+\.\w)|www\.)[^\s<>\"')\]|]+|"
    r"(?<![\w@.])(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s<>\"')\]|]*\?[^\s<>\"')\]|]+)>?",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^(?:(?:https?|ftp)://)?(?:www\.)?", re.IGNORECASE)
_LIKE_ADDRESS = re.compile(
    r"^\s*<?\s*(?:[a-z][a-z0-9+.-]*:|//|/|\.|#|www\.|\S+\.\S|\S*\?)|^\s*$", re.IGNORECASE
)
_CITATION = re.compile(r"\d{1,3}(?:\s*[,;]\s*\d{1,3})*")
# The end of a text that may be the beginning of something to take out.
_OPEN_BRACKET = re.compile(
    r"!?\[(?:[^\[\]\n]|\n(?!\n)|\[[^\[\]\n]*\]){0,400}"
    r"(?:\](?:\([^)\n]*|\[[^\]\n]*|:[^\n]*)?)?$|!$"
)
_OPEN_ADDRESS = re.compile(
    r"<(?:[A-Za-z/][^>\n]*)?$|(?<!\w)(?:h|ht|htt|https?|https?:\S*|w|ww|www\S*|f|ft|ftp\S*|d|da|dat|"
    r"data:?\S*|j(?:a(?:v(?:a(?:s\w*:?\S*)?)?)?)?|/|//\S*|(?:[a-z0-9-]+\.)+[a-z]{2,}/\S*)$",
    re.IGNORECASE,
)
_THOUGHT = re.compile(r"^\s*<think(?:ing)?>.*?(?:</think(?:ing)?>\s*|$)", re.DOTALL)
_MAY_BE_THOUGHT = re.compile(r"^\s*(?:<(?:t(?:h(?:i(?:n(?:k(?:i(?:n(?:g)?)?)?)?)?)?)?)?)?$")
_MAX_HELD = 2_000


def clean(text: str, known: Iterable[str] = ()) -> str:
    """Take images, hidden letters, markup that loads or sends, and unknown addresses out.

    A link leaves its text behind; `known` are the texts whose addresses may be written.
    """
    text = _THOUGHT.sub("", without_hidden(text))
    text = _DEFINITION.sub("", text)
    text = _IMAGE.sub("", text)
    text = _LINK.sub(_link_text, text)
    text = _TAG.sub("", text)
    addresses = {_bare(found) for one in known for found in _ADDRESS.finditer(one)}
    return _ADDRESS.sub(lambda found: found["url"] if _bare(found) in addresses else "", text)


class SafeStream:
    """Cleans a text that comes in pieces, and holds back only what cannot be judged yet."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = tuple(known)
        self._held = ""
        self._begun = False

    def feed(self, piece: str) -> str:
        """What may be shown, now that `piece` has come."""
        self._held += piece
        if not self._begun:
            if _MAY_BE_THOUGHT.match(self._held) or _is_open_thought(self._held):
                return ""
            self._begun = True
        cut = _open_end(self._held)
        if len(self._held) - cut > _MAX_HELD:
            cut = len(self._held)
        ready, self._held = self._held[:cut], self._held[cut:]
        return clean(ready, self._known)

    def finish(self) -> str:
        rest, self._held = self._held, ""
        return clean(rest, self._known)


def _open_end(text: str) -> int:
    """Where the part begins that cannot be judged before more has come."""
    if bracket := _OPEN_BRACKET.search(text):
        return bracket.start()
    closed = max((link.end() for link in _LINK.finditer(text)), default=0)
    address = _OPEN_ADDRESS.search(text, closed)
    return address.start() if address else len(text)


def _is_open_thought(text: str) -> bool:
    thought = _THOUGHT.match(text)
    return thought is not None and "</think" not in thought[0]


def _link_text(link: re.Match[str]) -> str:
    label = link["label"]
    if not _LIKE_ADDRESS.match(link["target"]):
        return link[0]
    return f"[{label}]" if _CITATION.fullmatch(label) else label


def _bare(found: re.Match[str]) -> str:
    return _SCHEME.sub("", found["url"]).rstrip(".,;:!?*_/").lower()
