"""Whether a script has looked after a reply that may be missing, in ways that the types on a way do not show.

They only keep rules quiet: nothing is said to be so because of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ldbpy.lint.analysis.narrowing import Place, place_of
from ldbpy.lint.analysis.resolver import Variable
from ldbpy.script import ast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ldbpy.lint.analysis.calls import CallSite
    from ldbpy.lint.analysis.program import Program

__all__ = ["Guards"]


def _words(text: str) -> frozenset[bytes]:
    return frozenset(text.encode().split())


_TELL_OR_MAKE: Final = _words(
    "EXISTS HEXISTS TYPE TTL PTTL STRLEN HLEN HSTRLEN LLEN SCARD ZCARD ZCOUNT XLEN SISMEMBER SMISMEMBER EXPIRE PEXPIRE "
    "PERSIST SET SETNX SETEX PSETEX GETSET MSET MSETNX APPEND INCR INCRBY INCRBYFLOAT DECR DECRBY HSET HMSET HSETNX "
    "HINCRBY HINCRBYFLOAT LPUSH RPUSH LPUSHX RPUSHX LINSERT SADD ZADD ZINCRBY XADD RESTORE ZRANK ZREVRANK ZSCORE LPOS "
    "HKEYS HGETALL SMEMBERS LRANGE ZRANGE ZREVRANGE ZRANGEBYSCORE ZREVRANGEBYSCORE ZRANGEBYLEX HSCAN SSCAN ZSCAN"
)
"""Commands that tell whether a key is there, or what is in it, or make sure of it."""
_LOOKS: Final = frozenset(
    {"type", "tonumber", "assert", "tostring", "string.len", "redis.log", "redis.call", "redis.pcall"}
)
"""What takes a value without its being a test of our own."""


class Guards:
    """What a script looks at, found once."""

    def __init__(self, program: Program) -> None:
        self._program: Final = program
        self._handled: Final[dict[Variable, bool]] = {}
        self._known: dict[str, int] | None = None
        """Behind what first asks for a key, by its text, or tests a whole call, by its."""

    def cover(self, node: ast.Expression, source: ast.Expression | None) -> bool:
        """Whether the value of ``node``, the reply of ``source``, is looked after where the flow cannot see it."""
        if source is not None and self._key_is_there(source):
            return True
        place = place_of(self._program, node)
        if place is None:
            return not isinstance(_made_by(node), ast.Call | ast.MethodCall)
        variable = place.variable
        if place.key is not None and variable.mutations:
            return True
        if variable not in self._handled:
            self._handled[variable] = self._is_handled(variable)
        return self._handled[variable] or self._is_elsewhere(place, node)

    def _is_elsewhere(self, place: Place, node: ast.Expression) -> bool:
        """Whether the variable may have been tested or written where the flow does not see it, or too far away."""
        variable = place.variable
        name = _bare(node)
        while isinstance(name, ast.Index | ast.Member):
            name = name.object
        known = isinstance(name, ast.Name) and self._program.flow.reaching.of(name, place, _bare(node)) is not None
        function = self._program.resolved.functions.get(name, variable.function)
        if known and function is variable.function and not variable.captured:
            return False
        writes = len(variable.writes) > 1
        return writes or ((function is not variable.function or not known) and variable in self._program.tested)

    def _is_handled(self, variable: Variable) -> bool:
        """Whether some function of the script looks at it, or a flag tells how a test of it came out."""
        return any(self._is_given_away(read) for read in variable.reads) or any(
            flag is not variable and flag in self._program.tested for flag in self._flags(variable)
        )

    def _is_given_away(self, read: ast.Name) -> bool:
        """Whether a call takes the value and its result is a test, or nothing at all: ``check(v)``."""
        call = self._program.parent(read)
        if not isinstance(call, ast.Call) or call.callee is read:
            return False
        name = self._program.builtin(call.callee)
        if name is not None and name in _LOOKS:
            return name == "tostring" and isinstance(self._program.parent(call), ast.Binary)
        above = self._program.parent(call)
        if isinstance(above, ast.CallStatement):
            return name is None
        while isinstance(above, ast.Paren | ast.Unary) or (
            isinstance(above, ast.Binary) and above.operator in ("and", "or", "==", "~=")
        ):
            above = self._program.parent(above)
        return isinstance(above, ast.IfClause | ast.While | ast.Repeat) and name is None

    def _flags(self, variable: Variable) -> Iterator[Variable]:
        """The variables that are given a value where a test of ``variable`` decides, or by such a test."""
        program = self._program
        for read in variable.reads:
            above = program.parent(read)
            while isinstance(above, ast.Expression):
                above = program.parent(above)
            match above:
                case ast.IfClause():
                    yield from self._written(above.body)
                    clauses = program.parent(above)
                    if isinstance(clauses, ast.If) and clauses.orelse is not None:
                        yield from self._written(clauses.orelse)
                case ast.Local() if len(above.names) == 1 and not isinstance(above.values[0], ast.Call):
                    yield program.resolved.binding[above.names[0]]
                case _:
                    pass

    def _written(self, block: ast.Block) -> Iterator[Variable]:
        for statement in block.statements:
            for target in statement.targets if isinstance(statement, ast.Assignment) else ():
                found = self._program.variable(target) if isinstance(target, ast.Name) else None
                if found is not None:
                    yield found

    def _key_is_there(self, source: ast.Expression) -> bool:
        """Whether the script asked before if the key is there, wrote to it, or tested the same reply."""
        site = self._program.call_sites.get(source) if isinstance(source, ast.Call) else None
        if site is None or len(site.args) < 2:
            return False
        if self._known is None:
            self._known = {}
            for each in self._program.call_sites.values():
                if len(each.args) > 1 and each.name in _TELL_OR_MAKE:
                    self._known.setdefault(self._key(each), each.node.end)
                if _tests(self._program.parent(each.node)):
                    self._known.setdefault(self._program.text(each.node), each.node.end)
        places = (self._known.get(self._key(site)), self._known.get(self._program.text(site.node)))
        return any(place is not None and place <= site.node.start for place in places)

    def _key(self, site: CallSite) -> str:
        return self._program.text(self._program.literal(site.args[1]))


def _made_by(node: ast.Expression) -> ast.Expression:
    """What gives a value, or the table of which it is a constant element."""
    node = _bare(node)
    return _bare(node.object) if isinstance(node, ast.Index) and isinstance(node.key, ast.Number) else node


def _bare(node: ast.Expression) -> ast.Expression:
    while isinstance(node, ast.Paren):
        node = node.expression
    return node


def _tests(above: ast.Node | None) -> bool:
    """Whether a node looks at the truth of what is under it, or compares it."""
    match above:
        case ast.IfClause() | ast.While() | ast.Unary(operator="not"):
            return True
        case ast.Binary():
            return above.operator in ("and", "or", "==", "~=")
        case _:
            return False
