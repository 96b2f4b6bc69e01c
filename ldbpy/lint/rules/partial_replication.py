"""What the script writes does not reach the replicas.

## What it does

Finds `redis.set_repl` with anything but `redis.REPL_ALL`.

## Why

The replicas, or the append-only file, miss what is written from there on, and differ from then on.

## Example

```lua keys=k
redis.set_repl(redis.REPL_NONE)
return redis.call('SET', KEYS[1], 'v')
```

## Use instead

```lua
return redis.call('SET', KEYS[1], 'v')
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("partial-replication", "RL509", Group.SUSPICIOUS, Severity.WARNING, needs=(b"set_repl",))


def check(program: Program) -> Iterator[Report]:
    """Look for the call."""
    for call in program.of(ast.Call):
        if program.builtin(call.callee) != "redis.set_repl" or not call.args:
            continue
        level = program.builtin(call.args[0])
        if level != "redis.REPL_ALL":
            yield Report.at(call, "replicas or the append-only file will not have what is written after this")
