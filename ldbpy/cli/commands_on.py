"""What ``ldbpy script`` and ``ldbpy function`` share: a command on a target, and what its reply comes to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from ldbpy.cli import options as shared
from ldbpy.cli.places import flavor_at
from ldbpy.cli.streams import colours, put, say
from ldbpy.errors import ScriptError, ServerRefusedError
from ldbpy.render.problems import problem_lines
from ldbpy.render.replies import ReplyFormat, render_reply
from ldbpy.render.style import Style
from ldbpy.resp import ErrorReply, Reply
from ldbpy.script.source import Script
from ldbpy.targets.target import Target
from ldbpy.wiring import EMBEDDED, open_target

__all__ = ["answer_of", "load_answer", "on_target", "opened", "print_reply", "stop_running"]

Command = TypeVar("Command", bound=Callable[..., Any])


def on_target(command: Command) -> Command:
    """Add the options that say where; the command gets them as ``target`` and ``flavor``."""
    return shared.TARGET(shared.SERVER(command))


@contextmanager
def opened(target: str, flavor: str | None) -> Iterator[Target]:
    """The target, for as long as the command takes."""
    if target == EMBEDDED:
        say("note: the embedded server is new each time, and forgets what it is told; -t URL names a real one")
    place = open_target(target, flavor=flavor_at(target, flavor))
    try:
        yield place
    finally:
        place.close()


def answer_of(place: Target, argv: list[bytes], *, unknown: str) -> Reply:
    """The reply to a command. ``unknown``: the hint if the server has no such command.

    Raises:
        ServerRefusedError: the server has no such command, or does not let this user run it.
        ScriptError: it answered another error.
    """
    reply = place.call(argv)
    if not isinstance(reply, ErrorReply):
        return reply
    told = reply.message.decode("utf-8", "backslashreplace")
    lowered = told.lower()
    if "unknown command" in lowered or "unknown subcommand" in lowered or "unknown script subcommand" in lowered:
        told = told.partition(", with args beginning")[0]  # the whole script, perhaps
        raise ServerRefusedError(f"{place.description}: {told}", hint=unknown)
    if reply.code == b"NOPERM":
        raise ServerRefusedError(f"{place.description}: {told}", hint="the user in the URL lacks the right to run it")
    raise ScriptError(f"{place.description}: {told}", reply=reply.message)


def load_answer(place: Target, argv: list[bytes], script: Script, *, unknown: str) -> Reply | None:
    """The reply to a command that loads a script; None, and its line is shown, if it does not compile."""
    from ldbpy.targets.server import problem_in

    try:
        return answer_of(place, argv, unknown=unknown)
    except ScriptError as error:
        problem = problem_in(ErrorReply(error.reply))
        if problem is None:
            raise
        style = Style(colours=colours(sys.stderr))
        say("\n".join(problem_lines(problem, script, {}, style, answer=None, answered=True, kept=True)))
        return None


def stop_running(place: Target, family: bytes, *, unknown: str) -> int:
    """Stop what runs there, with SCRIPT KILL or FUNCTION KILL; the exit code.

    Raises:
        ScriptError: it cannot be stopped, for it has written.
        ServerRefusedError: as ``answer_of``.
    """
    try:
        print_reply(answer_of(place, [family, b"KILL"], unknown=unknown))
    except ScriptError as error:
        if error.reply.startswith(b"NOTBUSY"):
            say(f"no {family.decode().lower()} runs long enough to be stopped at {place.description}")
            return 1
        if error.reply.startswith(b"UNKILLABLE"):
            hint = "it has written: wait for it, or SHUTDOWN NOSAVE loses all since the last save"
            raise ScriptError(str(error), reply=error.reply, hint=hint) from None
        raise
    return 0


def print_reply(reply: Reply) -> None:
    """As redis-cli prints it."""
    put(render_reply(reply, ReplyFormat.TTY if sys.stdout.isatty() else ReplyFormat.RAW))
