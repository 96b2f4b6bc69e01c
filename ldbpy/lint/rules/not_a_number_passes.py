"""A limit from the arguments that nan defeats.

## What it does

Finds `<`, `<=`, `>` and `>=` with `tonumber(ARGV[1])`, where the script never compares the number with itself.

## Why

`tonumber('nan')` is a number in Lua 5.1, and every comparison with it is false: a limit that is checked so is none.

## Example

```lua args=nan
local amount = tonumber(ARGV[1]) or 0
if amount > 100 then
  return redis.error_reply('ERR too much')
end
return 'fine'
```

## Use instead

```lua args=nan
local amount = tonumber(ARGV[1]) or 0
if amount ~= amount or amount > 100 then
  return redis.error_reply('ERR too much')
end
return 'fine'
```

## Known limits

Off by default: it matters where callers are not trusted.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.resolver import Variable
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("not-a-number-passes", "RL411", Group.SUSPICIOUS, Severity.INFO, on=False, needs=(b"tonumber",))


def check(program: Program) -> Iterator[Report]:
    """Look at every comparison of order."""
    tested = set(_compared_with_themselves(program))
    for node in program.of(ast.Binary):
        if node.operator not in ast.ORDER:
            continue
        for side in (node.left, node.right):
            variable = program.variable(side) if isinstance(side, ast.Name) else None
            if _is_from_argument(program, side) and variable not in tested:
                yield Report.at(side, "an argument nan makes this false", "test it: x ~= x holds for nan only")


def _compared_with_themselves(program: Program) -> Iterator[Variable]:
    for node in program.of(ast.Binary):
        if node.operator in ("==", "~=") and isinstance(node.left, ast.Name) and isinstance(node.right, ast.Name):
            variable = program.variable(node.left)
            if variable is not None and variable is program.variable(node.right):
                yield variable


def _is_from_argument(program: Program, node: ast.Expression) -> bool:
    node = program.literal(node)
    if isinstance(node, ast.Binary) and node.operator == "or":
        node = program.literal(node.left)
    if not isinstance(node, ast.Call) or program.builtin(node.callee) != "tonumber" or len(node.args) != 1:
        return False
    return program.value(node.args[0]).argument
