"""The element at 0.

## What it does

Finds `KEYS[0]`, `ARGV[0]` and the element at 0 of array replies.

## Why

Lua counts from 1: it is always `nil`.

## Example

```lua fails keys=k
return redis.call('GET', KEYS[0])
```

## Use instead

```lua
return redis.call('GET', KEYS[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("zero-index", "RL006", Group.CORRECTNESS, Severity.ERROR, needs=(b"0",))


def check(program: Program) -> Iterator[Report]:
    """Look at every index."""
    for node in program.of(ast.Index):
        if not isinstance(node.key, ast.Number) or node.key.value != 0:
            continue
        reply = program.value(node.object).pure_reply
        if program.is_argument_table(node.object) or (reply is not None and reply.shape in ("array", "cursor")):
            yield Report.at(node, "there is nothing at 0: Lua counts from 1", "take the element at 1")
