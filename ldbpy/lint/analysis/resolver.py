"""Which variable each name is, and who reads and writes it. One pass over the tree gathers all that rules ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ldbpy.script import ast

__all__ = ["Resolved", "Variable", "Write", "resolve", "value_for"]


class Write:
    """One place that gives a variable a value.

    ``value`` is the expression that gives it: its value number ``index`` from 0, if it is a call or ``...`` that
    gives several. None: ``nil`` by omission (``local x``), or a value no expression stands for (parameters, loops).
    """

    __slots__ = ("index", "name", "statement", "value")

    def __init__(self, name: ast.Name, statement: ast.Node, value: ast.Expression | None, index: int) -> None:
        self.name, self.statement, self.value, self.index = name, statement, value, index


class Variable:
    """A local variable.

    ``kind``: ``local``, ``function`` (``local function``), ``param``, ``loop``. ``function``: the one it belongs to,
    None for the main chunk. ``captured``: an inner function uses it. ``outer``: the variable of that name it hides.
    """

    __slots__ = ("captured", "declared", "function", "kind", "mutations", "name", "outer", "reads", "writes")

    def __init__(self, declared: ast.Name, kind: str, function: ast.Function | None, outer: Variable | None) -> None:
        self.declared: Final = declared
        self.name: Final = declared.name
        self.kind: Final = kind
        self.function: Final = function
        self.outer: Final = outer
        self.reads: Final[list[ast.Name]] = []
        self.writes: Final[list[Write]] = []
        self.mutations: Final[list[ast.Name]] = []
        """Where a field of it is set: no read of its own value."""
        self.captured = False

    @property
    def only_write(self) -> Write | None:
        """The write that gives it its value, if there is exactly one."""
        return self.writes[0] if len(self.writes) == 1 else None


class Resolved:
    """What one pass over a tree found."""

    def __init__(self) -> None:
        self.variables: Final[list[Variable]] = []
        self.binding: Final[dict[ast.Name, Variable]] = {}
        """The local variable of each name that is one; a name that is not in it is a global."""
        self.global_reads: Final[list[ast.Name]] = []
        self.global_writes: Final[list[ast.Name]] = []
        self.parents: Final[dict[ast.Node, ast.Node]] = {}
        self.functions: Final[dict[ast.Node, ast.Function | None]] = {}
        """The function a block, name, call or function is in; None for the main chunk."""
        self.nodes: Final[dict[type[ast.Node], list[ast.Node]]] = {}
        """Every node by its type, in the order of evaluation."""


class _Declare:
    """Work left for later: the names of a statement come into scope once its values were read."""

    __slots__ = ("names", "statement", "values")

    def __init__(self, statement: ast.Node, names: list[ast.Name], values: list[ast.Expression]) -> None:
        self.statement, self.names, self.values = statement, names, values


class _Loop:
    """Work left for later: the variables of a ``for`` come into scope once its bounds were read."""

    __slots__ = ("loop", "names")

    def __init__(self, loop: ast.Statement, names: list[ast.Name]) -> None:
        self.loop, self.names = loop, names


class _Close:
    """Work left for later: the end of a scope, and of ``function`` if it is one's."""

    __slots__ = ("function",)

    def __init__(self, *, function: bool) -> None:
        self.function = function


_Later = _Declare | _Loop | _Close
_CLOSE: Final = _Close(function=False)
_CLOSE_FUNCTION: Final = _Close(function=True)
_FIELDS: Final = (ast.Member, ast.Index)


class _Resolver:
    """Walks with a stack of its own: trees can be deeper than Python may recurse.

    Every node of every script comes by here, so nothing is asked of it that its type does not tell.
    """

    def __init__(self) -> None:
        self.found: Final = Resolved()
        self._stack: list[Any] = []
        """Nodes, and what was left for later; the next is the last."""
        self._visible: Final[dict[str, Variable]] = {}
        """The variable that each name is here."""
        self._scopes: Final[list[list[Variable]]] = []
        self._function: ast.Function | None = None
        self._outer: Final[list[ast.Function | None]] = []

    def run(self, root: ast.Block) -> Resolved:
        stack, parents, nodes = self._stack, self.found.parents, self.found.nodes
        stack.append(root)
        while stack:
            item = stack.pop()
            kind = type(item)
            if kind in _LATER:
                _LATER[kind](self, item)
                continue
            if kind in nodes:
                nodes[kind].append(item)
            else:
                nodes[kind] = [item]
            if kind in _ENTER:
                _ENTER[kind](self, item)
                if kind not in _PLACED:
                    continue
            for slot in item.child_slots[::-1]:
                value = getattr(item, slot)
                if type(value) is list:
                    for each in value:
                        parents[each] = item
                    stack += value[::-1]
                elif value is not None:
                    parents[value] = item
                    stack.append(value)
        return self.found

    def _push(self, parent: ast.Node, items: list[ast.Node | _Later]) -> None:
        parents = self.found.parents
        for item in items:
            if isinstance(item, ast.Node):
                parents[item] = parent
        self._stack += items[::-1]

    def _declare(self, statement: ast.Node, names: list[ast.Name], values: list[ast.Expression], kind: str) -> None:
        visible, scope, found = self._visible, self._scopes[-1], self.found
        for place, name in enumerate(names):
            found.parents.setdefault(name, statement)
            variable = Variable(name, kind, self._function, visible.get(name.name))
            visible[name.name] = variable
            scope.append(variable)
            found.variables.append(variable)
            found.binding[name] = variable
            variable.writes.append(Write(name, statement, *value_for(values, place)))

    # -- what was left for later

    def _late(self, item: _Declare) -> None:
        self._declare(item.statement, item.names, item.values, "local")

    def _loop(self, item: _Loop) -> None:
        self._scopes.append([])
        self._declare(item.loop, item.names, [], "loop")

    def _close(self, item: _Close) -> None:
        visible = self._visible
        for variable in reversed(self._scopes.pop()):
            if variable.outer is None:
                del visible[variable.name]
            else:
                visible[variable.name] = variable.outer
        if item.function:
            self._function = self._outer.pop()

    # -- nodes that open scopes or bind names

    def _block(self, node: ast.Block) -> None:
        self.found.functions[node] = self._function
        self._scopes.append([])
        self._push(node, [*node.statements, _CLOSE])

    def _name(self, node: ast.Name) -> None:
        found, function = self.found, self._function
        found.functions[node] = function
        variable = self._visible.get(node.name)
        if variable is None:
            found.global_reads.append(node)
            return
        found.binding[node] = variable
        if variable.function is not function:
            variable.captured = True
        if self._sets_field(node):
            variable.mutations.append(node)
        else:
            variable.reads.append(node)

    def _sets_field(self, name: ast.Name) -> bool:
        """Whether the name is the table of ``t.x = ...`` or ``t[i] = ...``: the table is changed, not used."""
        parent = self.found.parents.get(name)
        if not isinstance(parent, _FIELDS) or parent.object is not name:
            return False
        above = self.found.parents.get(parent)
        if isinstance(above, ast.Assignment):
            return any(parent is target for target in above.targets)
        return isinstance(above, ast.FunctionStatement) and above.target is parent

    def _write(self, name: ast.Name, statement: ast.Node, value: ast.Expression | None, index: int) -> None:
        self.found.functions[name] = self._function
        self.found.parents.setdefault(name, statement)
        variable = self._visible.get(name.name)
        if variable is None:
            self.found.global_writes.append(name)
            return
        self.found.binding[name] = variable
        if variable.function is not self._function:
            variable.captured = True
        variable.writes.append(Write(name, statement, value, index))

    def _local(self, node: ast.Local) -> None:
        self._push(node, [*node.values, _Declare(node, node.names, node.values)])

    def _assignment(self, node: ast.Assignment) -> None:
        items: list[ast.Node | _Later] = [*node.values]
        for place, target in enumerate(node.targets):
            if type(target) is ast.Name:
                self._write(target, node, *value_for(node.values, place))
            else:
                items.append(target)
        self._push(node, items)

    def _local_function(self, node: ast.LocalFunction) -> None:
        self._declare(node, [node.name], [node.function], "function")
        self._push(node, [node.function])

    def _function_statement(self, node: ast.FunctionStatement) -> None:
        if isinstance(node.target, ast.Name) and node.method is None:
            self._write(node.target, node, node.function, 0)
            self._push(node, [node.function])
        else:
            self._push(node, [node.target, node.function])

    def _function_node(self, node: ast.Function) -> None:
        self.found.functions[node] = self._function
        self._outer.append(self._function)
        self._function = node
        self._scopes.append([])
        above = self.found.parents.get(node)
        if isinstance(above, ast.FunctionStatement) and above.method is not None:
            self._self_parameter(node)
        self._declare(node, node.params, [], "param")
        self._push(node, [node.body, _CLOSE_FUNCTION])

    def _self_parameter(self, node: ast.Function) -> None:
        hidden = Variable(ast.Name(node.start, node.start, "self"), "self", node, self._visible.get("self"))
        self._visible["self"] = hidden
        self._scopes[-1].append(hidden)

    def _numeric_for(self, node: ast.NumericFor) -> None:
        bounds = [each for each in (node.first, node.last, node.step) if each is not None]
        self._push(node, [*bounds, _Loop(node, [node.name]), node.body, _CLOSE])

    def _generic_for(self, node: ast.GenericFor) -> None:
        self._push(node, [*node.values, _Loop(node, node.names), node.body, _CLOSE])

    def _repeat(self, node: ast.Repeat) -> None:
        body = node.body
        self.found.functions[body] = self._function
        self.found.nodes.setdefault(ast.Block, []).append(body)
        self.found.parents[body] = node
        self._scopes.append([])
        self._push(node, [node.test, _CLOSE])
        self._push(body, [*body.statements])

    def _placed(self, node: ast.Node) -> None:
        self.found.functions[node] = self._function


def value_for(values: list[ast.Expression], place: int) -> tuple[ast.Expression | None, int]:
    """The expression that gives the value at ``place`` of a list, and which of its values that is."""
    if place < len(values):
        return values[place], 0
    if values and isinstance(values[-1], _SEVERAL):
        return values[-1], place - len(values) + 1
    return None, 0


_SEVERAL: Final = (ast.Call, ast.MethodCall, ast.Vararg)
_LATER: Final[dict[type, Callable[[_Resolver, Any], None]]] = {
    _Declare: _Resolver._late,
    _Loop: _Resolver._loop,
    _Close: _Resolver._close,
}
_PLACED: Final = (ast.Call, ast.MethodCall, ast.Return)
"""Nodes of which it is told in which function they are, and that need nothing else."""
_ENTER: Final[dict[type, Callable[[_Resolver, Any], None]]] = {
    ast.Block: _Resolver._block,
    ast.Name: _Resolver._name,
    ast.Local: _Resolver._local,
    ast.Assignment: _Resolver._assignment,
    ast.LocalFunction: _Resolver._local_function,
    ast.FunctionStatement: _Resolver._function_statement,
    ast.Function: _Resolver._function_node,
    ast.NumericFor: _Resolver._numeric_for,
    ast.GenericFor: _Resolver._generic_for,
    ast.Repeat: _Resolver._repeat,
    **dict.fromkeys(_PLACED, _Resolver._placed),
}


def resolve(body: ast.Block) -> Resolved:
    """Find what each name of a chunk refers to."""
    return _Resolver().run(body)
