"""``ldbpy debug --target URL --local``: what a session that writes to a live server needs to be asked and told."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ldbpy.cli.arguments import ScriptArguments
from ldbpy.cli.streams import confirmed, is_asked_on_terminal, say
from ldbpy.errors import UsageError
from ldbpy.script.source import Script
from ldbpy.wiring import checked_limits, journal_folder, open_local_session, open_local_target

if TYPE_CHECKING:
    from ldbpy.cli.data import Data
    from ldbpy.engine.session import Session
    from ldbpy.lua.limits import Limits
    from ldbpy.targets.live import LiveTarget
    from ldbpy.targets.run_options import RunOptions
    from ldbpy.targets.script_server import ScriptServer

__all__ = ["check_local", "local_place", "open_local", "tell_left", "wants_local"]


def check_local(asked: dict[str, object]) -> None:
    """Refuse options that make no sense with a live server's data.

    Raises:
        UsageError: one of them is given.
    """
    for option, value in asked.items():
        if value:
            why = {
                "--sync": "--local runs the script here",
                "--seed": "a live server keeps its own data",
                "--seed-from": "a live server keeps its own data",
            }[option]
            raise UsageError(f"{option} does not go with --local: {why}", hint=f"leave {option} or --local out")


def open_local(
    url: str,
    read: Callable[[], Script],
    arguments: ScriptArguments,
    options: RunOptions,
    *,
    flavor: str | None,
    function: str | None,
    memory: int,
    commit: bool,
    sure: bool,
    batch: bool,
) -> tuple[Session, str]:
    """A session here with a live server's data, and what it is, for the header."""
    _tell_left_behind()
    session, description = open_local_session(
        url,
        read,
        arguments.keys,
        arguments.args,
        options,
        flavor=flavor,
        function=None if function is None else os.fsencode(function),
        limits=checked_limits(0, memory),
        commit=commit,
        may_last=_asker(sure=sure or commit, batch=batch),
        environ=os.environ,
    )
    here = "here" if flavor is None else f"here as on {flavor}"
    fate = "changes are kept" if commit else "rolled back at the end"
    return session, f"{description}, --local: the script runs {here}, its commands there, seen by all, {fate}"


def local_place(
    url: str,
    script: Script,
    arguments: ScriptArguments,
    flavor: str | None,
    limits: Limits,
    data: Data,
    *,
    sure: bool,
    is_live: bool,
) -> LiveTarget:
    """Where a script is run once, here, with a live server's data.

    Raises:
        UsageError: there is no live server, or it was to be given data.
        BackendError: it cannot be used.
    """
    if not is_live:
        raise UsageError("--local is for a real server", hint="give its URL with --target")
    check_local({"--seed": data.file, "--seed-from": data.source})
    _tell_left_behind()
    target = open_local_target(
        url,
        arguments.keys,
        environ=os.environ,
        flavor=flavor,
        limits=limits,
        script=script.source_map.file,
        may_last=_asker(sure=sure, batch=False),
    )
    target.store.on_wait = lambda told: say(f"note: {told}")
    return target


def _tell_left_behind() -> None:
    """Remind of sessions that could not put back what they changed: nobody may have seen their last words."""
    from ldbpy.store.undo import left_behind

    count = sum(1 for _ in left_behind(journal_folder(os.environ)))
    if count:
        who = "an earlier session has" if count == 1 else f"{count} earlier sessions have"
        say(f"note: {who} left changes on a live server: `ldbpy rollback` lists them")


def tell_left(place: ScriptServer[Any]) -> None:
    """Tell of the keys a dry run has left alone, because others had written to them."""
    told = place.left_text()
    if told is not None:
        say(f"warning: {told}")


def _asker(*, sure: bool, batch: bool) -> Callable[[str], bool]:
    """What is asked before a command that cannot be undone: the person at the terminal, if there is one."""
    if sure:
        return lambda told: True
    if batch or not is_asked_on_terminal():
        return lambda told: False

    def ask(told: str) -> bool:
        return confirmed(f"{told}. Run it?")

    return ask


def wants_local(error: Exception) -> bool:
    """Ask whether to go on with --local where a server has no debugger for us."""
    say(f"error: {error}")
    return confirmed("Debug it here, with the server's data, rolled back at the end (--local)?")
