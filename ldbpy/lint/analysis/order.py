"""What runs before what, told from how a script is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from ldbpy.script import ast

if TYPE_CHECKING:
    from ldbpy.lint.analysis.calls import CallSite
    from ldbpy.lint.analysis.program import Program

__all__ = ["Around", "Earlier", "changes_with", "enclosing_loops", "runs_before", "writes"]


def writes(program: Program, site: CallSite) -> bool:
    """Whether a call changes data."""
    command = program.command(site)
    return command is not None and "write" in command.flags


class Surroundings(NamedTuple):
    """What is around a node, down to its function."""

    blocks: tuple[ast.Block, ...] = ()
    """The innermost first."""
    loops: tuple[ast.Node, ...] = ()
    """Those that run it again each time round, the innermost first."""
    always: ast.Block | None = None
    """The block in which it always runs; None if that depends on what is before it: ``a and call()``."""
    function: ast.Function | None = None
    """None: it is in none."""


_LOOPS: Final = (ast.While, ast.Repeat, ast.NumericFor, ast.GenericFor)


class Around:
    """Finds what is around nodes. It goes up from each node once: an expression may be ten thousand nodes deep."""

    def __init__(self, program: Program) -> None:
        self._parent: Final = program.parent
        self._known: Final[dict[ast.Node, Surroundings]] = {}
        self._inside: Final[dict[ast.Block, Surroundings]] = {}

    def of(self, node: ast.Node) -> Surroundings:
        """What is around a node."""
        path = []
        while (found := self._known.get(node)) is None:
            above = self._parent(node)
            if above is None or isinstance(above, ast.Function):
                found = self._known[node] = Surroundings(function=above)
                break
            path.append((node, above))
            node = above
        while path:
            node, above = path.pop()
            found = self._known[node] = self._below(above, found, node)
        return found

    def _below(self, above: ast.Node, around: Surroundings, node: ast.Node) -> Surroundings:
        """What is around a node directly under one that is ``around``-ed so."""
        if isinstance(above, ast.Block):
            if above not in self._inside:
                self._inside[above] = around._replace(blocks=(above, *around.blocks), always=above)
            return self._inside[above]
        if isinstance(above, ast.Binary):
            return around._replace(always=None) if above.operator in ("and", "or") and above.right is node else around
        # What a for counts to or goes through is evaluated once, before the loop.
        once = isinstance(above, ast.NumericFor | ast.GenericFor) and node is not above.body
        return around._replace(loops=(above, *around.loops)) if isinstance(above, _LOOPS) and not once else around


class Earlier:
    """Calls, by what runs after each of them on every way."""

    def __init__(self, program: Program, calls: Iterable[ast.Call]) -> None:
        self._around: Final = program.around.of
        self._in: Final[dict[ast.Block, list[ast.Call]]] = {}
        for call in calls:
            block = self._around(call).always
            if block is not None:
                self._in.setdefault(block, []).append(call)
        for found in self._in.values():
            found.sort(key=lambda call: call.start)

    def than(self, node: ast.Node) -> Iterator[ast.Call]:
        """In each block the first that whoever comes to ``node`` has been at: before it, in a block around it.

        The innermost block comes first.
        """
        for block in self._around(node).blocks:
            before = takewhile(lambda call: call.start < node.start, self._in.get(block, ()))
            yield from islice((call for call in before if call.end <= node.start), 1)


def runs_before(program: Program, one: ast.Call, other: ast.Node) -> bool:
    """Whether whoever comes to ``other`` has been at ``one``."""
    return one.end <= other.start and program.around.of(one).always in program.around.of(other).blocks


def enclosing_loops(program: Program, node: ast.Node) -> tuple[ast.Node, ...]:
    """The loops around a node in its function, the innermost first."""
    return program.around.of(node).loops


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
