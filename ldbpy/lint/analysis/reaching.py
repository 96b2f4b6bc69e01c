"""Which values reach a use of a variable, and what the tests on the way leave of them.

Asked backwards from the use, so only what a rule asks about is looked at. Where that would take long, nothing is said.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final, NamedTuple

from ldbpy.lint.analysis.narrowing import ALL, Place, Types, allowed, allowed_at
from ldbpy.lint.analysis.resolver import Variable, Write
from ldbpy.script import ast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ldbpy.lint.analysis.flow import Block
    from ldbpy.lint.analysis.program import Program

__all__ = ["Arrival", "Reaching", "left_of"]

_Reached = dict[Write | None, Types]
_NONE: Final[Types] = frozenset()
_STEPS: Final = 400
"""How many blocks are looked at for one use."""
_STEPS_IN_ALL: Final = 60_000
"""And for a whole script: some 0.1 s."""


class Arrival(NamedTuple):
    """One write that reaches a use, and the types the tests in between leave."""

    write: Write | None
    """None: the value the variable has when its function begins; an outer function gave it."""
    types: Types


class Reaching:
    """Answers for all functions of a script."""

    def __init__(self, program: Program, blocks: Iterable[Block]) -> None:
        self._program: Final = program
        self._at: Final[dict[ast.Name, tuple[Block, int]]] = {}
        self._writes: Final[dict[tuple[Block, Variable], list[int]]] = {}
        self._last: Final[dict[tuple[Block, Variable], Write]] = {}
        self._found: Final[dict[tuple[ast.Name, Place], list[Arrival] | None]] = {}
        self._known: Final[dict[tuple[Block, Place], _Reached]] = {}
        self._left = _STEPS_IN_ALL
        for block in blocks:
            for index, (variable, event) in enumerate(block.events):
                if isinstance(event, Write):
                    self._writes.setdefault((block, variable), []).append(index)
                    self._last[block, variable] = event
                else:
                    self._at[event] = (block, index)

    def of(self, name: ast.Name, place: Place, node: ast.Expression) -> list[Arrival] | None:
        """What reaches ``name``, a use of the place's variable; ``node`` is the expression that reads the place.

        None: not known. Writes of inner functions happen at any time: where there are some, nothing is known.
        """
        key = (name, place)
        if key not in self._found:
            known = name in self._at and not self._is_written_inside(place.variable)
            self._found[key] = self._search(name, place, node) if known else None
        return self._found[key]

    def _is_written_inside(self, variable: Variable) -> bool:
        functions = self._program.resolved.functions
        return variable.captured and any(
            functions.get(write.name, variable.function) is not variable.function for write in variable.writes
        )

    def _search(self, name: ast.Name, place: Place, node: ast.Expression) -> list[Arrival] | None:
        block, index = self._at[name]
        types = allowed_at(self._program, node, place)
        if (block, place.variable) in self._last:
            write = self._last_write(block, place.variable, index)
            if write is not None:
                return [Arrival(write, types)]
        entering = self._entering(block, place)
        if entering is None:
            return None
        return [Arrival(write, left & types) for write, left in entering.items() if left & types]

    def _entering(self, block: Block, place: Place) -> _Reached | None:
        """What reaches the start of a block. Found once: what reaches the blocks behind it is made of that."""
        known = self._known.get((block, place))
        if known is not None:
            return known
        found: _Reached = {}
        todo: list[tuple[Block, Types]] = [(block, ALL)]
        seen = set(todo)
        for _ in range(min(_STEPS, self._left)):
            if not todo:
                break
            self._left -= 1
            here, types = todo.pop()
            reached = self._known.get((here, place)) if here.before else {None: ALL}
            if reached is not None:
                for write, left in reached.items():
                    found[write] = found.get(write, _NONE) | (left & types)
                continue
            for earlier, given in zip(here.before, here.given, strict=True):
                left = types if given is None else types & allowed(self._program, *given, place)
                if not left:
                    continue
                write = self._last.get((earlier, place.variable))
                if write is not None:
                    found[write] = found.get(write, _NONE) | left
                elif (earlier, left) not in seen:
                    seen.add((earlier, left))
                    todo.append((earlier, left))
        if todo:
            return None
        self._known[block, place] = found
        return found

    def _last_write(self, block: Block, variable: Variable, before: int) -> Write | None:
        places = self._writes[block, variable]
        at = bisect_left(places, before)
        if not at:
            return None
        event = block.events[places[at - 1]][1]
        assert isinstance(event, Write)
        return event


def left_of(arrivals: list[Arrival]) -> Types:
    """The types any of the ways leaves."""
    return frozenset[str]().union(*(arrival.types for arrival in arrivals)) if arrivals else ALL
