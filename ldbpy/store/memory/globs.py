"""Glob patterns as the servers match them (``stringmatchlen`` in ``util.c``)."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

__all__ = ["glob"]


@functools.lru_cache(maxsize=256)
def glob(pattern: bytes, *, ignore_case: bool = False) -> Callable[[bytes], object]:
    r"""A function that says whether a text matches the pattern: ``*``, ``?``, ``[a-z]``, ``[^a]`` and ``\\``."""
    parts: list[bytes] = []
    index = 0
    while index < len(pattern):
        char = pattern[index : index + 1]
        index += 1
        if char == b"*":
            if not parts or parts[-1] != b".*":
                parts.append(b".*")
        elif char == b"?":
            parts.append(b".")
        elif char == b"[":
            part, index = _character_class(pattern, index)
            parts.append(part)
        elif char == b"\\" and index < len(pattern):
            parts.append(re.escape(pattern[index : index + 1]))
            index += 1
        else:
            parts.append(re.escape(char))
    return re.compile(b"".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0)).fullmatch


def _character_class(pattern: bytes, index: int) -> tuple[bytes, int]:
    """The class that starts at ``index``, after its bracket, as a regular expression, and where it ends.

    A class that is not closed ends with the pattern.
    """
    negated = pattern[index : index + 1] == b"^"
    index += negated
    members: list[bytes] = []
    while index < len(pattern) and pattern[index : index + 1] != b"]":
        char = pattern[index : index + 1]
        if char == b"\\" and index + 1 < len(pattern):
            index += 1
            members.append(re.escape(pattern[index : index + 1]))
        elif pattern[index + 1 : index + 2] == b"-" and index + 2 < len(pattern):
            low, high = sorted((char, pattern[index + 2 : index + 3]))
            members.append(re.escape(low) + b"-" + re.escape(high))
            index += 2
        else:
            members.append(re.escape(char))
        index += 1
    index += 1
    if not members:
        return (b"." if negated else b"(?!)"), index
    return b"[" + (b"^" if negated else b"") + b"".join(members) + b"]", index
