"""A library that registers nothing.

## What it does

Finds libraries (`#!lua name=...`) without `redis.register_function`.

## Why

The server refuses them: `No functions registered`.

## Example

```lua fails on=redis>=7.0,valkey run=load
#!lua name=mylib
local function f() return 1 end
```

## Use instead

```lua
#!lua name=mylib
local function f() return 1 end
redis.register_function('f', f)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import registrations
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("library-without-function", "RL903", Group.CORRECTNESS, Severity.ERROR, needs=(b"name=",))


def check(program: Program) -> Iterator[Report]:
    """Look for a registration."""
    if program.is_library and program.chunk.shebang is not None and not any(registrations(program)):
        mentions = any(node.field.name == "register_function" for node in program.of(ast.Member))
        if not mentions:
            yield Report(*program.chunk.shebang, "the library registers no function", "call redis.register_function")
