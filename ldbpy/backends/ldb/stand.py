"""Where a script stands on a server: asked once a stop, of the server's debugger and of the script's text."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ldbpy.backends.ldb.dialect import Dialect
from ldbpy.backends.ldb.driver import Driver
from ldbpy.backends.ldb.lines import TraceFrame, read_trace
from ldbpy.backends.ldb.places import Places
from ldbpy.backends.ldb.values import Node, read_value
from ldbpy.engine.backend import Position
from ldbpy.errors import UsageError
from ldbpy.model.debugging import Frame

__all__ = ["Stand", "Where"]

_LOCAL: Final = re.compile(rb"<value> ([A-Za-z_]\w*) = (.*)", re.DOTALL)
_VALUE: Final = b"<value> "
_UNSEEN_COROUTINE: Final = "Valkey 9's debugger does not look into coroutines"


class Where(NamedTuple):
    """One frame."""

    line: int
    function: int
    name: str
    thread: int


class Stand:
    """Where a script stands."""

    def __init__(self, driver: Driver, dialect: Dialect, places: Places, line: int, statements: int) -> None:
        self._driver: Final = driver
        self._dialect: Final = dialect
        self._places: Final = places
        self.line: Final = line
        self.statements: Final = statements
        self._stack: list[Where] | None = None
        self._blind = False
        self._locals: list[tuple[str, Node]] | None = None
        self._named: Final[dict[str, Node | None]] = {}

    def foresee(self) -> None:
        """Ask what whoever stops here wants to know first."""
        self._driver.foresee(b"trace" if self._places.has_functions else b"print")

    # -- the stack

    @property
    def stack(self) -> list[Where]:
        """The frames, the innermost first. Who resumed a coroutine is told on Valkey 9 only."""
        if self._stack is None and not self._places.has_functions:
            self._stack = [Where(self.line, 0, "", 1)]
        if self._stack is None:
            self._stack = self._made(read_trace(self._driver.ask(b"trace")))
        return self._stack

    def _made(self, trace: list[TraceFrame]) -> list[Where]:
        self._blind = not self._dialect.follows_coroutines and (not trace or not trace[0].innermost)
        frames = []
        if self._blind:
            function = self._places.function_at(self.line)
            frames.append(Where(self.line, function, self._places.name(function), _thread(function)))
        numbers = [self._function(each, last=each is trace[-1]) for each in trace]
        thread = 1 if self._blind or not numbers else _thread(numbers[-1])
        for each, number in zip(trace, numbers, strict=True):
            frames.append(Where(each.line, number, self._places.name(number), thread))
        return frames or [Where(self.line, 0, "", 1)]

    def _function(self, frame: TraceFrame, *, last: bool) -> int:
        name = frame.function.decode("utf-8", "replace")
        return self._places.function_at(frame.line, name, outermost=last)

    @property
    def thread(self) -> int:
        """1 for the script itself; others for coroutines, which are told apart by the function they began with."""
        return self.stack[0].thread

    @property
    def depth(self) -> int:
        """How many functions are on the stack of the thread."""
        return sum(each.thread == self.thread for each in self.stack)

    def position(self) -> Position:
        """Where the script stands."""
        functions = frozenset(each.function for each in self.stack)
        column = self._places.column(self.line)
        return Position(self.line, column, self.thread, self.depth, functions, self.statements)

    def frames(self) -> tuple[Frame, ...]:
        """See ``Backend``."""
        return tuple(Frame(index, each.name, each.line, each.thread) for index, each in enumerate(self.stack))

    def frame(self, number: int) -> Where:
        """One frame."""
        if not 0 <= number < len(self.stack):
            raise UsageError(f"there is no frame {number}")
        return self.stack[number]

    # -- variables

    def locals(self, frame: int) -> list[tuple[str, Node | None]]:
        """The local variables of a frame, the last declared last. None: the server cannot show it."""
        where = self.frame(frame)
        if frame == 0 and not self._blind:
            return list(self._printed())
        names = self._places.visible(where.function, where.line)
        return [(name, self._seen(name, frame)) for name in names]

    def _printed(self) -> list[tuple[str, Node]]:
        """What ``print`` tells of the innermost frame, which is all that is in sight there."""
        if self._locals is None:
            found = [match for line in self._driver.ask(b"print") if (match := _LOCAL.fullmatch(line))]
            told = [(match[1].decode(), read_value(match[2], quotes=self._dialect.quotes)) for match in found]
            if any(name == "arg" for name, _ in told):  # nobody may have written it: a function with ... has it
                known = self._places.visible(self.stack[0].function, self.line)
                told = [each for each in told if each[0] != "arg" or "arg" in known]
            self._locals = told
        return self._locals

    def around(self, frame: int) -> list[tuple[str, Node | None]]:
        """The variables of functions around a frame's function that it names."""
        where = self.frame(frame)
        found = []
        for owner, name in self._places.visible_around(where.function):
            at = next((at for at, each in enumerate(self.stack) if at > frame and each.function == owner), None)
            found.append((name, None if at is None else self._seen(name, at)))
        return found

    def _seen(self, name: str, frame: int) -> Node | None:
        """A variable of an outer frame: ``print NAME`` tells it, unless a frame further in has one of that name."""
        if self._blind and frame == 0:
            return None
        start = 1 if self._blind else 0
        for inner in range(start, frame):
            if inner == 0:
                inside = [each for each, _ in self._printed()]
            else:
                where = self.stack[inner]
                inside = self._places.visible(where.function, where.line)
            if name in inside:
                return None
        if self._places.visible(self.stack[frame].function, self.stack[frame].line).count(name) > 1:
            return None  # print tells the one that was declared first
        return self._asked(name)

    def _asked(self, name: str) -> Node | None:
        if name not in self._named:
            told = next(iter(self._driver.ask(b"print", name.encode("latin-1"))), b"")
            known = told.startswith(_VALUE)
            self._named[name] = read_value(told.removeprefix(_VALUE), quotes=self._dialect.quotes) if known else None
        return self._named[name]

    def why_unseen(self, name: str) -> str:
        """Why a variable is not shown."""
        if self._blind:
            return f"{name} cannot be seen from here: {_UNSEEN_COROUTINE}"
        return (
            f"{name} cannot be seen from here: the server shows variables by name, of functions that have not returned"
        )


def _thread(function: int) -> int:
    """The number of the thread whose outermost function that is."""
    return 1 if function == 0 else 1 + function
