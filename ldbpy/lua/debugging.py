"""The runtime's side of a debugger: a host that tells what the script does, and a probe into its state while it stands.

Everything belongs to the thread that runs the script. A probe's answers hold until the script goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any, Final, NamedTuple, Protocol

from ldbpy.commands import Command, CommandTable
from ldbpy.flavors import Flavor
from ldbpy.lua.host import ScriptHost
from ldbpy.lua.interpreter import CompileFailure, Interpreter
from ldbpy.lua.random import Drand48
from ldbpy.model.calls import CommandCall, LogLine
from ldbpy.model.debugging import Page, Value, ValueKind, Variable
from ldbpy.resp import Reply
from ldbpy.script import ast
from ldbpy.script.instrument import FunctionPlace, Instrumented, instrument
from ldbpy.script.parser import parse

__all__ = [
    "DebugHost",
    "DebugSink",
    "Debugging",
    "Place",
    "Probe",
    "RawFrame",
    "WatchScope",
    "names_in",
    "reads_varargs",
]

_UPVALUES: Final = b"has more than 60 upvalues"
_LOCALS: Final = b"has more than 200 local variables"
_PARTS: Final = 7
_DEPTH: Final = 2
_ELEMENTS: Final = 12
"""How deep and how many elements of a table are told when nobody can ask for them later."""


class DebugSink(Protocol):
    """Who is told what the script does. True as an answer ends the script."""

    def loaded(self) -> None:
        """It is compiled and about to run."""

    def passed_over(self, functions: Sequence[FunctionPlace]) -> None:
        """It cannot be stopped in these functions: there was no room in them."""

    def reached(
        self, statement: int, thread: int, depth: int, came_back: bool, entry: bool, outcomes: Mapping[int, bool | str]
    ) -> bool:
        """It is about to begin a statement that is waited for."""

    def raised(self, kind: str, message: bytes) -> bool:
        """It raised an error, ``caught`` or ``uncaught``, and nothing is unwound yet."""

    def before_command(self, command: Command, argv: list[bytes], line: int) -> bool:
        """It calls a command."""

    def after_command(self, command: Command, call: CommandCall) -> bool:
        """A command has run."""

    def paused(self, *, by_script: bool, soon: bool) -> bool:
        """It was interrupted, or called ``redis.breakpoint``; ``soon``: the next statement will be told."""

    def logged(self, entry: LogLine) -> None:
        """It called ``redis.log``."""

    def debugged(self, line: int, values: tuple[Value, ...]) -> None:
        """It called ``redis.debug``."""


class Place(NamedTuple):
    """Where a script stands."""

    thread: int
    depth: int
    line: int
    source: bytes
    statements: int
    """How many statements have begun."""
    functions: tuple[tuple[int, int], ...]
    """The first and last line of each function on the stack, the innermost first."""


class WatchScope(NamedTuple):
    """Where the names of a watched expression are what they were when it was set."""

    owner: int
    """The number of the function it was set in."""
    locals: frozenset[bytes]
    """Names that are local in that function."""
    upvalues: frozenset[bytes]
    """Names of variables of functions around it."""
    inner: frozenset[int]
    """The functions in it."""
    outer: frozenset[int]
    """The functions around it."""


class RawFrame(NamedTuple):
    """A frame as Lua tells it."""

    name: bytes | None
    line: int
    thread: int
    first_line: int
    last_line: int
    source: bytes


class DebugHost(ScriptHost):
    """Answers a script that is debugged."""

    def __init__(self, flavor: Flavor, table: CommandTable, rng: Drand48, sink: DebugSink) -> None:
        super().__init__(flavor, table, rng)
        self._sink: Final = sink
        self.probe: Probe | None = None
        self.busy = False
        """Whether an expression of the prompt is evaluated: what it does is not told."""
        self._pause = self._pausing = self._drop = self._soon = self._abort = self._checking = False

    def functions(self) -> dict[bytes, Callable[..., Any]]:
        """The functions of the prelude's ``host`` table."""
        more = (self.reached, self.raised, self.dropped, self.pause_reached, self.checking)
        return super().functions() | {method.__name__.encode(): self.guarded(method) for method in more}

    def interrupt(self) -> None:
        """Pause the script soon, or drop what is evaluated. May be called from any thread."""
        self._pause = True

    # -- told by the prelude

    def reached(
        self, statement: int, thread: int, depth: int, came_back: bool, entry: bool, *outcomes: Any
    ) -> bool | None:
        """A statement that is waited for is about to begin."""
        told = {
            int(outcomes[at]): outcome
            if isinstance(outcome := outcomes[at + 1], bool)
            else outcome.decode("utf-8", "replace")
            for at in range(0, len(outcomes), 2)
        }
        if self._soon:
            self._soon = self._pausing = False
            if self._sink.paused(by_script=False, soon=True):
                return True
        return self._sink.reached(statement, thread, depth, bool(came_back), bool(entry), told) or None

    def checking(self) -> None:
        """What is called next is called by a condition: it is not told."""
        self._checking = True

    def pause_reached(self) -> None:
        """The next ``reached`` is where a pause was asked for."""
        self._soon = True

    def raised(self, kind: bytes, message: bytes) -> bool | None:
        """An error was raised."""
        return self._sink.raised(kind.decode(), message) or None

    def dropped(self) -> bool:
        """Whether it is the evaluation that was interrupted, not the script. Asked once."""
        dropped, self._drop = self._drop, False
        return dropped

    def tick(self, step: int) -> int:
        """See ``ScriptHost``; a pause is seen here."""
        if self._pause:
            self._pause = False
            if self.busy:
                self._drop = True
                return 0
            assert self.probe is not None
            self._pausing = True
            self.probe.pause_soon()
        elif self._pausing and not self.busy:
            # No statement came by: a chunk the script loaded is running, or an endless loop without one.
            self._pausing = False
            if self._sink.paused(by_script=False, soon=False):
                return 0
        return super().tick(step)

    # -- what the script does

    def call(self, *args: Any) -> Any:
        """Run a command, unless the script is to end."""
        answer = super().call(*args)
        return (None, True) if self._abort else answer

    def _run(self, command: Command, argv: list[bytes]) -> Reply:
        if self._untold():
            return self.runner.run(command, argv)
        if self._sink.before_command(command, argv, self._line):
            self._abort = True
            return None
        self.runner.warm(command, argv)
        start = perf_counter()
        reply = self.runner.run(command, argv)
        call = CommandCall(self._line, tuple(argv), reply, (perf_counter() - start) * 1e6)
        self._abort = self._sink.after_command(command, call)
        return reply

    def _untold(self) -> bool:
        """Whether it is not the script itself that calls."""
        checking, self._checking = self._checking, False
        return checking or self.busy

    def log(self, level: int, text: bytes, line: int | None) -> None:
        """``redis.log``."""
        super().log(level, text, line)
        self._sink.logged(self.logs[-1])

    def breakpoint(self) -> Any:
        """``redis.breakpoint``."""
        if not self._untold() and self._sink.paused(by_script=True, soon=False):
            return None, True
        return True

    def debug(self, line: int | None, *values: Any) -> None:
        """``redis.debug``."""
        assert self.probe is not None
        self._sink.debugged(line or 0, self.probe.described(values))


class Debugging:
    """Makes one run of a script one that can be debugged."""

    def __init__(self, sink: DebugSink) -> None:
        self._sink: Final = sink
        self.instrumented: Instrumented | None = None
        self.host: DebugHost | None = None
        self.probe: Probe | None = None

    def make_host(self, flavor: Flavor, table: CommandTable, rng: Drand48) -> ScriptHost:
        """The host of the run."""
        self.host = DebugHost(flavor, table, rng, self._sink)
        return self.host

    def compile(self, interpreter: Interpreter, code: bytes, skipped: int, chunk_name: bytes) -> Any:
        """Compile the code behind ``skipped`` bytes of shebang so that it can be stopped.

        Raises:
            CompileFailure: it is no Lua.
        """
        interpreter.compile(code[skipped:], chunk_name)  # for Lua's own words, if it is none
        chunk = parse(code)
        without: set[int] = set()
        outside = False
        while True:
            self.instrumented = instrument(code, chunk, without, outside=outside)
            try:
                maker = interpreter.compile(self.instrumented.source, chunk_name)
            except CompileFailure as failure:
                if _LOCALS in failure.message and not outside:
                    outside = True
                else:
                    without |= _too_big(self.instrumented, failure.message)
            else:
                break
        assert self.host is not None
        self.probe = self.host.probe = Probe(interpreter, self.host)
        body = self.probe.adopt(maker, self.instrumented)
        self._sink.loaded()
        if without:
            self._sink.passed_over([each for each in self.instrumented.functions if not each.instrumented])
        return body


def _too_big(instrumented: Instrumented, message: bytes) -> set[int]:
    """The functions that have no room for what is put in; all if it cannot be told which."""
    words = message.partition(b": ")[2].split()
    if _UPVALUES in message and words[:3] == [b"function", b"at", b"line"]:
        line = int(words[3])
        found = {each.number for each in instrumented.functions if each.line == line and each.instrumented}
        if found:
            return found
    return {each.number for each in instrumented.functions}


class Probe:
    """Looks into the state of one script, and says where it is to stop."""

    def __init__(self, interpreter: Interpreter, host: DebugHost) -> None:
        self._functions: Final[dict[bytes, Any]] = dict(interpreter.open_debugger().items())
        self._table: Final = interpreter.table
        self._host: Final = host

    def _call(self, name: str, *args: Any) -> Any:
        """What a function of the prelude's gives: one value."""
        value = self._functions[name.encode()](*args)
        return value[-1] if isinstance(value, tuple) else value

    def adopt(self, maker: Any, instrumented: Instrumented) -> Any:
        """The script as a function that stops."""
        for name in instrumented.hidden:
            self._call("hide", name)
        owners = [each.function for each in instrumented.statements]
        return self._call("adopt", maker, self._table(owners), len(owners))

    # -- where to stop

    def arm(
        self, kind: str | None, thread: int, depth: int, targets: Sequence[int] | None, step: Sequence[int] | None
    ) -> None:
        """Forget what was waited for; wait for the end of a step. ``step``: where it may end, None: anywhere."""
        made = [None if numbers is None else self._table(list(numbers)) for numbers in (targets, step)]
        self._call("arm", kind.encode() if kind else None, thread, depth, *made)

    def arm_entry(self) -> None:
        """Wait for the first statement."""
        self._call("arm_entry")

    def arm_statement(self, statement: int) -> None:
        """Wait for a statement."""
        self._call("arm_statement", statement)

    def arm_gate(self, statement: int, number: int, code: bytes, names: Sequence[bytes]) -> None:
        """Wait for a statement where a condition holds."""
        self._call("arm_gate", statement, number, code, self._table(list(names)))

    def arm_watch(self, number: int, code: bytes, names: Sequence[bytes], scope: WatchScope | None) -> None:
        """Wait for a change of an expression."""
        self._call("arm_watch", number, code, self._table(list(names)), self._scope(scope))

    def _scope(self, scope: WatchScope | None) -> Any:
        if scope is None:
            return None
        sets = {
            name.encode(): self._table(dict.fromkeys(members, True))
            for name, members in scope._asdict().items()
            if name != "owner"
        }
        return self._table({b"owner": scope.owner, **sets})

    def prime(self, number: int, code: bytes, names: Sequence[bytes], frame: int, thread: int, depth: int) -> None:
        """Take the value an expression has in a frame, of that thread and depth, as what changes are told from."""
        self._call("prime", number, code, self._table(list(names)), frame, thread, depth)

    def catch(self, caught: bool) -> None:
        """Whether errors that are caught are to be told."""
        self._call("catch", caught)

    def pause_soon(self) -> None:
        """Wait for the next statement."""
        self._call("pause_soon")

    def count(self) -> int:
        """How many statements have begun."""
        return int(self._call("count"))

    # -- where it stands

    def place(self) -> Place:
        """Where the script stands."""
        thread, depth, line, source, statements, defined = self._call("position").values()
        lines = list(defined.values())
        return Place(thread, depth, line, source, statements, tuple(zip(lines[::2], lines[1::2], strict=True)))

    def frames(self) -> list[RawFrame]:
        """The stack, the innermost frame first."""
        flat = list(self._call("frames").values())
        return [RawFrame(flat[at] or None, *flat[at + 1 : at + 6]) for at in range(0, len(flat), 6)]

    def variables(self, frame: int) -> tuple[list[Variable], list[Variable]] | None:
        """Local variables and upvalues of a frame."""
        told = self._call("variables", frame)
        if told is None:
            return None
        locals_, upvalues = told.values()
        return _variables(locals_), _variables(upvalues)

    def elements(self, handle: int, start: int, count: int) -> Page | None:
        """Elements of a table; None if the handle is no longer good."""
        told = self._call("elements", handle, start, count)
        if told is None:
            return None
        found, more = told.values()
        return Page(tuple(_variables(found)), start, more)

    def evaluate(self, code: bytes, frame: int, *, whole: bool = False) -> tuple[bytes | None, list[Value]]:
        """An error, or the values of an expression or statement in a frame. ``whole``: with what is in tables."""
        mark = int(self._call("mark"))
        self._host.busy = True
        try:
            ok, told = self._call("evaluate", code, frame).values()
        finally:
            self._host.busy = False
        if not ok:
            return told, []
        values = [each.value for each in _variables(told)]
        return None, list(self._whole(values, mark)) if whole else values

    def described(self, values: Sequence[Any]) -> tuple[Value, ...]:
        """Values that Lua handed over, with what is in tables: as they are shown when the script has gone on."""
        mark = int(self._call("mark"))
        return self._whole([each.value for each in _variables(self._call("describe_all", *values))], mark)

    def _whole(self, values: Sequence[Value], mark: int) -> tuple[Value, ...]:
        filled = tuple(self._filled(value, _DEPTH) for value in values)
        self._call("release", mark)
        return filled

    def _filled(self, value: Value, depth: int) -> Value:
        page = self.elements(value.handle, 0, _ELEMENTS) if value.handle and depth else None
        if page is None:
            return replace(value, handle=0)
        items = tuple(replace(item, value=self._filled(item.value, depth - 1)) for item in page.items)
        return replace(value, handle=0, page=replace(page, items=items))


def _variables(flat: Any) -> list[Variable]:
    parts = list(flat.values())
    return [Variable(parts[at], _value(*parts[at + 1 : at + _PARTS])) for at in range(0, len(parts), _PARTS)]


def _value(kind: bytes, data: Any, size: int, length: int, handle: int, counted: bool) -> Value:
    shown = None if data is False and kind != b"boolean" else data
    return Value(ValueKind(kind.decode()), shown, size, length, handle, counted)


def names_in(expression: bytes) -> tuple[bytes, ...] | None:
    """The variables an expression reads that it does not declare itself; None if it is no expression."""
    chunk = parse(b"return " + expression)
    if chunk.problems or len(chunk.body.statements) != 1:
        return None
    names = {node.name for node in ast.walk(chunk.body) if isinstance(node, ast.Name)}
    return tuple(sorted(name.encode("latin-1") for name in names))


def reads_varargs(code: bytes) -> bool:
    """Whether an expression or a statement has ``...`` outside the functions in it."""
    chunk = parse(b"return " + code)
    if chunk.problems:
        chunk = parse(code)
    stack: list[ast.Node] = [chunk.body]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Vararg):
            return True
        if not isinstance(node, ast.Function):
            stack += ast.children(node)
    return False
