"""Random numbers that are not random.

## What it does

Finds `math.random` in scripts that never call `math.randomseed`.

## Why

The numbers follow from the start of the server or of the script: they are the same every time.

## Example

```lua
return math.random(1000)
```

## Use instead

```lua
local now = redis.call('TIME')
math.randomseed(tonumber(now[1]) * 1000000 + tonumber(now[2]))
return math.random(1000)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("random-unseeded", "RL513", Group.SUSPICIOUS, Severity.WARNING, needs=(b"random",))


def check(program: Program) -> Iterator[Report]:
    """Look for the call, and for the one that should come first."""
    calls = [(call, program.builtin(call.callee)) for call in program.of(ast.Call)]
    if any(name == "math.randomseed" for _, name in calls):
        return
    for call, name in calls:
        if name == "math.random":
            yield Report.at(call, "without a seed the numbers are the same every time", "call math.randomseed first")
