"""All elements of a reply become arguments at once.

## What it does

Finds `unpack` of a reply that may be of any length: `SMEMBERS`, `HGETALL`, `KEYS`, ranges over everything.

## Why

Some 8,000 values are too many for `unpack`: the script fails once the data have grown.

## Example

```lua keys="k l"
return redis.call('DEL', unpack(redis.call('SMEMBERS', KEYS[1])))
```

## Use instead

```lua
local members = redis.call('SMEMBERS', KEYS[1])
local count = 0
for i = 1, #members, 5000 do
  count = count + redis.call('DEL', unpack(members, i, math.min(i + 4999, #members)))
end
return count
```

## Known limits

What has a `LIMIT` or `COUNT`, or a range with an end, is left alone, as is what is measured with `#` anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.bounds import is_unbounded
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import reply_label
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("unbounded-unpack", "RL404", Group.SUSPICIOUS, Severity.WARNING, needs=(b"unpack",))


def check(program: Program) -> Iterator[Report]:
    """Look at what is unpacked."""
    for call in program.of(ast.Call):
        if program.builtin(call.callee) != "unpack" or len(call.args) != 1:
            continue
        value = program.value(call.args[0])
        site = program.call_sites.get(value.source) if isinstance(value.source, ast.Call) else None
        if site is None or value.pure_reply is None or not is_unbounded(site) or _is_measured(program, call.args[0]):
            continue
        told = "this fails once there are some 8,000 of them"
        labels = reply_label(call.args[0], value, "of any length")
        yield Report.at(call, told, "do it in parts: unpack(t, i, j)", labels=labels)


def _is_measured(program: Program, node: ast.Expression) -> bool:
    variable = program.variable(node) if isinstance(node, ast.Name) else None
    for read in variable.reads if variable is not None else ():
        above = program.parent(read)
        if isinstance(above, ast.Unary) and above.operator == "#" and not _is_with_zero(program, above):
            return True
    return False


def _is_with_zero(program: Program, length: ast.Unary) -> bool:
    """Whether the length is compared with 0: that says nothing about too many."""
    above = program.parent(length)
    sides = (above.left, above.right) if isinstance(above, ast.Binary) else ()
    return any(isinstance(side, ast.Number) and side.value in (0, 1) for side in sides)
