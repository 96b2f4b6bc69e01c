"""A condition that was tested before.

## What it does

Finds `elseif` with a condition that an earlier clause of the same `if` has.

## Why

Its branch never runs.

## Example

```lua
local n = #KEYS
if n == 1 then
  return 'one'
elseif n == 1 then
  return 'two'
end
```

## Use instead

```lua
local n = #KEYS
if n == 1 then
  return 'one'
elseif n == 2 then
  return 'two'
end
```

## Known limits

Conditions that call something are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import said
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("same-conditions", "RL033", Group.LUA, Severity.WARNING, needs=(b"elseif",))


def check(program: Program) -> Iterator[Report]:
    """Compare the conditions of every ``if``."""
    for node in program.of(ast.If):
        firsts: dict[object, ast.Expression] = {}
        for clause in node.clauses:
            told = said(program, clause.test)
            first = firsts.setdefault(told, clause.test) if told is not None else clause.test
            if first is not clause.test:
                labels = (Label(first.start, first.end, "here"),)
                yield Report.at(clause.test, "this was tested before: the branch never runs", labels=labels)
