"""Where the text of a key comes from: KEYS, ARGV, the script itself, or data of the server.

Followed through locals, elements, fields that are given once, ``..`` and string functions, and what local functions get
and give. A value of several origins has them all.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from ldbpy.lint.analysis.tables import FieldKey, constant_key, given_to_fields
from ldbpy.script import ast

if TYPE_CHECKING:
    from ldbpy.lint.analysis.program import Program
    from ldbpy.lint.analysis.resolver import Variable, Write

__all__ = ["Origin", "Origins", "Source"]


class Source(StrEnum):
    """Who a text is from."""

    SCRIPT = "script"
    KEYS = "KEYS"
    ARGUMENT = "ARGV"
    DATA = "data"
    UNKNOWN = "unknown"


class Origin(NamedTuple):
    """Where a value comes from. ``built``: made of parts, and not one of them as it is."""

    sources: frozenset[Source]
    built: bool = False

    def only(self, *sources: Source) -> bool:
        """Whether it comes from these and nowhere else."""
        return self.sources <= set(sources)


_NOWHERE: Final = Origin(frozenset())
_UNKNOWN: Final = Origin(frozenset({Source.UNKNOWN}))
_SCRIPT: Final = Origin(frozenset({Source.SCRIPT}))
_TABLES: Final = {"KEYS": Origin(frozenset({Source.KEYS})), "ARGV": Origin(frozenset({Source.ARGUMENT}))}
_DATA: Final = Origin(frozenset({Source.DATA}))
_SAME: Final = frozenset(
    {"tostring", "tonumber", "assert", "cjson.decode", "cmsgpack.unpack", "unpack", "table.remove"}
)
"""Functions that give what they get, or what was in it."""
_BUILD: Final = frozenset(
    {
        "string.format",
        "string.sub",
        "string.gsub",
        "string.lower",
        "string.upper",
        "string.rep",
        "string.match",
        "string.reverse",
        "table.concat",
        "cjson.encode",
        "redis.sha1hex",
        "math.floor",
        "math.ceil",
    }
)
_DEEPEST: Final = 40


class Origins:
    """Finds origins, each once."""

    def __init__(self, program: Program) -> None:
        self._program: Final = program
        self._found: Final[dict[ast.Node, Origin]] = {}
        self._fields: Final[dict[ast.Table, dict[FieldKey | None, list[ast.Expression]]]] = {}
        self._joined: Final[dict[ast.Expression, Origin]] = {}
        self._depth = 0

    def of(self, node: ast.Expression) -> Origin:
        """Where the value of an expression comes from."""
        found = self._found.get(node)
        if found is None:
            if self._depth >= _DEEPEST:
                return _UNKNOWN
            self._depth += 1
            self._found[node] = _NOWHERE  # meanwhile: what goes in circles adds nothing
            found = self._origin(node)
            self._depth -= 1
            self._found[node] = found
        return found

    def _origin(self, node: ast.Expression) -> Origin:
        match node:
            case ast.String() | ast.Number() | ast.Boolean() | ast.Nil():
                return _SCRIPT
            case ast.Paren():
                return self.of(node.expression)
            case ast.Name():
                return self._name(node)
            case ast.Binary(operator="and"):
                return self.of(node.right)
            case ast.Binary(operator="or"):
                return _union([self.of(node.left), self.of(node.right)])
            case ast.Binary():
                return _built([self.of(node.left), self.of(node.right)])
            case ast.Index() | ast.Member():
                return self._field(node)
            case ast.Table():
                return _union([self.of(value) for _, value in given_to_fields(self._program, None, node)])
            case ast.Call():
                return self._call(node)
            case ast.MethodCall():
                return _built([self.of(node.object), *map(self.of, node.args)])
            case _:
                return _UNKNOWN

    def _name(self, node: ast.Name) -> Origin:
        variable = self._program.variable(node)
        if variable is None:
            return _TABLES.get(node.name, _UNKNOWN)
        writes = variable.writes
        if len(writes) > 1:
            arrivals = self._program.arrivals(node, variable)
            writes = writes if arrivals is None else [each.write for each in arrivals if each.write is not None]
        return _union([self._given(variable, write) for write in writes]) if writes else _UNKNOWN

    def _given(self, variable: Variable, write: Write) -> Origin:
        if write is variable.writes[0] and variable.kind in ("param", "self"):
            return self._parameter(variable)
        if write is variable.writes[0] and variable.kind == "loop":
            return self._loop(variable, write.statement)
        return _SCRIPT if write.value is None else self.of(write.value)

    def _parameter(self, variable: Variable) -> Origin:
        function = variable.function
        if self._program.is_library and function is not None and variable.declared in function.params[:2]:
            callback = any(each.callback is function for each in self._program.registrations)
            if callback:
                return _TABLES["KEYS" if variable.declared is function.params[0] else "ARGV"]
        passed = self._program.passed(variable)
        return _union([_SCRIPT if each is None else self.of(each) for each in passed]) if passed else _UNKNOWN

    def _loop(self, variable: Variable, statement: ast.Node) -> Origin:
        if isinstance(statement, ast.NumericFor):
            return _SCRIPT
        if not isinstance(statement, ast.GenericFor) or not statement.values:
            return _UNKNOWN
        iterated = statement.values[0]
        if not isinstance(iterated, ast.Call) or not iterated.args:
            return _UNKNOWN
        name = self._program.builtin(iterated.callee)
        if name == "ipairs" and statement.names[0] is variable.declared:
            return _SCRIPT
        return self.of(iterated.args[0]) if name in ("ipairs", "pairs") else _UNKNOWN

    def _field(self, node: ast.Index | ast.Member) -> Origin:
        table = self._program.literal(node.object)
        if not isinstance(table, ast.Table):
            return self.of(node.object)
        variable = self._program.variable(node.object) if isinstance(node.object, ast.Name) else None
        if table not in self._fields:
            self._fields[table] = {}
            for key, value in given_to_fields(self._program, variable, table):
                self._fields[table].setdefault(key, []).append(value)
        fields, field = self._fields[table], constant_key(node)
        which = fields if field is None else [key for key in (field, None) if key in fields]
        given = [self._all_of(fields[key]) for key in which]
        return _union(given) if given else _UNKNOWN

    def _all_of(self, values: list[ast.Expression]) -> Origin:
        """Where any of what a field is given comes from: found for the first, and kept there."""
        first = values[0]
        if len(values) > 1 and first not in self._joined:
            self._joined[first] = _NOWHERE
            self._joined[first] = _union([self.of(value) for value in values])
        return self._joined.get(first) or self.of(first)

    def _call(self, node: ast.Call) -> Origin:
        if node in self._program.call_sites:
            return _DATA
        name = self._program.builtin(node.callee)
        if name in _SAME and node.args:
            return self.of(node.args[0])
        if name in _BUILD:
            return _built([self.of(arg) for arg in node.args])
        function = self._program.function(node.callee) if name is None else None
        returns = self._program.returns(function) if function is not None else ()
        return _union([self.of(each.values[0]) for each in returns if each.values]) if returns else _UNKNOWN


def _union(origins: list[Origin]) -> Origin:
    sources = frozenset[Source]().union(*(origin.sources for origin in origins))
    return Origin(sources, any(origin.built for origin in origins))


def _built(origins: list[Origin]) -> Origin:
    return _union(origins)._replace(built=True)
