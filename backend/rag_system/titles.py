"""Titles of documents that come without one."""

import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

MAX_TITLE = 500


def title_from(filename: str) -> str:
    """A readable title: the name without its suffix, hyphens and underscores."""
    words = PurePosixPath(filename).stem.replace("_", " ").replace("-", " ").split()
    title = " ".join(words) or filename
    return (title[:1].upper() + title[1:])[:MAX_TITLE]


def as_spelled(title: str, lines: Iterable[str]) -> str:
    """The title as one of `lines` spells it, where accents and case are all that differ.

    File names often lack the accents that the document's own heading has.
    """
    wanted = _folded(title)
    return next((line for line in lines if _folded(line) == wanted), title)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return " ".join("".join(c if c.isalnum() else " " for c in _bare(decomposed)).split())


def _bare(decomposed: str) -> str:
    return "".join(c for c in decomposed if not unicodedata.combining(c))
