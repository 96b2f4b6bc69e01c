"""What tests of front ends and of the engine need: a backend that plays what a script would do, without Lua.

>>> from ldbpy.engine.session import Session
>>> from ldbpy.testing import At, ScriptedBackend
>>> session = Session(ScriptedBackend([At(1), At(2, locals={"n": 1})]), lambda pattern, key: pattern == key)
>>> session.start()
>>> [(event.reason.value, event.line) for event in session.events()]
[('entry', 1)]
>>> session.close()
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ldbpy.engine.backend import (
    Capabilities,
    Capability,
    Evaluation,
    Listener,
    Position,
    Program,
    Scopes,
    Support,
    Verdict,
)
from ldbpy.engine.breakpoints import Breakpoint, VariablePlace
from ldbpy.engine.stops import CommandEvent, ErrorEvent, LineEvent, PauseEvent
from ldbpy.errors import UsageError
from ldbpy.flavors import DEFAULT_FLAVOR, FLAVORS, Flavor
from ldbpy.model.calls import CommandCall
from ldbpy.model.changes import KeyChange, KeyState
from ldbpy.model.debugging import Frame, OutputKind, Page, ScriptError, Value, ValueKind, Variable
from ldbpy.model.runs import RunProblem, RunReport
from ldbpy.resp import ErrorReply, Reply
from ldbpy.script.source import Script, SourceMap

__all__ = ["At", "Breaks", "Calls", "Debugs", "Forever", "Raises", "ScriptedBackend", "Step", "lua_value"]

Plain = None | bool | float | str | bytes
"""A Lua value as a test writes it."""

_COMPARISON: Final = re.compile(r"(\w+)\s*(==|~=|>=|<=|>|<)\s*(-?\d+)")
_COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "==": lambda a, b: a == b,
    "~=": lambda a, b: a != b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}


@dataclass(frozen=True)
class At:
    """The script begins a statement; the same line has the same statement each time."""

    line: int
    depth: int = 1
    """How many functions of its thread are on the stack."""
    thread: int = 1
    came_back: bool = False
    """Whether the thread that was stepped through has given control back."""
    locals: Mapping[str, Plain | Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Calls:
    """The script calls a command, on the line it is at."""

    argv: tuple[bytes, ...]
    reply: Reply = None
    keys: tuple[bytes, ...] = ()
    categories: frozenset[str] = frozenset()
    changes: tuple[KeyChange, ...] = ()


@dataclass(frozen=True)
class Raises:
    """The script raises an error: ``uncaught`` ends it."""

    message: bytes
    kind: str = "caught"


@dataclass(frozen=True)
class Debugs:
    """The script calls ``redis.debug``, on the line it is at."""

    value: Plain | Value
    more: tuple[Value, ...] = ()
    """What else it is given."""


@dataclass(frozen=True)
class Breaks:
    """The script calls ``redis.breakpoint``."""


@dataclass(frozen=True)
class Forever:
    """The script does nothing that can be stopped at, until it is interrupted."""


Step = At | Breaks | Calls | Raises | Debugs | Forever
"""What a script does."""


class ScriptedBackend:
    """Plays steps to the engine, as a backend does that runs a script.

    An expression is the name of a local variable, or one compared with a whole number; all else is an error.
    ``functions``: by name, the first lines of functions. ``reply``: how the script ends if no error ends it.
    ``report``: how it ends in any case. ``data``: the declared keys, and what they hold when it begins.
    ``support``: what the backend can do, everything if it is left out. Threads as for every ``Backend``.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        *,
        source: bytes = b"",
        functions: Mapping[str, int] | None = None,
        reply: Reply = None,
        report: RunReport | None = None,
        data: Mapping[bytes, KeyState | None] | None = None,
        support: Mapping[Capability, Support] | None = None,
    ) -> None:
        self._steps: Final = tuple(steps)
        lines = sorted({step.line for step in steps if isinstance(step, At)})
        self._source: Final = source or b"\n".join(b"line %d" % line for line in range(1, max(lines, default=0) + 1))
        self._lines: Final = lines
        self._functions: Final = dict(functions or {})
        self._reply: Final = reply
        self._report: Final = report
        self._data: Final = dict(data or {})
        self._interrupted: Final = threading.Event()
        self._place = At(0)
        self._watched: dict[int, Plain | Value] = {}
        self._changes: list[KeyChange] = []
        self._count = 0
        self._executed: set[int] = set()
        self.tracks_lines = False
        """See ``Backend``."""
        self.capabilities: Final = Capabilities(support or dict.fromkeys(Capability, Support.NATIVE), {})
        """See ``Backend``."""
        self.finished: list[bool] = []
        """For each run that is over, whether its changes were kept."""
        self.runs = 0
        """How many runs have begun."""

    @property
    def statements(self) -> int:
        """See ``Backend``."""
        return self._count

    @property
    def flavor(self) -> Flavor:
        """See ``Backend``."""
        return FLAVORS[DEFAULT_FLAVOR]

    # -- the script

    def script(self) -> Script:
        """See ``Backend``."""
        return Script(self._source, SourceMap("scripted.lua"))

    def load(self) -> Program:
        """See ``Backend``."""
        return Program(SourceMap("scripted.lua"), tuple(self._source.split(b"\n")))

    def statement_at(self, line: int) -> tuple[int, int] | None:
        """See ``Backend``."""
        return next(((number, at) for number, at in enumerate(self._lines, 1) if at >= line), None)

    def statements_of(self, function: str) -> tuple[int, ...]:
        """See ``Backend``."""
        return (self._number(self._functions[function]),) if function in self._functions else ()

    def is_command(self, name: str) -> bool:
        """See ``Backend``."""
        known = {"*"}
        for step in self._steps:
            if isinstance(step, Calls):
                known |= {step.argv[0].decode().lower(), *step.categories}
        return name in known

    def names_in(self, expression: str) -> tuple[bytes, ...]:
        """See ``Backend``."""
        match = _COMPARISON.fullmatch(expression)
        name = match[1] if match else expression
        if not name.isidentifier():
            raise UsageError(f"{expression!r} is no expression of Lua")
        return (name.encode(),)

    def _number(self, line: int) -> int:
        return self._lines.index(line) + 1

    # -- running

    def run(self, listener: Listener) -> RunReport:
        """See ``Backend``."""
        self.runs += 1
        self._place, self._count = At(0), 0
        self._executed.clear()
        self._watched.clear()
        self._changes.clear()
        self._interrupted.clear()
        for step in self._steps:
            if self._play(listener, step) is Verdict.ABORT:
                return RunReport(None, RunProblem("stopped", "interrupted", None, "interrupted"))
            if isinstance(step, Raises) and step.kind == "uncaught":
                message = step.message.decode("utf-8", "replace")
                return self._report or RunReport(
                    ErrorReply(b"ERR " + step.message), RunProblem("error", message, self._place.line)
                )
        return self._report or RunReport(self._reply)

    def _play(self, listener: Listener, step: Step) -> Verdict:
        if isinstance(step, Forever):
            self._interrupted.wait()
        if self._interrupted.is_set():
            self._interrupted.clear()
            if (verdict := listener.paused(PauseEvent(), self.position)) is Verdict.ABORT:
                return verdict
        match step:
            case At():
                return self._begin(listener, step)
            case Calls():
                return self._call(listener, step)
            case Raises():
                return listener.error(ErrorEvent(ScriptError(step.kind, step.message)), self.position)
            case Debugs():
                listener.output(OutputKind.DEBUG, self._place.line, values=(lua_value(step.value), *step.more))
            case Breaks():
                return listener.paused(PauseEvent(asked_by_script=True), self.position)
        return Verdict.GO

    def _begin(self, listener: Listener, step: At) -> Verdict:
        self._place = step
        self._count += 1
        self._executed.add(step.line)
        interest = listener.interest()
        outcomes = self._changed_variables(interest.variables)
        event = LineEvent(
            self._number(step.line), step.thread, step.depth, step.came_back, outcomes, entry=interest.entry
        )
        return listener.line(event, self.position)

    def _changed_variables(self, watched: Sequence[Breakpoint]) -> dict[int, bool | str]:
        outcomes: dict[int, bool | str] = {}
        for each in watched:
            assert isinstance(each.place, VariablePlace)
            number, name = each.number, each.place.expression.text
            if name not in self._place.locals:
                continue
            now = self._place.locals[name]
            if number in self._watched and self._watched[number] != now:
                outcomes[number] = f"{name}: {self._watched[number]!r} → {now!r}"
            self._watched[number] = now
        return outcomes

    def _call(self, listener: Listener, step: Calls) -> Verdict:
        name = step.argv[0].decode().lower()
        changed = tuple(change.key for change in step.changes)
        call = CommandCall(self._place.line, step.argv, None, 0.0)
        before = CommandEvent(True, name, step.categories, step.keys)
        if (verdict := listener.command(before, self.position, call)) is Verdict.ABORT:
            return verdict
        self._changes += step.changes
        call = CommandCall(self._place.line, step.argv, step.reply, 1.0)
        after = CommandEvent(False, name, step.categories, step.keys, changed)
        return listener.command(after, self.position, call, step.changes)

    def finish(self, *, commit: bool) -> tuple[KeyChange, ...]:
        """See ``Backend``."""
        self.finished.append(commit)
        return tuple(self._changes)

    def interrupt(self) -> None:
        """See ``Backend``."""
        self._interrupted.set()

    # -- looking

    def position(self) -> Position:
        """Where the script stands."""
        at = self._place
        return Position(at.line, 1, at.thread, at.depth, frozenset({0}), self._count)

    def frames(self) -> tuple[Frame, ...]:
        """See ``Backend``."""
        at = self._place
        return tuple(
            Frame(index, f"f{at.depth - index}" if index < at.depth - 1 else "", at.line, at.thread)
            for index in range(at.depth)
        )

    def function_of(self, frame: int) -> int:
        """See ``Backend``."""
        return 0

    def scopes(self, frame: int) -> Scopes:
        """See ``Backend``."""
        variables = [Variable(name.encode(), lua_value(value)) for name, value in self._place.locals.items()]
        return Scopes(tuple(variables) if frame == 0 else (), ())

    def elements(self, handle: int, start: int, count: int) -> Page:
        """See ``Backend``. There are no tables."""
        return Page((), start, more=False)

    def evaluate(self, expression: str, frame: int, *, whole: bool = False) -> Evaluation:
        """See ``Backend``."""
        match = _COMPARISON.fullmatch(expression)
        name = match[1] if match else expression
        if name not in self._place.locals:
            return Evaluation(error=f"there is no variable '{name}' here".encode())
        value = self._place.locals[name]
        if match is None:
            return Evaluation((lua_value(value),))
        if not isinstance(value, int | float):
            return Evaluation(error=b"attempt to compare with number")
        return Evaluation((lua_value(_COMPARE[match[2]](value, int(match[3]))),))

    def assign(self, target: str, expression: str, frame: int) -> Evaluation:
        """See ``Backend``. Nothing can be set."""
        return Evaluation(error=f"{target} cannot be set".encode())

    def keys(self) -> Sequence[tuple[bytes, KeyState | None]]:
        """See ``Backend``."""
        return list({**self._data, **{change.key: change.after for change in self._changes}}.items())

    def executed(self) -> frozenset[int] | None:
        """See ``Backend``."""
        return frozenset(self._executed) if self.tracks_lines else None

    def peek(self, key: bytes) -> KeyState | None:
        """See ``Backend``."""
        return dict(self.keys()).get(key)

    def changes(self) -> tuple[KeyChange, ...]:
        """See ``Backend``."""
        return tuple(self._changes)


def lua_value(value: Plain | Value) -> Value:
    """A value as a backend describes it."""
    match value:
        case Value():
            return value
        case None:
            return Value(ValueKind.NIL)
        case bool():
            return Value(ValueKind.BOOLEAN, value)
        case int() | float():
            return Value(ValueKind.NUMBER, float(value))
        case _:
            data = value.encode() if isinstance(value, str) else value
            return Value(ValueKind.STRING, data, len(data))
