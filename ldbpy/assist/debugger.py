"""The debugger's commands as help while typing needs to know them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ldbpy.assist.records import Language, Operand, Verb
from ldbpy.console.commands import all_commands
from ldbpy.console.registry import Command, Takes
from ldbpy.flavors import Flavor

__all__ = ["debugger_language"]

_OPERANDS: Final = {
    "break": Operand.PLACE,
    "tbreak": Operand.PLACE,
    "log": Operand.PLACE,
    "redis": Operand.REDIS,
    "keys": Operand.KEYS,
    "source": Operand.FILE,
    "help": Operand.VERB,
    "set": Operand.LUA,
}
"""What follows a command, where its usage does not tell."""
_CHOICE: Final = re.compile(r"(?<![\w.])[a-z][a-z-]+(?![\w.])")
_JOINING: Final = frozenset({"if", "hits"})


def debugger_language(flavor: Flavor, aliases: Mapping[str, str] | None = None) -> Language:
    """What is typed at the debugger's prompt, with the aliases that were given to commands."""
    verbs = [_verb(command) for command in all_commands()]
    verbs += [Verb((name,), summary=f"alias for {text}") for name, text in (aliases or {}).items()]
    return Language(flavor, tuple(verbs))


def _verb(command: Command) -> Verb:
    default = Operand.LUA if command.takes is Takes.EXPRESSION else Operand.WORDS
    choices = tuple(word for word in _CHOICE.findall(command.usage) if word not in _JOINING)
    operand = _OPERANDS.get(command.name, default)
    return Verb(command.names, command.usage, command.summary, operand, choices if operand is Operand.WORDS else ())
