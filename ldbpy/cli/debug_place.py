"""Where a script is debugged: the embedded server, a real one's own debugger, or here with a real one's data."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ldbpy.cli.arguments import ScriptArguments
from ldbpy.cli.data import Data
from ldbpy.cli.live import check_local, open_local
from ldbpy.cli.places import flavor_at, from_environment, open_place
from ldbpy.cli.remote import check_remote, emulated_text, open_remote, stored_on
from ldbpy.cli.stored import Stored, found_script
from ldbpy.engine.session import Session
from ldbpy.errors import UsageError
from ldbpy.script.source import Script
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.run_options import RunOptions
from ldbpy.wiring import EMBEDDED, MAX_MEMORY, checked_limits, open_session

__all__ = ["Asked", "Opened", "open_asked"]


class Asked(NamedTuple):
    """What the command line asks for."""

    target: str
    flavor: str | None
    script: Script
    read: Callable[[], Script] | None
    """Gives the script, for every run; None: the server has it."""
    stored: Stored | None
    function: str | None
    """What to call, if the script is a library."""
    arguments: ScriptArguments
    options: RunOptions
    memory: int
    data: Data
    sync: bool
    local: bool
    sure: bool
    commit: bool
    may_ask: bool
    """Whether somebody can be asked a question in mid-session."""


class Opened(NamedTuple):
    """A session that has not begun."""

    session: Session
    script: Script
    where: str
    """For the header."""
    notes: Sequence[str] = ()
    """What to know before it begins."""


def open_asked(asked: Asked) -> Opened:
    """Open the session asked for.

    Raises:
        UsageError: an option makes no sense there.
        BackendError: the server cannot be used.
    """
    if asked.target == EMBEDDED:
        return _open_embedded(asked)
    asked = asked._replace(flavor=flavor_at(asked.target, asked.flavor))
    if asked.stored is not None:
        script, writes = stored_on(asked.target, asked.stored)
        options = RunOptions(read_only=asked.options.read_only or not writes, strict_keys=asked.options.strict_keys)
        asked = asked._replace(script=script, options=options)
    return _open_local(asked) if asked.local else _open_remote(asked)


def _open_local(asked: Asked) -> Opened:
    check_local({"--sync": asked.sync, "--seed": asked.data.file, "--seed-from": asked.data.source})
    session, where = open_local(
        asked.target,
        asked.read or (lambda: asked.script),
        asked.arguments,
        asked.options,
        flavor=asked.flavor,
        function=asked.function,
        memory=asked.memory,
        commit=asked.commit,
        sure=asked.sure,
        batch=not asked.may_ask,
    )
    return Opened(session, asked.script, where)


def _open_remote(asked: Asked) -> Opened:
    check_remote(
        {
            "--strict-keys": asked.options.strict_keys and not from_environment("strict_keys"),
            "--seed": asked.data.file,
            "--seed-from": asked.data.source,
            "--server": asked.flavor,
            "--commit": asked.commit,
            "--max-memory": asked.memory != MAX_MEMORY and not from_environment("memory"),
        }
    )
    session, where, told = open_remote(
        asked.target,
        asked.read or (lambda: asked.script),
        asked.arguments,
        asked.function,
        read_only=asked.options.read_only,
        sync=asked.sync,
        sure=asked.sure,
    )
    return Opened(session, asked.script, where, (emulated_text(session.backend.capabilities), *told))


def _open_embedded(asked: Asked) -> Opened:
    if asked.sync:
        raise UsageError("--sync is for a real server", hint="--commit keeps what the script changed here")
    if asked.local:
        raise UsageError("--local is for a real server", hint="give its URL with --target")
    keys, args, _ = asked.arguments
    place = open_place(asked.target, asked.flavor, checked_limits(0, asked.memory), asked.data, keys)
    assert isinstance(place, EmbeddedServer)
    script = asked.script if asked.stored is None else found_script(place.call, asked.stored)[0]
    function = None if asked.function is None else os.fsencode(asked.function)
    read = asked.read or (lambda: script)
    session = open_session(place, read, keys, args, asked.options, function=function, commit=asked.commit)
    fate = "kept" if asked.commit else "rolled back"
    return Opened(session, script, f"{place.flavor.name}, embedded store, {fate} at the end")
