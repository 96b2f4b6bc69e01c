"""A flat array is gone through as if it were a map.

## What it does

Finds `for name, value in pairs(reply)` and `ipairs`, where the reply holds name, value, name, value: `HGETALL`, ranges
`WITHSCORES`.

## Why

The first variable is the position, the second a name and then a value in turn.

## Example

```lua keys=k setup="HSET k a 1"
local sum = 0
for field, value in pairs(redis.call('HGETALL', KEYS[1])) do
  sum = sum + #field + #value
end
return sum
```

## Use instead

```lua
local all = redis.call('HGETALL', KEYS[1])
local sum = 0
for i = 1, #all, 2 do
  sum = sum + #all[i] + #all[i + 1]
end
return sum
```

## Known limits

Only where the first variable is used as a name: joined to a text, passed to a command, its length taken.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "pairs-as-map",
    "RL315",
    Group.SUSPICIOUS,
    Severity.WARNING,
    needs=(b"for", b"pairs", (b"hgetall", b"withscores", b"withvalues", b"zpop")),
)


def check(program: Program) -> Iterator[Report]:
    """Look at every loop over an array of pairs."""
    for loop in program.of(ast.GenericFor):
        call = loop.values[0] if len(loop.values) == 1 else None
        if not isinstance(call, ast.Call) or not call.args or len(loop.names) != 2:
            continue
        if program.builtin(call.callee) not in ("pairs", "ipairs"):
            continue
        reply = program.value(call.args[0]).pure_reply
        if reply is None or not reply.pairs or not _used_as_name(program, loop.names[0]):
            continue
        told = f"{loop.names[0].name} is a position here, not a name: the array holds name, value, name, value"
        yield Report.at(loop.names[0], told, "for i = 1, #t, 2 do local name, value = t[i], t[i + 1] ... end")


def _used_as_name(program: Program, name: ast.Name) -> bool:
    variable = program.variable(name)
    for read in variable.reads if variable is not None else ():
        above = program.parent(read)
        if isinstance(above, ast.Binary) and above.operator == "..":
            return True
        if isinstance(above, ast.Unary) and above.operator == "#":
            return True
        if isinstance(above, ast.Call) and above in program.call_sites and read is not above.callee:
            return True
    return False
