"""The plain letters behind a text's disguises, each with its place in the text.

What a language model reads in full-width or Cyrillic letters, between zero-width characters or
with every letter apart, a pattern does not find; in the folded text it does.
"""

import html
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_CYRILLIC = dict(zip("аеорсухіјѕԁһӏкмтвнпгԛԝꞓєзь", "aeopcyxijsdhlkmtbhnrqwceзb", strict=True))
_GREEK = dict(zip("αβεηικμνορτυχωγσςλδ", "abenikuvoptuxwyssld", strict=True))
_SMALL_CAPITALS = dict(
    zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢıɑɡɩƚø", "abcdefghijklmnoprstuvwyziagilo", strict=True)
)
_LOOK_ALIKES = {
    **_CYRILLIC,
    **_GREEK,
    **_SMALL_CAPITALS,
    "’": "'",
    "‘": "'",
    "`": "",
    "*": "",
    "~": "",
    "_": " ",
}

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,12});")
_HYPHENATED = re.compile(r"-\s*\n\s*(?=[a-zà-ÿ])")
_APART = re.compile(r"(?<!\w)(?:[a-z0-9@$] ?[ .\-|/,·•+] ?){4,}[a-z0-9@$](?!\w)")
_APART_SEPARATOR = re.compile(r"[ .\-|/,·•+]")
_LEET = str.maketrans("013457@$!|l", "oieastasiii")
_LEET_WORD = re.compile(
    r"[a-z][0-9@$!|]+[a-z]|(?<!\w)[013457@$|!][a-z]{2,}|[a-z]{2,}[013457@$|](?!\w)"
)


class Folded(NamedTuple):
    """`text` in plain small letters; `origins[i]` is the place of `text[i]` in the original."""

    text: str
    origins: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original that a part of `text` stands for."""
        return self.origins[start], self.origins[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold a text: letters without accents, case or disguise, one space between words."""
    folded: list[str] = []
    origins: list[int] = []
    place = 0
    while place < len(text):
        letters, length = _next_letters(text, place)
        for letter in letters:
            if letter == " " and folded and folded[-1] == " ":
                continue
            folded.append(letter)
            origins.append(place)
        place += length
    return _joined(Folded("".join(folded), origins))


def without_leet(folded: Folded) -> Folded | None:
    """The text with digits and signs read as the letters they look like, and "l" as "i".

    None where no word mixes the two.
    """
    if not _LEET_WORD.search(folded.text):
        return None
    return Folded(folded.text.translate(_LEET), folded.origins)


def is_invisible(letter: str) -> bool:
    return bool(_INVISIBLE.match(letter))


def _next_letters(text: str, place: int) -> tuple[str, int]:
    letter = text[place]
    if letter == "&" and (entity := _ENTITY.match(text, place)):
        plain = html.unescape(entity[0])
        return "".join(map(_plain, plain)), len(entity[0])
    if letter == "-" and place and text[place - 1].isalpha():
        broken = _HYPHENATED.match(text, place)
        if broken:
            return "", len(broken[0])
    return _plain(letter), 1


@lru_cache(4096)
def _plain(letter: str) -> str:
    if letter.isspace():
        return " "
    if is_invisible(letter):
        return ""
    kept = [
        part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part)
    ]
    return "".join(_LOOK_ALIKES.get(part, part) for part in "".join(kept).casefold())


def _joined(folded: Folded) -> Folded:
    """Words written with their letters apart, put together; the words then touch each other."""
    if not _APART.search(folded.text):
        return folded
    dropped = {
        place
        for run in _APART.finditer(folded.text)
        for place in range(run.start(), run.end())
        if _APART_SEPARATOR.match(folded.text[place])
    }
    kept = [place for place in range(len(folded.text)) if place not in dropped]
    return Folded(
        "".join(folded.text[place] for place in kept), [folded.origins[place] for place in kept]
    )
