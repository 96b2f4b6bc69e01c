"""What a test says of the value it looks at: the types it may have where the test holds, and where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ldbpy.lint.analysis.resolver import Variable
from ldbpy.script import ast

if TYPE_CHECKING:
    from ldbpy.lint.analysis.program import Program

__all__ = ["ALL", "FALSY", "Place", "Types", "allowed", "allowed_at", "is_false", "is_true", "place_of"]

Types = frozenset[str]
ALL: Final[Types] = frozenset({"nil", "false", "true", "number", "string", "table", "function", "userdata"})
FALSY: Final[Types] = frozenset({"nil", "false"})
_NOTHING: Final[Types] = frozenset()
_TRUTHY: Final = ALL - FALSY
_BOOLEAN: Final[Types] = frozenset({"true", "false"})
_NUMERIC: Final[Types] = frozenset({"number", "string"})
_CONSTANT: Final = (ast.Number, ast.String)
_PLACES: Final = (ast.Name, ast.Index, ast.Member)
_INSIDE: Final = (ast.Expression, ast.TableItem)
_NO_ORDER: Final[Types] = FALSY | {"true"}
_DEEPEST: Final = 30
"""How many operators deep a condition is looked at."""


class Place(NamedTuple):
    """What a test may look at: a variable, or one constant field of it (``reply[1]``)."""

    variable: Variable
    key: bytes | float | None = None


def place_of(program: Program, node: ast.Expression) -> Place | None:
    """The place an expression reads; None if it is none that can be followed."""
    while isinstance(node, ast.Paren):
        node = node.expression
    key: bytes | float | None = None
    if isinstance(node, ast.Member):
        key, node = node.field.name.encode(), node.object
    elif isinstance(node, ast.Index) and isinstance(node.key, _CONSTANT):
        key, node = node.key.value, node.object
    variable = program.variable(node) if isinstance(node, ast.Name) else None
    return Place(variable, key) if variable is not None else None


def allowed_at(program: Program, node: ast.Expression, place: Place) -> Types:
    """The types a place may have where ``node`` is evaluated, by ``and`` and ``or`` around it in its statement."""
    types = ALL
    above = program.parent(node)
    for _ in range(_DEEPEST):
        if not isinstance(above, _INSIDE) or isinstance(above, ast.Function):
            break
        if isinstance(above, ast.Binary) and above.operator in ("and", "or") and above.right is node:
            types &= allowed(program, above.left, above.operator == "and", place)
        node, above = above, program.parent(above)  # type: ignore[assignment]
    return types


def allowed(program: Program, test: ast.Expression, sense: bool, place: Place, depth: int = 0) -> Types:
    """The types a place may have where ``test`` came out as ``sense``."""
    if depth > _DEEPEST:
        return ALL
    depth += 1
    if isinstance(test, _PLACES):
        if place_of(program, test) == place:
            return _TRUTHY if sense else FALSY
        return _by_flag(program, test, sense, place, depth)
    if isinstance(test, ast.Binary):
        return _by_operator(program, test, sense, place, depth)
    if isinstance(test, ast.Unary) and test.operator == "not":
        return allowed(program, test.operand, not sense, place, depth)
    if isinstance(test, ast.Paren):
        return allowed(program, test.expression, sense, place, depth)
    if isinstance(test, ast.Call) and sense and test.args and place_of(program, test.args[0]) == place:
        name = program.builtin(test.callee)
        return _NUMERIC if name == "tonumber" else _TRUTHY if name == "assert" else ALL
    return _NOTHING if (is_false if sense else is_true)(test) else ALL


def _by_operator(program: Program, test: ast.Binary, sense: bool, place: Place, depth: int) -> Types:
    if test.operator in ("and", "or"):
        left, right = test.left, test.right
        both = (test.operator == "and") == sense
        first = allowed(program, left, sense, place, depth)
        second = allowed(program, right, sense, place, depth)
        if both:
            return first & second
        return first | (allowed(program, left, not sense, place, depth) & second)
    if test.operator in ("==", "~="):
        return _equal(program, test, (test.operator == "==") == sense, place)
    if test.operator in ast.ORDER and place in (place_of(program, test.left), place_of(program, test.right)):
        return ALL - _NO_ORDER  # of other types there is no order: the script ended here
    return ALL


def _by_flag(program: Program, test: ast.Expression, sense: bool, place: Place, depth: int) -> Types:
    """What a local that holds the outcome of a test says: ``local found = v ~= false``."""
    variable = program.variable(test) if isinstance(test, ast.Name) else None
    write = variable.only_write if variable is not None else None
    if write is None or write.value is None or write.index or len(place.variable.writes) != 1:
        return ALL
    return allowed(program, write.value, sense, place, depth)


def _equal(program: Program, test: ast.Binary, equal: bool, place: Place) -> Types:
    for side, other in ((test.left, test.right), (test.right, test.left)):
        if place_of(program, side) == place:
            return _equal_to(program, other, equal)
        inner = _asked_type(program, side)
        if inner is not None and place_of(program, inner) == place:
            literal = program.literal(other)
            if isinstance(literal, ast.String):
                named = _named(literal.value)
                return named if equal else ALL - named
    return ALL


def _asked_type(program: Program, node: ast.Expression) -> ast.Expression | None:
    """What ``type`` is asked of, also by a local that holds the answer."""
    call = program.literal(node)
    if isinstance(call, ast.Call) and len(call.args) == 1 and program.builtin(call.callee) == "type":
        return call.args[0]
    return None


def _named(name: bytes) -> Types:
    return _BOOLEAN if name == b"boolean" else frozenset({name.decode("latin-1")})


def _equal_to(program: Program, other: ast.Expression, equal: bool) -> Types:
    literal = program.literal(other)
    match literal:
        case ast.Nil():
            same = frozenset({"nil"})
        case ast.Boolean():
            same = frozenset({"true" if literal.value else "false"})
        case ast.String() | ast.Number():
            return frozenset({"string" if isinstance(literal, ast.String) else "number"}) if equal else ALL
        case ast.Index() if equal and program.is_argument_table(literal.object):
            return frozenset({"string", "nil"})
        case _:
            return ALL
    return same if equal else ALL - same


def is_true(node: ast.Expression) -> bool:
    """Whether an expression is a literal that counts as true."""
    return isinstance(node, _CONSTANT) or (isinstance(node, ast.Boolean) and node.value)


def is_false(node: ast.Expression) -> bool:
    """Whether an expression is a literal that counts as false."""
    return isinstance(node, ast.Nil) or (isinstance(node, ast.Boolean) and not node.value)
