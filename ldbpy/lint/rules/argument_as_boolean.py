"""An argument is compared with true or false.

## What it does

Finds `ARGV[1] == true` and `ARGV[1] ~= false`.

## Why

Arguments are texts, or `nil` when they are not given: never booleans.

## Example

```lua differs args=true
if ARGV[1] == true then
  return 'yes'
end
return 'no'
```

## Use instead

```lua
if ARGV[1] == 'true' then
  return 'yes'
end
return 'no'
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import comparisons
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "argument-as-boolean", "RL409", Group.CORRECTNESS, Severity.ERROR, needs=((b"true", b"false"), (b"==", b"~="))
)


def check(program: Program) -> Iterator[Report]:
    """Look at every comparison of an argument."""
    for node, side, other in comparisons(program, "==", "~="):
        value = program.value(side)
        if value.argument and value.only("string", "nil") and isinstance(other, ast.Boolean):
            word = "true" if other.value else "false"
            told = f"arguments are texts: this test {'never' if node.operator == '==' else 'always'} holds"
            yield Report.at(node, told, f"compare with a text, as '{word}' or '1'")
