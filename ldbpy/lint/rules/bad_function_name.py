"""A name that functions cannot have.

## What it does

Looks at the names given to `redis.register_function`.

## Why

Letters, digits and `_` are allowed: the server refuses to load the library.

## Example

```lua fails on=redis>=7.0,valkey run=load
#!lua name=mylib
redis.register_function('my-function', function() return 1 end)
```

## Use instead

```lua
#!lua name=mylib
redis.register_function('my_function', function() return 1 end)
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import registrations
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("bad-function-name", "RL904", Group.CORRECTNESS, Severity.ERROR, needs=(b"register_function",))


_NAME: Final = re.compile(rb"[A-Za-z0-9_]+")


def check(program: Program) -> Iterator[Report]:
    """Look at every registration."""
    for each in registrations(program):
        literal = program.literal(each.name) if each.name is not None else None
        if isinstance(literal, ast.String) and not _NAME.fullmatch(literal.value):
            yield Report.at(literal, "the name of a function has letters, digits and _ only")
