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
    """As it was typed."""


class Input(NamedTuple):
    """An input as it was understood."""

    pieces: tuple[Piece, ...]
    """Nothing if there is a problem."""
    problem: SyntaxProblem | None = None
    is_unfinished: bool = False
    """Whether the problem is that the input ends."""
    source: bytes = b""
    """What was parsed: the input, ``hidden`` bytes further right."""
    hidden: int = 0


def read_input(text: bytes) -> Input:
    """Understand an input: ``=`` and an expression, an expression, or statements."""
    if text.lstrip().startswith(b"="):
        blank = text.replace(b"=", b" ", 1)
        return _as_expression(blank, parse(_RETURN + blank))
    as_expression = parse(_RETURN + text)
    if not as_expression.problems and _is_return(as_expression):
        return _as_expression(text, as_expression)
    chunk = parse(text)
    if not chunk.problems:
        return Input(tuple(_pieces(text, chunk)), source=text)
    # Of two ways in which it is wrong, the one that goes further is meant; so it is if more may follow.
    further = as_expression.problems and as_expression.problems[0].start - len(_RETURN) > chunk.problems[0].start
    unfinished = as_expression.incomplete or chunk.incomplete
    if further or (as_expression.incomplete and not chunk.incomplete):
        return Input((), as_expression.problems[0], unfinished, _RETURN + text, len(_RETURN))
    return Input((), chunk.problems[0], unfinished, text)


def _is_return(chunk: Chunk) -> bool:
    return len(chunk.body.statements) == 1 and isinstance(chunk.body.statements[0], ast.Return)


def _as_expression(text: bytes, chunk: Chunk) -> Input:
    source, hidden = _RETURN + text, len(_RETURN)
    if chunk.problems:
        return Input((), chunk.problems[0], chunk.incomplete, source, hidden)
    return Input((Piece(source, text=text),), source=source, hidden=hidden)


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
    tail = b"" if isinstance(last, ast.Return) else b"\n" + _FURTHER
    return Piece(_lines_before(chunk, first.start) + typed + tail, text=typed)


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
