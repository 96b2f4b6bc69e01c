"""The digits ``fpconv_dtoa`` writes for a double: nearly always the shortest that read back the same, not quite always.

Source: ``fpconv_dtoa.c`` of Redis 7.2 to 8.x and Valkey 8 and 9, which is the Grisu2 of Loitsch, "Printing
Floating-Point Numbers Quickly and Accurately with Integers" (2010).
"""

from __future__ import annotations

import functools
import math
from typing import Final

__all__ = ["grisu_digits"]

_FIRST_POWER: Final = -348
_STEP: Final = 8
_POWERS: Final = 87
_LOWEST_EXPONENT: Final = -60
_HIGHEST_EXPONENT: Final = -32
_LOG10_2: Final = 0.30102999566398114
_DENORMAL_EXPONENT: Final = -1074


def grisu_digits(value: float) -> tuple[bytes, int]:
    """The digits of a positive finite double, and the power of ten of the last one."""
    fraction, exponent = _parts(value)
    upper, upper_exponent = _normalized(2 * fraction + 1, exponent - 1)
    shift = 2 if fraction == 1 << 52 else 1
    lower = ((fraction << shift) - 1) << (exponent - shift - upper_exponent)
    middle, _ = _normalized(fraction, exponent)
    power, scale, scale_exponent = _power_for(upper_exponent)
    point = -(upper_exponent + scale_exponent + 64)
    top = _multiply(upper, scale) - 1
    digits, dropped = _generate(_multiply(middle, scale), top, _multiply(lower, scale) + 1, point)
    return bytes(digits), dropped - power


def _parts(value: float) -> tuple[int, int]:
    mantissa, exponent = math.frexp(value)
    fraction, exponent = int(mantissa * (1 << 53)), exponent - 53
    if exponent < _DENORMAL_EXPONENT:
        return fraction >> (_DENORMAL_EXPONENT - exponent), _DENORMAL_EXPONENT
    return fraction, exponent


def _normalized(fraction: int, exponent: int) -> tuple[int, int]:
    shift = 64 - fraction.bit_length()
    return fraction << shift, exponent - shift


def _multiply(a: int, b: int) -> int:
    return (a * b + (1 << 63)) >> 64


@functools.cache
def _cached_power(index: int) -> tuple[int, int]:
    """A power of ten as a 64-bit significand and an exponent of two."""
    power = _FIRST_POWER + index * _STEP
    over, under = (10**power, 1) if power >= 0 else (1, 10**-power)
    exponent = over.bit_length() - under.bit_length() - 64
    while True:
        a, b = (over, under << exponent) if exponent >= 0 else (over << -exponent, under)
        significand = (2 * a + b) // (2 * b)
        excess = significand.bit_length() - 64
        if not excess:
            return significand, exponent
        exponent += excess


def _power_for(exponent: int) -> tuple[int, int, int]:
    """A power of ten that brings ``exponent`` into reach: the power, its significand and its exponent of two."""
    index = (int(-(exponent + _POWERS) * _LOG10_2) - _FIRST_POWER) // _STEP
    while True:
        significand, own = _cached_power(index)
        if exponent + own + 64 < _LOWEST_EXPONENT:
            index += 1
        elif exponent + own + 64 > _HIGHEST_EXPONENT:
            index -= 1
        else:
            return _FIRST_POWER + index * _STEP, significand, own


def _generate(middle: int, upper: int, lower: int, point: int) -> tuple[bytearray, int]:
    """The fewest digits between ``lower`` and ``upper``, and the places they leave out. ``point``: bits after it."""
    to_middle, delta = upper - middle, upper - lower
    digits = bytearray()
    whole, rest = upper >> point, upper & (1 << point) - 1
    for place in range(9, -1, -1):
        digit, whole = divmod(whole, 10**place)
        if digit or digits:
            digits.append(48 + digit)
        left = (whole << point) + rest
        if left <= delta:
            _round(digits, delta, left, 10**place << point, to_middle)
            return digits, place
    place, unit = 0, 1
    while True:
        rest, delta, unit, place = rest * 10, delta * 10, unit * 10, place - 1
        digit, rest = rest >> point, rest & (1 << point) - 1
        if digit or digits:
            digits.append(48 + digit)
        if rest < delta:
            _round(digits, delta, rest, 1 << point, to_middle * unit)
            return digits, place


def _round(digits: bytearray, delta: int, left: int, step: int, wanted: int) -> None:
    """Bring the last digit nearer to the value itself while it stays in the interval."""
    while left < wanted and delta - left >= step and (left + step < wanted or wanted - left > left + step - wanted):
        digits[-1] -= 1
        left += step
