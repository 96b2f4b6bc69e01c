"""Why a script did not end well: what, where, the line itself, what the server would answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ldbpy.model.runs import RunProblem
from ldbpy.render.style import Role, Style
from ldbpy.render.text import readable
from ldbpy.resp import ErrorReply
from ldbpy.script.pinpoint import Spot, pinpoint
from ldbpy.script.source import Script

__all__ = ["problem_lines", "source_frame"]

_TAB = "    "


def problem_lines(
    problem: RunProblem,
    script: Script,
    arguments: Mapping[str, Sequence[bytes]],
    style: Style,
    *,
    answer: ErrorReply | None = None,
) -> list[str]:
    """The problem as lines. ``answer``: the server's reply, told at the end. ``arguments``: KEYS and ARGV by name."""
    error = style.paint(Role.ERROR, "error:")
    message = problem.message
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
    if problem.wrote:
        lines.append("what it had written stays: a server rolls nothing back either")
    if answer is not None:
        lines.append(style.paint(Role.DIM, f"the server would answer: {readable(answer.message)}"))
    return lines


def source_frame(script: Script, line: int, spot: Spot | None, style: Style) -> list[str]:
    """The line with its number, and a row of carets under the spot."""
    text = script.line(line)
    if text is None:
        return []
    number = f"{line:>4} │ "
    frame = [style.paint(Role.DIM, number) + text.expandtabs(len(_TAB))]
    if spot is not None and spot.width:
        before = len(text[: spot.column - 1].expandtabs(len(_TAB)))
        under = len(text[: spot.column - 1 + spot.width].expandtabs(len(_TAB))) - before
        told = f" {spot.hint}" if spot.hint else ""
        frame.append(" " * 4 + style.paint(Role.DIM, " │ ") + " " * before + style.paint(Role.MARK, "^" * under + told))
    return frame
