"""Which part of a line an error message speaks of.

Lua's messages name a line and often a variable; the tree knows where on the line that variable is called, indexed,
added to. Where more than one place fits, the first is taken; where none does, nothing is pointed at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ldbpy.script import ast
from ldbpy.script.lines import LineIndex
from ldbpy.script.parser import Chunk, parse

__all__ = ["Spot", "pinpoint"]


class Spot(NamedTuple):
    """A part of a line: column (from 1) and width in bytes. Width 0: only the hint is known."""

    column: int
    width: int
    hint: str | None = None


def pinpoint(
    source: bytes, line: int, message: str, *, compiling: bool = False, given: Mapping[str, Sequence[bytes]]
) -> Spot | None:
    """Find what an error message about a line speaks of. ``given``: what KEYS and ARGV held.

    The line may be none of the source's: a script may load code under its own name, or say so in an error of its own.
    """
    chunk = parse(source)
    if not 1 <= line <= len(chunk.lines):
        return None
    if compiling:
        return _syntax_spot(chunk, line)
    for pattern, find in _FINDERS:
        match = pattern.search(message)
        if match is not None:
            return _first_on(chunk, line, find(_Search(chunk, line, given), match), given)
    return None


def _syntax_spot(chunk: Chunk, line: int) -> Spot | None:
    if not chunk.problems or chunk.problems[0].line != line:
        return None
    problem = chunk.problems[0]
    spot = _spot(chunk.lines, line, problem.start, max(problem.end, problem.start + 1))
    return Spot(spot.column, spot.width, problem.hint) if spot else Spot(1, 0, problem.hint)


def _spot(lines: LineIndex, line: int, start: int, end: int) -> Spot | None:
    """The span as a part of the line; None if it does not start there."""
    at, column = lines.position(start)
    if at != line:
        return None
    first, last = lines.span(line)
    return Spot(column, max(min(end, last) - start, 1)) if start >= first else None


def _first_on(chunk: Chunk, line: int, nodes: Iterator[ast.Node], given: Mapping[str, Sequence[bytes]]) -> Spot | None:
    for node in nodes:
        spot = _spot(chunk.lines, line, node.start, node.end)
        if spot is not None:
            return Spot(spot.column, spot.width, _missing_element(node, given))
    return None


def _missing_element(node: ast.Node, given: Mapping[str, Sequence[bytes]]) -> str | None:
    """What to tell of a value that comes from an element KEYS or ARGV does not have."""
    for each in ast.walk(node):
        if not (isinstance(each, ast.Index) and isinstance(each.object, ast.Name) and isinstance(each.key, ast.Number)):
            continue
        values = given.get(each.object.name)
        if values is not None and not 1 <= each.key.value <= len(values):
            return f"nil: {each.object.name} has no element {each.key.text}"
    return None


class _Search:
    """Looks for nodes that have to do with a line."""

    def __init__(self, chunk: Chunk, line: int, given: Mapping[str, Sequence[bytes]]) -> None:
        self._given: Final = given
        first, last = chunk.lines.span(line)
        self._nodes: Final = [node for node in ast.walk(chunk.body) if node.start <= last and node.end >= first]

    def of(self, *kinds: type[ast.Node]) -> Iterator[ast.Node]:
        """The nodes of those kinds, in source order, innermost last."""
        return (node for node in self._nodes if isinstance(node, kinds))

    def is_missing(self, node: ast.Node) -> bool:
        """Whether the node is an element KEYS or ARGV does not have."""
        return isinstance(node, ast.Index) and _missing_element(node, self._given) is not None

    def calls(self) -> Iterator[ast.Call | ast.MethodCall]:
        """The calls."""
        return (node for node in self._nodes if isinstance(node, ast.Call | ast.MethodCall))


def _name_of(node: ast.Node) -> str | None:
    """What Lua calls the value of an expression in a message; None if it has no name for it."""
    match node:
        case ast.Name():
            return node.name
        case ast.Member():
            return node.field.name
        case ast.Index():
            return node.key.value.decode("latin-1") if isinstance(node.key, ast.String) else "?"
        case _:
            return None


def _fits(node: ast.Node, name: str | None) -> bool:
    return name is None or _name_of(node) == name


def _find_called(search: _Search, match: re.Match[str]) -> Iterator[ast.Node]:
    name = match["name"]
    for call in search.calls():
        if isinstance(call, ast.MethodCall):
            if name is None or call.method.name == name:
                yield call.method
        elif _fits(call.callee, name):
            yield call.callee


def _find_indexed(search: _Search, match: re.Match[str]) -> Iterator[ast.Node]:
    for node in search.of(ast.Member, ast.Index, ast.MethodCall):
        assert isinstance(node, ast.Member | ast.Index | ast.MethodCall)
        if _fits(node.object, match["name"]):
            yield node.object


def _find_operand(search: _Search, match: re.Match[str]) -> Iterator[ast.Node]:
    operators = {"perform arithmetic on": ast.ARITHMETIC, "concatenate": {".."}, "get length of": {"#"}}[match["what"]]
    for node in search.of(ast.Binary, ast.Unary):
        assert isinstance(node, ast.Binary | ast.Unary)
        operands = (node.left, node.right) if isinstance(node, ast.Binary) else (node.operand,)
        if node.operator in operators:
            yield from (operand for operand in operands if _could_be(operand, match["name"], node.operator))


def _could_be(operand: ast.Node, name: str | None, operator: str) -> bool:
    """Whether the operand may be the one meant: it has the name, or no name was told and it may be what it must not."""
    if name is not None:
        return _name_of(operand) == name
    if isinstance(operand, ast.Binary):  # of ``'a' .. f() .. 'b'`` the right side is ``f() .. 'b'``, and is a string
        return operand.operator not in ast.ARITHMETIC and operand.operator != operator
    return not isinstance(operand, ast.Number | ast.String)


def _find_compared(search: _Search, match: re.Match[str]) -> Iterator[ast.Node]:
    """The operand of the type that cannot be compared. Lua swaps the operands of ``>``."""
    wrong_first = match["left"] not in ("number", "string")
    for node in search.of(ast.Binary):
        assert isinstance(node, ast.Binary)
        if node.operator in ast.ORDER:
            swapped = node.operator in (">", ">=")
            yield node.left if wrong_first != swapped else node.right


def _find_argument(search: _Search, match: re.Match[str]) -> Iterator[ast.Node]:
    for call in search.calls():
        name = call.method.name if isinstance(call, ast.MethodCall) else _name_of(call.callee)
        index = int(match["index"]) - 1
        if name == match["name"]:
            yield call.args[index] if index < len(call.args) else call


def _find_name(search: _Search, match: re.Match[str]) -> Iterator[ast.Node]:
    return (node for node in search.of(ast.Name) if _name_of(node) == match["name"])


def _find_written(search: _Search, match: re.Match[str]) -> Iterator[ast.Node]:
    for node in search.of(ast.Assignment, ast.FunctionStatement):
        if isinstance(node, ast.Assignment):
            yield from node.targets
        elif isinstance(node, ast.FunctionStatement):
            yield node.target


def _find_raising_call(search: _Search, match: re.Match[str]) -> Iterator[ast.Node]:
    """The one call that may have raised an error of a command or of the script's own."""
    raising = [call for call in search.calls() if isinstance(call, ast.Call) and _name_of(call.callee) in _RAISING]
    return iter(raising[:1] if len(raising) == 1 else [])


def _find_bad_argument(search: _Search, match: re.Match[str]) -> Iterator[ast.Node]:
    """The argument of a command that is no string and no number, if it shows; else the call."""
    for call in _find_raising_call(search, match):
        assert isinstance(call, ast.Call)
        yield from (arg for arg in call.args if search.is_missing(arg) or isinstance(arg, _NEVER_ARGUMENTS))
        yield call


def _find_undeclared_use(search: _Search, match: re.Match[str]) -> Iterator[ast.Node]:
    """The call of the command that touched a key it should not have; the only call there is, if none names it."""
    name = match["command"].encode("utf-8", "surrogateescape")
    for call in search.calls():
        if any(isinstance(arg, ast.String) and arg.value.upper() == name for arg in call.args[:2]):
            yield call
    yield from _find_raising_call(search, match)


_NEVER_ARGUMENTS: Final = (ast.Nil, ast.Boolean, ast.Table, ast.Function)
_RAISING: Final = frozenset({"call", "pcall", "error", "assert", "rcall"})

_VALUE: Final = r"(?:(?:global|local|method|field|upvalue) '(?P<name>[^']*)' )?\(?a"
_FINDERS: Final[tuple[tuple[re.Pattern[str], Callable[[_Search, re.Match[str]], Iterator[ast.Node]]], ...]] = (
    (re.compile(rf"^attempt to call {_VALUE}"), _find_called),
    (re.compile(rf"^attempt to index {_VALUE}"), _find_indexed),
    (re.compile(rf"^attempt to (?P<what>perform arithmetic on|concatenate|get length of) {_VALUE}"), _find_operand),
    (re.compile(r"^attempt to compare (?P<left>\w+) with (?P<right>\w+)"), _find_compared),
    (re.compile(r"^attempt to compare two (?P<left>\w+) values"), _find_compared),
    (re.compile(r"^bad argument #(?P<index>\d+) to '(?P<name>[^']*)'"), _find_argument),
    (re.compile(r"nonexistent global variable '(?P<name>[^']*)'"), _find_name),
    (re.compile(r"^Attempt to modify a readonly table"), _find_written),
    (re.compile(r"arguments must be strings or integers"), _find_bad_argument),
    (re.compile(r"^(?P<command>\S+) touches the key "), _find_undeclared_use),
    (re.compile(r""), _find_raising_call),
)
