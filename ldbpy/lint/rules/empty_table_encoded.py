"""An empty list becomes an object in JSON.

## What it does

Finds `cjson.encode({})`, and `cjson.encode` of a table that starts empty and gets elements appended in a loop or a
branch, where the script never looks at its length.

## Why

`cjson` writes `{}` for an empty table, not `[]`: whoever reads that as a list fails, and only when it is empty.

## Example

```lua
local ids = {}
for i, key in ipairs(KEYS) do
  table.insert(ids, key)
end
return cjson.encode(ids)
```

## Use instead

```lua
local ids = {}
for i, key in ipairs(KEYS) do
  table.insert(ids, key)
end
return #ids == 0 and '[]' or cjson.encode(ids)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import is_length
from ldbpy.lint.analysis.resolver import Variable
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("empty-table-encoded", "RL701", Group.SUSPICIOUS, Severity.WARNING, needs=(b"encode", b"{"))


def check(program: Program) -> Iterator[Report]:
    """Look at what is encoded."""
    for call in program.of(ast.Call):
        if program.builtin(call.callee) != "cjson.encode" or not call.args:
            continue
        arg = call.args[0]
        table = program.literal(arg)
        if not isinstance(table, ast.Table) or table.items:
            continue
        variable = program.variable(arg) if isinstance(arg, ast.Name) else None
        if variable is None:
            yield Report.at(call, "this is {}, not []", "write '[]' if a list is meant")
        elif _is_list(program, variable, call):
            yield Report.at(call, "if the list is empty this is {}, not []", "write '[]' for an empty list")


def _is_list(program: Program, variable: Variable, call: ast.Call) -> bool:
    """Whether all that happens to the table is that it may get elements appended."""
    appended = []
    for mutation in variable.mutations:
        target = program.parent(mutation)
        if not isinstance(target, ast.Index) or not program.value(target.key).only("number"):
            return False
        appended.append(program.parent(target))
    for read in variable.reads:
        above = program.parent(read)
        if isinstance(above, ast.Call) and program.builtin(above.callee) == "table.insert":
            appended.append(program.parent(above))
        elif above is not call and not (is_length(above) and _is_in_target(program, above)):
            return False
    home = program.parent(variable.writes[0].statement)
    return bool(appended) and all(
        statement is not None and program.parent(statement) is not home for statement in appended
    )


def _is_in_target(program: Program, node: ast.Node | None) -> bool:
    """Whether an expression is a part of ``t[...]`` on the left of an assignment."""
    while isinstance(node, ast.Expression):
        below, node = node, program.parent(node)
        if isinstance(node, ast.Assignment):
            return any(below is target for target in node.targets)
    return False
