"""A division by zero.

## What it does

Finds `x / 0` and `x % 0`, but not `0/0` and `1/0`, which are ways to write no number and infinity.

## Why

The result is infinite or no number, and becomes a huge negative integer on its way to the client.

## Example

```lua
return #KEYS / 0
```

## Use instead

```lua
return #KEYS
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("divided-by-zero", "RL037", Group.LUA, Severity.WARNING, needs=((b"/", b"%"), b"0"))


def check(program: Program) -> Iterator[Report]:
    """Look at every division."""
    for node in program.of(ast.Binary):
        if node.operator not in ("/", "%") or not isinstance(node.right, ast.Number) or node.right.value != 0:
            continue
        if node.operator == "%" or not isinstance(node.left, ast.Number):
            yield Report.at(node, "this divides by zero")
