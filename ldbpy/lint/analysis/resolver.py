"""Which variable each name is, and who reads and writes it. One pass over the tree gathers all that rules ask for."""

from __future__ import annotations

from typing import Final

from ldbpy.script import ast

__all__ = ["Resolved", "Variable", "Write", "resolve"]


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


_CLOSE: Final = "close"
_CLOSE_FUNCTION: Final = "close function"


class _Resolver:
    """Walks with a stack of its own: trees can be deeper than Python may recurse."""

    def __init__(self) -> None:
        self.found: Final = Resolved()
        self._stack: Final[list[ast.Node | _Declare | str]] = []
        self._scopes: Final[list[dict[str, Variable]]] = []
        self._function: ast.Function | None = None
        self._outer: Final[list[ast.Function | None]] = []

    def run(self, root: ast.Block) -> Resolved:
        stack = self._stack
        stack.append(root)
        while stack:
            item = stack.pop()
            if isinstance(item, ast.Node):
                self.found.nodes.setdefault(type(item), []).append(item)
                enter = _ENTER.get(type(item))
                if enter is None:
                    self._push(item, *ast.children(item))
                else:
                    enter(self, item)
            elif item is _CLOSE:
                self._scopes.pop()
            elif item is _CLOSE_FUNCTION:
                self._scopes.pop()
                self._function = self._outer.pop()
            else:
                assert isinstance(item, _Declare)
                self._declare(item.statement, item.names, item.values, "local")
        return self.found

    def _push(self, parent: ast.Node, *items: ast.Node | _Declare | str) -> None:
        parents = self.found.parents
        for item in items:
            if isinstance(item, ast.Node):
                parents[item] = parent
        self._stack.extend(reversed(items))

    def _declare(self, statement: ast.Node, names: list[ast.Name], values: list[ast.Expression], kind: str) -> None:
        for place, name in enumerate(names):
            self.found.parents.setdefault(name, statement)
            variable = Variable(name, kind, self._function, self._lookup(name.name))
            self._scopes[-1][name.name] = variable
            self.found.variables.append(variable)
            self.found.binding[name] = variable
            variable.writes.append(Write(name, statement, *value_for(values, place)))

    def _lookup(self, name: str) -> Variable | None:
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        return None

    # -- nodes that open scopes or bind names

    def _block(self, node: ast.Node) -> None:
        assert isinstance(node, ast.Block)
        self.found.functions[node] = self._function
        self._scopes.append({})
        self._push(node, *node.statements, _CLOSE)

    def _name(self, node: ast.Node) -> None:
        assert isinstance(node, ast.Name)
        variable = self._lookup(node.name)
        self.found.functions[node] = self._function
        if variable is None:
            self.found.global_reads.append(node)
            return
        self.found.binding[node] = variable
        if variable.function is not self._function:
            variable.captured = True
        if self._sets_field(node):
            variable.mutations.append(node)
        else:
            variable.reads.append(node)

    def _sets_field(self, name: ast.Name) -> bool:
        """Whether the name is the table of ``t.x = ...`` or ``t[i] = ...``: the table is changed, not used."""
        parent = self.found.parents.get(name)
        if not isinstance(parent, ast.Member | ast.Index) or parent.object is not name:
            return False
        above = self.found.parents.get(parent)
        if isinstance(above, ast.Assignment):
            return any(parent is target for target in above.targets)
        return isinstance(above, ast.FunctionStatement) and above.target is parent

    def _write(self, name: ast.Name, statement: ast.Node, value: ast.Expression | None, index: int) -> None:
        self.found.functions[name] = self._function
        self.found.parents.setdefault(name, statement)
        variable = self._lookup(name.name)
        if variable is None:
            self.found.global_writes.append(name)
            return
        self.found.binding[name] = variable
        if variable.function is not self._function:
            variable.captured = True
        variable.writes.append(Write(name, statement, value, index))

    def _local(self, node: ast.Node) -> None:
        assert isinstance(node, ast.Local)
        self._push(node, *node.values, _Declare(node, node.names, node.values))

    def _assignment(self, node: ast.Node) -> None:
        assert isinstance(node, ast.Assignment)
        for place, target in enumerate(node.targets):
            if isinstance(target, ast.Name):
                self._write(target, node, *value_for(node.values, place))
        self._push(node, *node.values, *(target for target in node.targets if not isinstance(target, ast.Name)))

    def _local_function(self, node: ast.Node) -> None:
        assert isinstance(node, ast.LocalFunction)
        self._declare(node, [node.name], [node.function], "function")
        self._push(node, node.function)

    def _function_statement(self, node: ast.Node) -> None:
        assert isinstance(node, ast.FunctionStatement)
        if isinstance(node.target, ast.Name) and node.method is None:
            self._write(node.target, node, node.function, 0)
            self._push(node, node.function)
        else:
            self._push(node, node.target, node.function)

    def _function_node(self, node: ast.Node) -> None:
        assert isinstance(node, ast.Function)
        self.found.functions[node] = self._function
        self._outer.append(self._function)
        self._function = node
        self._scopes.append({})
        above = self.found.parents.get(node)
        if isinstance(above, ast.FunctionStatement) and above.method is not None:
            self._self_parameter(node)
        self._declare(node, node.params, [], "param")
        self._push(node, node.body, _CLOSE_FUNCTION)

    def _self_parameter(self, node: ast.Function) -> None:
        hidden = Variable(ast.Name(node.start, node.start, "self"), "self", node, self._lookup("self"))
        self._scopes[-1]["self"] = hidden

    def _numeric_for(self, node: ast.Node) -> None:
        assert isinstance(node, ast.NumericFor)
        bounds = [each for each in (node.first, node.last, node.step) if each is not None]
        self._push(node, *bounds, _Loop(node, [node.name]), node.body, _CLOSE)

    def _generic_for(self, node: ast.Node) -> None:
        assert isinstance(node, ast.GenericFor)
        self._push(node, *node.values, _Loop(node, node.names), node.body, _CLOSE)

    def _loop(self, node: ast.Node) -> None:
        assert isinstance(node, _Loop)
        self._scopes.append({})
        self._declare(node.loop, node.names, [], "loop")

    def _repeat(self, node: ast.Node) -> None:
        assert isinstance(node, ast.Repeat)
        body = node.body
        self.found.functions[body] = self._function
        self.found.nodes.setdefault(ast.Block, []).append(body)
        self.found.parents[body] = node
        self._scopes.append({})
        for statement in body.statements:
            self.found.parents[statement] = body
        self._push(node, node.test, _CLOSE)
        self._stack.extend(reversed(body.statements))

    def _call(self, node: ast.Node) -> None:
        self.found.functions[node] = self._function
        self._push(node, *ast.children(node))

    def _return(self, node: ast.Node) -> None:
        self.found.functions[node] = self._function
        self._push(node, *ast.children(node))


class _Loop(ast.Node):
    """Work left for later: the variables of a ``for`` come into scope once its bounds were read."""

    __slots__ = ("loop", "names")

    def __init__(self, loop: ast.Statement, names: list[ast.Name]) -> None:
        self.start = self.end = loop.start
        self.loop, self.names = loop, names


def value_for(values: list[ast.Expression], place: int) -> tuple[ast.Expression | None, int]:
    """The expression that gives the value at ``place`` of a list, and which of its values that is."""
    if place < len(values):
        return values[place], 0
    if values and isinstance(values[-1], ast.Call | ast.MethodCall | ast.Vararg):
        return values[-1], place - len(values) + 1
    return None, 0


_ENTER: Final = {
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
    ast.Call: _Resolver._call,
    ast.MethodCall: _Resolver._call,
    ast.Return: _Resolver._return,
    _Loop: _Resolver._loop,
}


def resolve(body: ast.Block) -> Resolved:
    """Find what each name of a chunk refers to."""
    return _Resolver().run(body)
