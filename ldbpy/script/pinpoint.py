"""Which part of a line an error message speaks of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

__all__ = ["Spot", "pinpoint"]


class Spot(NamedTuple):
    """A part of a line: column (from 1) and width in characters; width 0 is no part, only a hint."""

    column: int
    width: int
    hint: str | None = None


def pinpoint(
    source: bytes, line: int, message: str, *, compiling: bool = False, given: Mapping[str, Sequence[bytes]]
) -> Spot | None:
    """Find what an error message about a line speaks of."""
    return None
