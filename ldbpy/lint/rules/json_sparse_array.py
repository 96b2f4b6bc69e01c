"""Numbers as keys become a list with holes in JSON.

## What it does

Finds `cjson.encode` of tables whose keys are numbers from elsewhere (`tonumber(...)`) or constants that leave holes.

## Why

`cjson` writes a list: `{[10] = 'x'}` has nine `null` before the value, and with larger gaps it is an error,
`excessively sparse array`.

## Example

```lua args="1000 x"
local names = {}
names[tonumber(ARGV[1])] = ARGV[2]
return cjson.encode(names)
```

## Use instead

```lua args="1000 x"
local names = {}
names[ARGV[1]] = ARGV[2]
return cjson.encode(names)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.constants import constant
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("json-sparse-array", "RL704", Group.SUSPICIOUS, Severity.WARNING, needs=(b"encode", b"{"))


def check(program: Program) -> Iterator[Report]:
    """Look at the keys of the tables that are encoded."""
    calls = [(call, program.builtin(call.callee)) for call in program.of(ast.Call)]
    if any(name == "cjson.encode_sparse_array" for _, name in calls):
        return
    for call, name in calls:
        table = program.literal(call.args[0]) if name == "cjson.encode" and call.args else None
        if isinstance(table, ast.Table):
            hole = next((key for key in _keys(program, call.args[0], table) if _leaves_hole(program, key, table)), None)
            if hole is not None:
                labels = (Label(hole.start, hole.end, "a number as key"),)
                yield Report.at(
                    call, "this is a list with holes, or an error", "use tostring(...) as key", labels=labels
                )


def _keys(program: Program, node: ast.Expression, table: ast.Table) -> Iterator[ast.Expression]:
    for item in table.items:
        if isinstance(item, ast.KeyedItem):
            yield item.key
    variable = program.variable(node) if isinstance(node, ast.Name) else None
    for mutation in variable.mutations if variable is not None else ():
        target = program.parent(mutation)
        if isinstance(target, ast.Index):
            yield target.key


def _leaves_hole(program: Program, key: ast.Expression, table: ast.Table) -> bool:
    value = constant(program, key)
    if value is not None:
        # cjson takes a few holes in small tables: the limit is an index above ten and twice the number of elements.
        return value.is_integer() and value > max(10, 2 * (len(table.items) + 1))
    source = program.literal(key)
    return isinstance(source, ast.Call) and program.builtin(source.callee) == "tonumber"
