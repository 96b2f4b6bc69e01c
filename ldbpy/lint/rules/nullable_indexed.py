"""A reply that may be missing is indexed, measured, gone through or cut.

## What it does

Finds `#v`, `v[1]`, `v.x`, `v:method()`, `ipairs(v)`, `unpack(v)`, `string.sub(v, ...)` and the like of a reply that may
be `false`, where nothing in the script tests it.

## Why

`attempt to index a boolean value`: the script fails when the key is missing.

## Example

```lua keys=k
return redis.call('LPOP', KEYS[1]):sub(1, 2)
```

## Use instead

```lua
local value = redis.call('LPOP', KEYS[1])
return value and value:sub(1, 2)
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import missing, reply_label
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("nullable-indexed", "RL311", Group.SUSPICIOUS, Severity.WARNING, needs=((b".", b"[", b":", b"#"),))

_TAKE_TABLES: Final = frozenset({"ipairs", "pairs", "next", "unpack"})
_NOT_FIRST: Final = ("string.format", "string.char")


def check(program: Program) -> Iterator[Report]:
    """Look at what is indexed."""
    nodes: list[ast.Index | ast.Member | ast.MethodCall] = [*program.of(ast.Index), *program.of(ast.Member)]
    for indexed in [*nodes, *program.of(ast.MethodCall)]:
        yield from _report(program, indexed.object)
    for length in program.of(ast.Unary):
        if length.operator == "#":
            yield from _report(program, length.operand)
    for node in program.of(ast.Call):
        name = program.builtin(node.callee) if node.args else None
        if name is not None and _wants_more(name):
            yield from _report(program, node.args[0], f"which {name} refuses")


def _wants_more(name: str) -> bool:
    """Whether a function refuses ``false`` and ``nil`` as its first argument."""
    return name in _TAKE_TABLES or (name.startswith(("string.", "table.")) and name not in _NOT_FIRST)


def _report(program: Program, node: ast.Expression, why: str = "which has no fields and no length") -> Iterator[Report]:
    value = missing(program, node)
    if value is not None:
        labels = reply_label(node, value, "may be missing")
        yield Report.at(node, f"this may be {value.absent}, {why}", "test it first", labels=labels)
