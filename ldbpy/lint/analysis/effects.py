"""What a piece of a script does, besides giving names to values."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from ldbpy.lint.analysis.environment import GIVES_ONLY
from ldbpy.script import ast

if TYPE_CHECKING:
    from ldbpy.lint.analysis.program import Program

__all__ = ["Part", "is_part"]

_PLAIN: Final = ("string.", "math.", "bit.")
_NOT_PLAIN: Final = frozenset({"string.gsub", "math.random", "math.randomseed"})
"""Those that call a function they are given, or change what random numbers come next."""
_ITERATORS: Final = frozenset({"pairs", "ipairs", "string.gmatch"})
_FILLS: Final = frozenset({"setmetatable", "rawset", "table.insert", "table.sort"})
"""Functions that change their first argument only."""
_NEVER: Final = (ast.While, ast.Repeat, ast.Return, ast.Break, ast.MethodCall)


def is_part(program: Program) -> bool:
    """Whether a script does nothing by itself, as one that is written to be included somewhere."""
    whole = Part(program, 0, len(program.source))
    return all(whole.only_names(statement) for statement in program.chunk.body.statements)


class Part:
    """Some of the text of a script: the bytes from ``start`` to before ``end``."""

    def __init__(self, program: Program, start: int, end: int) -> None:
        self._program: Final = program
        self._start: Final = start
        self._end: Final = end

    def statements(self, block: ast.Block) -> list[ast.Statement]:
        """Its statements, ``block`` being the innermost around it; none if it is not made of whole ones."""
        every = block.statements
        first = bisect_left(every, self._start, key=lambda statement: statement.start)
        last = bisect_left(every, self._end, lo=first, key=lambda statement: statement.start)
        is_cut = bool(first and every[first - 1].end > self._start) or bool(last and every[last - 1].end > self._end)
        return [] if is_cut else every[first:last]

    def only_names(self, statement: ast.Statement) -> bool:
        """Whether a statement does nothing but give values to local variables of this part.

        To look a field up and to compute count as nothing done, though both may fail.
        """
        return all(map(self._is_harmless, ast.walk_outside_functions(statement)))

    def _is_harmless(self, node: ast.Node) -> bool:
        match node:
            case ast.Call():
                return self._only_gives(node)
            case ast.Assignment():
                return all(self._is_own(target) for target in node.targets)
            case ast.FunctionStatement():
                return self._is_table(node.target) if node.method is not None else self._is_own(node.target)
            case ast.GenericFor():
                call = node.values[0]
                return isinstance(call, ast.Call) and self._program.builtin(call.callee) in _ITERATORS
            case _:
                return not isinstance(node, _NEVER)

    def _only_gives(self, call: ast.Call) -> bool:
        name = self._program.builtin(call.callee)
        if name is None:
            return False
        if name in _FILLS:
            plain = not any(isinstance(arg, ast.Function) for arg in call.args)  # which table.sort would call
            return plain and bool(call.args) and self._is_table(call.args[0])
        return name in GIVES_ONLY or (name.startswith(_PLAIN) and name not in _NOT_PLAIN)

    def _is_own(self, target: ast.Expression) -> bool:
        """Whether to write there changes a variable of this part, or a table that only it has."""
        if isinstance(target, ast.Name):
            variable = self._program.variable(target)
            return variable is not None and self._start <= variable.declared.start < self._end
        return isinstance(target, ast.Member | ast.Index) and self._is_table(target.object)

    def _is_table(self, node: ast.Expression) -> bool:
        """Whether this is a new table, or a variable of this part that holds nothing else."""
        if not isinstance(node, ast.Name):
            return self._is_new(node)
        variable = self._program.variable(node)
        return (
            variable is not None
            and self._is_own(node)
            and all(write.value is not None and self._is_new(write.value) for write in variable.writes)
        )

    def _is_new(self, node: ast.Expression) -> bool:
        if isinstance(node, ast.Call) and self._program.builtin(node.callee) == "setmetatable" and node.args:
            node = node.args[0]
        return isinstance(node, ast.Table)
