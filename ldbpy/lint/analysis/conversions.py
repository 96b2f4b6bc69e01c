"""Numbers made of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ldbpy.lint.analysis.queries import is_guarded
from ldbpy.script import ast

if TYPE_CHECKING:
    from ldbpy.lint.analysis.program import Program

__all__ = ["conversion"]


def conversion(program: Program, side: ast.Expression) -> ast.Call | None:
    """The ``tonumber`` that gives a value, where that may be nil and nothing looks after it."""
    variable = program.variable(side) if isinstance(side, ast.Name) else None
    if not isinstance(side, ast.Name) or variable is None:
        given = [program.literal(side)]
    elif is_guarded(program, side):
        return None
    else:
        arrivals = program.arrivals(side, variable) or ()
        writes = [each.write for each in arrivals if "nil" in each.types]
        given = [write.value for write in writes if write is not None and write.value is not None]
    calls = (call for call in given if isinstance(call, ast.Call) and call.args)
    return next((call for call in calls if program.builtin(call.callee) == "tonumber"), None)
