"""KEYS or ARGV is changed.

## What it does

Finds assignments to elements of `KEYS` and `ARGV`, and `table.insert`, `table.remove` and `table.sort` of them.

## Why

What follows no longer shows which keys the caller declared, and places mean something else than at the beginning.

## Example

```lua keys=k args="a b"
local first = table.remove(ARGV, 1)
return {first, ARGV[1]}
```

## Use instead

```lua keys=k args="a b"
local first, second = ARGV[1], ARGV[2]
return {first, second}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("arguments-changed", "RL412", Group.SUSPICIOUS, Severity.INFO, needs=((b"keys", b"argv"),))


_TABLES: Final = frozenset({"KEYS", "ARGV"})
_CHANGING: Final = frozenset({"table.insert", "table.remove", "table.sort"})


def check(program: Program) -> Iterator[Report]:
    """Look at what is assigned to, and at the functions that change tables."""
    for statement in program.of(ast.Assignment):
        for target in statement.targets:
            if isinstance(target, ast.Index | ast.Member) and program.builtin(target.object) in _TABLES:
                yield _report(target, program.builtin(target.object))
    for call in program.of(ast.Call):
        if call.args and program.builtin(call.callee) in _CHANGING and program.builtin(call.args[0]) in _TABLES:
            yield _report(call, program.builtin(call.args[0]))


def _report(node: ast.Node, table: str | None) -> Report:
    return Report.at(node, f"from here on {table} is not what the caller gave", "use a local variable")
