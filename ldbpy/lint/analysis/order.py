"""What runs before what, told from how a script is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ldbpy.script import ast

if TYPE_CHECKING:
    from ldbpy.lint.analysis.calls import CallSite
    from ldbpy.lint.analysis.program import Program

__all__ = ["changes_with", "enclosing_loops", "runs_before", "writes"]


def writes(program: Program, site: CallSite) -> bool:
    """Whether a call changes data."""
    command = program.command(site)
    return command is not None and "write" in command.flags


def runs_before(program: Program, one: ast.Call, other: ast.Node) -> bool:
    """Whether whoever comes to ``other`` has been at ``one``: it stands before it, in a block around it."""
    if one.end > other.start:
        return False
    below: ast.Node = one
    above = program.parent(one)
    while above is not None and not isinstance(above, ast.Block):
        if isinstance(above, ast.Binary) and above.operator in ("and", "or") and above.right is below:
            return False
        below, above = above, program.parent(above)
    return above is not None and _is_in(program, other, above)


def _is_in(program: Program, node: ast.Node, block: ast.Block) -> bool:
    """Whether a node is in a block, and in the same function."""
    above = program.parent(node)
    while above is not None and above is not block:
        if isinstance(above, ast.Function):
            return False
        above = program.parent(above)
    return above is block


_LOOPS = (ast.While, ast.Repeat, ast.NumericFor, ast.GenericFor)


def enclosing_loops(program: Program, node: ast.Node) -> list[ast.Node]:
    """The loops around a node in its function, the innermost first."""
    loops: list[ast.Node] = []
    below, above = node, program.parent(node)
    while above is not None and not isinstance(above, ast.Function):
        # What a for counts to or goes through is evaluated once, before the loop.
        once = isinstance(above, ast.NumericFor | ast.GenericFor) and below is not above.body
        if isinstance(above, _LOOPS) and not once:
            loops.append(above)
        below, above = above, program.parent(above)
    return loops


def changes_with(program: Program, node: ast.Expression, loop: ast.Node) -> bool:
    """Whether an expression may have another value each time round: it names what the loop sets, or calls something."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call | ast.MethodCall | ast.Function | ast.Vararg):
            return True
        variable = program.variable(part) if isinstance(part, ast.Name) else None
        places = [write.name for write in variable.writes] + variable.mutations if variable is not None else []
        if any(loop.start <= place.start < loop.end for place in places):
            return True
    return False
