"""``.debug`` of the REPL: on the whole screen, at a prompt, or with commands from where inputs come from."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import BinaryIO

from ldbpy.cli.debug_play import feed_of_screen, play
from ldbpy.console.console import Console
from ldbpy.engine.session import Session
from ldbpy.errors import LdbpyError, UsageError
from ldbpy.model.debugging import Ended, Event
from ldbpy.render.style import Style
from ldbpy.repl.places import Place
from ldbpy.repl.repl import DebugRequest, Repl
from ldbpy.script.source import Script
from ldbpy.settings.settings import Settings
from ldbpy.targets.run_options import RunOptions
from ldbpy.wiring import open_remote_session, open_session

__all__ = ["debugged", "fed", "on_terminal"]


def debugged(repl: Repl, url: str, talk: Callable[[Session], None]) -> None:
    """Debug what the REPL was asked to, until it has ended or the person is through; what it changed is undone."""
    request, repl.to_debug = repl.to_debug, None
    if request is None:
        return
    try:
        session = _session(repl.place, url, request)
        session.tell_commands = True
        talk(session)
    except LdbpyError as error:
        repl.tell_error(error)
        repl.failed = True


def _session(place: Place, url: str, request: DebugRequest) -> Session:
    def read() -> Script:
        return request.script

    if place.db != place.first_db:
        raise UsageError(f"the debugger begins in database {place.first_db}", hint=f".redis SELECT {place.first_db}")
    if place.embedded is not None:
        return open_session(place.embedded, read, request.keys, request.args, RunOptions())
    return open_remote_session(url, read, request.keys, request.args)[0]


def on_terminal(repl: Repl, session: Session, settings: Settings, *, plain: bool) -> None:
    """Show the session on the whole screen, unless it is to be ``plain`` or the terminal has no cursor to move."""
    from ldbpy.tui.signals import heeded

    feed = None if plain else feed_of_screen()
    if feed is None:
        console = _console(repl, session)
    else:
        console = Console(session, session.backend.script, feed.tell, Style(colours=False))
    try:
        with heeded():  # a screen sets what is done at a signal, and takes it away
            play(console, [], [], settings, batch=False, feed=feed)
    finally:
        gc.unfreeze()  # what a screen keeps from the collector for its speed is garbage now
        gc.enable()


def fed(repl: Repl, session: Session, stream: BinaryIO, echo: Callable[[bytes], None]) -> None:
    """Carry out the commands of a stream. ``echo`` shows each behind its prompt, if that is wanted."""
    console = _console(repl, session)
    try:
        session.load()
        console.start()
        while not console.done:
            line = stream.readline()
            if line:
                echo(line.strip())
            console.execute(line.decode("utf-8", "replace") if line else "quit")
    finally:
        session.abort()


def _console(repl: Repl, session: Session) -> Console:
    """A console that is through when the script has ended."""

    def on_event(event: Event) -> None:
        if isinstance(event, Ended):
            console.done = True

    console = Console(session, session.backend.script, repl.write, repl.style, on_event=on_event)
    return console
