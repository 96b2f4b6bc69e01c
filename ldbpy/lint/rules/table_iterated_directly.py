"""A loop over a table without ipairs.

## What it does

Finds `for ... in t do` where `t` is a table, not a call of `pairs` or `ipairs`.

## Why

`attempt to call a table value`: the loop wants a function.

## Example

```lua fails keys="a b"
for _, key in KEYS do
  redis.call('DEL', key)
end
return 1
```

## Use instead

```lua
for _, key in ipairs(KEYS) do
  redis.call('DEL', key)
end
return 1
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("table-iterated-directly", "RL005", Group.CORRECTNESS, Severity.ERROR, fixable=True, needs=(b"for",))


def check(program: Program) -> Iterator[Report]:
    """Look at what every generic loop goes through."""
    for loop in program.of(ast.GenericFor):
        first = loop.values[0] if loop.values else None
        if (
            first is None
            or len(loop.values) != 1
            or not program.value(first).only("table")
            or _has_call(program, first)
        ):
            continue
        fix = Fix((Edit(first.start, first.start, b"ipairs("), Edit(first.end, first.end, b")")), safe=True)
        yield Report.at(first, "a table is no iterator: the loop fails", "write ipairs(...) or pairs(...)", fix=fix)


def _has_call(program: Program, node: ast.Expression) -> bool:
    """Whether it may be a table that can be called."""
    literal = program.literal(node)
    return isinstance(literal, ast.Call) and literal not in program.call_sites
