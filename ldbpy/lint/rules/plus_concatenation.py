"""Texts added with plus.

## What it does

Finds `+` with a literal text that is no number.

## Why

`+` calculates: `attempt to perform arithmetic on a string value`. Texts are joined with `..`.

## Example

```lua fails args=7
return 'user:' + ARGV[1]
```

## Use instead

```lua
return 'user:' .. ARGV[1]
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("plus-concatenation", "RL007", Group.CORRECTNESS, Severity.ERROR, fixable=True, needs=(b"+",))


_NUMBER: Final = rb"(?i)\s*[-+]?(?:0x[0-9a-f]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?)\s*"


def check(program: Program) -> Iterator[Report]:
    """Look at the operands of every ``+``."""
    for node in program.of(ast.Binary):
        if node.operator != "+":
            continue
        texts = [side for side in (node.left, node.right) if isinstance(side, ast.String)]
        if any(not re.fullmatch(_NUMBER, text.value) for text in texts):
            edit = Edit(node.operator_start, node.operator_start + 1, b"..")
            yield Report.at(node, "+ does not join texts", "write ..", fix=Fix((edit,), safe=True))
