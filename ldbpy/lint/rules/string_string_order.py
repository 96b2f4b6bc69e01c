"""Numbers compared as texts.

## What it does

Finds `<`, `>`, `<=`, `>=` between two values that are texts: replies, elements of KEYS and ARGV.

## Why

Texts are compared letter by letter: `'10' < '9'`.

## Example

```lua keys=k args=9 setup="SET k 10"
return redis.call('GET', KEYS[1]) < ARGV[1] and 1 or 0
```

## Use instead

```lua
return tonumber(redis.call('GET', KEYS[1])) < tonumber(ARGV[1]) and 1 or 0
```

## Known limits

The order of names may be meant. Two literals are not told.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.values import Value
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("string-string-order", "RL306", Group.SUSPICIOUS, Severity.WARNING, needs=((b"<", b">"),))


def check(program: Program) -> Iterator[Report]:
    """Look at every comparison of size."""
    for node in program.of(ast.Binary):
        if node.operator not in ast.ORDER:
            continue
        left, right = program.value(node.left), program.value(node.right)
        if not all(_is_text(value) for value in (left, right)) or (left.reply is None and not left.argument):
            continue
        if right.reply is None and not right.argument:
            continue
        yield Report.at(node, "two texts are compared letter by letter: '10' < '9'", "use tonumber on both sides")


def _is_text(value: Value) -> bool:
    return value.only("string", "false", "nil") and "string" in value.types
