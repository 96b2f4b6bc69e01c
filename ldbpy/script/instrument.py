"""A script with a test in front of every statement, so that a debugger can stop there.

``local n = 1`` becomes `` C=C+1 if A<=5 and B>=5 and M[5]then S(5)end local n = 1``: C counts statements, M is the
list of those at which S is to be called, A and B are the first and last of them, which spares most statements the
list. Everything stays on its line. The script becomes the body of a function that has these as its first locals::

    local I,R=... return function(...) local A,B,M,S,C=I() R(function(a,b,m) A,B,M=a,b,m return C end) SCRIPT
    end

In the script itself they are registers, in its functions upvalues. So the script may have 195 locals instead of 200;
for one with more they stay outside (``outside``), a little slower. A function may have 60 upvalues and may pass that
limit by those five: then it is left out (``without``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from ldbpy.script import ast

__all__ = ["FunctionPlace", "Instrumented", "StatementPlace", "instrument"]


class StatementPlace(NamedTuple):
    """Where a debugger can stop. ``number`` counts from 1; ``line`` and ``column`` are those of the script."""

    number: int
    line: int
    column: int
    end_line: int
    function: int
    """The number of the function it is in."""


class FunctionPlace(NamedTuple):
    """A function of the script. Number 0 is the script itself."""

    number: int
    name: str
    """As it is written: ``f``, ``queue.push``, ``queue:pop``; empty if it has none."""
    line: int
    end_line: int
    first: int
    """The number of its first statement; 0 if it has none."""
    instrumented: bool
    parent: int
    """The number of the function it stands in; -1 for the script."""


_Body = tuple[ast.Block, str, int, int | None]
"""A function to go through: its block, its name, where it starts, where its ``end`` is (None: the script)."""


class Instrumented:
    """A script made ready to be stopped."""

    def __init__(
        self,
        source: bytes,
        statements: tuple[StatementPlace, ...],
        functions: tuple[FunctionPlace, ...],
        hidden: frozenset[bytes],
    ) -> None:
        self.source: Final = source
        """What to compile; gives, when called with I and R, the script as a function. I gives A to C their first
        values; R gets a function that sets A, B and M, and gives C."""
        self.statements: Final = statements
        """By number, from 1."""
        self.functions: Final = functions
        """By number, from 0."""
        self.hidden: Final = hidden
        """Names of the variables that are not the script's."""
        self._by_lines: Final[dict[tuple[int, int], list[int]]] = {}
        for each in functions[1:]:
            self._by_lines.setdefault((each.line, each.end_line), []).append(each.number)
        self._by_line: Final = sorted(statements, key=lambda each: (each.line, each.column, each.number))

    def statement(self, number: int) -> StatementPlace:
        """The statement of that number."""
        return self.statements[number - 1]

    def at_line(self, line: int) -> StatementPlace | None:
        """The first statement that starts on a line, or else on the next one that has any."""
        place = bisect_left(self._by_line, line, key=lambda each: each.line)
        return self._by_line[place] if place < len(self._by_line) else None

    def on_line(self, line: int) -> list[StatementPlace]:
        """The statements that start on a line, by column."""
        return [each for each in self._by_line if each.line == line]

    def functions_at(self, first: int, last: int) -> list[int]:
        """The numbers of the functions from one line to another: several if they share them; else the script's."""
        return self._by_lines.get((first, last), [0])

    def around(self, number: int) -> list[int]:
        """The functions that a function stands in, the nearest first."""
        found = []
        while (number := self.functions[number].parent) >= 0:
            found.append(number)
        return found

    def named(self, name: str) -> list[FunctionPlace]:
        """The functions of that name, as it is written or as its last part."""
        return [each for each in self.functions[1:] if name in (each.name, *_last_parts(each.name))]


def _last_parts(name: str) -> tuple[str, ...]:
    return (name.replace(":", ".").rpartition(".")[2],) if name else ()


def instrument(
    source: bytes, chunk: ast.Chunk, without: Collection[int] = (), *, outside: bool = False
) -> Instrumented:
    """Instrument a script that has no problems, its shebang left out; ``without`` the functions of those numbers.

    ``outside``: keep our variables out of the script's own function.
    """
    writer = _Writer(source, chunk, frozenset(without), outside=outside)
    writer.function(chunk.body, "", 0, None)
    return writer.finished()


class _Writer:
    """Collects what is to be put in."""

    def __init__(self, source: bytes, chunk: ast.Chunk, without: frozenset[int], *, outside: bool) -> None:
        self._outside: Final = outside
        self._source: Final = source
        self._lines: Final = chunk.lines
        self._start: Final = chunk.shebang[1] if chunk.shebang else 0
        self._without: Final = without
        self._names: Final = _free_names(source)
        self._kept = True
        self._insertions: Final[list[tuple[int, int, str]]] = []
        self._places: Final[list[tuple[int, int, int]]] = []
        self._functions: Final[list[FunctionPlace]] = []

    # -- going through the tree

    def function(self, body: ast.Block, name: str, start: int, end: int | None) -> None:
        """Go through a function and those in it; ``end``: where its ``end`` is, None for the script itself."""
        todo: deque[tuple[_Body, int]] = deque([((body, name, start, end), -1)])
        while todo:
            one, parent = todo.popleft()
            number = len(self._functions)
            todo += [(inner, number) for inner in self._one_function(one, parent)]

    def _one_function(self, one: _Body, parent: int) -> list[_Body]:
        body, name, start, end = one
        number = len(self._functions)
        self._kept = kept = number not in self._without
        line = self._lines.line(start)
        last = self._lines.line(end if end is not None else max(body.end - 1, 0))
        before = len(self._places)
        inner: list[_Body] = []
        blocks = [body]
        while blocks:
            block = blocks.pop()
            for statement in block.statements:
                blocks += self._statement(statement, number)
                inner += [
                    (function.body, told, function.start, function.end - len("end"))
                    for function, told in _functions_in(statement)
                ]
        self._fall_off(body, number, end)
        own = range(before + 1, len(self._places) + 1)
        first = min(own, key=lambda each: self._places[each - 1], default=0)
        self._functions.append(FunctionPlace(number, name, line, last, first, kept, parent))
        return sorted(inner, key=lambda each: each[2])

    def _statement(self, statement: ast.Statement, function: int) -> list[ast.Block]:
        match statement:
            case ast.While():
                self._test(statement.test, statement.start, function)
            case ast.Repeat():
                self._test(statement.test, statement.test.start, function)
            case ast.If():
                self._visit(statement.start, statement.start, _head_end(statement), function)
                for clause in statement.clauses[1:]:
                    self._test(clause.test, clause.start, function)
            case ast.NumericFor() | ast.GenericFor():
                self._visit(statement.start, statement.start, statement.body.start, function)
                self._loop(statement, function)
            case ast.Do():
                pass
            case _:
                self._visit(statement.start, statement.start, statement.end, function)
        return _blocks(statement)

    # -- what is put in

    def _place(self, start: int, end: int, function: int) -> int:
        self._places.append((start, end, function))
        return len(self._places)

    def _put(self, at: int, text: str) -> None:
        if self._kept:  # statements of the others have their numbers too, which so are the same for every ``without``
            self._insertions.append((at, len(self._insertions), text))

    def _visit(self, at: int, start: int, end: int, function: int) -> None:
        """Stop at ``at``, showing ``start`` to ``end``."""
        number = self._place(start, end, function)
        name = self._names
        waited = f"{name.first}<={number} and {name.last}>={number} and {name.armed}[{number}]"
        self._put(at, f" {name.counter}={name.counter}+1 if {waited}then {name.stop}({number})end ")

    def _test(self, test: ast.Expression, start: int, function: int) -> None:
        """Stop whenever the test of a loop or an ``elseif`` is made."""
        number = self._place(start, test.end, function)
        name = self._names
        passed = f"{name.first}>{number} or {name.last}<{number} or not {name.armed}[{number}]"
        self._put(test.start, f"({passed}or {name.stop}({number}))and(")
        self._put(test.end, ")")

    def _loop(self, loop: ast.NumericFor | ast.GenericFor, function: int) -> None:
        """Come back to the head of a ``for`` after each turn, when the variables of its body are gone."""
        if loop.body.statements and isinstance(loop.body.statements[-1], ast.Return | ast.Break):
            return
        self._put(loop.body.start, " do ")
        self._put(loop.body.end, " end ")
        self._visit(loop.body.end, loop.start, loop.body.start, function)

    def _fall_off(self, body: ast.Block, function: int, end: int | None) -> None:
        """Stop where a function ends without a ``return``, if that is on a line of its own."""
        last = body.statements[-1] if body.statements else None
        if isinstance(last, ast.Return | ast.Break):
            return
        if end is None:
            if last is None or self._lines.line(last.start) == self._lines.line(last.end - 1):
                return
            self._visit(body.end, last.end - 1, last.end, function)
        elif last is None or self._lines.line(last.start) != self._lines.line(end):
            self._visit(end, end, end + len("end"), function)

    # -- the end

    def finished(self) -> Instrumented:
        """Put everything in."""
        name = self._names
        ours = (
            f"local {name.first},{name.last},{name.armed},{name.stop},{name.counter}={name.begin}() "
            f"{name.register}(function(a,b,m) {name.first},{name.last},{name.armed}=a,b,m return {name.counter} end) "
        )
        head = f"{ours}return function(...) " if self._outside else f"return function(...) {ours}"
        parts = [f"local {name.begin},{name.register}=... {head}".encode()]
        done = self._start
        for at, _, text in sorted(self._insertions):
            parts += (self._source[done:at], text.encode())
            done = at
        parts += (self._source[done:], b"\nend")
        statements = tuple(self._told(number, *place) for number, place in enumerate(self._places, 1))
        hidden = frozenset(each.encode() for each in self._names)
        return Instrumented(b"".join(parts), statements, tuple(self._functions), hidden)

    def _told(self, number: int, start: int, end: int, function: int) -> StatementPlace:
        line, column = self._lines.position(start)
        return StatementPlace(number, line, column, self._lines.line(max(end - 1, start)), function)


def _head_end(statement: ast.If) -> int:
    return statement.clauses[0].test.end


def _blocks(statement: ast.Statement) -> list[ast.Block]:
    """The blocks directly in a statement, not those of functions in it, the last first."""
    match statement:
        case ast.Do() | ast.While() | ast.Repeat() | ast.NumericFor() | ast.GenericFor():
            return [statement.body]
        case ast.If():
            blocks = [clause.body for clause in statement.clauses]
            return [*blocks, statement.orelse][::-1] if statement.orelse else blocks[::-1]
        case _:
            return []


def _functions_in(statement: ast.Statement) -> Iterator[tuple[ast.Function, str]]:
    """The outermost functions in a statement's expressions, with their names."""
    named: dict[int, str] = {}
    match statement:
        case ast.LocalFunction():
            yield statement.function, statement.name.name
            return
        case ast.FunctionStatement():
            method = f":{statement.method.name}" if statement.method else ""
            yield statement.function, f"{_dotted(statement.target)}{method}"
            return
        case ast.Local() | ast.Assignment():
            targets = statement.names if isinstance(statement, ast.Local) else statement.targets
            named = {id(value): _dotted(target) for target, value in zip(targets, statement.values, strict=False)}
    stack: list[tuple[ast.Node, str]] = [(child, named.get(id(child), "")) for child in ast.children(statement)][::-1]
    while stack:
        node, name = stack.pop()
        if isinstance(node, ast.Function):
            yield node, name
        elif not isinstance(node, ast.Statement | ast.Block | ast.IfClause):
            stack += [(child, _field(node)) for child in ast.children(node)][::-1]
        elif isinstance(node, ast.IfClause):
            stack.append((node.test, ""))


def _field(node: ast.Node) -> str:
    """The name a value gets from what it is put in."""
    return node.name.name if isinstance(node, ast.NamedItem) else ""


def _dotted(target: ast.Node) -> str:
    parts: list[str] = []
    while isinstance(target, ast.Member):
        parts.append(target.field.name)
        target = target.object
    if not isinstance(target, ast.Name):
        return ""
    return ".".join([target.name, *reversed(parts)])


class _Names(NamedTuple):
    """What our variables are called."""

    first: str
    last: str
    armed: str
    stop: str
    counter: str
    begin: str
    register: str


def _free_names(source: bytes) -> _Names:
    """Names the source does not have."""
    suffix = ""
    while any(f"{letter}_{suffix}".encode() in source for letter in "ABMSCIR"):
        suffix = str(int(suffix or 0) + 1)
    return _Names(*(f"{letter}_{suffix}" for letter in "ABMSCIR"))
