"""A debugging session on the command line: on the whole screen, at a prompt, or told what to do."""

from __future__ import annotations

import gc
import io
import os
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

from ldbpy.cli.streams import is_at_terminal
from ldbpy.console.console import Console
from ldbpy.engine.backend import Capability, Support
from ldbpy.engine.session import Session
from ldbpy.errors import LdbpyError, UsageError
from ldbpy.resp import ErrorReply
from ldbpy.settings.settings import Settings
from ldbpy.tui.signals import heeded

if TYPE_CHECKING:
    from ldbpy.tui.debugger.panes.console import ConsolePane

__all__ = ["feed_of_screen", "play"]


def feed_of_screen() -> ConsolePane | None:
    """Where the console of a full screen writes; None if there is no terminal for one."""
    if not is_at_terminal():
        return None
    from ldbpy.tui.theme import is_dumb

    if is_dumb(os.environ):
        return None
    gc.disable()  # until the screen shows the script: what is made while modules load is no garbage
    from ldbpy.tui.debugger.panes.console import ConsolePane

    return ConsolePane()


def play(
    console: Console,
    breaks: list[str],
    lines: list[str],
    settings: Settings,
    *,
    batch: bool,
    feed: ConsolePane | None,
) -> int:
    """Set the breakpoints, carry out the lines, and hand over to whoever is there; the exit code."""
    session = console.session

    def begin() -> None:
        console.start()
        console.run(lines)

    outcome: list[bool] = []  # whether the script had failed when the screen was left
    try:
        if breaks or feed is None:
            session.load()
        for line in breaks:
            _strict(console, line)
        if feed is not None:
            from ldbpy.cli.full_screen import show

            show(console, feed, begin, settings, lambda: outcome.append(_failed(session)))
        else:
            # What was changed on a live server is put back from here, so also if the process is told to end.
            emulated = session.backend.capabilities.level(Capability.ROLLBACK) is Support.EMULATED
            with heeded() if emulated else nullcontext():
                begin()
                if not batch:
                    _converse(console, settings)
    finally:
        failed = outcome[0] if outcome else _failed(session)
        if console.story.silent:
            console.leave()  # a program waits for the end to be told
        if feed is None:  # a screen has seen to it
            session.abort()
    if isinstance(session.failure, LdbpyError):  # it has been told
        return session.failure.exit_code
    return 1 if failed else 0


def _strict(console: Console, line: str) -> None:
    """Carry out a command of the command line: what is wrong with it is wrong with the command line."""
    try:
        console.dispatch(line)
    except LdbpyError as error:
        if console.session.backend.statement_at(1) is None:
            return  # it does not compile: that will be told, and matters more
        raise UsageError(f"--break: {error}", hint=error.hint) from None


def _failed(session: Session) -> bool:
    """Whether the script failed, or stands in the error that would end it."""
    if session.ended is not None:
        report = session.ended.report
        return not session.ended.aborted and (report.problem is not None or isinstance(report.reply, ErrorReply))
    error = session.stopped.error if session.stopped is not None else None
    return error is not None and error.kind == "uncaught"


def _converse(console: Console, settings: Settings) -> None:
    if is_at_terminal():
        from ldbpy.cli.prompt import converse

        converse(console, settings)
        return
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    while not console.done:
        line = sys.stdin.readline() if sys.stdin is not None else ""
        if line and not console.story.silent:
            console.write(f"ldb> {line.strip()}".rstrip())  # so that what is told reads as a terminal would show it
        console.execute(line or "quit")
