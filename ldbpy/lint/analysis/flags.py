"""The flags of a script's first line, and of the functions a library registers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ldbpy.lint.analysis.queries import Registration, registrations
from ldbpy.script import ast
from ldbpy.script.shebang import ScriptFlag, ShebangError, script_header

if TYPE_CHECKING:
    from ldbpy.lint.analysis.program import Program

__all__ = ["flags_of_callbacks", "flags_of_registration", "flags_of_script"]


def flags_of_script(program: Program) -> frozenset[ScriptFlag]:
    """What the first line says; nothing if it cannot be read, or there is none, or it is a library's."""
    for flavor in program.targets.flavors:
        try:
            flags = script_header(program.source, flavor).flags
        except ShebangError:
            continue
        if flags is not None:
            return flags
    return frozenset()


def flags_of_callbacks(program: Program) -> dict[ast.Function, frozenset[ScriptFlag]]:
    """What the registrations of a library say of each of its functions."""
    return {each.callback: flags_of_registration(each) for each in registrations(program) if each.callback is not None}


def flags_of_registration(registration: Registration) -> frozenset[ScriptFlag]:
    """The flags that are written there and known."""
    table = registration.flags
    items = table.items if isinstance(table, ast.Table) else []
    values = [item.value for item in items if isinstance(item, ast.ListItem)]
    texts = {value.value for value in values if isinstance(value, ast.String)}
    return frozenset(flag for flag in ScriptFlag if flag.value.encode() in texts)
