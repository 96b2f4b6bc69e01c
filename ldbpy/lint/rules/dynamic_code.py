"""Code is made while the script runs.

## What it does

Finds `loadstring` and `load`.

## Why

Nobody can check what runs; if it comes from ARGV or from the data, whoever writes it there decides.

## Example

```lua args=return
local f = loadstring(ARGV[1])
return f and 1
```

## Use instead

```lua
return 1
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("dynamic-code", "RL511", Group.SUSPICIOUS, Severity.WARNING, needs=(b"load",))


def check(program: Program) -> Iterator[Report]:
    """Look for the calls."""
    for call in program.of(ast.Call):
        name = program.builtin(call.callee)
        if name in ("load", "loadstring"):
            yield Report.at(call.callee, f"{name} runs code that is not in the script")
