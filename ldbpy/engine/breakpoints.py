"""Breakpoints: what they wait for, and the list of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ldbpy.engine.conditions import Condition, HitCondition, LogTemplate
from ldbpy.errors import UsageError

__all__ = [
    "Breakpoint",
    "BreakpointList",
    "CommandPlace",
    "ErrorFilter",
    "ErrorPlace",
    "FunctionPlace",
    "KeyPlace",
    "LinePlace",
    "Place",
    "VariablePlace",
    "VariableScope",
]


class ErrorFilter(StrEnum):
    """Which errors stop a script."""

    UNCAUGHT = "uncaught"
    """Those that end it."""
    CAUGHT = "caught"
    """Those that pcall or coroutine.resume catches."""
    REPLY = "reply"
    """Error replies of commands."""
    RAISED = "raised"
    """All of them."""


@dataclass(frozen=True, slots=True)
class LinePlace:
    """Before a statement: the first on a line, or on the next that has one."""

    file: str
    line: int
    """Of the file."""
    statement: int
    """Its number; 0: nothing to stop at, until the script is read anew."""


@dataclass(frozen=True, slots=True)
class FunctionPlace:
    """Before the first statement of the functions of that name."""

    name: str
    statements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CommandPlace:
    """Before a command: by name, or by category (``@write``), and by a pattern its keys match."""

    command: str
    """In lower case; ``*`` for any."""
    keys: bytes | None = None
    after: bool = False
    """Stop after it instead."""


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """After a command that changed a key that matches the pattern."""

    pattern: bytes


@dataclass(frozen=True, slots=True)
class VariableScope:
    """What the names of a watched expression meant where it was set."""

    frame: int
    """The frame it was set in, at that stop."""
    function: int
    """The number of that frame's function."""
    locals: frozenset[bytes]
    """The names that were local variables there, or were nothing yet."""
    upvalues: frozenset[bytes]
    """The names that were variables of functions around it."""


@dataclass(frozen=True, slots=True)
class VariablePlace:
    """Where an expression has another value than at the statement before."""

    expression: Condition
    scope: VariableScope | None = None
    """What its names mean; None: what they mean wherever the script stands."""


@dataclass(frozen=True, slots=True)
class ErrorPlace:
    """Where an error is raised."""

    filter: ErrorFilter


Place = LinePlace | FunctionPlace | CommandPlace | KeyPlace | VariablePlace | ErrorPlace


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """One breakpoint."""

    number: int
    place: Place
    condition: Condition | None = None
    hit_condition: HitCondition | None = None
    log: LogTemplate | None = None
    """It says this instead of stopping."""
    temporary: bool = False
    """It goes when it has stopped the script."""
    enabled: bool = True
    ignore: int = 0
    """How many times it is still to be passed."""
    hits: int = 0


class BreakpointList:
    """All breakpoints of a session, by number."""

    def __init__(self) -> None:
        self._all: Final[dict[int, Breakpoint]] = {}
        self._last = 0

    def __iter__(self) -> Iterator[Breakpoint]:
        return iter(list(self._all.values()))

    def __len__(self) -> int:
        return len(self._all)

    def add(
        self,
        place: Place,
        *,
        condition: Condition | None = None,
        hit_condition: HitCondition | None = None,
        log: LogTemplate | None = None,
        temporary: bool = False,
    ) -> Breakpoint:
        """Add a breakpoint and give it the next number."""
        self._last += 1
        added = Breakpoint(self._last, place, condition, hit_condition, log, temporary)
        self._all[added.number] = added
        return added

    def get(self, number: int) -> Breakpoint:
        """The breakpoint of that number.

        Raises:
            UsageError: there is none.
        """
        found = self._all.get(number)
        if found is None:
            known = ", ".join(map(str, self._all)) or "none"
            raise UsageError(f"there is no breakpoint {number}", hint=f"there are: {known}")
        return found

    def change(self, number: int, **fields: object) -> Breakpoint:
        """Change fields of a breakpoint."""
        changed: Breakpoint = replace(self.get(number), **fields)  # type: ignore[arg-type]
        self._all[number] = changed
        return changed

    def remove(self, number: int) -> Breakpoint:
        """Take a breakpoint away.

        Raises:
            UsageError: there is none of that number.
        """
        self.get(number)
        return self._all.pop(number)

    def clear(self) -> int:
        """Take all away; how many they were."""
        count = len(self._all)
        self._all.clear()
        return count
