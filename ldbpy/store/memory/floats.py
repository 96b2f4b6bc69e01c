"""Floats in arguments, as each server reads them: scores, the ends of score ranges, and timeouts in seconds."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from ldbpy.features import Feature
from ldbpy.resp import INT64_MAX, parse_double
from ldbpy.store.memory.args import double
from ldbpy.store.memory.errors import NOT_FLOAT, reject

if TYPE_CHECKING:
    from ldbpy.store.memory.client import Client

__all__ = ["check_timeout", "range_end", "score"]

_NUMBER: Final = re.compile(rb"[+-]?(?:inf(?:inity)?|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?)", re.IGNORECASE)
_SPACE: Final = b" \t\n\v\f\r"


def score(client: Client, text: bytes, error: bytes = NOT_FLOAT) -> float:
    """A double that is not NaN (``getDoubleFromObjectOrReply``)."""
    if b"x" not in text.lower():
        return double(text, error)
    value = _hexadecimal(text) if Feature.HEX_SCORES in client.features else None
    if value is None or math.isinf(value):
        reject(error)
    return value


def range_end(client: Client, text: bytes) -> float | None:
    """One end of a score range, None if it is not a number (``zslParseRange``).

    Looser than a score: an empty text is 0, a NUL byte ends the number, what is too large is infinite.
    """
    text = text.partition(b"\0")[0]
    if not text:
        return 0.0
    if Feature.STRTOD_RANGES in client.features:
        text = text.lstrip(_SPACE)
        if b"x" in text.lower():
            return _hexadecimal(text)
    return float(text) if _NUMBER.fullmatch(text) else None


def _hexadecimal(text: bytes) -> float | None:
    try:
        return parse_double(text)
    except OverflowError:
        return math.copysign(math.inf, -1.0 if text.startswith(b"-") else 1.0)


def check_timeout(client: Client, text: bytes) -> None:
    """Refuse what is not a timeout in seconds (``getTimeoutFromObjectOrReply``).

    Older servers let a large one overflow: it is negative to them, or, if only the addition of the time does, fine.
    """
    from ldbpy.resp.longdouble import parse_long_double  # takes a while to load, and few commands block

    seconds = parse_long_double(text)
    if seconds is None:
        reject(b"ERR timeout is not a float or out of range")
    milliseconds = seconds * 1000
    checked = Feature.CHECKED_TIMEOUTS in client.features
    if milliseconds > INT64_MAX:
        reject(b"ERR timeout is out of range" if checked else b"ERR timeout is negative")
    if milliseconds <= -1:
        reject(b"ERR timeout is negative")
    if checked and milliseconds > 0 and math.ceil(milliseconds) > INT64_MAX - client.db.now:
        reject(b"ERR timeout is out of range")
