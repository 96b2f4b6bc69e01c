"""What a script puts into the fields of a local table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ldbpy.lint.analysis.resolver import Variable, value_for
from ldbpy.script import ast

if TYPE_CHECKING:
    from ldbpy.lint.analysis.program import Program

__all__ = ["FieldKey", "constant_key", "given_to_fields"]

FieldKey = bytes | float
"""The name of a field, or its number."""


def constant_key(node: ast.Expression) -> FieldKey | None:
    """The field that ``t.x``, ``t['x']`` and ``t[1]`` are about; None if it is not written there."""
    if isinstance(node, ast.Member):
        return node.field.name.encode()
    if isinstance(node, ast.Index) and isinstance(node.key, ast.String | ast.Number):
        return node.key.value
    return None


def given_to_fields(
    program: Program, variable: Variable | None, table: ast.Table
) -> Iterator[tuple[FieldKey | None, ast.Expression]]:
    """Every value a table is given, with the field that gets it: where it is made, and later under its local name.

    The field is None where it is not known.
    """
    yield from _made_with(table)
    if variable is None:
        return
    for name in variable.mutations:
        target = program.parent(name)
        assignment = program.parent(target) if target is not None else None
        if isinstance(assignment, ast.Assignment) and isinstance(target, ast.Member | ast.Index):
            value, index = value_for(assignment.values, assignment.targets.index(target))
            if value is not None and index == 0:
                yield constant_key(target), value
    for name in variable.reads:
        call = program.parent(name)
        if not isinstance(call, ast.Call) or len(call.args) < 2 or call.args[0] is not name:
            continue
        if program.builtin(call.callee) == "table.insert":
            yield None, call.args[-1]


def _made_with(table: ast.Table) -> Iterator[tuple[FieldKey | None, ast.Expression]]:
    place = 0
    for item in table.items:
        match item:
            case ast.ListItem():
                place += 1
                yield float(place), item.value
            case ast.NamedItem():
                yield item.name.name.encode(), item.value
            case ast.KeyedItem():
                yield item.key.value if isinstance(item.key, ast.String | ast.Number) else None, item.value
            case _:
                pass
