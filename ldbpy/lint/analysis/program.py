"""One script as the rules see it: the tree, and everything that is found out about it, each thing when first asked."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar, cast

from ldbpy.lint.analysis.calls import CallSite, find_call_sites, may_be_several
from ldbpy.lint.analysis.narrowing import Place, is_false
from ldbpy.lint.analysis.protocol import Protocols
from ldbpy.lint.analysis.replies import Reply, reply_of, resp3_reply_of
from ldbpy.lint.analysis.resolver import Resolved, Variable, resolve
from ldbpy.lint.analysis.values import Value, Values
from ldbpy.lint.platforms import Mode
from ldbpy.script import ast
from ldbpy.script.declared import UNDECLARED, Declared

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ldbpy.commands.table import Command
    from ldbpy.lint.analysis.flow import Flow
    from ldbpy.lint.analysis.guards import Guards
    from ldbpy.lint.analysis.order import Around
    from ldbpy.lint.analysis.origins import Origins
    from ldbpy.lint.analysis.queries import Registration
    from ldbpy.lint.analysis.reaching import Arrival
    from ldbpy.lint.targets import Targets
    from ldbpy.script.origins import Include

__all__ = ["Program"]

_N = TypeVar("_N", bound=ast.Node)
_DEEPEST: Final = 8
"""How many locals a value is followed through."""


class _Builtins(dict[ast.Expression, str | None]):
    """What the server provides under each expression, found when first asked for."""

    def __init__(self, resolved: Resolved) -> None:
        self._variable: Final = resolved.binding.get

    def __missing__(self, node: ast.Expression) -> str | None:
        found = self[node] = self._find(node)
        return found

    def _find(self, node: ast.Expression) -> str | None:
        fields: list[str] = []
        for _ in range(_DEEPEST):
            if isinstance(node, ast.Name):
                variable = self._variable(node)
                if variable is None:
                    root = "redis" if node.name == "server" else node.name
                    return ".".join((root, *reversed(fields))) if fields else root
                write = variable.only_write
                if write is None or write.value is None or write.index:
                    return None
                node = write.value
            elif isinstance(node, ast.Member):
                fields.append(node.field.name)
                node = node.object
            elif isinstance(node, ast.Index) and isinstance(node.key, ast.String):
                fields.append(node.key.value.decode("latin-1"))
                node = node.object
            elif isinstance(node, ast.Paren):
                node = node.expression
            else:
                return None
        return None


class Program:
    """A script without syntax errors, and the servers it is for."""

    def __init__(
        self,
        source: bytes,
        chunk: ast.Chunk,
        targets: Targets,
        declared: Declared = UNDECLARED,
        includes: Sequence[Include] = (),
    ) -> None:
        self.source: Final = source
        self.chunk: Final = chunk
        self.targets: Final = targets
        self.declared: Final = declared
        """With how many keys and arguments it is called, where somebody says so."""
        self.includes: Final = includes
        """What lines that stand for files have brought into it."""
        self.resolved: Final[Resolved] = resolve(chunk.body)
        self._commands: Final[dict[ast.Call, Command | None]] = {}
        # What rules ask of nearly every node is a look into a table, without a call of Python's in between.
        self.parent: Final[Callable[[ast.Node], ast.Node | None]] = self.resolved.parents.get
        """The node it is directly under."""
        self.variable: Final[Callable[[ast.Name], Variable | None]] = self.resolved.binding.get
        """The local variable a name is; None for a global."""
        self.builtin: Final[Callable[[ast.Expression], str | None]] = _Builtins(self.resolved).__getitem__
        """What the server provides under that expression, as ``redis.call`` or ``tonumber``; None if it is not that.

        Locals that are given it once and never changed count: ``local call = redis.call``. ``server`` is ``redis``.
        """
        self.value: Final[Callable[[ast.Expression], Value]] = Values(self).of
        """What is known of an expression's value."""

    # -- the tree

    def of(self, kind: type[_N]) -> list[_N]:
        """Every node of that type, in the order of evaluation."""
        return cast("list[_N]", self.resolved.nodes.get(kind, []))

    def text(self, node: ast.Node) -> str:
        """Its source."""
        return self.source[node.start : node.end].decode("utf-8", "backslashreplace")

    @cached_property
    def is_library(self) -> bool:
        """Whether it is a library of functions, by its first line: ``#!lua name=...``, unless it is said to be one."""
        if self.targets.mode is not None:
            return self.targets.mode is Mode.FUNCTION
        if self.chunk.shebang is None:
            return False
        line = self.source[: self.chunk.shebang[1]].lower()
        return b" name=" in line.replace(b"\t", b" ")

    # -- names and values

    def word(self, node: ast.Expression) -> bytes | None:
        """An argument of a command as the server gets it, if it is a known string or whole number."""
        literal = self.literal(node)
        if isinstance(literal, ast.String):
            return literal.value
        if isinstance(literal, ast.Number) and literal.value.is_integer() and abs(literal.value) < 1e15:
            return b"%d" % literal.value
        if isinstance(literal, ast.Unary) and literal.operator == "-":
            word = self.word(literal.operand) if isinstance(literal.operand, ast.Number) else None
            return b"-" + word if word else None
        return None

    def literal(self, node: ast.Expression) -> ast.Expression:
        """The expression that gives the value: behind parentheses, and locals that are written once."""
        for _ in range(_DEEPEST):
            if type(node) is ast.Name:
                variable = self.variable(node)
                if variable is None or len(variable.writes) != 1:
                    break
                write = variable.writes[0]
                if write.value is None or write.index:
                    break
                node = write.value
            elif type(node) is ast.Paren:
                node = node.expression
            else:
                break
        return node

    def is_argument_table(self, node: ast.Expression) -> bool:
        """Whether an expression is the table KEYS or ARGV itself, never changed by the script."""
        name = self.builtin(node)
        return name in ("KEYS", "ARGV") and name not in self._changed_tables

    @cached_property
    def _changed_tables(self) -> frozenset[str]:
        """Which of KEYS and ARGV the script changes."""
        changed = set()
        for statement in self.of(ast.Assignment):
            for target in statement.targets:
                if isinstance(target, ast.Index | ast.Member):
                    changed.add(self.builtin(target.object) or "")
        for call in self.of(ast.Call):
            if call.args and self.builtin(call.callee) in ("table.insert", "table.remove", "table.sort"):
                changed.add(self.builtin(call.args[0]) or "")
        return frozenset(changed)

    @cached_property
    def conditions(self) -> tuple[ast.Expression, ...]:
        """Every expression of which only the truth counts."""
        from ldbpy.lint.analysis.queries import find_conditions

        return tuple(find_conditions(self))

    # -- commands

    @cached_property
    def call_sites(self) -> dict[ast.Call, CallSite]:
        """Every call of a command."""
        return find_call_sites(self)

    @cached_property
    def protocols(self) -> Protocols:
        """Which protocol holds where."""
        return Protocols(self)

    def reply(self, site: CallSite) -> Reply | None:
        """What the command replies; None if that is not known."""
        protocol = self.protocols.at(site.node)
        if protocol is None:
            return None
        return (resp3_reply_of if protocol == 3 else reply_of)(site.words, more=site.more)

    def command(self, site: CallSite) -> Command | None:
        """The command or subcommand in the table of the first target that has it; None if it is not known."""
        if site.node not in self._commands:
            self._commands[site.node] = self.targets.lookup(site.words)
        return self._commands[site.node]

    @cached_property
    def command_keys(self) -> tuple[tuple[CallSite, int], ...]:
        """The arguments of commands that are keys: the call and the place."""
        from ldbpy.lint.analysis.queries import find_command_keys

        return tuple(find_command_keys(self))

    # -- ways through

    def raises(self, call: ast.Expression) -> bool:
        """Whether a call never comes back: ``error``, ``assert(false)``, a local function that ends in such a call."""
        for _ in range(8):
            if not isinstance(call, ast.Call):
                return False
            name = self.builtin(call.callee)
            if name is not None:
                return name == "error" or (
                    name == "assert" and bool(call.args) and is_false(self.literal(call.args[0]))
                )
            function = self.function(call.callee)
            if function is None or function in self._returning or not function.body.statements:
                return False
            last = function.body.statements[-1]
            if not isinstance(last, ast.CallStatement):
                return False
            call = last.call
        return False

    @cached_property
    def functions_named(self) -> dict[ast.Function | None, set[ast.Function | None]]:
        """The functions that each function may run itself."""
        from ldbpy.lint.analysis.callgraph import names_by_function

        return names_by_function(self)

    def returns(self, function: ast.Function) -> list[ast.Return]:
        """Every ``return`` of a function."""
        return self._returning.get(function, [])

    def gives_one(self, callee: ast.Expression) -> bool:
        """Whether a call of a local function gives exactly one value on every way."""
        function = self.function(callee)
        returns = self.returns(function) if function is not None else []
        plain = all(
            len(node.values) == 1 and not isinstance(node.values[0], ast.Vararg | ast.MethodCall | ast.Call)
            for node in returns
        )
        return bool(returns) and plain and not self.flow.falls_off(function)

    @cached_property
    def _returning(self) -> dict[ast.Function | None, list[ast.Return]]:
        found: dict[ast.Function | None, list[ast.Return]] = {}
        for node in self.of(ast.Return):
            found.setdefault(self.resolved.functions[node], []).append(node)
        return found

    def passed(self, parameter: Variable) -> list[ast.Expression | None]:
        """What the calls of a local function pass as a parameter, None where they pass none.

        Empty if not all calls are known: the function goes elsewhere, or may get several values.
        """
        function = parameter.function
        calls = self._local_calls.get(function, []) if function is not None else []
        if function is None or parameter.declared not in function.params:
            return []
        place = function.params.index(parameter.declared)
        if any(len(call.args) <= place and call.args and may_be_several(self, call.args[-1]) for call in calls):
            return []
        return [call.args[place] if place < len(call.args) else None for call in calls]

    @cached_property
    def _local_calls(self) -> dict[ast.Function, list[ast.Call]]:
        """The calls of each local function that is used for nothing else."""
        found = {}
        for variable in self.resolved.variables:
            write = variable.only_write
            if write is None or not isinstance(write.value, ast.Function):
                continue
            calls = [self.parent(read) for read in variable.reads]
            if all(
                isinstance(call, ast.Call) and call.callee is read
                for call, read in zip(calls, variable.reads, strict=True)
            ):
                found[write.value] = cast("list[ast.Call]", calls)
        return found

    def function(self, node: ast.Expression) -> ast.Function | None:
        """The function an expression is: written there, or the only one its local is given."""
        literal = self.literal(node)
        return literal if isinstance(literal, ast.Function) else None

    @cached_property
    def around(self) -> Around:
        """What is around each node."""
        from ldbpy.lint.analysis.order import Around

        return Around(self)

    @cached_property
    def flow(self) -> Flow:
        """The ways through each function."""
        from ldbpy.lint.analysis.flow import Flow

        return Flow(self)

    def arrivals(self, name: ast.Name, variable: Variable) -> list[Arrival] | None:
        """The writes whose value a use of a variable may see; None if that is not known."""
        return self.flow.reaching.of(name, Place(variable), name)

    @cached_property
    def origins(self) -> Origins:
        """Where texts come from."""
        from ldbpy.lint.analysis.origins import Origins

        return Origins(self)

    @cached_property
    def registrations(self) -> tuple[Registration, ...]:
        """The functions a library registers."""
        from ldbpy.lint.analysis.queries import registrations

        return tuple(registrations(self))

    @cached_property
    def guards(self) -> Guards:
        """What the script does about replies that may be missing, besides testing them on the way."""
        from ldbpy.lint.analysis.guards import Guards

        return Guards(self)

    @cached_property
    def tested(self) -> frozenset[Variable]:
        """The variables that some condition looks at: whoever wrote that has thought of their being missing."""
        found = set()
        for name, variable in self.resolved.binding.items():
            if variable not in found and self._is_tested(name):
                found.add(variable)
        return frozenset(found)

    def _is_tested(self, name: ast.Name) -> bool:
        node: ast.Node = name
        while True:
            above = self.parent(node)
            match above:
                case ast.Unary(operator="not") | ast.Binary(operator="==" | "~=" | "and" | "or"):
                    return True
                case ast.If() | ast.IfClause() | ast.While() | ast.Repeat():
                    return isinstance(node, ast.Expression)
                case ast.Call() if node is not above.callee:
                    return self.builtin(above.callee) in ("type", "assert", "tostring", "error")
                case ast.Paren():
                    node = above
                case _:
                    return False
