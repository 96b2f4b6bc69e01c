"""Two functions of one name.

## What it does

Finds names that a library registers twice.

## Why

The server refuses to load the library.

## Example

```lua fails on=redis>=7.0,valkey run=load
#!lua name=mylib
redis.register_function('f', function() return 1 end)
redis.register_function('f', function() return 2 end)
```

## Use instead

```lua
#!lua name=mylib
redis.register_function('f', function() return 1 end)
redis.register_function('g', function() return 2 end)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import registrations
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("duplicate-function", "RL905", Group.CORRECTNESS, Severity.ERROR, needs=(b"register_function",))


def check(program: Program) -> Iterator[Report]:
    """Compare the names."""
    seen: dict[bytes, ast.Expression] = {}
    for each in registrations(program):
        literal = program.literal(each.name) if each.name is not None else None
        if not isinstance(literal, ast.String):
            continue
        first = seen.setdefault(literal.value, literal)
        if first is not literal:
            labels = (Label(first.start, first.end, "the first"),)
            yield Report.at(literal, f"there is a function {program.text(literal)} already", labels=labels)
