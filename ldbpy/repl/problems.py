"""What went wrong with an input, and where."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple

from ldbpy.lua.session import Evaluation
from ldbpy.render.problems import source_frame
from ldbpy.render.style import Role, Style
from ldbpy.render.text import harmless, readable
from ldbpy.script.ast import SyntaxProblem
from ldbpy.script.lines import LineIndex
from ldbpy.script.pieces import Input
from ldbpy.script.pinpoint import Spot, pinpoint
from ldbpy.script.source import Script, SourceMap

__all__ = ["Sources", "problem_told", "syntax_told"]

_KEPT: Final = 1000
"""Inputs whose text is kept: a function may fail long after it was typed."""
_LONGEST: Final = 160
"""Bytes of a line that are shown."""
_MISSING: Final = re.compile(r"nonexistent global variable '(.*)'")


class _Source(NamedTuple):
    understood: Input
    places: SourceMap | None
    """Where the lines of a file come from; None: it was typed."""

    @property
    def whole(self) -> bytes:
        """What Lua was given: what was typed, and a ``return`` in it."""
        return self.understood.source

    @property
    def text(self) -> bytes:
        """What was typed."""
        return self.understood.typed()


class Sources:
    """The texts of inputs, by the name Lua knows them by."""

    def __init__(self) -> None:
        self._texts: Final[OrderedDict[bytes, _Source]] = OrderedDict()

    def add(self, name: bytes, understood: Input, places: SourceMap | None) -> None:
        """Keep one; the oldest may go."""
        self._texts[name] = _Source(understood._replace(pieces=()), places)
        self._texts.move_to_end(name)
        if len(self._texts) > _KEPT:
            self._texts.popitem(last=False)

    def get(self, name: bytes) -> _Source | None:
        """One of them; None for a chunk that was loaded, or one that is long ago."""
        return self._texts.get(name)


def syntax_told(sources: Sources, name: bytes, problem: SyntaxProblem, style: Style) -> list[str]:
    """What is told of an input that is no Lua."""
    source = sources.get(name)
    assert source is not None
    lines = LineIndex(source.whole)
    at, column = lines.position(problem.start)
    hint = problem.hint
    if source.understood.hidden and problem.message.startswith("'<eof>' expected"):
        hint = "the expression ends before this"  # which the hint puts down to the return that is ours
    spot = Spot(column, max(problem.end - problem.start, 1), hint) if at == problem.line else None
    message = readable(problem.message.encode("latin-1", "replace"))
    told = [f"{style.paint(Role.ERROR, 'error:')} {_where(source, name, name, problem.line)}{message}"]
    told += _frame(source, problem.line, spot, style)
    if hint is not None and spot is None:
        told.append(f"hint: {hint}")
    return told


def problem_told(
    sources: Sources,
    evaluation: Evaluation,
    name: bytes,
    variables: Sequence[bytes],
    globals_: Sequence[bytes],
    given: tuple[Sequence[bytes], Sequence[bytes]],
    style: Style,
) -> list[str]:
    """What is told of the input ``name`` that failed, with KEYS and ARGV as they were ``given``.

    ``variables``: the names of the session; ``globals_``: those of the server.
    """
    problem = evaluation.problem
    assert problem is not None
    source = sources.get(evaluation.chunk)
    line = problem.line if source is not None else None
    where = "" if source is None or line is None else _where(source, evaluation.chunk, name, line)
    told = [f"{style.paint(Role.ERROR, 'error:')} {where}{harmless(problem.message)}"]
    hint = problem.hint or _hint(evaluation, problem.message, variables, globals_)
    if source is not None and line is not None:
        arguments = {"KEYS": given[0], "ARGV": given[1]}
        spot = pinpoint(source.whole, line, problem.message, compiling=problem.kind == "compile", given=arguments)
        told += _frame(source, line, spot, style)
        hint = hint or (spot.hint if spot is not None and not spot.width else None)
    if hint is not None:
        told.append(f"hint: {hint}")
    if problem.wrote:
        told.append("what it had written stays: a server rolls nothing back either")
    return told


def _where(source: _Source, chunk: bytes, current: bytes, line: int) -> str:
    """The place, as far as it is not plain: an input of one line needs none."""
    if source.places is not None:
        return f"{source.places.locate(line)}: "
    several = b"\n" in source.text.strip()
    if chunk != current:
        return f"{readable(chunk)}{f', line {line}' if several else ''}: "
    return f"line {line}: " if several else ""


def _frame(source: _Source, line: int, spot: Spot | None, style: Style) -> list[str]:
    if spot is not None:
        spot = _as_typed(spot, line, source)
    script = Script(source.text, source.places or SourceMap(""))
    text = script.line(line)
    if text is not None and len(text) > _LONGEST:
        # A script of its own, with what is around the spot on the same line.
        start = max(spot.column - _LONGEST // 2, 0) if spot is not None else 0
        script = Script(b"\n" * (line - 1) + text[start : start + _LONGEST], script.source_map)
        spot = spot._replace(column=spot.column - start, width=min(spot.width, _LONGEST // 2)) if spot else None
    return source_frame(script, line, spot, style)


def _as_typed(spot: Spot, line: int, source: _Source) -> Spot | None:
    """The spot in what was typed; None if that is a ``return`` which was not."""
    understood = source.understood
    at, column = LineIndex(source.whole).position(understood.at)
    if line != at or spot.column < column:
        return spot
    return spot._replace(column=spot.column - understood.hidden) if spot.column >= column + understood.hidden else None


def _hint(evaluation: Evaluation, message: str, variables: Sequence[bytes], globals_: Sequence[bytes]) -> str | None:
    if evaluation.refused_global is not None:
        return _global_hint(readable(evaluation.refused_global))
    assert evaluation.problem is not None
    if variables and (evaluation.problem.stop_reason == "memory" or message == "not enough memory"):
        return "what the variables of the session hold counts too: .reset forgets them"
    match = _MISSING.search(message)
    if match is None:
        return None
    if match[1] == "print":
        return "servers have no print: an expression shows its value, redis.debug(…) shows one from inside"
    if match[1].encode("latin-1", "replace") in variables:
        return f"{match[1]} was declared after what uses it: in a script, too, it has to stand above"
    known = [name.decode("latin-1") for name in (*variables, *globals_)]
    close = get_close_matches(match[1], known, 1)
    return f"did you mean {close[0]}?" if close else None


def _global_hint(name: str) -> str:
    if name in ("KEYS", "ARGV"):
        return f".args KEY … , ARG … sets KEYS and ARGV; {name}[1] = … changes an element"
    return f"a script may not make global variables: local {name} = …"
