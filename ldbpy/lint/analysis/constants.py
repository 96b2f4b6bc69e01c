"""What sums of literals come to."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ldbpy.script import ast

if TYPE_CHECKING:
    from ldbpy.lint.analysis.program import Program

__all__ = ["constant"]

_DEEPEST: Final = 20
_OPERATIONS: Final[dict[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": lambda left, right: left - math.floor(left / right) * right,
    "^": math.pow,
}
_NAMED: Final = {"math.huge": math.inf, "math.pi": math.pi}


def constant(program: Program, node: ast.Expression, depth: int = _DEEPEST) -> float | None:
    """The number an expression always is, computed as Lua does; None if it is not known."""
    node = program.literal(node)
    if isinstance(node, ast.Number):
        return node.value
    if isinstance(node, ast.Member):
        return _NAMED.get(program.builtin(node) or "")
    if depth and isinstance(node, ast.Unary) and node.operator == "-":
        operand = constant(program, node.operand, depth - 1)
        return None if operand is None else -operand
    if depth and isinstance(node, ast.Binary) and node.operator in _OPERATIONS:
        left, right = constant(program, node.left, depth - 1), constant(program, node.right, depth - 1)
        return None if left is None or right is None else _computed(node.operator, left, right)
    return None


def _computed(name: str, left: float, right: float) -> float:
    try:
        return _OPERATIONS[name](left, right)
    except ZeroDivisionError:
        return math.nan if name == "%" or not left or math.isnan(left) else math.copysign(math.inf, left)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan
