"""The text of a table.

## What it does

Finds `tostring` of array and status replies.

## Why

It gives `table: 0x55...`, an address, and not what is in the table.

## Example

```lua differs keys=k setup="SET k v"
return tostring(redis.call('TYPE', KEYS[1])):sub(1, 6)
```

## Use instead

```lua
return redis.call('TYPE', KEYS[1]).ok
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import reply_label
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("tostring-of-table", "RL324", Group.CORRECTNESS, Severity.ERROR, needs=((b"tostring", b".."),))


def check(program: Program) -> Iterator[Report]:
    """Look at every ``tostring`` and at every ``..``."""
    for call in program.of(ast.Call):
        if program.builtin(call.callee) == "tostring" and len(call.args) == 1:
            yield from _told(program, call, call.args[0], "the text of a table is its address")
    for node in program.of(ast.Binary):
        if node.operator == "..":
            for side in (node.left, node.right):
                yield from _told(program, side, side, "a table cannot be a part of a text: this fails")


def _told(program: Program, node: ast.Node, table: ast.Expression, told: str) -> Iterator[Report]:
    value = program.value(table)
    if value.reply is not None and value.only("table"):
        helped = "take its field ok" if value.reply.shape == "status" else "use cjson.encode or table.concat"
        yield Report.at(node, told, helped, labels=reply_label(table, value, "a table"))
