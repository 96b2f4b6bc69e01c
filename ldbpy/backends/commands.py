"""What is known of a command by its name, in the engine's words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from ldbpy.commands import Command, CommandTable
from ldbpy.commands.keys import find_keys
from ldbpy.engine.stops import CommandEvent

__all__ = ["categories_of", "is_command", "late_event"]


def is_command(table: CommandTable, name: str) -> bool:
    """Whether there is a command (``hset``, ``xgroup create``) or a category (``@write``) of that name."""
    words = [word.encode() for word in name.replace("|", " ").split()]
    if name == "*" or (words and table.lookup(words) is not None):
        return True
    return any(name in categories_of(each) for each in table.commands.values())


@cache
def categories_of(command: Command) -> frozenset[str]:
    """Everything a breakpoint may call it by besides its name: ``@write``, ``@hash``, …"""
    return frozenset({*command.acl_categories, f"@{command.group}", *(f"@{flag}" for flag in command.flags)})


def late_event(table: CommandTable, argv: Sequence[bytes]) -> CommandEvent:
    """The event of a command that is told only when it has run."""
    command = table.lookup(list(argv)) if argv else None
    if command is None:
        name = argv[0].lower().decode("utf-8", "replace") if argv else ""
        return CommandEvent(False, name, frozenset(), (), late=True)
    keys = tuple(use.key for use in find_keys(command, list(argv)))
    return CommandEvent(False, command.name, categories_of(command), keys, late=True)
