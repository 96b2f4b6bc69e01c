"""A call that does nothing but give a value, which is not used.

## What it does

Finds statements such as `tonumber(x)`, `s:gsub('a', 'b')` and `string.format(...)`.

## Why

These functions change nothing: the result is lost.

## Example

```lua args=a
local text = ARGV[1]
text:gsub('a', 'b')
return text
```

## Use instead

```lua
local text = ARGV[1]
text = text:gsub('a', 'b')
return text
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.environment import GIVES_ONLY
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("result-unused", "RL043", Group.LUA, Severity.WARNING)

_METHODS: Final = frozenset({"sub", "lower", "upper", "rep", "reverse", "len", "format", "match", "find", "byte"})


def check(program: Program) -> Iterator[Report]:
    """Look at every statement that is a call."""
    for statement in program.of(ast.CallStatement):
        call = statement.call
        name = program.builtin(call.callee) if isinstance(call, ast.Call) else _method(program, call)
        if name is None or (isinstance(call, ast.Call) and name not in GIVES_ONLY):
            continue
        helped = "write return before it" if name.endswith("_reply") else "assign it, or remove the call"
        yield Report.at(statement, f"{name} changes nothing, and what it gives is not used", helped)


def _method(program: Program, call: ast.MethodCall) -> str | None:
    text = program.value(call.object).only("string", "false", "nil")
    plain = call.method.name == "gsub" and not (call.args and isinstance(call.args[-1], ast.Function))
    return call.method.name if text and (call.method.name in _METHODS or plain) else None
