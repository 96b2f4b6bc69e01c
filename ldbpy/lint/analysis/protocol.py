"""Which protocol a script has chosen where it calls a command: what replies look like depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ldbpy.script import ast

if TYPE_CHECKING:
    from ldbpy.lint.analysis.program import Program

__all__ = ["Protocols"]


class Protocols:
    """The calls of ``redis.setresp``, and what holds behind each."""

    def __init__(self, program: Program) -> None:
        self._program: Final = program
        self._switches: Final = [
            (call, self._asked(call))
            for call in program.of(ast.Call)
            if program.builtin(call.callee) == "redis.setresp"
        ]
        self._only_two: Final = all(asked == 2 for _, asked in self._switches)
        self._plain: Final = all(asked in (2, 3) and self._is_on_top(call) for call, asked in self._switches)

    def _asked(self, call: ast.Call) -> object:
        return self._program.value(call.args[0]).const if call.args else None

    def _is_on_top(self, call: ast.Call) -> bool:
        """Whether the call is a statement of the main chunk itself, so that it always runs, and once."""
        statement = self._program.parent(call)
        return isinstance(statement, ast.CallStatement) and self._program.parent(statement) is self._program.chunk.body

    def at(self, node: ast.Call) -> int | None:
        """2 or 3; None where that is not known."""
        if self._only_two:
            return 2
        if not self._plain:
            return None
        function = self._program.resolved.functions.get(node)
        before = [asked for call, asked in self._switches if call.end <= (function or node).start]
        if function is not None and len(before) < len(self._switches):
            return None  # it may be called before the switch, and after
        return 3 if before and before[-1] == 3 else 2
