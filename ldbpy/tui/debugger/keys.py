"""What keys do: one table that feeds the bindings, the bar at the bottom, help, the palette and the docs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ldbpy.tui.debugger.debugger import Debugger

__all__ = ["ACTIONS", "Action", "Topic", "Where", "action", "key_text", "keys_text"]

Handler = Callable[["Debugger"], None]


class Where(StrEnum):
    """Where a key means something."""

    PANES = "in panes"
    """Wherever one does not type."""
    SOURCE = "in the source"
    VARIABLES = "in the variables"
    STACK = "in the stack"
    WATCHES = "in the watches"
    COMMANDS = "in the commands"
    KEYS = "in the keys"
    CONSOLE = "in the console"


class Topic(StrEnum):
    """What actions are for, in the order help tells them."""

    RUNNING = "running"
    BREAKPOINTS = "breakpoints"
    LOOKING = "looking"
    SCREEN = "the screen"


@dataclass(frozen=True, slots=True)
class Action:
    """Something a key does."""

    name: str
    anywhere: tuple[str, ...]
    """Keys that do it wherever one is, as prompt_toolkit writes them."""
    letters: tuple[str, ...]
    """Keys that do it in ``where``."""
    where: Where
    topic: Topic
    summary: str
    handler: Handler
    label: str
    """What the bar at the bottom calls it; empty: it does not stand there."""
    command: str
    """The command of the console that does the same; empty: there is none."""

    @property
    def keys(self) -> tuple[str, ...]:
        """All its keys."""
        return (*self.anywhere, *self.letters)


ACTIONS: Final[list[Action]] = []
"""All of them; of two that have one key, the later is the more particular."""


def action(
    name: str,
    *letters: str,
    topic: Topic,
    anywhere: tuple[str, ...] = (),
    where: Where = Where.PANES,
    label: str = "",
    command: str = "",
) -> Callable[[Handler], Handler]:
    """Make a function what keys do. The first line of its text says what that is."""

    def register(handler: Handler) -> Handler:
        summary = (handler.__doc__ or "").partition("\n")[0].strip().removesuffix(".")
        ACTIONS.append(Action(name, anywhere, letters, where, topic, summary, handler, label, command))
        return handler

    return register


_NAMES: Final = {
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "s-tab": "⇧Tab",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "delete": "Del",
    "space": "Space",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
}


def key_text(key: str) -> str:
    """A key as a person reads it: ``F5``, ``⇧F11``, ``^P``."""
    if key in _NAMES:
        return _NAMES[key]
    if key.startswith("s-"):
        return f"⇧{key_text(key[2:])}"
    if key.startswith("c-"):
        return f"^{key[2:].upper()}"
    return key.upper() if key.startswith("f") and key[1:].isdigit() else key


def keys_text(keys: Sequence[str]) -> str:
    """Keys that do the same."""
    return " ".join(map(key_text, keys))
