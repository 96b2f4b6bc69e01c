"""Where commands are called: redis.call and redis.pcall, under any name, and through simple local functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ldbpy.lint.analysis.resolver import Variable
from ldbpy.script import ast

if TYPE_CHECKING:
    from ldbpy.lint.analysis.program import Program

__all__ = ["CallSite", "find_call_sites", "may_be_several"]


class CallSite(NamedTuple):
    """One place that calls a command.

    ``args``: the command's name first. ``more``: the last of them may stand for any number of values. ``words``: each
    argument as the server gets it, None where that is not known. ``via``: the local function it goes through.
    """

    node: ast.Call
    how: str
    """``call`` (raises errors) or ``pcall`` (gives them)."""
    args: tuple[ast.Expression, ...]
    words: tuple[bytes | None, ...]
    name: bytes | None
    """The command in upper case, if it is known."""
    more: bool
    via: Variable | None = None
    gives_reply: bool = True
    """Whether the value of ``node`` is the reply."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SINGLE: Final = _words(
    "tostring tonumber type string.format string.sub string.lower string.upper string.rep string.reverse string.char "
    "string.len table.concat cjson.encode cjson.decode cmsgpack.pack struct.pack redis.sha1hex redis.call redis.pcall "
    "math.floor math.ceil math.abs math.max math.min math.sqrt math.random math.pow os.clock table.getn rawget "
    "redis.error_reply redis.status_reply"
)
"""Functions that give exactly one value."""


def may_be_several(program: Program, node: ast.Expression) -> bool:
    """Whether an expression at the end of a list may give none or several values."""
    if isinstance(node, ast.Vararg):
        return True
    if isinstance(node, ast.MethodCall):
        return node.method.name not in ("sub", "lower", "upper", "rep", "reverse", "len", "format")
    if not isinstance(node, ast.Call):
        return False
    name = program.builtin(node.callee)
    return name not in _SINGLE if name is not None else not program.gives_one(node.callee)


def find_call_sites(program: Program) -> dict[ast.Call, CallSite]:
    """Every call of a command by its node, in source order."""
    sites: dict[ast.Call, CallSite] = {}
    for node in program.of(ast.Call):
        how, args, gives_reply = _called(program, node)
        if how:
            sites[node] = _site(program, node, how, args, gives_reply=gives_reply)
    wrappers = _wrappers(program, sites)
    for node in program.of(ast.Call) if wrappers else ():
        if node in sites or not isinstance(node.callee, ast.Name):
            continue
        variable = program.variable(node.callee)
        if variable in wrappers:
            assert variable is not None
            function, inner = wrappers[variable]
            through = _through(program, node, variable, function, inner)
            if through is not None:
                sites[node] = through
    return sites


def _called(program: Program, node: ast.Call) -> tuple[str, list[ast.Expression], bool]:
    name = program.builtin(node.callee)
    if name == "redis.call" or name == "redis.pcall":
        return name[6:], node.args, True
    if name in ("pcall", "xpcall") and node.args and program.builtin(node.args[0]) in ("redis.call", "redis.pcall"):
        return "pcall", node.args[1 if name == "pcall" else 2 :], False
    return "", [], False


def _site(
    program: Program,
    node: ast.Call,
    how: str,
    args: list[ast.Expression],
    via: Variable | None = None,
    gives_reply: bool = True,
) -> CallSite:
    more = bool(args) and may_be_several(program, args[-1])
    words = tuple(program.word(arg) for arg in args)
    name = words[0].upper() if words and words[0] is not None else None
    return CallSite(node, how, tuple(args), words, name, more, via, gives_reply)


_Wrapper = tuple[ast.Function, CallSite]


def _wrappers(program: Program, sites: dict[ast.Call, CallSite]) -> dict[Variable, _Wrapper]:
    """The local functions that hand their first parameter, or all they get, to redis.call as the command."""
    inside: dict[ast.Function | None, list[CallSite]] = {}
    for site in sites.values():
        inside.setdefault(program.resolved.functions.get(site.node), []).append(site)
    found: dict[Variable, _Wrapper] = {}
    for variable in program.resolved.variables:
        write = variable.only_write
        if write is None or not isinstance(write.value, ast.Function):
            continue
        inner = inside.get(write.value, [])
        if len(inner) == 1 and inner[0].args and inner[0].words[0] is None:
            found[variable] = (write.value, inner[0])
    return found


def _through(
    program: Program, node: ast.Call, variable: Variable, function: ast.Function, inner: CallSite
) -> CallSite | None:
    """The call that ``node`` makes through a wrapper; None if its arguments do not simply go there."""
    places = {param.name: place for place, param in enumerate(function.params)}
    args: list[ast.Expression] = []
    for arg in inner.args:
        if isinstance(arg, ast.Vararg):
            args.extend(node.args[len(function.params) :])
        elif isinstance(arg, ast.Name) and arg.name in places and _is_parameter(program, arg, function):
            if places[arg.name] >= len(node.args):
                return None
            args.append(node.args[places[arg.name]])
        else:
            return None
    if not args or program.word(args[0]) is None:
        return None
    return _site(program, node, inner.how, args, variable, _returned(program, function, inner))


def _is_parameter(program: Program, name: ast.Name, function: ast.Function) -> bool:
    variable = program.variable(name)
    return variable is not None and variable.declared in function.params and len(variable.writes) == 1


def _returned(program: Program, function: ast.Function, inner: CallSite) -> bool:
    """Whether what the function gives is what the call inside it gives, on every way that ends in ``return``."""
    returns = program.returns(function)
    if not inner.gives_reply or not returns or function.body.statements[-1] not in returns:
        return False
    return all(len(node.values) == 1 and program.literal(node.values[0]) is inner.node for node in returns)
