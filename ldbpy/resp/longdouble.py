"""The 80-bit long double of x86-64, which INCRBYFLOAT and HINCRBYFLOAT reckon in, as exact fractions.

Source: ``string2ld`` and ``ld2string`` in ``util.c``; ``long double`` there has a 64-bit significand.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

__all__ = ["add_long_doubles", "format_long_double", "parse_long_double"]

_DECIMAL = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?", re.IGNORECASE)
_HEX = re.compile(rb"([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?[0-9]+))?", re.IGNORECASE)
_INFINITY = re.compile(rb"[+-]?inf(?:inity)?", re.IGNORECASE)
_SIGNIFICAND_BITS = 64
_MAX_EXPONENT = 16384
_MIN_EXPONENT = -16445
_TOO_LONG = 5 * 1024
"""Bytes of a text from which on none is read: ``MAX_LONG_DOUBLE_CHARS``."""


def parse_long_double(text: bytes) -> Fraction | float | None:
    """Read a long double as ``strtold`` does when nothing may be left over.

    A finite number is a Fraction, already rounded to a long double; an infinity is a float; None is not a number.
    """
    if len(text) >= _TOO_LONG:
        return None
    if _INFINITY.fullmatch(text):
        return float(text)
    if _DECIMAL.fullmatch(text):
        mantissa, _, exponent = text.lower().partition(b"e")
        if len(exponent) > 6:
            return Fraction(0) if not mantissa.strip(b"+-0.") else None
        # By way of Decimal, here and below: Python makes no int of more than 4300 digits, nor a text of such a one.
        return _round(Fraction(Decimal(mantissa.decode("ascii"))) * Fraction(10) ** int(exponent or b"0"))
    match = _HEX.fullmatch(text)
    if match is None or not (match[2] or match[3]) or len(match[4] or b"") > 6:
        return None
    value = Fraction(int(match[2] + match[3], 16), 16 ** len(match[3])) * Fraction(2) ** int(match[4] or b"0")
    return _round(-value if match[1] == b"-" else value)


def add_long_doubles(left: Fraction, right: Fraction) -> Fraction | None:
    """The sum, rounded to a long double. None if it is too large for one."""
    return _round(left + right)


def format_long_double(value: Fraction) -> bytes:
    """Write a long double as INCRBYFLOAT does: ``%.17Lf`` without trailing zeros."""
    scaled = abs(value) * 10**17
    whole = scaled.numerator // scaled.denominator
    rest = scaled - whole
    if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2):
        whole += 1
    digits = str(Decimal(whole)).rjust(18, "0")
    text = f"{digits[:-17]}.{digits[-17:]}".rstrip("0").rstrip(".")
    return ("-" + text if value < 0 and text != "0" else text).encode("ascii")


def _round(value: Fraction) -> Fraction | None:
    """Round half to even to a 64-bit significand. None: out of range."""
    if not value:
        return value
    magnitude = abs(value)
    exponent = magnitude.numerator.bit_length() - magnitude.denominator.bit_length()
    if magnitude < Fraction(2) ** exponent:
        exponent -= 1
    if exponent >= _MAX_EXPONENT or exponent < _MIN_EXPONENT:
        return None
    unit = Fraction(2) ** (exponent - _SIGNIFICAND_BITS + 1)
    return round(value / unit) * unit
