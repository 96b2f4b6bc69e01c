"""The REPL's commands as help while typing needs to know them."""

from __future__ import annotations

from typing import Final

from ldbpy.assist.records import Language, Operand, Verb
from ldbpy.flavors import Flavor
from ldbpy.repl.commands import all_commands
from ldbpy.repl.registry import Operand as Follows

__all__ = ["repl_language"]

_OPERANDS: Final = {
    Follows.NOTHING: Operand.NOTHING,
    Follows.LUA: Operand.LUA,
    Follows.REDIS: Operand.REDIS,
    Follows.KEY: Operand.KEYS,
    Follows.FILE: Operand.FILE,
    Follows.FLAVOR: Operand.FLAVOR,
    Follows.COMMAND: Operand.VERB,
}
_SWITCH: Final = ("on", "off")


def repl_language(flavor: Flavor, *, redis: bool = False) -> Language:
    """What is typed at the REPL's prompt: Lua, or Redis commands, and commands of its own."""
    operands = {**_OPERANDS, Follows.INPUT: Operand.REDIS if redis else Operand.LUA}
    verbs = tuple(
        Verb(
            each.names,
            each.usage,
            each.summary,
            operands[each.operand],
            _SWITCH if each.operand is Follows.INPUT else (),
        )
        for each in all_commands()
    )
    return Language(flavor, verbs, marker=".", redis=redis)
