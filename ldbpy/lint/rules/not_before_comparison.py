"""A not that is for the first word only.

## What it does

Finds `not a == b` and `not a ~= b`.

## Why

It is read as `(not a) == b`, which compares a boolean.

## Example

```lua
if not KEYS[1] == 'x' then
  return 1
end
return 0
```

## Use instead

```lua
if KEYS[1] ~= 'x' then
  return 1
end
return 0
```

## Known limits

`not a == not b` and comparisons with a boolean are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "not-before-comparison",
    "RL034",
    Group.LUA,
    Severity.WARNING,
    fixable=True,
    needs=(b"not", (b"==", b"~=", b"<", b">")),
)


def check(program: Program) -> Iterator[Report]:
    """Look at the left side of every comparison."""
    for node in program.of(ast.Binary):
        left = node.left
        if node.operator not in ("==", "~=", "<", ">", "<=", ">=") or not isinstance(left, ast.Unary):
            continue
        if left.operator != "not" or not program.value(node.right).never("true", "false"):
            continue
        operator = {"==": b"~=", "~=": b"=="}.get(node.operator)
        fix = None
        if operator is not None:
            end = node.operator_start + 2
            fix = Fix((Edit(left.start, left.operand.start, b""), Edit(node.operator_start, end, operator)), safe=False)
        yield Report.at(node, "not is for the first word only: this compares a boolean", "write not (a == b)", fix=fix)
