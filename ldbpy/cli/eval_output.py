"""What ``ldbpy eval`` prints: the reply to standard output, everything about it to standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from ldbpy.cli.arguments import ScriptArguments
from ldbpy.cli.streams import put, say
from ldbpy.lua.limits import StopReason
from ldbpy.model.calls import LogLine
from ldbpy.model.runs import RunProblem, RunReport
from ldbpy.render.replies import ReplyFormat, render_reply
from ldbpy.render.style import Role, Style
from ldbpy.render.text import readable
from ldbpy.resp import ErrorReply
from ldbpy.script.source import Script
from ldbpy.targets.run_options import RunOptions

__all__ = ["Asked", "log_printer", "tell"]


class Asked(NamedTuple):
    """What the command line asks for."""

    script: Script
    function: str | None
    """What to call, if the script is a library."""
    arguments: ScriptArguments
    options: RunOptions
    form: str
    stats: bool
    style: Style
    is_stored: bool = False
    """The server has it."""


def tell(asked: Asked, report: RunReport, *, answered: bool) -> int:
    """Print everything about the run; the exit code. ``answered``: by a real server."""
    problem = report.problem
    if asked.form == ReplyFormat.JSON and (asked.options.trace or asked.options.changes or asked.stats):
        from ldbpy.render.run_json import render_report_json

        put(render_report_json(report, asked.script.source_map))
    else:
        _tell_run(asked, report)
    failed = problem is not None or isinstance(report.reply, ErrorReply)
    if failed:
        _tell_problem(asked, report, answered=answered)
    if asked.options.dry_run:
        say(asked.style.paint(Role.DIM, "dry run: nothing was kept"))
    if problem is not None and problem.stop_reason == StopReason.INTERRUPTED:
        return 130
    return 1 if failed else 0


def _tell_run(asked: Asked, report: RunReport) -> None:
    places, style = asked.script.source_map, asked.style
    if report.calls:
        from ldbpy.render.runs import call_lines

        say("\n".join(call_lines(report.calls, places, style)))
    form = _format(asked.form)
    if not isinstance(report.reply, ErrorReply) or form in (ReplyFormat.JSON, ReplyFormat.RESP):
        put(render_reply(report.reply, form))
    if asked.options.changes:
        from ldbpy.render.runs import change_lines

        say("\n".join(change_lines(report.changes, report.now, style)))
    if asked.stats:
        from ldbpy.render.runs import stats_lines

        say("\n".join(stats_lines(report.stats)))


def _tell_problem(asked: Asked, report: RunReport, *, answered: bool) -> None:
    from ldbpy.render.problems import problem_lines

    reply = report.reply if isinstance(report.reply, ErrorReply) else None
    if report.problem is None:
        assert reply is not None
        say(f"{asked.style.paint(Role.ERROR, 'error:')} the script returned {readable(reply.message)}")
        return
    given = {"KEYS": asked.arguments.keys, "ARGV": asked.arguments.args}
    lines = problem_lines(
        _with_hint(report.problem, asked),
        asked.script,
        given,
        asked.style,
        answer=None if report.problem.is_ours else reply,
        answered=answered,
        kept=not asked.options.dry_run,
    )
    say("\n".join(lines))


def _with_hint(problem: RunProblem, asked: Asked) -> RunProblem:
    """The problem; with a hint if a library was run as a script, or a script called as a library."""
    if problem.kind != "shebang":
        return problem
    first = asked.script.line(1) or b""
    if asked.function is None and b"name=" in first:
        return replace(problem, hint="this is a function library: --function NAME calls one of its functions")
    if asked.function is not None and not first.startswith(b"#!"):
        return replace(problem, hint="a library begins with #!lua name=NAME; without --function this runs as a script")
    return problem


def _format(form: str) -> ReplyFormat:
    if form != "auto":
        return ReplyFormat(form)
    return ReplyFormat.TTY if sys.stdout.isatty() else ReplyFormat.RAW


def log_printer(script: Script, style: Style) -> Callable[[LogLine], None]:
    """What prints each ``redis.log`` as it happens."""

    def tell(entry: LogLine) -> None:
        from ldbpy.render.runs import log_line

        say(log_line(entry, script.source_map, style))

    return tell
