"""Names of a Python file, and the one value each is given, if it is one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final, NamedTuple

__all__ = ["Scope", "Scoped", "find_calls"]


class Scope:
    """A module, class or function: what its names are given."""

    def __init__(self, parent: Scope | None, *, is_class: bool = False) -> None:
        self.parent: Final = parent
        self.is_class: Final = is_class
        self.values: Final[dict[str, list[ast.expr | Scope | None]]] = {}
        """For each name all it is given; None for what is not to be seen."""

    def give(self, name: str, value: ast.expr | Scope | None) -> None:
        """Note that a name is given a value."""
        self.values.setdefault(name, []).append(value)

    def value(self, node: ast.expr) -> tuple[ast.expr, Scope] | None:
        """The expression that a name or attribute stands for, and where it is written."""
        match node:
            case ast.Name(id=name):
                found = self._named(name)
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                found = self._attribute(owner, name)
            case _:
                return None
        if found is None or not isinstance(found[0], ast.expr):
            return None
        return found[0], found[1]

    def _named(self, name: str) -> tuple[ast.expr | Scope, Scope] | None:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.values and (scope is self or not scope.is_class):  # functions do not see class variables
                return scope.only(name)
            scope = scope.parent
        return None

    def only(self, name: str) -> tuple[ast.expr | Scope, Scope] | None:
        """The one value of a name here."""
        values = self.values.get(name, [])
        return None if len(values) != 1 or values[0] is None else (values[0], self)

    def _attribute(self, owner: str, name: str) -> tuple[ast.expr | Scope, Scope] | None:
        """Of ``self``, ``cls`` or a class of the file."""
        if owner in ("self", "cls"):
            around = self.around()
            return None if around is None else around.only(name)
        found = self._named(owner)
        return found[0].only(name) if found is not None and isinstance(found[0], Scope) else None

    def around(self) -> Scope | None:
        """The class this is in."""
        scope: Scope | None = self
        while scope is not None and not scope.is_class:
            scope = scope.parent
        return scope


class Scoped(NamedTuple):
    """A call, and the scope it stands in."""

    call: ast.Call
    scope: Scope


_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def find_calls(tree: ast.Module) -> list[Scoped]:
    """Every call, in the order of the text. Goes by a list of its own: trees can be deeper than Python may recurse."""
    calls: list[Scoped] = []
    module = Scope(None)
    left: list[tuple[ast.AST, Scope]] = [(tree, module)]
    while left:
        node, scope = left.pop()
        if isinstance(node, ast.Call):
            calls.append(Scoped(node, scope))
        if isinstance(node, ast.Global):
            for name in node.names:
                module.give(name, None)
        for target, value in _given(node):
            _give(scope, target, value)
        inner = _scope_of(node, scope)
        left += [(child, inner) for child in ast.iter_child_nodes(node)]
    return sorted(calls, key=lambda each: (each.call.lineno, each.call.col_offset))


def _scope_of(node: ast.AST, scope: Scope) -> Scope:
    """The scope of what is in a node."""
    if isinstance(node, ast.ClassDef):
        inner = Scope(scope, is_class=True)
        scope.give(node.name, inner)
        return inner
    if not isinstance(node, _FUNCTIONS):
        return scope
    if not isinstance(node, ast.Lambda):
        scope.give(node.name, None)
    inner = Scope(scope)
    args = node.args
    for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
        if arg is not None:
            inner.give(arg.arg, None)
    return inner


def _give(scope: Scope, target: ast.expr | str, value: ast.expr | None) -> None:
    match target:
        case str() | ast.Name():
            scope.give(target if isinstance(target, str) else target.id, value)
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
            around = scope.around()
            if around is not None:
                around.give(name, value)
        case ast.Tuple() | ast.List():
            for each in target.elts:
                _give(scope, each, None)
        case ast.Starred():
            _give(scope, target.value, None)


def _given(node: ast.AST) -> Iterator[tuple[ast.expr | str, ast.expr | None]]:
    """What a statement gives to names."""
    match node:
        case ast.Assign():
            for target in node.targets:
                yield target, node.value
        case ast.AnnAssign(value=ast.expr()) | ast.NamedExpr():
            yield node.target, node.value
        case ast.AugAssign() | ast.For() | ast.AsyncFor() | ast.comprehension():
            yield node.target, None
        case ast.withitem(optional_vars=ast.expr() as target):
            yield target, None
        case ast.Import() | ast.ImportFrom():
            for alias in node.names:
                yield (alias.asname or alias.name).partition(".")[0], None
        case ast.ExceptHandler(name=str() as name):
            yield name, None
        case ast.Global() | ast.Nonlocal():
            for name in node.names:
                yield name, None
