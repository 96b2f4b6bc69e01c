"""Which elements of KEYS and ARGV a script uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ldbpy.script import ast

if TYPE_CHECKING:
    from ldbpy.lint.analysis.program import Program

__all__ = ["Indexes", "indexes"]


class Indexes(NamedTuple):
    """The uses of one of the tables."""

    uses: dict[int, list[ast.Index]]
    """Of each element that is written with its number, the places in the order of evaluation."""
    whole: bool
    """Whether other elements may be used as well: ``#KEYS``, ``KEYS[i]``, ``unpack(KEYS)``."""


def indexes(program: Program, table: str) -> Indexes:
    """The elements of ``KEYS`` or ``ARGV`` that a script uses. In a library there are none."""
    uses: dict[int, list[ast.Index]] = {}
    whole = table in {name.name for name in program.resolved.global_writes}
    for name in program.resolved.global_reads:
        if name.name != table:
            continue
        above = program.parent(name)
        number = _number(above, name)
        if number is None or not isinstance(above, ast.Index):
            whole = True
        else:
            uses.setdefault(number, []).append(above)
    return Indexes(uses, whole)


def _number(above: ast.Node | None, name: ast.Name) -> int | None:
    if not isinstance(above, ast.Index) or above.object is not name or not isinstance(above.key, ast.Number):
        return None
    return int(above.key.value) if above.key.value.is_integer() else None
