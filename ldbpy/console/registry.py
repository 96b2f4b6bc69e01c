"""The commands of the debugger: one list that feeds parsing, help, completion and the docs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ldbpy.console.console import Console

__all__ = ["COMMANDS", "Command", "Group", "Takes", "all_commands", "command", "find", "number_in"]

Handler = Callable[["Console", str], None]


class Group(StrEnum):
    """What commands are for, in the order help tells them."""

    RUNNING = "running"
    BREAKPOINTS = "breakpoints"
    LOOKING = "looking"
    DATA = "redis and data"
    SESSION = "the session"


class Takes(StrEnum):
    """What may follow a command's name: that decides what makes of the name a variable instead."""

    WORDS = "words"
    """Nothing an operator or a bracket begins."""
    EXPRESSION = "expression"
    """What begins an expression: no operator that needs something before it."""
    TEXT = "text"
    """Anything."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command."""

    names: tuple[str, ...]
    """The full name first, then the short ones."""
    usage: str
    """What follows the name, as help writes it."""
    summary: str
    group: Group
    handler: Handler
    repeats: bool
    """Whether an empty line does it again."""
    details: str
    """More about it, the handler's own text."""
    takes: Takes

    @property
    def name(self) -> str:
        """Its full name."""
        return self.names[0]


COMMANDS: Final[dict[str, Command]] = {}
"""Every command by each of its names."""


def command(
    *names: str, usage: str = "", group: Group, repeats: bool = False, takes: Takes = Takes.WORDS
) -> Callable[[Handler], Handler]:
    """Make a function a command. The first line of its text is the summary, the rest the details."""

    def register(handler: Handler) -> Handler:
        summary, _, details = (handler.__doc__ or "").partition("\n")
        made = Command(names, usage, summary.strip(), group, handler, repeats, _dedented(details), takes)
        for name in names:
            assert name not in COMMANDS, f"two commands are called {name}"
            COMMANDS[name] = made
        return handler

    return register


def _dedented(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines()]
    return "\n".join(lines)


def number_in(text: str) -> int | None:
    """The number a text is, None if it is none. Beyond 10^15 all are as large: there is nothing so large to count."""
    if not re.fullmatch(r"[0-9]+", text):
        return None
    return int(text) if len(text) <= 15 else 10**15


def find(name: str) -> Command | None:
    """The command of that name, in any case; KEYS is the script's table."""
    return None if name == "KEYS" else COMMANDS.get(name.lower())


def all_commands() -> Iterable[Command]:
    """Every command once, by group and in the order they were made."""
    seen = dict.fromkeys(COMMANDS.values())
    return sorted(seen, key=lambda each: list(Group).index(each.group))
