"""Questions that several rules ask of a script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.narrowing import FALSY
from ldbpy.lint.analysis.values import Value
from ldbpy.lint.findings import Label
from ldbpy.script import ast

if TYPE_CHECKING:
    from ldbpy.commands.table import Command
    from ldbpy.lint.analysis.program import Program

__all__ = [
    "Registration",
    "close_name",
    "command_keys",
    "comparisons",
    "conditions",
    "counts_as_write",
    "enclosing",
    "find_command_keys",
    "find_conditions",
    "function_around",
    "in_condition",
    "is_cursor",
    "is_gsub",
    "is_guarded",
    "is_length",
    "key_text",
    "missing",
    "registrations",
    "reply_label",
    "returned_values",
    "same",
]


def conditions(program: Program) -> Sequence[ast.Expression]:
    """Every expression of which only the truth counts; of ``a and b``, ``a or b`` and ``not a`` the parts."""
    return program.conditions


def find_conditions(program: Program) -> Iterator[ast.Expression]:
    """Look for them; ``program.conditions`` has done so."""
    stack: list[ast.Expression] = [node.test for node in program.of(ast.IfClause)]
    stack += [node.test for node in program.of(ast.While)]
    stack += [node.test for node in program.of(ast.Repeat)]
    stack += [node for node in program.of(ast.Unary) if node.operator == "not"]
    seen = set()
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, ast.Paren):
            stack.append(node.expression)
        elif isinstance(node, ast.Unary) and node.operator == "not":
            stack.append(node.operand)
        elif isinstance(node, ast.Binary) and node.operator in ("and", "or"):
            stack += [node.right, node.left]
        else:
            yield node


def in_condition(program: Program, node: ast.Node) -> bool:
    """Whether a node is a part of a condition that also looks at something else."""
    above = program.parent(node)
    while isinstance(above, ast.Paren | ast.Unary):
        above = program.parent(above)
    return isinstance(above, ast.Binary) and above.operator in ("and", "or")


def comparisons(program: Program, *operators: str) -> Iterator[tuple[ast.Binary, ast.Expression, ast.Expression]]:
    """Every comparison with one of the operators, twice: each side as the first."""
    for node in program.of(ast.Binary):
        if node.operator in operators:
            yield node, node.left, node.right
            yield node, node.right, node.left


def is_guarded(program: Program, node: ast.Expression) -> bool:
    """Whether a value is never nil or false here, or the script looks after that in a way the flow does not see."""
    return program.value(node).never(*FALSY) or program.guards.cover(node, None)


def missing(program: Program, node: ast.Expression) -> Value | None:
    """The value, if it is a reply that may be false where nothing has looked at that."""
    value = program.value(node)
    if value.reply is None or not value.reply.nullable or not value.types & FALSY:
        return None
    return None if program.guards.cover(node, value.source) else value


def reply_label(node: ast.Expression, value: Value, text: str) -> tuple[Label, ...]:
    """Where the reply comes from, if that is elsewhere."""
    if value.source is None or value.source is node:
        return ()
    return (Label(value.source.start, value.source.end, text),)


def close_name(name: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant."""
    import difflib  # only for mistakes

    close = difflib.get_close_matches(name, list(names), 1, 0.7)
    return close[0] if close else None


def same(program: Program, one: ast.Node, other: ast.Node) -> bool:
    """Whether two pieces of source say the same and call nothing."""
    return type(one) is type(other) and (told := said(program, one)) is not None and told == said(program, other)


def said(program: Program, node: ast.Node) -> tuple[type[ast.Node], tuple[str, ...]] | None:
    """What a piece of source says, equal for those that say the same; None if it calls something."""
    if any(isinstance(part, ast.Call | ast.MethodCall | ast.Function | ast.Table) for part in ast.walk(node)):
        return None
    return type(node), tuple(program.text(node).split())


def enclosing(program: Program, node: ast.Node, *kinds: type[ast.Node]) -> ast.Node | None:
    """The innermost node of those types around a node, in the same function."""
    above = program.parent(node)
    while above is not None and not isinstance(above, kinds):
        if isinstance(above, ast.Function):
            return None
        above = program.parent(above)
    return above


def function_around(program: Program, node: ast.Node) -> ast.Function | None:
    """The function a node is in; None: it is not in one."""
    return program.around.of(node).function


def is_gsub(program: Program, node: ast.Expression) -> bool:
    """Whether this calls ``string.gsub``, by its name or as a method."""
    if isinstance(node, ast.MethodCall):
        return node.method.name == "gsub"
    return isinstance(node, ast.Call) and program.builtin(node.callee) == "string.gsub"


def is_length(node: ast.Node | None) -> bool:
    """Whether this is ``#`` and something."""
    return isinstance(node, ast.Unary) and node.operator == "#"


class Registration(NamedTuple):
    """One ``redis.register_function`` of a library."""

    node: ast.Call
    name: ast.Expression | None
    callback: ast.Function | None
    flags: ast.Expression | None


def registrations(program: Program) -> Iterator[Registration]:
    """Every function a library registers."""
    for call in program.of(ast.Call):
        if program.builtin(call.callee) != "redis.register_function" or not call.args:
            continue
        if len(call.args) == 1 and isinstance(call.args[0], ast.Table):
            items = {item.name.name: item.value for item in call.args[0].items if isinstance(item, ast.NamedItem)}
            name, callback = items.get("function_name"), items.get("callback")
            yield Registration(call, name, _function(program, callback), items.get("flags"))
        else:
            callback = call.args[1] if len(call.args) > 1 else None
            yield Registration(call, call.args[0], _function(program, callback), None)


def _function(program: Program, node: ast.Expression | None) -> ast.Function | None:
    return program.function(node) if node is not None else None


def returned_values(program: Program) -> Iterator[tuple[ast.Return, list[ast.Expression]]]:
    """What goes to the client: of the script itself, or of the functions a library registers."""
    callbacks: set[ast.Function | None] = {None}
    if program.is_library:
        callbacks = {each.callback for each in registrations(program) if each.callback is not None}
    for node in program.of(ast.Return):
        if program.resolved.functions.get(node) in callbacks:
            yield node, node.values


def command_keys(program: Program) -> Sequence[tuple[CallSite, int]]:
    """The arguments that are keys, as the key specs of the commands say."""
    return program.command_keys


def find_command_keys(program: Program) -> Iterator[tuple[CallSite, int]]:
    """Look for them; ``program.command_keys`` has done so."""
    from ldbpy.commands.keys import find_keys  # for few of the rules

    for site in program.call_sites.values():
        command = program.command(site)
        if command is None:
            continue
        words = [word if word is not None else b"?" for word in site.words]
        for use in find_keys(command, words):
            if not (site.more and use.place == len(words) - 1):
                yield site, use.place


def key_text(program: Program, site: CallSite) -> str:
    """What tells the first key of a command from others: its text, and where the locals in it are declared."""
    if len(site.args) < 2:
        return ""
    key = program.literal(site.args[1])
    variables = (program.variable(node) for node in ast.walk(key) if isinstance(node, ast.Name))
    places = (str(variable.declared.start) for variable in variables if variable is not None)
    return " ".join((program.text(key), *places))


_REFUSED: Final = frozenset({"publish", "spublish", "pfcount"})


def counts_as_write(command: Command) -> bool:
    """Whether the flag ``no-writes`` forbids a command: what writes, and what may be sent to replicas as it is."""
    return "write" in command.flags or command.name in _REFUSED


def is_cursor(program: Program, node: ast.Expression) -> bool:
    """Whether an expression is the cursor in a reply of SCAN, or a variable that holds nothing else."""
    if isinstance(node, ast.Name):
        variable = program.variable(node)
        if variable is None:
            return False
        given = [write.value for write in variable.writes if write.value is not None]
        elements = [value for value in given if isinstance(value, ast.Index)]
        literals = [value for value in given if isinstance(value, ast.String | ast.Number)]
        return (
            bool(elements)
            and len(elements) + len(literals) == len(given)
            and all(_is_element(program, value) for value in elements)
        )
    return isinstance(node, ast.Index) and _is_element(program, node)


def _is_element(program: Program, node: ast.Index) -> bool:
    reply = program.value(node.object).pure_reply
    first = isinstance(node.key, ast.Number) and node.key.value == 1
    return first and reply is not None and reply.shape == "cursor"
