"""Orders that stand in a text encoded: base64, digits, percent signs, reversed or rotated."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

_MAX_CHARS = 4_000
_ENCODED = re.compile(
    r"(?<![\w+/=])(?:[A-Za-z0-9+/_-]{20,}={0,2}|(?:[0-9a-fA-F]{2}[ :]){12,}[0-9a-fA-F]{2}|"
    r"(?:%[0-9a-fA-F]{2}|[\w.,!?'-]){12,}|(?:\\x[0-9a-fA-F]{2}){8,}|(?:[01]{8} ?){8,})(?![\w+/=])"
)
_REVERSED = re.compile(r"snoitcurtsni|seocurtsni|tpmorp|erongi\b|adnopser|ylper")
_ROTATED = re.compile(r"vafgeh|cebzcg|\bvtaber\b|qvertva")
_ROT13 = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")
_LINE = re.compile(r"[^\n]+")
_READABLE_SHARE = 0.95


def decoded_orders(text: str, is_order: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """Places of what reads as an order once it is decoded."""
    for token in _ENCODED.finditer(text, 0, _MAX_CHARS):
        if any(is_order(plain) for plain in _decoded(token[0])):
            yield token.span()
    for line in _LINE.finditer(text):
        folded = line[0].lower()
        if (_REVERSED.search(folded) and is_order(folded[::-1])) or (
            _ROTATED.search(folded) and is_order(folded.translate(_ROT13))
        ):
            yield line.span()


def _decoded(token: str) -> Iterator[str]:
    compact = re.sub(r"[\s:]|\\x", "", token)
    if "%" in token:
        yield unquote(token)
    for decode in (_from_base64, _from_hex, _from_binary):
        plain = decode(compact)
        if " " in plain and _is_readable(plain):
            yield plain


def _is_readable(text: str) -> bool:
    readable = sum(letter.isprintable() or letter in "\n\t" for letter in text)
    return readable > _READABLE_SHARE * len(text)


def _from_base64(token: str) -> str:
    bare = token.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""


def _from_hex(token: str) -> str:
    try:
        return bytes.fromhex(token).decode()
    except ValueError:
        return ""


def _from_binary(token: str) -> str:
    if set(token) - {"0", "1"} or len(token) % 8:
        return ""
    letters = (int(token[place : place + 8], 2) for place in range(0, len(token), 8))
    return bytes(letters).decode(errors="replace")
