"""A key that comes from ARGV.

## What it does

Finds elements of ARGV, and texts joined with them, where a command wants a key.

## Why

A cluster sends a script to the node that has its KEYS: what is in ARGV may be elsewhere.

## Example

```lua args=k
return redis.call('GET', ARGV[1])
```

## Use instead

```lua keys=k
return redis.call('GET', KEYS[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import command_keys
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("key-from-argument", "RL102", Group.CLUSTER, Severity.WARNING, on=False)


def check(program: Program) -> Iterator[Report]:
    """Look at the keys of every command."""
    for site, place in command_keys(program):
        node = program.literal(site.args[place])
        if _is_from(program, node, "ARGV"):
            yield Report.at(site.args[place], "this key comes from ARGV, and is not in KEYS", "pass it as a key")


def _is_from(program: Program, node: ast.Expression, table: str) -> bool:
    """Whether an element of the table is the value, or a part of the text."""
    for _ in range(20):
        node = program.literal(node)
        if isinstance(node, ast.Index):
            return program.builtin(node.object) == table
        if not isinstance(node, ast.Binary) or node.operator != "..":
            return False
        if _is_from(program, node.left, table):
            return True
        node = node.right
    return False
