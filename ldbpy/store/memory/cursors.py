"""The places SCAN and its relatives have come to."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

__all__ = ["Cursors"]


class Cursors:
    """The iterations under way, by the cursor that continues them; the oldest are forgotten."""

    def __init__(self, limit: int = 1024) -> None:
        self._limit: Final = limit
        self._next = 1
        self._places: Final[OrderedDict[int, list[bytes]]] = OrderedDict()

    def keep(self, rest: list[bytes]) -> int:
        """Keep what an iteration has still to visit; its cursor."""
        cursor = self._next
        self._next += 1
        self._places[cursor] = rest
        if len(self._places) > self._limit:
            self._places.popitem(last=False)
        return cursor

    def rest(self, cursor: int) -> list[bytes]:
        """What the iteration of that cursor has still to visit; nothing if it is not known."""
        return self._places.get(cursor, [])
