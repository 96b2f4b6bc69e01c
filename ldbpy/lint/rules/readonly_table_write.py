"""A table of the server is changed.

## What it does

Finds assignments to fields of `redis`, `string`, `_G` and others, and `rawset` and `setmetatable` on them.

## Why

They are read-only: the script fails.

## Example

```lua fails on=redis>=7.0,valkey
function string.trim(text)
  return text:match('^%s*(.-)%s*$')
end
return string.trim(' a ')
```

## Use instead

```lua
local function trim(text)
  return text:match('^%s*(.-)%s*$')
end
return trim(' a ')
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.environment import LIBRARIES
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "readonly-table-write",
    "RL505",
    Group.CORRECTNESS,
    Severity.ERROR,
    needs=((b"=", b"function", b"rawset", b"setmetatable"),),
)


_TABLES: Final = frozenset({*LIBRARIES, "_G", "server"})


def check(program: Program) -> Iterator[Report]:
    """Look at every write to a field."""
    for statement in program.of(ast.Assignment):
        for target in statement.targets:
            if isinstance(target, ast.Member | ast.Index):
                yield from _report(program, target, target.object)
    for function in program.of(ast.FunctionStatement):
        if isinstance(function.target, ast.Member):
            yield from _report(program, function.target, function.target.object)
    for call in program.of(ast.Call):
        if call.args and program.builtin(call.callee) in ("rawset", "setmetatable"):
            yield from _report(program, call, call.args[0])


def _report(program: Program, node: ast.Node, table: ast.Expression) -> Iterator[Report]:
    name = program.builtin(table)
    if name in _TABLES:
        yield Report.at(node, f"the table {name} cannot be changed", "make it a local of the script")
