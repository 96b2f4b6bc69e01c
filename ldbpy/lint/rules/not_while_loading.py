"""A library does something while it is loaded.

## What it does

Finds `redis.call`, `string`, `math`, `cjson` and others outside of functions in a library.

## Why

While a library is loaded there is `redis.register_function` and `redis.log` and little else: the library is refused.

## Example

```lua fails on=redis>=7.0,valkey run=load
#!lua name=mylib
local limit = math.floor(10.5)
redis.register_function('f', function() return limit end)
```

## Use instead

```lua
#!lua name=mylib
redis.register_function('f', function() return math.floor(10.5) end)
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.environment import globals_of
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("not-while-loading", "RL907", Group.CORRECTNESS, Severity.ERROR, needs=(b"name=",))


_KNOWN: Final = frozenset({"redis", "server"})


def check(program: Program) -> Iterator[Report]:
    """Look at the globals that are used outside of functions."""
    if not program.is_library:
        return
    for name in program.resolved.global_reads:
        if program.resolved.functions.get(name) is None and name.name not in _KNOWN and _is_global(program, name):
            yield Report.at(name, f"'{name.name}' is not there while a library is loaded", "use it inside a function")
    for node in program.of(ast.Call):
        called = program.builtin(node.callee)
        if called in ("redis.call", "redis.pcall") and program.resolved.functions.get(node) is None:
            yield Report.at(node.callee, f"{called} is not there while a library is loaded", "use it inside a function")


def _is_global(program: Program, name: ast.Name) -> bool:
    return any(name.name in globals_of(flavor, library=False) for flavor in program.targets.flavors)
