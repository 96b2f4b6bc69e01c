"""What a script answers the client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ldbpy.script import ast

if TYPE_CHECKING:
    from ldbpy.lint.analysis.program import Program

__all__ = ["is_error"]


def is_error(program: Program, node: ast.Expression) -> bool:
    """Whether an expression is an error reply: ``redis.error_reply(...)`` or ``{err = ...}``."""
    node = program.literal(node)
    if isinstance(node, ast.Call):
        return program.builtin(node.callee) == "redis.error_reply"
    items = node.items if isinstance(node, ast.Table) else []
    return any(isinstance(item, ast.NamedItem) and item.name.name == "err" for item in items)
