"""A look into the state of a script while it stands, and where it is told to stop.

Everything belongs to the thread that runs the script. A probe's answers hold until the script goes on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ldbpy.lua.interpreter import Interpreter
from ldbpy.lua.line_stops import compiles
from ldbpy.lua.values import Values, call_one, variables_in
from ldbpy.model.debugging import Page, Value, Variable
from ldbpy.script import ast
from ldbpy.script.instrument import Instrumented
from ldbpy.script.lexer import KEYWORDS
from ldbpy.script.parser import parse

if TYPE_CHECKING:
    from ldbpy.lua.debugging import DebugHost

__all__ = ["Place", "Probe", "RawFrame", "WatchScope", "names_in", "reads_varargs"]

_TEXT: Final = re.compile(rb"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\[(=*)\[.*?\]\1\]""", re.DOTALL)
_NAME: Final = re.compile(rb"(?<![\w.:])[A-Za-z_]\w*|(?<=\.\.)[A-Za-z_]\w*")
_KEYWORDS: Final = frozenset(word.encode() for word in KEYWORDS)


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


class Probe:
    """Looks into the state of one script, and says where it is to stop."""

    def __init__(self, interpreter: Interpreter, host: DebugHost) -> None:
        self._functions: Final[dict[bytes, Any]] = dict(interpreter.open_debugger().items())
        self._values: Final = Values(self._functions)
        self._table: Final = interpreter.table
        self._host: Final = host
        self._caught = False

    def _call(self, name: str, *args: Any) -> Any:
        return call_one(self._functions, name, *args)

    def adopt(self, maker: Any, instrumented: Instrumented) -> Any:
        """The script as a function that stops."""
        for name in instrumented.hidden:
            self._call("hide", name)
        owners = [each.function for each in instrumented.statements]
        return self._call("adopt", maker, self._table(owners), len(owners))

    def follow(self, instrumented: Instrumented, lines_before: int) -> None:
        """Stop the script at its lines; for Lua they are so many further down."""
        numbers: dict[int, dict[int, int]] = {}
        for each in instrumented.statements:
            begins = instrumented.functions[each.function].line if each.function else 0
            numbers.setdefault(begins + lines_before, {})[each.line + lines_before] = each.number
        owners = [each.function for each in instrumented.statements]
        tables = self._table({begins: self._table(lines) for begins, lines in numbers.items()})
        self._call("follow", tables, self._table(owners), len(owners))

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
        if caught is not self._caught:  # asked at every step
            self._call("catch", caught)
            self._caught = caught

    def pause_soon(self) -> None:
        """Wait for the next statement."""
        self._call("pause_soon")

    def track(self) -> None:
        """Keep from now on which statements begin."""
        self._call("track")

    def visited(self) -> list[int]:
        """The statements that have begun for the first time since this was asked last."""
        return [int(number) for number in self._call("visited").values()]

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
        return variables_in(locals_), variables_in(upvalues)

    def elements(self, handle: int, start: int, count: int) -> Page | None:
        """Elements of a table; None if the handle is no longer good."""
        return self._values.elements(handle, start, count)

    def evaluate(self, code: bytes, frame: int, *, whole: bool = False) -> tuple[bytes | None, list[Value]]:
        """An error, or the values of an expression or statement in a frame. ``whole``: with what is in tables."""
        mark = self._values.mark()
        self._host.busy = True
        try:
            ok, told = self._call("evaluate", code, frame).values()
        finally:
            self._host.busy = False
            self._host.forget_pause()
        if not ok:
            return told, []
        values = [each.value for each in variables_in(told)]
        return None, list(self._values.whole(values, mark)) if whole else values

    def described(self, values: Sequence[Any]) -> tuple[Value, ...]:
        """Values that Lua handed over, with what is in tables: as they are shown when the script has gone on."""
        return self._values.described(values)


def names_in(expression: bytes, lua: str = "5.1") -> tuple[bytes, ...] | None:
    """The variables an expression reads that it does not declare itself; None if it is no expression.

    Of one that is Lua 5.4 and not 5.1, all names but those of fields.
    """
    chunk = parse(b"return " + expression)
    if chunk.problems and lua == "5.4" and compiles(b"return " + expression):
        return tuple(sorted(set(_NAME.findall(_TEXT.sub(b"''", expression))) - _KEYWORDS))
    if chunk.problems or len(chunk.body.statements) != 1:
        return None
    names = {node.name for node in ast.walk(chunk.body) if isinstance(node, ast.Name)}
    return tuple(sorted(name.encode("latin-1") for name in names))


def reads_varargs(code: bytes) -> bool:
    """Whether an expression or a statement has ``...`` outside the functions in it."""
    chunk = parse(b"return " + code)
    if chunk.problems:
        chunk = parse(code)
    return any(isinstance(node, ast.Vararg) for node in ast.walk_outside_functions(chunk.body))
