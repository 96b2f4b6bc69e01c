"""Which functions of a script a function can reach: those inside it, and those that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ldbpy.script import ast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ldbpy.lint.analysis.program import Program

__all__ = ["names_by_function", "reached_from"]

_Functions = set[ast.Function | None]


def names_by_function(program: Program) -> dict[ast.Function | None, _Functions]:
    """For each function, and None for the main chunk, the functions inside it and those it names."""
    found: dict[ast.Function | None, _Functions] = {}
    functions = program.resolved.functions
    for function in program.of(ast.Function):
        if not isinstance(program.parent(function), ast.Local | ast.LocalFunction):
            found.setdefault(functions[function], set()).add(function)
    for name, variable in program.resolved.binding.items():
        write = variable.only_write
        if write is not None and isinstance(write.value, ast.Function) and name is not variable.declared:
            found.setdefault(functions.get(name), set()).add(write.value)
    return found


def reached_from(program: Program, roots: Iterable[ast.Function | None]) -> _Functions:
    """The functions that may run when ``roots`` do, these included. A function that is named counts as called."""
    named = program.functions_named
    found: _Functions = set()
    todo = list(roots)
    while todo:
        function = todo.pop()
        if function not in found:
            found.add(function)
            todo.extend(named.get(function, ()))
    return found
