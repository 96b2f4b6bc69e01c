"""A field is read by its name from an array.

## What it does

Finds `reply.field` and `reply['field']` of an array reply, as that of `HGETALL`.

## Why

The array holds field, value, field, value. By name there is nothing in it, so the result is always `nil`.

## Example

```lua differs keys=k setup="HSET k name anna"
local user = redis.call('HGETALL', KEYS[1])
return user.name
```

## Use instead

```lua
return redis.call('HGET', KEYS[1], 'name')
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import reply_label
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("hgetall-as-map", "RL314", Group.CORRECTNESS, Severity.ERROR, needs=((b".", b"["),))


def check(program: Program) -> Iterator[Report]:
    """Look at what is read from arrays."""
    nodes: list[ast.Member | ast.Index] = [*program.of(ast.Member), *program.of(ast.Index)]
    for node in nodes:
        if isinstance(node, ast.Index) and not program.value(node.key).only("string"):
            continue
        value = program.value(node.object)
        reply = value.pure_reply
        if reply is None or reply.shape not in ("array", "cursor") or _is_written(program, node):
            continue
        if isinstance(node, ast.Member) and node.field.name in ("err", "ok"):
            continue
        told = "an array has no names in it: this is always nil"
        helped = "it holds name, value, name, value: go through it in steps of 2" if reply.pairs else "use a number"
        yield Report.at(node, told, helped, labels=reply_label(node.object, value, "an array"))


def _is_written(program: Program, node: ast.Member | ast.Index) -> bool:
    """Whether the script puts names into that table."""
    above = program.parent(node)
    if isinstance(above, ast.Assignment) and node in above.targets:
        return True
    variable = program.variable(node.object) if isinstance(node.object, ast.Name) else None
    return variable is not None and bool(variable.mutations)
