"""An element of MGET or HMGET is compared with nil, or joined.

## What it does

Finds `table.concat` of the reply of `MGET`, `HMGET`, `ZMSCORE` and `GEOHASH`.

## Why

What is missing is `false` in these arrays, and `table.concat` refuses it.

## Example

```lua fails keys="a b"
return table.concat(redis.call('MGET', KEYS[1], KEYS[2]), ',')
```

## Use instead

```lua
local values = redis.call('MGET', KEYS[1], KEYS[2])
for i = 1, #values do
  values[i] = values[i] or ''
end
return table.concat(values, ',')
```

## Known limits

An array whose elements the script assigns or tests is left alone. That all keys exist is not known.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import reply_label
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("element-nullable", "RL316", Group.CORRECTNESS, Severity.ERROR, needs=(b"concat",))


def check(program: Program) -> Iterator[Report]:
    """Look at what is joined."""
    for call in program.of(ast.Call):
        if program.builtin(call.callee) != "table.concat" or not call.args:
            continue
        value = program.value(call.args[0])
        reply = value.pure_reply
        if reply is None or reply.element is None or not reply.element.nullable:
            continue
        if isinstance(call.args[0], ast.Name) and _is_prepared(program, call.args[0]):
            continue
        told = "what is missing is false in this array, and table.concat fails on it"
        labels = reply_label(call.args[0], value, "false for each that is missing")
        yield Report.at(call.args[0], told, "replace false by a text first", labels=labels)


def _is_prepared(program: Program, name: ast.Name) -> bool:
    variable = program.variable(name)
    return variable is None or bool(variable.mutations) or variable in program.tested
