"""A local is declared twice in one block.

## What it does

Finds `local x` where `x` is a local of the same block already.

## Why

It is a new variable: what was meant is most likely an assignment. Inner functions go on using the first.

## Example

```lua
local n = 1
local n = 2
return n
```

## Use instead

```lua
local n = 1
n = n + 1
return n
```

## Known limits

Names that begin with `_` are left alone, as is a declaration whose value uses the first one.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.resolver import Variable
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("redefined-variable", "RL028", Group.LUA, Severity.WARNING, needs=(b"local",))


def check(program: Program) -> Iterator[Report]:
    """Look at every variable."""
    for variable in program.resolved.variables:
        outer = variable.outer
        if outer is None or variable.name.startswith("_") or variable.kind not in ("local", "function"):
            continue
        one, other = program.parent(variable.declared), program.parent(outer.declared)
        if one is None or other is None or isinstance(other, ast.GenericFor | ast.NumericFor | ast.Function):
            continue
        if program.parent(one) is program.parent(other) and one is not other and not _builds_on(one, outer):
            labels = (Label(outer.declared.start, outer.declared.end, "the first"),)
            yield Report.at(
                variable.declared, f"'{variable.name}' is declared already", "leave out local", labels=labels
            )


def _builds_on(statement: ast.Node, outer: Variable) -> bool:
    """Whether the new value is made of the old one."""
    return any(isinstance(node, ast.Name) and node in outer.reads for node in ast.walk(statement))
