"""Why a script did not end well: what, where, the line itself, what the server would answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ldbpy.model.runs import RunProblem
from ldbpy.render.style import Role, Style
from ldbpy.render.text import display_width, harmless, printable, readable
from ldbpy.resp import ErrorReply
from ldbpy.script.pinpoint import Spot, pinpoint
from ldbpy.script.source import Script, SourceMap

__all__ = ["problem_fields", "problem_lines", "source_frame"]

_TAB = 4


def problem_lines(
    problem: RunProblem,
    script: Script,
    arguments: Mapping[str, Sequence[bytes]],
    style: Style,
    *,
    answer: ErrorReply | None = None,
    answered: bool = False,
    kept: bool = True,
) -> list[str]:
    """The problem as lines. ``arguments``: KEYS and ARGV by name.

    ``answer``: the server's reply, told at the end; ``answered``: by a real one. ``kept``: what was written is not
    undone.
    """
    error = style.paint(Role.ERROR, "error:")
    message = harmless(script.source_map.retold(problem.message))
    if problem.line is None:
        lines = [f"{error} {script.source_map.file}: {message}"]
    else:
        lines = [f"{error} {script.source_map.locate(problem.line)}: {message}"]
        spot = pinpoint(
            script.body, problem.line, problem.message, compiling=problem.kind == "compile", given=arguments
        )
        lines += source_frame(script, problem.line, spot, style)
        if spot is not None and spot.hint and not spot.width:
            lines.append(f"hint: {spot.hint}")
    if problem.hint is not None:
        lines.append(f"hint: {problem.hint}")
    if problem.wrote and kept:
        lines.append("what it had written stays: a server rolls nothing back either")
    if answer is not None:
        told = "the server answered" if answered else "the server would answer"
        lines.append(style.paint(Role.DIM, f"{told}: {readable(answer.message)}"))
    return lines


def problem_fields(problem: RunProblem | None, places: SourceMap) -> dict[str, object] | None:
    """The problem for JSON."""
    if problem is None:
        return None
    place = places.locate(problem.line) if problem.line is not None else None
    return {
        "kind": problem.kind,
        "message": places.retold(problem.message),
        "file": place.file if place else places.file,
        "line": place.line if place else None,
    }


def source_frame(script: Script, line: int, spot: Spot | None, style: Style) -> list[str]:
    """The line with its number, and a row of carets under the spot."""
    text = script.line(line)
    if text is None:
        return []
    number = script.source_map.locate(line).line
    frame = [style.paint(Role.DIM, f"{number:>4} │ ") + _shown(text)]
    if spot is not None and spot.width:
        before = display_width(_shown(text[: spot.column - 1]))
        end = spot.column - 1 + spot.width
        while end < len(text) and text[end] & 0xC0 == 0x80:  # not between the bytes of one character
            end += 1
        under = max(display_width(_shown(text[:end])) - before, 1)
        told = f" {spot.hint}" if spot.hint else ""
        frame.append(style.paint(Role.DIM, "     │ ") + " " * before + style.paint(Role.MARK, "^" * under + told))
    return frame


def _shown(text: bytes) -> str:
    """A line as it is printed: tabs as spaces, what would move the cursor escaped."""
    return printable(readable(text).expandtabs(_TAB))
