"""Which variables are new, or have another value than at the last stop in the same function."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from ldbpy.model.debugging import Frame, Variable

__all__ = ["Novelty", "NoveltyKind", "activation"]


class NoveltyKind(StrEnum):
    """What is to be said of a variable."""

    NEW = "new"
    CHANGED = "changed"


def activation(frames: Sequence[Frame]) -> str:
    """What tells the call a script stands in from others: its function, its coroutine, how deep it is."""
    return f"{frames[0].function}/{frames[0].thread}/{len(frames)}" if frames else ""


class Novelty:
    """Remembers what values were at the last look at the same place."""

    def __init__(self) -> None:
        self._seen: dict[object, dict[bytes, object]] = {}

    def look(self, place: object, variables: Sequence[Variable]) -> dict[bytes, NoveltyKind]:
        """What is new of these variables since the last look at that place; nothing, if this is the first."""
        now = {each.name: (each.value.kind, each.value.data, each.value.size) for each in variables}
        before = self._seen.get(place)
        self._seen[place] = dict(now)
        if before is None:
            return {}
        found = {name: NoveltyKind.NEW for name in now if name not in before}
        return found | {name: NoveltyKind.CHANGED for name in now if name in before and before[name] != now[name]}

    def clear(self) -> None:
        """Forget everything."""
        self._seen.clear()
