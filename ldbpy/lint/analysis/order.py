"""What runs before what, told from how a script is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from ldbpy.script import ast

if TYPE_CHECKING:
    from ldbpy.lint.analysis.calls import CallSite
    from ldbpy.lint.analysis.program import Program

__all__ = ["Earlier", "changes_with", "enclosing_loops", "runs_before", "writes"]


def writes(program: Program, site: CallSite) -> bool:
    """Whether a call changes data."""
    command = program.command(site)
    return command is not None and "write" in command.flags


class Earlier:
    """Calls, by what runs after each of them on every way."""

    def __init__(self, program: Program, calls: Iterable[ast.Call]) -> None:
        self._program: Final = program
        self._in: Final[dict[ast.Block, list[ast.Call]]] = {}
        for call in calls:
            block = _block_of(program, call)
            if block is not None:
                self._in.setdefault(block, []).append(call)

    def than(self, node: ast.Node) -> Iterator[ast.Call]:
        """Those that whoever comes to ``node`` has been at: they stand before it, in a block around it."""
        above = self._program.parent(node)
        while above is not None and not isinstance(above, ast.Function):
            for call in self._in.get(above, ()) if isinstance(above, ast.Block) else ():
                if call.end <= node.start:
                    yield call
            above = self._program.parent(above)


def runs_before(program: Program, one: ast.Call, other: ast.Node) -> bool:
    """Whether whoever comes to ``other`` has been at ``one``."""
    return one.end <= other.start and one in Earlier(program, (one,)).than(other)


def _block_of(program: Program, call: ast.Call) -> ast.Block | None:
    """The block in which a call always runs; None if that depends on what is before it: ``a and call()``."""
    below: ast.Node = call
    above = program.parent(call)
    while above is not None and not isinstance(above, ast.Block):
        if isinstance(above, ast.Binary) and above.operator in ("and", "or") and above.right is below:
            return None
        below, above = above, program.parent(above)
    return above


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
