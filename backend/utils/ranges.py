"""Serving a part of a file (RFC 9110, 14: one byte range)."""

import re
from typing import NamedTuple

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


class ByteRange(NamedTuple):
    """Bytes from `start` up to `end`, exclusive."""

    start: int
    end: int


class RangeNotSatisfiableError(Exception):
    """The range lies outside the file."""


def parse_range(header: str | None, size: int) -> ByteRange | None:
    """The range that a Range header asks for; None where the whole file is to be sent.

    Several ranges at once, and units other than bytes, are answered with the whole file, as the
    RFC allows.

    Raises:
        RangeNotSatisfiableError: nothing of the range lies in the file.
    """
    match = _RANGE.fullmatch(header.replace(" ", "")) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if first:
        start, end = int(first), min(int(last) + 1, size) if last else size
    else:
        start, end = max(0, size - int(last)), size
    if start >= end:
        raise RangeNotSatisfiableError
    return ByteRange(start, end)
