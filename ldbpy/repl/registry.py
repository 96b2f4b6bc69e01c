"""The commands of the REPL: one list that feeds parsing, help, completion and the docs."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ldbpy.repl.repl import Repl

__all__ = ["COMMANDS", "Command", "Group", "Operand", "all_commands", "command"]

Handler = Callable[["Repl", str], None]


class Group(StrEnum):
    """What commands are for, in the order help tells them."""

    SCRIPTS = "lua and scripts"
    DATA = "redis and data"
    SESSION = "the session"


class Operand(StrEnum):
    """What follows a command's name: what completion offers there."""

    NOTHING = "nothing"
    LUA = "lua"
    REDIS = "redis command"
    KEY = "key"
    FILE = "file"
    """A file, then keys and arguments where the command takes them."""
    FLAVOR = "flavor"
    COMMAND = "command"
    INPUT = "input"
    """``on``, ``off``, or an input as it is typed at the prompt."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command."""

    names: tuple[str, ...]
    """The full name first, without the dot."""
    usage: str
    """What follows the name, as help writes it."""
    operand: Operand
    group: Group
    summary: str
    details: str
    handler: Handler

    @property
    def name(self) -> str:
        """Its full name."""
        return self.names[0]


COMMANDS: Final[dict[str, Command]] = {}
"""Every command by each of its names."""


def command(*names: str, usage: str = "", operand: Operand, group: Group) -> Callable[[Handler], Handler]:
    """Make a function a command. The first line of its text is the summary, the rest the details."""

    def register(handler: Handler) -> Handler:
        summary, _, details = inspect.cleandoc(handler.__doc__ or "").partition("\n")
        made = Command(names, usage, operand, group, summary, details.strip(), handler)
        for name in names:
            assert name not in COMMANDS, f"two commands are called {name}"
            COMMANDS[name] = made
        return handler

    return register


def all_commands() -> list[Command]:
    """Every command once, by group and in the order they were made."""
    return sorted(dict.fromkeys(COMMANDS.values()), key=lambda each: list(Group).index(each.group))
