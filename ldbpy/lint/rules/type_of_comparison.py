"""The type of a comparison is asked for.

## What it does

Finds `type(x == 'table')`.

## Why

It is always `'boolean'`, which is true: a parenthesis is in the wrong place.

## Example

```lua args=1
if type(ARGV[1] == 'string') then
  return 1
end
return 0
```

## Use instead

```lua
if type(ARGV[1]) == 'string' then
  return 1
end
return 0
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("type-of-comparison", "RL036", Group.LUA, Severity.WARNING, needs=(b"type", (b"==", b"~=")))


def check(program: Program) -> Iterator[Report]:
    """Look at every ``type``."""
    for call in program.of(ast.Call):
        arg = call.args[0] if len(call.args) == 1 else None
        if isinstance(arg, ast.Binary) and arg.operator in ("==", "~=") and program.builtin(call.callee) == "type":
            yield Report.at(call, "this is always 'boolean'", "write type(x) == ...")
