"""A value that is overwritten, or given up, before anything reads it.

## What it does

Finds values of locals that no way through the function uses, though the local is used elsewhere.

## Why

Most often the wrong variable was written, or a line is left over.

## Example

```lua
local n = #KEYS
n = #ARGV
return n
```

## Use instead

```lua
local n = #ARGV
return n
```

## Known limits

Locals that an inner function uses are left alone, and first values such as `nil`, `false`, `0`, `''` and `{}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.resolver import Write
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("unused-assignment", "RL023", Group.LUA, Severity.WARNING, needs=(b"=",))


def check(program: Program) -> Iterator[Report]:
    """Ask the flow for writes that nothing uses."""
    for variable, write in program.flow.unused_writes:
        if not variable.reads or variable.kind not in ("local", "param") or variable.name.startswith("_"):
            continue
        if write.statement is program.parent(variable.declared) and _is_plain(write):
            continue
        if variable.kind == "param" and write.value is None and isinstance(write.statement, ast.Function):
            continue
        if isinstance(write.statement, ast.Local | ast.Assignment) and _in_list(write.statement):
            continue
        yield Report.at(write.name, f"nothing uses this value of '{variable.name}'", "remove it")


def _is_plain(write: Write) -> bool:
    """Whether the value is one that variables begin with for good measure."""
    value = write.value
    if value is None or isinstance(value, ast.Nil | ast.Boolean):
        return True
    if isinstance(value, ast.Number):
        return value.value in (0, 1)
    return (isinstance(value, ast.String) and not value.value) or (isinstance(value, ast.Table) and not value.items)


def _in_list(statement: ast.Local | ast.Assignment) -> bool:
    targets = statement.names if isinstance(statement, ast.Local) else statement.targets
    return len(targets) > 1
