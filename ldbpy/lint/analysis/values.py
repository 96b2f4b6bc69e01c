"""What an expression may be: its Lua types, its constant, the reply it comes from.

A variable may be what the writes that reach its use give it, less what the tests on the way rule out. Where that is not
known it may be whatever any of its writes gives it. So what is said never to be is never.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ldbpy.lint.analysis.narrowing import ALL, FALSY, Place, Types, allowed_at
from ldbpy.lint.analysis.reaching import left_of
from ldbpy.lint.analysis.replies import Reply
from ldbpy.lint.analysis.resolver import Variable, Write
from ldbpy.script import ast

if TYPE_CHECKING:
    from collections.abc import Callable

    from ldbpy.lint.analysis.program import Program

__all__ = ["ANY", "Value", "Values"]


class Value(NamedTuple):
    """What is known of an expression's value."""

    types: Types
    """``nil``, ``false``, ``true``, ``number``, ``string``, ``table``, ``function``, ``userdata``."""
    const: bytes | float | bool | None = None
    """The value itself, if it is one known string, number or boolean."""
    reply: Reply | None = None
    """What a server replied, if it is that; or that and something of our own (``reply or 0``)."""
    source: ast.Expression | None = None
    """The call that gave the reply."""
    argument: bool = False
    """An element of KEYS or ARGV."""

    @property
    def known(self) -> bool:
        """Whether anything is known."""
        return self.types is not ALL

    def never(self, *types: str) -> bool:
        """Whether it is never of these types. False if nothing is known."""
        return self.types is not ALL and self.types.isdisjoint(types)

    def only(self, *types: str) -> bool:
        """Whether it is always of one of these types."""
        return self.types is not ALL and self.types.issubset(types)

    def within(self, types: Types) -> Value | None:
        """What is left of it where it has one of these types; None if that cannot be."""
        left = self.types & types
        if left == self.types:
            return self
        return self._replace(types=left) if left else None

    @property
    def absent(self) -> str:
        """What it is when it is missing: ``false``, or ``nil``."""
        return "false" if "false" in self.types else "nil"

    @property
    def pure_reply(self) -> Reply | None:
        """The reply, if it can be nothing else."""
        return self.reply if self.reply is not None and self.types <= self.reply.types else None


ANY: Final = Value(ALL)
_NIL: Final = Value(frozenset({"nil"}))
_NUMBER: Final = Value(frozenset({"number"}))
_STRING: Final = Value(frozenset({"string"}))
_TABLE: Final = Value(frozenset({"table"}))
_FUNCTION: Final = Value(frozenset({"function"}))
_BOOLEAN: Final = Value(frozenset({"true", "false"}))
_ARGUMENT: Final = Value(frozenset({"string", "nil"}), argument=True)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_RETURNS: Final[dict[str, Value]] = {
    **dict.fromkeys(
        _words(
            "tostring type string.format string.sub string.lower string.upper string.rep string.reverse string.gsub "
            "string.char table.concat cjson.encode cmsgpack.pack struct.pack redis.sha1hex bit.tohex"
        ),
        _STRING,
    ),
    **dict.fromkeys(
        _words(
            "string.len math.floor math.ceil math.abs math.max math.min math.sqrt math.random math.fmod math.pow "
            "math.log math.exp math.sin math.cos table.getn table.maxn os.clock struct.size "
            "bit.band bit.bor bit.bxor bit.bnot bit.lshift "
            "bit.rshift bit.arshift bit.tobit bit.rol bit.ror bit.bswap collectgarbage"
        ),
        _NUMBER,
    ),
    **dict.fromkeys(("redis.error_reply", "redis.status_reply"), _TABLE),
    "string.find": Value(frozenset({"number", "nil"})),
    "string.byte": Value(frozenset({"number", "nil"})),
    "tonumber": Value(frozenset({"number", "nil"})),
    "table.insert": _NIL,
    "table.sort": _NIL,
}
_ARITHMETIC: Final = frozenset("+-*/%^")
_FIELD_OF: Final = {"status": "ok"}
_FIELDS: Final = {"status": _STRING, "double": _NUMBER, "map": _TABLE, "set": _TABLE}
"""What replies that are tables have in their field, which is named as the shape where nothing else is said."""
_ONE_FOR_EACH: Final = {b"MGET": 1, b"HMGET": 2, b"ZMSCORE": 2, b"GEOHASH": 2, b"SMISMEMBER": 2}
"""Commands that give an array of as many elements as they have arguments, less these."""
_BY_KIND: Final[dict[type[ast.Expression], Value]] = {ast.Nil: _NIL, ast.Table: _TABLE, ast.Function: _FUNCTION}
_DEEPEST: Final = 40
"""How many expressions deep a value is looked for."""


class _Found(dict[ast.Expression, Value]):
    """The value of each expression, found when first asked for."""

    def __init__(self, find: Callable[[ast.Expression], Value]) -> None:
        self._find: Final = find

    def __missing__(self, node: ast.Expression) -> Value:
        return self._find(node)


class Values:
    """Finds values, each once."""

    def __init__(self, program: Program) -> None:
        self._program: Final = program
        self._found: Final = _Found(self._look)
        self.of: Final[Callable[[ast.Expression], Value]] = self._found.__getitem__
        """The value of an expression; the first, if it gives several."""
        self._variables: Final[dict[Variable, Value | None]] = {}
        self._depth = 0

    def _look(self, node: ast.Expression) -> Value:
        if self._depth >= _DEEPEST:
            return ANY
        self._depth += 1
        self._found[node] = ANY  # meanwhile: values of loops go in circles
        try:
            found = self._evaluate(node)
        finally:
            self._depth -= 1
        self._found[node] = found
        return found

    def _evaluate(self, node: ast.Expression) -> Value:
        kind = type(node)
        if kind in _HOW:
            return _HOW[kind](self, node)
        return _BY_KIND.get(kind, ANY)

    def _string(self, node: ast.String) -> Value:
        return Value(_STRING.types, node.value)

    def _number(self, node: ast.Number) -> Value:
        return Value(_NUMBER.types, node.value)

    def _boolean(self, node: ast.Boolean) -> Value:
        return Value(frozenset({"true" if node.value else "false"}), node.value)

    def _unary(self, node: ast.Unary) -> Value:
        return _BOOLEAN if node.operator == "not" else _NUMBER

    def _paren(self, node: ast.Paren) -> Value:
        return self.of(node.expression)

    def _name(self, node: ast.Name) -> Value:
        variable = self._program.variable(node)
        if variable is None:
            return _TABLE if node.name in ("KEYS", "ARGV") else ANY
        flat = self._flat(variable)
        if len(variable.writes) == 1 and (len(flat.types) == 1 or not flat.known):
            return flat
        return self._reaching(node, Place(variable), flat)

    def _reaching(self, node: ast.Name, place: Place, flat: Value) -> Value:
        """The value at a use: of the writes that reach it, less what tests rule out. ``flat``: of all writes."""
        arrivals = self._program.flow.reaching.of(node, place, node)
        if arrivals is None:
            return flat.within(allowed_at(self._program, node, place)) or flat
        found = []
        for write, types in arrivals:
            value = flat if write is None else self._given(place.variable, write)
            left = value.within(types)
            if left is not None:
                found.append(left)
        if not found:  # no way leads here: whatever may be missing is of no interest
            return flat.within(ALL - FALSY) or flat
        return _joined(found)

    def _flat(self, variable: Variable) -> Value:
        """What any of its writes gives a variable."""
        if variable not in self._variables:
            self._variables[variable] = None  # meanwhile it may be anything
            found = [self._given(variable, write) for write in variable.writes]
            self._variables[variable] = found[0] if len(found) == 1 else _joined(found)
        return self._variables[variable] or ANY

    def _given(self, variable: Variable, write: Write) -> Value:
        if write is variable.writes[0] and variable.kind in ("param", "self", "loop"):
            return self._loop(variable) if variable.kind == "loop" else self._parameter(variable)
        if write.value is None:
            return _NIL
        return self.of(write.value) if write.index == 0 and not isinstance(write.value, ast.Vararg) else ANY

    def _parameter(self, variable: Variable) -> Value:
        """What all calls of a local function pass."""
        found = []
        for argument in self._program.passed(variable):
            found.append(_NIL if argument is None else self.of(argument))
            if not found[-1].known:
                return ANY
        return _joined(found)

    def _loop(self, variable: Variable) -> Value:
        statement = variable.writes[0].statement
        if isinstance(statement, ast.NumericFor):
            return _NUMBER
        if not isinstance(statement, ast.GenericFor) or len(statement.values) != 1:
            return ANY
        iterated = statement.values[0]
        if not isinstance(iterated, ast.Call) or not iterated.args:
            return ANY
        way = self._program.builtin(iterated.callee)
        if way not in ("ipairs", "pairs"):
            return ANY
        if statement.names[0] is variable.declared:
            return _NUMBER if way == "ipairs" else ANY
        element = self._element(self.of(iterated.args[0]), iterated.args[0])
        return element._replace(types=element.types - {"nil"}) if element.known else ANY

    def _element(self, table: Value, node: ast.Expression, place: object = None) -> Value:
        """What the elements of an array are; the one at ``place``, if that is known."""
        if isinstance(node, ast.Name) and self._program.is_argument_table(node):
            return _ARGUMENT
        reply = table.pure_reply
        if reply is None or reply.shape != "array" or reply.element is None or reply.element.shape == "unknown":
            return ANY
        types = reply.element.types if self._is_there(table.source, place) else reply.element.types | {"nil"}
        return Value(types, reply=reply.element, source=table.source)

    def _is_there(self, source: ast.Expression | None, place: object) -> bool:
        """Whether an array has an element there for sure: MGET and HMGET give one for each key or field."""
        site = self._program.call_sites.get(source) if isinstance(source, ast.Call) else None
        before = _ONE_FOR_EACH.get(site.name or b"") if site is not None else None
        if site is None or site.how == "pcall" or before is None or not isinstance(place, float | int):
            return False
        return 1 <= place <= len(site.args) - before - site.more

    def _binary(self, node: ast.Binary) -> Value:
        if node.operator == "..":
            return _STRING
        if node.operator in _ARITHMETIC:
            return _NUMBER
        if node.operator not in ("and", "or"):
            return _BOOLEAN
        left, right = self.of(node.left), self.of(node.right)
        if not left.known or not right.known:
            return ANY
        kept = left.types & FALSY if node.operator == "and" else left.types - FALSY
        if node.operator == "or" and self._program.raises(node.right):
            return left._replace(types=kept) if kept else ANY
        one = left._replace(types=kept, const=None) if kept else None
        return right if one is None else _joined([one, right])

    def _call(self, node: ast.Call) -> Value:
        site = self._program.call_sites.get(node)
        if site is not None:
            return self._replied(node)
        name = self._program.builtin(node.callee)
        if name == "tonumber" and len(node.args) == 1:
            return _NUMBER if self.of(node.args[0]).only("number") else _RETURNS["tonumber"]
        if name == "assert" and node.args:
            return self.of(node.args[0]).within(ALL - FALSY) or ANY
        if name is None:
            return self._returned(self._program.function(node.callee))
        if name == "redis.status_reply":
            return Value(_TABLE.types, reply=Reply("status"), source=node)
        return _RETURNS.get(name, ANY)

    def _returned(self, function: ast.Function | None) -> Value:
        """What a local function gives."""
        returns = self._program.returns(function) if function is not None else ()
        if not returns:
            return ANY
        found = [self.of(node.values[0]) if node.values else _NIL for node in returns]
        if not all(value.known for value in found):
            return ANY
        return _joined([*found, _NIL] if self._program.flow.falls_off(function) else found)

    def _replied(self, node: ast.Call) -> Value:
        site = self._program.call_sites[node]
        reply = self._program.reply(site)
        if reply is None or not site.gives_reply:
            return ANY
        types = reply.types | {"table"} if site.how == "pcall" else reply.types
        return Value(types, reply=reply, source=node)

    def _method(self, node: ast.MethodCall) -> Value:
        if not self.of(node.object).only("string"):
            return ANY
        return _RETURNS.get(f"string.{node.method.name}", ANY)

    def _field(self, node: ast.Index | ast.Member) -> Value:
        if isinstance(node.object, ast.Name) and self._program.is_argument_table(node.object):
            return _ARGUMENT
        table = self.of(node.object)
        reply = table.pure_reply
        if reply is None:
            return ANY
        if isinstance(node, ast.Member):
            field = node.field.name
            if self._may_be_error(table.source):
                return ANY
            return _FIELDS.get(reply.shape, ANY) if field == _FIELD_OF.get(reply.shape, reply.shape) else ANY
        key = self.of(node.key)
        if reply.shape in ("cursor", "status") and self._may_be_error(table.source):
            return ANY
        if reply.shape == "cursor":
            return Value(_STRING.types, reply=Reply("string"), source=table.source) if key.const == 1 else ANY
        if reply.shape == "status":
            return _STRING if key.const == b"ok" else ANY
        if not key.only("number"):
            return ANY
        return self._tested_element(node, self._element(table, node.object, key.const))

    def _may_be_error(self, source: ast.Expression | None) -> bool:
        """Whether a table may also be what ``redis.pcall`` gives for an error."""
        site = self._program.call_sites.get(source) if isinstance(source, ast.Call) else None
        return site is not None and site.how == "pcall"

    def _tested_element(self, node: ast.Index, value: Value) -> Value:
        """An element, less what tests of it rule out: ``if reply[1] then``."""
        if not isinstance(node.object, ast.Name) or not isinstance(node.key, ast.Number) or not value.known:
            return value
        variable = self._program.variable(node.object)
        if variable is None or variable.mutations or not value.types & FALSY:
            return value
        place = Place(variable, node.key.value)
        arrivals = self._program.flow.reaching.of(node.object, place, node)
        types = ALL if arrivals is None else left_of(arrivals)
        return value.within(types & allowed_at(self._program, node, place)) or value


_HOW: Final[dict[type, Callable[[Values, Any], Value]]] = {
    ast.Name: Values._name,
    ast.String: Values._string,
    ast.Index: Values._field,
    ast.Member: Values._field,
    ast.Call: Values._call,
    ast.Number: Values._number,
    ast.Binary: Values._binary,
    ast.Unary: Values._unary,
    ast.MethodCall: Values._method,
    ast.Boolean: Values._boolean,
    ast.Paren: Values._paren,
}


def _joined(values: list[Value]) -> Value:
    if not values or not all(value.known for value in values):
        return ANY
    types = frozenset[str]().union(*(value.types for value in values))
    if len(values) == 1:
        return values[0]
    replies = [value for value in values if value.reply is not None]
    if len({value.reply for value in replies}) == 1:
        return Value(types, reply=replies[0].reply, source=replies[0].source)
    return Value(types, argument=any(value.argument for value in values))
