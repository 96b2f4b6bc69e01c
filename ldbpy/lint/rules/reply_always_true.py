"""A reply used as a condition that always holds.

## What it does

Finds numbers, arrays and status tables from commands where only their truth counts: in `if`, `while`, `until`, `not`,
and in `and` and `or` there.

## Why

In Lua `0` and `{}` are true. `EXISTS` gives 0 or 1, and both let the script in.

## Example

```lua differs keys=missing
if redis.call('EXISTS', KEYS[1]) then
  return 'there'
end
return 'gone'
```

## Use instead

```lua
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 'there'
end
return 'gone'
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import conditions, reply_label
from ldbpy.lint.analysis.values import Value
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "reply-always-true", "RL302", Group.CORRECTNESS, Severity.ERROR, needs=((b"if", b"while", b"until", b"not"),)
)


def check(program: Program) -> Iterator[Report]:
    """Look at every condition."""
    for node in conditions(program):
        value = program.value(node)
        reply = value.pure_reply
        if reply is None or reply.nullable or value.source is None or reply.shape not in ("integer", "array", "status"):
            continue
        if not value.only("number", "table") or _is_pcall(program, value):
            continue
        what = {"integer": "a number, and 0 is true", "array": "a table, and {} is true", "status": "a table"}
        text = program.text(node) if isinstance(node, ast.Name) else "..."
        instead = {"integer": f"compare it: {text} == 1, or {text} > 0", "array": f"look at its length: #{text} > 0"}
        yield Report.at(
            node,
            f"this is always true: the reply is {what[reply.shape]}",
            instead.get(reply.shape, "an error ends the script; redis.pcall gives it as a table with err"),
            labels=reply_label(node, value, "the reply"),
        )


def _is_pcall(program: Program, value: Value) -> bool:
    site = program.call_sites.get(value.source) if isinstance(value.source, ast.Call) else None
    return site is None or site.how == "pcall"
