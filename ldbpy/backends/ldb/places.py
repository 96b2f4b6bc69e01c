"""What the text of a script tells: where the server's debugger stops in it, and which variables are where."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from ldbpy.lua.active import active_lines
from ldbpy.script import ast
from ldbpy.script.instrument import Instrumented, instrument
from ldbpy.script.parser import parse

__all__ = ["Places"]


class _Body(NamedTuple):
    """A function of the script; number 0 is the script itself."""

    name: str
    node: ast.Function | None
    block: ast.Block
    line: int
    stops: frozenset[int]
    """The lines the server stops at in it."""
    parent: int


class Places:
    """A script's functions, lines and variables."""

    def __init__(self, source: bytes) -> None:
        chunk = parse(source)
        self.lines: Final = chunk.lines
        self._bodies: Final[list[_Body]] = []
        self._stops: list[int] = []
        self._instrumented = Instrumented(b"", (), (), frozenset())
        if not chunk.problems:
            start = chunk.shebang[1] if chunk.shebang else 0
            active = active_lines(source[start:])
            self._stops = sorted(frozenset().union(*active.values()))
            self._instrumented = instrument(source, chunk)
            self._find_bodies(chunk, active)

    def _find_bodies(self, chunk: ast.Chunk, active: Mapping[tuple[int, int], frozenset[int]]) -> None:
        """The functions, numbered as ``instrument`` does: by level, then by place."""
        nothing: frozenset[int] = frozenset()
        self._bodies.append(_Body("", None, chunk.body, 1, active.get((0, 0), nothing), -1))
        done = 0
        while done < len(self._bodies):
            for function in sorted(_functions_in(self._bodies[done].block), key=lambda each: each.start):
                known = self._instrumented.functions[len(self._bodies)]
                first, last = self.lines.line(function.start), self.lines.line(function.end - 1)
                stops = active.get((first, last), nothing)
                self._bodies.append(_Body(known.name, function, function.body, first, stops, done))
            done += 1

    # -- lines

    def stop_at(self, line: int) -> int | None:
        """The line, or the next one that the server stops at."""
        at = bisect_left(self._stops, line)
        return self._stops[at] if at < len(self._stops) else None

    def first_lines(self, function: str) -> tuple[int, ...]:
        """The lines that functions of that name begin at."""
        found = []
        for each in self._instrumented.named(function):
            if each.first:
                line = self.stop_at(self._instrumented.statement(each.first).line)
                if line is not None and line <= each.end_line:
                    found.append(line)
        return tuple(dict.fromkeys(found))

    def column(self, line: int) -> int:
        """Where the first statement on a line begins."""
        found = self._instrumented.on_line(line)
        return found[0].column if found else 1

    # -- functions

    @property
    def has_functions(self) -> bool:
        """Whether there is anything but the script itself that could be on the stack."""
        return len(self._bodies) > 1

    def function_at(self, line: int, name: str = "", *, outermost: bool = False) -> int:
        """The number of the function that stands at a line: of several the one of that name, or the innermost.

        ``outermost``: nobody called it, so it is the script itself if that can be.
        """
        found = [number for number, body in enumerate(self._bodies) if line in body.stops]
        if not found or (outermost and found[0] == 0):
            return 0
        named = [number for number in found if name and self._bodies[number].name.endswith(name)]
        return named[-1] if named else found[-1]  # outer functions have lower numbers

    def functions_at(self, line: int) -> frozenset[int]:
        """The numbers of the functions that may stand at a line."""
        return frozenset(number for number, body in enumerate(self._bodies) if line in body.stops)

    def name(self, number: int) -> str:
        """The name of a function as it is written; empty for the script."""
        if number <= 0 or number >= len(self._bodies):
            return ""
        return self._bodies[number].name or f"function (line {self._bodies[number].line})"

    def around(self, number: int) -> Iterator[int]:
        """The functions that a function stands in, the nearest first."""
        while (number := self._bodies[number].parent) >= 0:
            yield number

    # -- variables

    def visible(self, number: int, line: int) -> list[str]:
        """The local variables of a function that are declared before a line, the last declared last."""
        if number >= len(self._bodies):
            return []
        own = [each for each in self._instrumented.on_line(line) if each.function == number]
        offset = self.lines.offset(own[0].line, own[0].column) if own else self.lines.offset(line)
        return self._visible(number, offset)

    def _visible(self, number: int, offset: int) -> list[str]:
        body = self._bodies[number]
        names = [param.name for param in body.node.params] if body.node is not None else []
        _declared(body.block, offset, names)
        return names

    def visible_around(self, number: int) -> list[tuple[int, str]]:
        """The variables of the functions around one that it names: with the function they are of."""
        if number <= 0 or number >= len(self._bodies):
            return []
        used = {node.name for node in ast.walk(self._bodies[number].block) if isinstance(node, ast.Name)}
        found: dict[str, int] = {}
        inner = number
        for outer in self.around(number):
            node = self._bodies[inner].node
            assert node is not None
            for name in self._visible(outer, node.start):
                if name in used:
                    found.setdefault(name, outer)
            inner = outer
        return [(owner, name) for name, owner in found.items()]


def _functions_in(block: ast.Node) -> Iterator[ast.Function]:
    """The functions directly in a block, not those in them."""
    stack = list(ast.children(block))
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Function):
            yield node
        else:
            stack += ast.children(node)


def _declared(block: ast.Block, offset: int, names: list[str]) -> None:
    """Add the variables that are declared in a block before ``offset``."""
    for statement in block.statements:
        if statement.start >= offset:
            return
        if statement.end > offset:
            _declared_inside(statement, offset, names)
            return
        if isinstance(statement, ast.Local):
            names += [name.name for name in statement.names]
        elif isinstance(statement, ast.LocalFunction):
            names.append(statement.name.name)


def _declared_inside(statement: ast.Statement, offset: int, names: list[str]) -> None:
    """Add those of a statement that ``offset`` is in."""
    match statement:
        case ast.LocalFunction():
            names.append(statement.name.name)
        case ast.NumericFor() if statement.body.start <= offset < statement.body.end:
            names.append(statement.name.name)
        case ast.GenericFor() if statement.body.start <= offset < statement.body.end:
            names += [name.name for name in statement.names]
    for inner in _blocks_of(statement):
        if inner.start <= offset < inner.end:
            _declared(inner, offset, names)


def _blocks_of(statement: ast.Statement) -> Iterator[ast.Block]:
    for child in ast.children(statement):
        if isinstance(child, ast.Block):
            yield child
        elif isinstance(child, ast.IfClause):
            yield child.body
