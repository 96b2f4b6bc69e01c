"""A field that a table of the server does not have.

## What it does

Finds `redis.cal`, `string.split`, `table.pack`, `cjson.empty_array` and others that are `nil`, and methods that texts
do not have: `ARGV[1]:split(...)`.

## Why

To call one is an error; to pass one as a level or flag is one, too.

## Example

```lua fails args=a,b
return table.concat(string.split(ARGV[1], ','), ';')
```

## Use instead

```lua
return (string.gsub(ARGV[1], ',', ';'))
```

## Known limits

Fields that the script tests for, as in `redis.setresp and ...`, are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from ldbpy.flavors import FLAVORS, Flavor
from ldbpy.lint.analysis.environment import LIBRARIES, fields_of, globals_of
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import close_name, conditions
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.lint.targets import Targets, names
from ldbpy.script import ast

RULE = Rule("unknown-api-field", "RL504", Group.CORRECTNESS, Severity.ERROR)


_HELP: Final = {
    "table.unpack": "use unpack",
    "table.pack": "write {...}",
    "os.time": "use redis.call('TIME')",
    "os.date": "use redis.call('TIME')",
    "bit.xor": "use bit.bxor",
    "bit.and": "use bit.band",
    "string.split": "use string.gmatch(text, '[^,]+')",
    "string.trim": "use text:match('^%s*(.-)%s*$')",
    "math.trunc": "use math.floor, or math.ceil for negative numbers",
    "math.round": "use math.floor(x + 0.5)",
}


def check(program: Program) -> Iterator[Report]:
    """Look at the fields of the server's tables."""
    library = program.is_library
    nodes: list[ast.Member | ast.Index] = [*program.of(ast.Member), *program.of(ast.Index)]
    tested = set(conditions(program))
    for node in nodes:
        table = program.builtin(node.object)
        if table not in LIBRARIES:
            continue
        field = _field(node)
        lacking = _lacking(program.targets, table, field, library) if field is not None else ()
        if not lacking or node in tested or _is_written(program, node):
            continue
        if library and field in ("breakpoint", "debug", "replicate_commands"):
            continue
        yield _report(program, node, f"{table}.{field}", lacking)
    for call in program.of(ast.MethodCall):
        name = call.method.name
        if _is_text(program, call.object) and not _has("string", name, program.targets.flavors[0], library):
            close = close_name(name, fields_of("string", program.targets.flavors[0], library=library) or ())
            helped = _HELP.get(f"string.{name}") or (f"did you mean {close}?" if close else None)
            yield Report.at(call.method, f"a text has no method {name}: the call fails", helped)


def _is_text(program: Program, node: ast.Expression) -> bool:
    value = program.value(node)
    return "string" in value.types and value.only("string", "nil", "false")


@lru_cache(1024)
def _lacking(targets: Targets, table: str, field: str, library: bool) -> tuple[Flavor, ...]:
    """The servers that do not have it; none if that does not matter."""
    return targets.where(lambda flavor: not _has(table, field, flavor, library))


def _has(table: str, field: str, flavor: Flavor, library: bool) -> bool:
    if table == "os" and table not in globals_of(flavor, library=library):
        return field == "clock"
    if field in LIBRARIES[table]:
        return True
    fields = fields_of(table, flavor, library=library)
    return fields is None or field in fields


def _report(program: Program, node: ast.Member | ast.Index, name: str, lacking: Sequence[Flavor]) -> Report:
    table, _, field = name.partition(".")
    having = [flavor for flavor in FLAVORS.values() if _has(table, field, flavor, program.is_library)]
    if having:
        return Report.at(node, f"{names(lacking)}: there is no {name}", f"known to have it: {names(having)}")
    close = close_name(field, fields_of(table, program.targets.flavors[0], library=program.is_library) or ())
    helped = _HELP.get(name) or (f"did you mean {table}.{close}?" if close else None)
    return Report.at(node, f"there is no {name}: it is nil", helped)


def _field(node: ast.Member | ast.Index) -> str | None:
    if isinstance(node, ast.Member):
        return node.field.name
    return node.key.value.decode("latin-1") if isinstance(node.key, ast.String) else None


def _is_written(program: Program, node: ast.Expression) -> bool:
    above = program.parent(node)
    if isinstance(above, ast.FunctionStatement):
        return True
    return isinstance(above, ast.Assignment) and any(node is target for target in above.targets)
