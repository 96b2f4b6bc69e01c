"""What is typed at a REPL, cut into pieces that run one after the other, so that its variables stay for later input.

Each declaration at the outermost level is a piece of its own: its values are computed in what was visible before it,
and its names are visible behind it. A piece stands on the lines it stood on in the input.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ldbpy.script import ast
from ldbpy.script.ast import SyntaxProblem
from ldbpy.script.parser import Chunk, parse

__all__ = ["Input", "Piece", "free_names", "read_input"]

_RETURN: Final = b"return "
_FURTHER: Final = rb"return '\0a piece that ended without return\0'"
"""What a piece gives that comes to its end, so that one which returned early is told from it; see ``session.lua``."""


class Piece(NamedTuple):
    """A part of an input that is compiled and run by itself."""

    code: bytes
    """As Lua gets it; empty if there is nothing to run."""
    names: tuple[bytes, ...] = ()
    """The variables it declares."""
    sees_itself: bool = False
    """Whether they are visible in it already, as in ``local function``."""
    text: bytes = b""
    """The statements of it, without what makes a piece of them."""


class Input(NamedTuple):
    """An input as it was understood."""

    pieces: tuple[Piece, ...]
    """Nothing if there is a problem."""
    problem: SyntaxProblem | None = None
    is_unfinished: bool = False
    """Whether the problem is that the input ends."""
    source: bytes = b""
    """What was parsed: the input, with ``hidden`` bytes at the offset ``at`` that nobody typed."""
    hidden: int = 0
    at: int = 0

    def typed(self, end: int | None = None) -> bytes:
        """What was typed of the source, all of it or up to an offset there."""
        whole = self.source[:end]
        return whole[: self.at] + whole[self.at + self.hidden :]


class _Reading(NamedTuple):
    """One way to read an input."""

    source: bytes
    chunk: Chunk
    at: int = 0
    hidden: int = 0

    @property
    def reach(self) -> tuple[bool, int]:
        """How far it makes sense: to the end, or to an offset of what was typed."""
        start = self.chunk.problems[0].start
        return self.chunk.incomplete, start - self.hidden if start > self.at else start


def read_input(text: bytes) -> Input:
    """Understand an input: ``=`` and an expression, an expression, or statements, the last of which may be one, too."""
    whole = _with_return(text, 0)
    last = whole.chunk.body.statements
    if not whole.chunk.problems and len(last) == 1 and isinstance(last[0], ast.Return):
        return Input((Piece(whole.source, text=text),), source=whole.source, hidden=whole.hidden)
    if text.lstrip().startswith(b"="):
        return _as_problem((whole,))
    plain = _Reading(text, parse(text))
    if not plain.chunk.problems:
        return _as_statements(text, plain.chunk)
    tails = [_with_return(text, start) for start in _tails(text, plain.chunk)]
    for tail in tails:
        if not tail.chunk.problems:
            return Input(tuple(_pieces(tail.source, tail.chunk)), source=tail.source, hidden=tail.hidden, at=tail.at)
    return _as_problem((plain, whole, *tails))


def _with_return(text: bytes, start: int) -> _Reading:
    """The input with what begins at an offset as an expression: all of it, or its last statement."""
    begin = len(text) - len(text[start:].lstrip())
    if text[begin : begin + 1] == b"=":
        text = text[:begin] + b" " + text[begin + 1 :]
    source = text[:start] + _RETURN + text[start:]
    return _Reading(source, parse(source), start, len(_RETURN))


def _tails(text: bytes, chunk: Chunk) -> list[int]:
    """Where an expression may begin that is no statement: where what is wrong begins, or a call before an operator."""
    wrong = chunk.problems[0].start
    before = [each for each in chunk.body.statements if each.start <= wrong]
    tails = [each.start for each in before[-1:]]
    if tails != [wrong]:
        return tails
    if text[wrong : wrong + 1] == b"=" and text[text.rfind(b"\n", 0, wrong) + 1 : wrong].strip():
        return []
    return [each.start for each in before[-2:-1] if isinstance(each, ast.CallStatement | ast.InvalidStatement)] + tails


def _as_problem(readings: Sequence[_Reading]) -> Input:
    """Of the ways in which an input is wrong, the one that goes furthest is meant; so it is if more may follow."""
    best = max(readings, key=lambda each: each.reach)
    unfinished = any(each.chunk.incomplete for each in readings)
    return Input((), best.chunk.problems[0], unfinished, best.source, best.hidden, best.at)


def _as_statements(text: bytes, chunk: Chunk) -> Input:
    pieces = tuple(_pieces(text, chunk))
    last = chunk.body.statements[-1] if chunk.body.statements else None
    if not isinstance(last, ast.CallStatement):
        return Input(pieces, source=text)
    source = text[: last.start] + _RETURN + text[last.start :]
    return Input(pieces, source=source, hidden=len(_RETURN), at=last.start)


def _pieces(text: bytes, chunk: Chunk) -> Iterator[Piece]:
    plain: list[ast.Statement] = []
    for statement in chunk.body.statements:
        if isinstance(statement, ast.Local | ast.LocalFunction):
            if plain:
                yield _plain(text, chunk, plain)
                plain = []
            yield _declaration(text, chunk, statement)
        else:
            plain.append(statement)
    if plain:
        yield _plain(text, chunk, plain)


def _plain(text: bytes, chunk: Chunk, statements: Sequence[ast.Statement]) -> Piece:
    first, last = statements[0], statements[-1]
    typed = text[first.start : last.end]
    code = _lines_before(chunk, first.start) + typed
    if isinstance(last, ast.CallStatement) and last is chunk.body.statements[-1]:  # a call is an expression as well
        code = code[: last.start - last.end] + _RETURN + text[last.start : last.end]
    elif not isinstance(last, ast.Return):
        code += b"\n" + _FURTHER
    return Piece(code, text=typed)


def _declaration(text: bytes, chunk: Chunk, statement: ast.Local | ast.LocalFunction) -> Piece:
    typed = text[statement.start : statement.end]
    if isinstance(statement, ast.LocalFunction):
        code = _lines_before(chunk, statement.start) + typed.removeprefix(b"local") + b"\n" + _FURTHER
        return Piece(code, (statement.name.name.encode("latin-1"),), sees_itself=True, text=typed)
    names = tuple(name.name.encode("latin-1") for name in statement.names)
    if not statement.values:
        return Piece(b"", names, text=typed)
    start, end = statement.values[0].start, statement.values[-1].end
    return Piece(_lines_before(chunk, start) + _RETURN + text[start:end], names, text=typed)


def _lines_before(chunk: Chunk, offset: int) -> bytes:
    return b"\n" * (chunk.lines.line(offset) - 1)


def free_names(code: bytes) -> frozenset[bytes]:
    """Every name that stands in a piece of code, whatever it is there."""
    return frozenset(node.name.encode("latin-1") for node in ast.walk(parse(code).body) if isinstance(node, ast.Name))
