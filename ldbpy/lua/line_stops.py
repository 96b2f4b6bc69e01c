"""Where a script of Lua 5.4 can be stopped: before its statements, or, where it cannot be instrumented, at its lines.

It cannot be where it is no Lua 5.1 (``a // b``, ``goto``, ``local x <const>``), which is what ``script.parser`` reads.
Then Lua's own line hook stops it, and the lines that have instructions take the place of statements.

Layout of bytecode: ``ldump.c`` and ``lobject.h`` of Lua 5.4, lines as ``luaG_getfuncline`` of ``ldebug.c`` counts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from ldbpy.lua.engines import engine_for
from ldbpy.script.instrument import FunctionPlace, Instrumented, StatementPlace, instrument
from ldbpy.script.lines import LineIndex
from ldbpy.script.parser import parse

__all__ = ["compiles", "stops_of"]

_HEADER: Final = 32
"""Bytes before the main function: signature, version, format, check data, three sizes, two check numbers, upvalues."""
_CONSTANT_SIZES: Final = {0x03: 8, 0x13: 8}
"""By tag: integers and floats; texts have sizes of their own, nil and booleans take nothing."""
_TEXTS: Final = (0x04, 0x14)
_ABSOLUTE: Final = -128
"""In place of a distance to the line before: the line stands in a list of its own."""

_FUNCTION: Final = re.compile(rb"\bfunction\b")
_NAMED: Final = re.compile(rb"\bfunction\s+([\w.:]+)|([A-Za-z_][\w.]*)\s*=\s*function\b")


def stops_of(source: bytes) -> Instrumented:
    """Where a script can be stopped; without a source to compile if that is at its lines."""
    chunk = parse(source)
    if not chunk.problems:
        instrumented = instrument(source, chunk)
        if _dumped(instrumented.source, instrumented=True) is not None:
            return instrumented
    code = _dumped(source)
    if code is None:
        return Instrumented(b"", (), (), frozenset())
    return _at_lines(source, _Reader(code).script())


def compiles(source: bytes) -> bool:
    """Whether it is Lua 5.4."""
    return _dumped(source) is not None


def _dumped(source: bytes, *, instrumented: bool = False) -> bytes | None:
    """The bytecode; None if it does not compile."""
    engine = engine_for("5.4")
    dump = engine.module.LuaRuntime(encoding=None).eval(
        b"function(s) local f = load(s, '=', 't') return f and string.dump(f) end"
    )
    code: bytes | None = dump(engine.wrapped(source, instrumented=instrumented))
    return code


class _Function(NamedTuple):
    """A function; lines as Lua counts them."""

    first_line: int
    last_line: int
    lines: frozenset[int]
    inner: list[Any]


class _Reader:
    """Reads the lines of every instruction."""

    def __init__(self, code: bytes) -> None:
        self._code: Final = code
        self._at = _HEADER

    def script(self) -> _Function:
        """The script, which the server puts into a function of its own."""
        found: _Function = self._function().inner[0]
        return found

    def _byte(self) -> int:
        self._at += 1
        return self._code[self._at - 1]

    def _size(self) -> int:
        """A number in groups of seven bits, the last of them marked."""
        value = 0
        while True:
            byte = self._byte()
            value = value << 7 | byte & 127
            if byte & 128:
                return value

    def _skip(self, size: int) -> None:
        self._at += size

    def _skip_text(self) -> None:
        self._skip(max(self._size() - 1, 0))

    def _function(self) -> _Function:
        self._skip_text()
        first, last = self._size(), self._size()
        is_vararg = self._code[self._at + 1]
        self._skip(3)
        self._skip(4 * self._size())
        for _ in range(self._size()):
            tag = self._byte()
            if tag in _TEXTS:
                self._skip_text()
            else:
                self._skip(_CONSTANT_SIZES.get(tag, 0))
        self._skip(3 * self._size())
        inner = [self._function() for _ in range(self._size())]
        lines = list(self._lines(first))
        for _ in range(self._size()):
            self._skip_text()
            self._size(), self._size()
        for _ in range(self._size()):
            self._skip_text()
        return _Function(first, last, frozenset(lines[1:] if is_vararg else lines), inner)

    def _lines(self, line: int) -> Iterator[int]:
        count = self._size()
        distances = memoryview(self._code[self._at : self._at + count]).cast("b")
        self._at += count
        absolute = {self._size(): self._size() for _ in range(self._size())}
        for place, distance in enumerate(distances):
            line = absolute[place] if distance == _ABSOLUTE else line + distance
            yield line


def _at_lines(source: bytes, script: _Function) -> Instrumented:
    index = LineIndex(source)
    before = engine_for("5.4").lines_before
    functions: list[FunctionPlace] = []
    statements: list[StatementPlace] = []
    todo: list[tuple[_Function, int]] = [(script, -1)]
    while todo:
        function, parent = todo.pop(0)
        number = len(functions)
        todo += [(inner, number) for inner in function.inner]
        name, first, last = "", 1, len(index)
        if parent >= 0:
            first, last = function.first_line - before, function.last_line - before
            name = _name_on(index.text(first))
        lines = sorted(line - before for line in function.lines if line - before <= len(index))
        begins = len(statements) + 1
        for place, line in enumerate(lines, begins):
            text = index.text(line)
            column = len(text) - len(text.lstrip()) + 1
            statements.append(StatementPlace(place, line, column, line, number))
        functions.append(FunctionPlace(number, name, first, last, begins if lines else 0, True, parent))
    return Instrumented(b"", tuple(statements), tuple(functions), frozenset())


def _name_on(line: bytes) -> str:
    """The name of the only function that begins on a line; empty if it has none."""
    found = _NAMED.search(line) if len(_FUNCTION.findall(line)) == 1 else None
    return (found[1] or found[2]).decode("ascii") if found else ""
