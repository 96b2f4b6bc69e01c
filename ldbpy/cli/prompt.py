"""The line prompt on a terminal."""

from __future__ import annotations

import os
import shutil

from ldbpy.assist.debugger import debugger_language
from ldbpy.cli.streams import say
from ldbpy.console.commands.kept import offer
from ldbpy.console.console import Console
from ldbpy.settings.settings import Settings
from ldbpy.tui.signals import heeded
from ldbpy.tui.typing.chosen import history_at
from ldbpy.tui.typing.prompt import make_prompt
from ldbpy.tui.typing.stopped import StoppedNames
from ldbpy.tui.typing.typing import Typing

__all__ = ["converse"]

PROMPT = "ldb> "


def converse(console: Console, settings: Settings) -> None:
    """Ask for commands until the person is through, or the process is told to end."""
    with heeded():
        _converse(console, settings)


def _converse(console: Console, settings: Settings) -> None:
    flavor = console.session.backend.flavor
    typing = Typing(debugger_language(flavor), StoppedNames(console))
    history = history_at("history", settings, os.environ)
    session = make_prompt(typing, settings, history, os.environ)
    offer(console)
    while not console.done:
        console.settings.width = shutil.get_terminal_size().columns
        typing.update(StoppedNames(console), debugger_language(flavor, console.aliases))
        try:
            line = session.prompt([("class:prompt", PROMPT)])
        except KeyboardInterrupt:
            continue
        except EOFError:
            line = "quit"
        try:
            console.execute(line)
        except KeyboardInterrupt:
            console.interrupted()
    if history.problem is not None:
        say(f"warning: {history.problem}")
