"""Kinds of values that are set by people: how each is read, from a file, from the environment or from an option."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

__all__ = ["FLAG", "SECONDS", "SIZE", "Kind", "one_of", "read_seconds", "read_size", "size_text", "whole"]


class Kind(NamedTuple):
    """A kind of value."""

    told: str
    """What a value has to be, behind "must be"."""
    read: Callable[[object], object]
    """The value of what stands in a file, or of a text.

    Raises:
        ValueError: it is none.
    """
    choices: tuple[str, ...] = ()
    """All that there are, if they can be counted."""


def _flag(given: object) -> bool:
    if isinstance(given, bool):
        return given
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if isinstance(given, str) and given.lower() in known:
        return known[given.lower()]
    raise ValueError(given)


FLAG: Final = Kind("true or false", _flag, ("true", "false"))


def read_seconds(given: object) -> float:
    """A number of seconds from 0 on.

    Raises:
        ValueError: it is none.
    """
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise ValueError(given)
    try:
        seconds = float(given)
    except OverflowError:  # a whole number beyond all floats
        seconds = math.inf
    if not seconds >= 0:
        raise ValueError(given)
    return seconds


SECONDS: Final = Kind("a number of seconds, such as 0.5 or 60; 0 for no limit", read_seconds)

_UNITS: Final = {"": 1, "b": 1, "k": 1000, "kb": 1024, "m": 10**6, "mb": 2**20, "g": 10**9, "gb": 2**30}
_SIZE: Final = re.compile(r"([0-9]{1,30})([kmg]?b?)")
_LARGEST: Final = 2**62


def read_size(given: object) -> int:
    """A number of bytes, with a unit as in redis.conf.

    Raises:
        ValueError: it is none.
    """
    match = _SIZE.fullmatch(str(given).lower()) if not isinstance(given, bool | float) else None
    size = int(match[1]) * _UNITS[match[2]] if match else _LARGEST
    if size >= _LARGEST:
        raise ValueError(given)
    return size


def size_text(size: int) -> str:
    """A number of bytes as it would be written in a file."""
    for unit in ("gb", "mb", "kb"):
        if size and size % _UNITS[unit] == 0:
            return f"{size // _UNITS[unit]}{unit}"
    return str(size)


SIZE: Final = Kind('a size, such as "64mb"; 0 for no limit', read_size)


def whole(least: int, most: int) -> Kind:
    """A whole number in a range."""

    def read(given: object) -> int:
        number = int(given) if isinstance(given, str | int) and not isinstance(given, bool) else least - 1
        if not least <= number <= most:
            raise ValueError(given)
        return number

    return Kind(f"a whole number from {least} to {most}", read)


def one_of(choices: Sequence[str]) -> Kind:
    """One of some words."""

    def read(given: object) -> str:
        if not isinstance(given, str) or given.lower() not in choices:
            raise ValueError(given)
        return given.lower()

    return Kind(f"one of {', '.join(choices)}", read, tuple(choices))
