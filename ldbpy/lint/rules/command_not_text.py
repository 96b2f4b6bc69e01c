"""The name of a command is no text.

## What it does

Finds `redis.call` and `redis.pcall` with a table, a boolean, a function or `nil` as the command.

## Why

The server refuses the call: its arguments must be strings or integers.

## Example

```lua fails keys=k
return redis.call({'GET', KEYS[1]})
```

## Use instead

```lua keys=k
return redis.call('GET', KEYS[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("command-not-text", "RL216", Group.CORRECTNESS, Severity.ERROR)


def check(program: Program) -> Iterator[Report]:
    """Look at the first argument of every call."""
    for site in program.call_sites.values():
        if not site.args or (site.more and len(site.args) == 1):
            continue
        if program.value(site.args[0]).never("string", "number"):
            table = isinstance(program.literal(site.args[0]), ast.Table)
            helped = "pass its elements with unpack" if table else None
            yield Report.at(site.args[0], "the name of a command must be a text", helped)
