"""The REPL's prompt: inputs of several lines, help while typing, history."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final

from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import has_focus
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from ldbpy.assist.repl import repl_language
from ldbpy.repl.repl import Mode, Repl
from ldbpy.tui.repl.names import SessionNames
from ldbpy.tui.typing.chosen import history_at
from ldbpy.tui.typing.prompt import make_prompt
from ldbpy.tui.typing.typing import Typing

if TYPE_CHECKING:
    from prompt_toolkit.buffer import Buffer
    from prompt_toolkit.input import Input
    from prompt_toolkit.output import Output

    from ldbpy.settings.settings import Settings

__all__ = ["converse"]

_CONTINUES: Final = "...> "


def converse(
    repl: Repl,
    settings: Settings,
    environ: Mapping[str, str],
    running: Callable[[bytes], AbstractContextManager[None]],
    between: Callable[[], None],
    *,
    terminal: tuple[Input, Output] | None = None,
) -> str | None:
    """Ask for inputs until the person is through; what is wrong with the history, if anything is.

    ``running`` is entered for each input that runs; ``between`` is called after it. ``terminal`` is what to read and
    write instead of the real one.
    """
    typing = Typing(repl_language(repl.place.target.flavor), SessionNames(repl))
    history = history_at("repl-history", settings, environ)
    session = make_prompt(
        typing, settings, history, environ, multiline=True, key_bindings=_bindings(repl), terminal=terminal
    )
    while not repl.done:
        repl.width = shutil.get_terminal_size().columns if terminal is None else terminal[1].get_size().columns
        typing.update(SessionNames(repl), repl_language(repl.place.target.flavor, redis=repl.mode is Mode.REDIS))
        try:
            text = session.prompt([("class:prompt", repl.prompt)], prompt_continuation=[("class:prompt", _CONTINUES)])
        except KeyboardInterrupt:
            continue
        except EOFError:
            break
        _run(repl, os.fsencode(text), running)
        between()
    return history.problem


def _run(repl: Repl, text: bytes, running: Callable[[bytes], AbstractContextManager[None]]) -> None:
    try:
        with running(text):
            repl.execute(text)
    except KeyboardInterrupt:
        repl.write("interrupted")


def _bindings(repl: Repl) -> KeyBindings:
    bindings = KeyBindings()

    def end(buffer: Buffer, *, run: bool) -> None:
        if run:
            buffer.validate_and_handle()
        else:
            buffer.newline(copy_margin=True)

    @bindings.add("enter", filter=has_focus(DEFAULT_BUFFER))
    def _(event: KeyPressEvent) -> None:
        """Run the input wherever the cursor is, or go on in the next line, as far in, while it is not complete."""
        buffer = event.current_buffer
        end(buffer, run=not repl.needs_more(os.fsencode(buffer.text)))

    @bindings.add("escape", "enter", filter=has_focus(DEFAULT_BUFFER))
    def _(event: KeyPressEvent) -> None:
        """The other way round: add a line to what is complete, run what is not."""
        buffer = event.current_buffer
        end(buffer, run=repl.needs_more(os.fsencode(buffer.text)))

    return bindings
