"""A status reply is compared with a text.

## What it does

Finds `==` and `~=` between a text and the reply of `TYPE`, `SET` and other commands that give a status.

## Why

A status is a table with the field `ok`, so the comparison is always false.

## Example

```lua differs keys=k setup="HSET k f v"
if redis.call('TYPE', KEYS[1]) == 'hash' then
  return 1
end
return 0
```

## Use instead

```lua
if redis.call('TYPE', KEYS[1]).ok == 'hash' then
  return 1
end
return 0
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import comparisons, reply_label
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "status-compared-with-string", "RL303", Group.CORRECTNESS, Severity.ERROR, fixable=True, needs=((b"==", b"~="),)
)


def check(program: Program) -> Iterator[Report]:
    """Look at every comparison of a status."""
    for node, status, other in comparisons(program, "==", "~="):
        value = program.value(status)
        reply = value.reply
        if reply is None or reply.shape != "status" or not program.value(other).only("string"):
            continue
        if not value.only("table", "false"):
            continue
        simple = isinstance(status, ast.Name | ast.Call) and not reply.nullable
        fix = Fix((Edit(status.end, status.end, b".ok"),), safe=True) if simple else None
        yield Report.at(
            node,
            f"a status is a table, never a text: this test {'never' if node.operator == '==' else 'always'} holds",
            _help(program, node, status, nullable=reply.nullable),
            labels=reply_label(status, value, "{ok=...}"),
            fix=fix,
        )


def _help(program: Program, node: ast.Binary, status: ast.Expression, *, nullable: bool) -> str:
    text = program.text(status) if isinstance(status, ast.Name) else None
    if nullable:
        asked = f"`{text}`" if node.operator == "==" else f"`not {text}`"
        return f"write {asked}: it is false, or a table" if text else "ask whether it is false: else it is a table"
    return f"write {text}.ok" if text else "compare its field ok"
