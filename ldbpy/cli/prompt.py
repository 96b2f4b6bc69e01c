"""The line prompt on a terminal: history, completion, suggestions."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.scripting import LuaLexer

from ldbpy.console.commands import COMMANDS
from ldbpy.engine.session import State

if TYPE_CHECKING:
    from ldbpy.console.console import Console

__all__ = ["converse"]

PROMPT = "ldb> "


class _Words(Completer):
    """Completes commands at the beginning of a line, and variables everywhere."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What the word before the cursor may become."""
        word = document.get_word_before_cursor(WORD=False)
        first = document.text_before_cursor.lstrip() == word
        known = {name for name in COMMANDS if first and len(name) > 1}
        for candidate in sorted({*self._variables(), *known}):
            if word and candidate.startswith(word) and candidate != word:
                yield Completion(candidate, start_position=-len(word))

    def _variables(self) -> set[str]:
        if self._console.session.state is not State.STOPPED:
            return set()
        backend, frame = self._console.session.backend, self._console.frame
        scopes = self._console.ask(lambda: backend.scopes(frame))
        names = {variable.name.decode("utf-8", "replace") for variable in (*scopes.locals, *scopes.upvalues)}
        return names | {"KEYS", "ARGV", "redis"}


def converse(console: Console) -> None:
    """Ask for commands until the person is through."""
    session: PromptSession[str] = PromptSession(
        history=_history(),
        lexer=PygmentsLexer(LuaLexer),
        completer=_Words(console),
        complete_while_typing=False,
        auto_suggest=AutoSuggestFromHistory(),
        enable_history_search=True,
    )
    while not console.done:
        console.settings.width = shutil.get_terminal_size().columns
        try:
            line = session.prompt(PROMPT)
        except KeyboardInterrupt:
            continue
        except EOFError:
            line = "quit"
        try:
            console.execute(line)
        except KeyboardInterrupt:
            console.interrupted()


def _history() -> History:
    """What was typed before, in a file of the user's; in memory if there can be none."""
    folder = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "ldbpy"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "history"
        path.touch()
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))
