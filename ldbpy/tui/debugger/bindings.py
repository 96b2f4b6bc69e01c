"""The table of keys as bindings of the terminal library."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from prompt_toolkit.filters import Condition, Filter, is_searching, vi_insert_mode
from prompt_toolkit.key_binding import KeyBindings

from ldbpy.tui.debugger.actions import ACTIONS
from ldbpy.tui.debugger.debugger import Debugger
from ldbpy.tui.debugger.keys import Action, Where
from ldbpy.tui.debugger.layout import PaneName

if TYPE_CHECKING:
    from prompt_toolkit.key_binding.key_processor import KeyPressEvent

__all__ = ["bindings"]

_PANES: Final = {
    Where.SOURCE: PaneName.SOURCE,
    Where.VARIABLES: PaneName.VARIABLES,
    Where.STACK: PaneName.STACK,
    Where.WATCHES: PaneName.WATCHES,
    Where.COMMANDS: PaneName.COMMANDS,
    Where.KEYS: PaneName.KEYS,
    Where.CONSOLE: PaneName.CONSOLE,
}

_ALL: Final = 1_000_000
"""Rows that are more than there are."""


def bindings(debugger: Debugger, typed: Callable[[], str], after: Callable[[], None]) -> KeyBindings:
    """Bindings for everything there is to do. ``typed``: what stands on the line that is typed in; ``after`` each."""
    keys = KeyBindings()
    plain = Condition(lambda: debugger.overlay is None and debugger.question is None) & ~is_searching
    panes = plain & Condition(lambda: debugger.focus is not PaneName.CONSOLE)
    for general in (True, False):  # of two that fit the library takes the later
        for each in ACTIONS:
            if (each.where is Where.PANES) is general:
                _bind(keys, each, debugger, plain, panes, after)
    _bind_overlay(keys, debugger, typed, after)
    return keys


def _bind(
    keys: KeyBindings,
    each: Action,
    debugger: Debugger,
    plain: Filter,
    panes: Filter,
    after: Callable[[], None],
) -> None:
    def handler(event: KeyPressEvent) -> None:
        each.handler(debugger)
        after()

    here: Filter = panes
    if each.where is not Where.PANES:
        pane = _PANES[each.where]
        here = plain & Condition(lambda: debugger.focus is pane)
    for key in each.anywhere:
        # In vi's way of typing Esc first ends the typing.
        where = plain & ~vi_insert_mode if key == "escape" else plain
        keys.add(_library_key(key), filter=where)(handler)
    for key in each.letters:
        keys.add(_library_key(key), filter=here)(handler)


def _library_key(key: str) -> str:
    """Shift-F1 and so on are F13 and so on to the library, as they once were on keyboards."""
    return f"f{int(key[3:]) + 12}" if key.startswith("s-f") else key


def _bind_overlay(keys: KeyBindings, debugger: Debugger, typed: Callable[[], str], after: Callable[[], None]) -> None:
    """What keys do while help, the palette or a question is open."""
    asked = Condition(lambda: debugger.question is not None)
    over = Condition(lambda: debugger.overlay is not None)

    @keys.add("escape", filter=asked | over, eager=True)
    @keys.add("c-c", filter=asked | over)
    @keys.add("c-g", filter=asked | over)
    @keys.add("q", filter=over & ~asked)
    @keys.add("?", filter=over & ~asked)
    def close(event: KeyPressEvent) -> None:
        debugger.overlay = debugger.question = None
        after()

    @keys.add("c-q", filter=asked | over)
    def leave(event: KeyPressEvent) -> None:
        debugger.done = True
        close(event)

    @keys.add("enter", filter=asked)
    def answer(event: KeyPressEvent) -> None:
        question, text = debugger.question, typed()
        debugger.question = None
        if question is not None:
            question.answer(text.strip())
        after()

    for key, rows in {"home": -_ALL, "end": _ALL}.items():

        @keys.add(key, filter=over & ~asked)
        def go(event: KeyPressEvent, rows: int = rows) -> None:
            if debugger.overlay is not None:
                debugger.overlay.move(rows)

    for key, rows in {"up": -1, "down": 1, "pageup": -10, "pagedown": 10, "c-n": 1, "c-p": -1}.items():

        @keys.add(key, filter=over)
        def move(event: KeyPressEvent, rows: int = rows) -> None:
            if debugger.overlay is not None:
                debugger.overlay.move(rows)
