"""The syntax tree of a Lua 5.1 chunk.

Plain slotted classes: forty dataclass decorators would take longer to import than all the rest of the parser. Every
node has the byte offsets ``start`` and ``end`` of its text, ``end`` excluded; a ``;`` after a statement belongs to no
node. Trees can be deep on the left (20,000 additions nest 20,000 deep): go through them with ``walk``, not by
recursion. A tree with problems has empty names where one is missing, and ``Invalid`` and ``InvalidStatement`` nodes.
"""

from __future__ import annotations

from ldbpy.script.lexer import Comment
from ldbpy.script.lines import LineIndex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import ClassVar

__all__ = [
    "ARITHMETIC",
    "ORDER",
    "Assignment",
    "Binary",
    "Block",
    "Boolean",
    "Break",
    "Call",
    "CallStatement",
    "Chunk",
    "Do",
    "Expression",
    "FieldName",
    "Function",
    "FunctionStatement",
    "GenericFor",
    "If",
    "IfClause",
    "Index",
    "Invalid",
    "InvalidStatement",
    "KeyedItem",
    "ListItem",
    "Local",
    "LocalFunction",
    "Member",
    "MethodCall",
    "Name",
    "NamedItem",
    "Nil",
    "Node",
    "Number",
    "NumericFor",
    "Paren",
    "Repeat",
    "Return",
    "Statement",
    "String",
    "SyntaxProblem",
    "Table",
    "TableItem",
    "Unary",
    "Vararg",
    "While",
    "children",
    "walk",
    "walk_outside_functions",
]


class Node:
    """A piece of the source, from byte ``start`` to before byte ``end``."""

    __slots__ = ("end", "start")

    child_slots: ClassVar[tuple[str, ...]] = ()
    """The slots that hold nodes, lists of nodes or None, in source order."""

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end

    def __repr__(self) -> str:
        # One level only: a tree can be deeper than Python may recurse.
        plain = [slot for slot in type(self).__slots__ if slot not in (*self.child_slots, "start", "end")]
        facts = "".join(f" {slot}={getattr(self, slot)!r}" for slot in plain)
        return f"<{type(self).__name__} {self.start}:{self.end}{facts}>"


class Expression(Node):
    """A node that has a value."""

    __slots__ = ()


class Nil(Expression):
    """``nil``."""

    __slots__ = ()


class Vararg(Expression):
    """``...`` as an expression."""

    __slots__ = ()


class Boolean(Expression):
    """``true`` or ``false``."""

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: bool) -> None:
        self.start, self.end = start, end
        self.value = value


class Number(Expression):
    """A numeral: its value, and its text as written."""

    __slots__ = ("text", "value")

    def __init__(self, start: int, end: int, value: float, text: str) -> None:
        self.start, self.end = start, end
        self.value, self.text = value, text


class String(Expression):
    """A string literal of either form: the bytes it stands for. Its span takes in the delimiters."""

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: bytes) -> None:
        self.start, self.end = start, end
        self.value = value


class Name(Expression):
    """A variable, where it is declared or used. What it refers to is found elsewhere."""

    __slots__ = ("name",)

    def __init__(self, start: int, end: int, name: str) -> None:
        self.start, self.end = start, end
        self.name = name


class FieldName(Node):
    """A bare word that is a string key: ``b`` in ``a.b``, ``a:b()`` and ``{b = 1}``."""

    __slots__ = ("name",)

    def __init__(self, start: int, end: int, name: str) -> None:
        self.start, self.end = start, end
        self.name = name


class Member(Expression):
    """``object.field``."""

    __slots__ = child_slots = ("object", "field")

    def __init__(self, start: int, end: int, object: Expression, field: FieldName) -> None:
        self.start, self.end = start, end
        self.object, self.field = object, field


class Index(Expression):
    """``object[key]``."""

    __slots__ = child_slots = ("object", "key")

    def __init__(self, start: int, end: int, object: Expression, key: Expression) -> None:
        self.start, self.end = start, end
        self.object, self.key = object, key


class Call(Expression):
    """``callee(args)``, ``callee"string"`` or ``callee{table}``."""

    __slots__ = child_slots = ("callee", "args")

    def __init__(self, start: int, end: int, callee: Expression, args: list[Expression]) -> None:
        self.start, self.end = start, end
        self.callee, self.args = callee, args


class MethodCall(Expression):
    """``object:method(args)``, with the arguments in any of the three forms."""

    __slots__ = child_slots = ("object", "method", "args")

    def __init__(self, start: int, end: int, object: Expression, method: FieldName, args: list[Expression]) -> None:
        self.start, self.end = start, end
        self.object, self.method, self.args = object, method, args


class Paren(Expression):
    """``(expression)``: a node of its own because it cuts several values to one."""

    __slots__ = child_slots = ("expression",)

    def __init__(self, start: int, end: int, expression: Expression) -> None:
        self.start, self.end = start, end
        self.expression = expression


class Unary(Expression):
    """``-``, ``not`` or ``#`` before an operand. The operator is at ``start``."""

    __slots__ = ("operand", "operator")
    child_slots = ("operand",)

    def __init__(self, start: int, end: int, operator: str, operand: Expression) -> None:
        self.start, self.end = start, end
        self.operator, self.operand = operator, operand


ARITHMETIC = frozenset({"+", "-", "*", "/", "%", "^"})
"""Binary operators that make numbers of numbers, and of texts that are numbers."""
ORDER = frozenset({"<", "<=", ">", ">="})
"""Binary operators that say which of two numbers, or of two texts, comes first."""


class Binary(Expression):
    """Two operands and the operator between them, which is at ``operator_start``."""

    __slots__ = ("left", "operator", "operator_start", "right")
    child_slots = ("left", "right")

    def __init__(
        self, start: int, end: int, left: Expression, operator: str, operator_start: int, right: Expression
    ) -> None:
        self.start, self.end = start, end
        self.left, self.operator = left, operator
        self.operator_start, self.right = operator_start, right


class Function(Expression):
    """A function, from its keyword ``function`` to its ``end``; ``self`` is not among the ``params`` of a method."""

    __slots__ = ("body", "params", "vararg")
    child_slots = ("params", "body")

    def __init__(self, start: int, end: int, params: list[Name], vararg: bool, body: Block) -> None:
        self.start, self.end = start, end
        self.params, self.vararg, self.body = params, vararg, body


class TableItem(Node):
    """One entry of a table constructor."""

    __slots__ = ()


class ListItem(TableItem):
    """``value``."""

    __slots__ = child_slots = ("value",)

    def __init__(self, start: int, end: int, value: Expression) -> None:
        self.start, self.end = start, end
        self.value = value


class NamedItem(TableItem):
    """``name = value``."""

    __slots__ = child_slots = ("name", "value")

    def __init__(self, start: int, end: int, name: FieldName, value: Expression) -> None:
        self.start, self.end = start, end
        self.name, self.value = name, value


class KeyedItem(TableItem):
    """``[key] = value``."""

    __slots__ = child_slots = ("key", "value")

    def __init__(self, start: int, end: int, key: Expression, value: Expression) -> None:
        self.start, self.end = start, end
        self.key, self.value = key, value


class Table(Expression):
    """A table constructor."""

    __slots__ = child_slots = ("items",)

    def __init__(self, start: int, end: int, items: list[TableItem]) -> None:
        self.start, self.end = start, end
        self.items = items


class Invalid(Expression):
    """Where an expression should be and none could be read; ``parts`` are those that could be, of what stood there."""

    __slots__ = child_slots = ("parts",)

    def __init__(self, start: int, end: int, parts: list[Expression]) -> None:
        self.start, self.end = start, end
        self.parts = parts


class Statement(Node):
    """A statement."""

    __slots__ = ()


class Block(Node):
    """Statements and their scope: from the end of what opens the block to the start of what closes it."""

    __slots__ = child_slots = ("statements",)

    def __init__(self, start: int, end: int, statements: list[Statement]) -> None:
        self.start, self.end = start, end
        self.statements = statements


class Local(Statement):
    """``local names = values``."""

    __slots__ = child_slots = ("names", "values")

    def __init__(self, start: int, end: int, names: list[Name], values: list[Expression]) -> None:
        self.start, self.end = start, end
        self.names, self.values = names, values


class LocalFunction(Statement):
    """``local function name``."""

    __slots__ = child_slots = ("name", "function")

    def __init__(self, start: int, end: int, name: Name, function: Function) -> None:
        self.start, self.end = start, end
        self.name, self.function = name, function


class FunctionStatement(Statement):
    """``function target`` or ``function target:method``. The target is a ``Name``, or a ``Member`` of such."""

    __slots__ = child_slots = ("target", "method", "function")

    def __init__(
        self, start: int, end: int, target: Name | Member, method: FieldName | None, function: Function
    ) -> None:
        self.start, self.end = start, end
        self.target, self.method, self.function = target, method, function


class Assignment(Statement):
    """``targets = values``."""

    __slots__ = child_slots = ("targets", "values")

    def __init__(self, start: int, end: int, targets: list[Expression], values: list[Expression]) -> None:
        self.start, self.end = start, end
        self.targets, self.values = targets, values


class CallStatement(Statement):
    """A call whose values go nowhere."""

    __slots__ = child_slots = ("call",)

    def __init__(self, start: int, end: int, call: Call | MethodCall) -> None:
        self.start, self.end = start, end
        self.call = call


class Do(Statement):
    """``do body end``."""

    __slots__ = child_slots = ("body",)

    def __init__(self, start: int, end: int, body: Block) -> None:
        self.start, self.end = start, end
        self.body = body


class While(Statement):
    """``while test do body end``."""

    __slots__ = child_slots = ("test", "body")

    def __init__(self, start: int, end: int, test: Expression, body: Block) -> None:
        self.start, self.end = start, end
        self.test, self.body = test, body


class Repeat(Statement):
    """``repeat body until test``. The test sees the locals of the body."""

    __slots__ = child_slots = ("body", "test")

    def __init__(self, start: int, end: int, body: Block, test: Expression) -> None:
        self.start, self.end = start, end
        self.body, self.test = body, test


class IfClause(Node):
    """``if test then body`` or ``elseif test then body``, to where the next clause, the ``else`` or ``end`` starts."""

    __slots__ = child_slots = ("test", "body")

    def __init__(self, start: int, end: int, test: Expression, body: Block) -> None:
        self.start, self.end = start, end
        self.test, self.body = test, body


class If(Statement):
    """``if`` with its ``elseif`` clauses, and the block of its ``else`` if it has one."""

    __slots__ = child_slots = ("clauses", "orelse")

    def __init__(self, start: int, end: int, clauses: list[IfClause], orelse: Block | None) -> None:
        self.start, self.end = start, end
        self.clauses, self.orelse = clauses, orelse


class NumericFor(Statement):
    """``for name = first, last, step do body end``."""

    __slots__ = child_slots = ("name", "first", "last", "step", "body")

    def __init__(
        self,
        start: int,
        end: int,
        name: Name,
        first: Expression,
        last: Expression,
        step: Expression | None,
        body: Block,
    ) -> None:
        self.start, self.end = start, end
        self.name, self.first = name, first
        self.last, self.step = last, step
        self.body = body


class GenericFor(Statement):
    """``for names in values do body end``."""

    __slots__ = child_slots = ("names", "values", "body")

    def __init__(self, start: int, end: int, names: list[Name], values: list[Expression], body: Block) -> None:
        self.start, self.end = start, end
        self.names, self.values, self.body = names, values, body


class Return(Statement):
    """``return values``."""

    __slots__ = child_slots = ("values",)

    def __init__(self, start: int, end: int, values: list[Expression]) -> None:
        self.start, self.end = start, end
        self.values = values


class Break(Statement):
    """``break``."""

    __slots__ = ()


class InvalidStatement(Statement):
    """Text that is no statement. ``parts`` are the expressions in it that could be read."""

    __slots__ = child_slots = ("parts",)

    def __init__(self, start: int, end: int, parts: list[Expression]) -> None:
        self.start, self.end = start, end
        self.parts = parts


class SyntaxProblem:
    """What is wrong with the source, in Lua's words.

    ``line`` is the line that Lua names: where it had read to, which may be after ``start``. ``hint`` says what the
    author may have meant.
    """

    __slots__ = ("end", "hint", "line", "message", "start")

    def __init__(self, message: str, line: int, start: int, end: int, hint: str | None = None) -> None:
        self.message = message
        self.line = line
        self.start = start
        self.end = end
        self.hint = hint

    def __repr__(self) -> str:
        return f"<SyntaxProblem {self.line}: {self.message}>"


class Chunk:
    """A whole script.

    ``problems`` is empty when the script is valid. ``incomplete`` means that nothing is wrong but that the source ends
    too early: another line may make it whole. ``shebang`` is the span of a first line ``#!...``, which the server cuts.
    """

    __slots__ = ("body", "comments", "incomplete", "lines", "problems", "shebang")

    def __init__(
        self,
        body: Block,
        comments: tuple[Comment, ...],
        problems: tuple[SyntaxProblem, ...],
        lines: LineIndex,
        incomplete: bool,
        shebang: tuple[int, int] | None,
    ) -> None:
        self.body = body
        self.comments = comments
        self.problems = problems
        self.lines = lines
        self.incomplete = incomplete
        self.shebang = shebang


def children(node: Node) -> Iterator[Node]:
    """Go through the nodes directly under ``node``, in source order."""
    for slot in node.child_slots:
        value = getattr(node, slot)
        if type(value) is list:
            yield from value
        elif value is not None:
            yield value


def walk(node: Node) -> Iterator[Node]:
    """Go through ``node`` and all nodes under it, each before its children, in source order."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        for slot in node.child_slots[::-1]:
            value = getattr(node, slot)
            if type(value) is list:
                stack += value[::-1]
            elif value is not None:
                stack.append(value)


def walk_outside_functions(node: Node) -> Iterator[Node]:
    """As ``walk``, but of a function only itself, not what is under it: that does not run where it stands."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        if type(node) is not Function:
            stack += [*children(node)][::-1]
