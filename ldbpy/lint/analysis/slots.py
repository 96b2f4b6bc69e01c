"""The hash slots of the keys that a script names itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ldbpy.commands.slots import hash_tag, key_slot
from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.queries import command_keys
from ldbpy.script import ast

if TYPE_CHECKING:
    from ldbpy.lint.analysis.program import Program

__all__ = ["known_slots"]


def known_slots(program: Program) -> Iterator[tuple[CallSite, ast.Expression, int]]:
    """The keys whose slot is known, with the commands that use them."""
    for site, place in command_keys(program):
        key = site.args[place]
        word = site.words[place]
        if word is None:
            beginning = _beginning(program, key)
            word = beginning if hash_tag(beginning) is not None else None
        if word is not None:
            yield site, key, key_slot(word)


def _beginning(program: Program, node: ast.Expression) -> bytes:
    """What a key surely begins with."""
    node = program.literal(node)
    for _ in range(20):
        if not isinstance(node, ast.Binary) or node.operator != "..":
            break
        left = program.word(node.left)
        if left is not None:
            return left + _beginning(program, node.right)
        node = program.literal(node.left)
    return program.word(node) or b""
