"""Numbers as the servers read and write them.

Sources: ``util.c`` (string2ll, string2d, d2string) and ``fpconv_dtoa.c`` of Redis 6.2 to 8.x and Valkey 8 and 9.
"""

from __future__ import annotations

import math
import re
from enum import StrEnum

from ldbpy.resp.grisu import grisu_digits

__all__ = ["INT64_MAX", "INT64_MIN", "DoubleStyle", "format_double", "parse_double", "parse_integer"]

INT64_MIN = -(2**63)
INT64_MAX = 2**63 - 1

_INTEGER = re.compile(rb"0|-?[1-9][0-9]{0,18}")
_DOUBLE = re.compile(rb"[+-]?(?:inf(?:inity)?|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?)", re.IGNORECASE)
_HEX_DOUBLE = rb"(?i)[+-]?0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)(?:p[+-]?[0-9]+)?"


class DoubleStyle(StrEnum):
    """How a server writes a double."""

    G17 = "g17"
    """``%.17g``: 0.1 is ``0.10000000000000001`` (before Redis 7.2)."""
    SHORTEST = "shortest"
    """Digits that read back the same, nearly always the fewest: 0.1 is ``0.1`` (Redis 7.2 and later, Valkey)."""


def parse_integer(text: bytes) -> int | None:
    """Read a 64-bit integer as the servers do: no spaces, no plus sign, no leading zeros. None if it is not one."""
    if not _INTEGER.fullmatch(text):
        return None
    value = int(text)
    return value if INT64_MIN <= value <= INT64_MAX else None


def parse_double(text: bytes) -> float | None:
    """Read a double as ``strtod`` does when nothing may be left over.

    None for NaN, an empty text, a space, and what is too large or too small for a double (``ERANGE``).
    """
    if _DOUBLE.fullmatch(text):
        value = float(text)
        if math.isinf(value):
            return value if b"n" in text.lower() else None
        return value if value or not text.lower().partition(b"e")[0].strip(b"+-0.") else None
    if re.fullmatch(_HEX_DOUBLE, text):
        return _parse_hexadecimal(text.decode("ascii"))
    return None


def _parse_hexadecimal(text: str) -> float | None:
    try:
        value = float.fromhex(text)
    except OverflowError:
        return None
    return value if value or not text.lower().partition("p")[0].strip("+-x0.") else None


def format_double(value: float, style: DoubleStyle) -> bytes:
    """Write a double as a server does in a reply."""
    if math.isinf(value):
        return b"inf" if value > 0 else b"-inf"
    if math.isnan(value):
        negative = style is DoubleStyle.G17 and math.copysign(1.0, value) < 0  # printf shows the sign
        return b"-nan" if negative else b"nan"
    if style is DoubleStyle.G17:
        return b"%.17g" % value
    return _shortest(value)


def _shortest(value: float) -> bytes:
    """Write a finite double as ``d2string`` does: an integer as one up to 2**62, the rest as ``fpconv_dtoa`` does."""
    if value == 0:
        return b"-0" if math.copysign(1.0, value) < 0 else b"0"
    if value.is_integer() and abs(value) <= 2.0**62:
        return b"%d" % int(value)
    digits, exponent = grisu_digits(abs(value))
    sign = b"-" if value < 0 else b""
    count = len(digits)
    power = exponent + count - 1  # of the first digit
    if exponent >= 0 and power < count + 7:
        return sign + digits + b"0" * exponent
    if exponent < 0 and (exponent > -7 or abs(power) < 4):
        point = count + exponent
        if point <= 0:
            return sign + b"0." + b"0" * -point + digits
        return sign + digits[:point] + b"." + digits[point:]
    tail = b"." + digits[1:] if count > 1 else b""
    return sign + digits[:1] + tail + b"e%+d" % power
