"""The element at 0.

## What it does

Finds `KEYS[0]`, `ARGV[0]` and the element at 0 of array replies, also where a loop begins there: `for i = 0, #KEYS do`.

## Why

Lua counts from 1: it is always `nil`, and commands refuse that.

## Example

```lua fails keys=k
return redis.call('GET', KEYS[0])
```

## Use instead

```lua
return redis.call('GET', KEYS[1])
```

## Known limits

The elements a loop takes are told where they are arguments of commands, and nothing in the loop looks at the number.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("zero-index", "RL006", Group.CORRECTNESS, Severity.ERROR, needs=(b"0",))


def check(program: Program) -> Iterator[Report]:
    """Look at every index."""
    for node in program.of(ast.Index):
        if not isinstance(node.key, ast.Number) or node.key.value != 0:
            continue
        reply = program.value(node.object).pure_reply
        if program.is_argument_table(node.object) or (reply is not None and reply.shape in ("array", "cursor")):
            yield Report.at(node, "there is nothing at 0: Lua counts from 1", "take the element at 1")
    for loop in program.of(ast.NumericFor):
        start = program.literal(loop.first)
        if isinstance(start, ast.Number) and start.value == 0:
            yield from _in_loop(program, loop)


def _in_loop(program: Program, loop: ast.NumericFor) -> Iterator[Report]:
    """The elements that a loop from 0 hands to commands."""
    reads = program.resolved.binding[loop.name].reads
    if not all(isinstance(program.parent(read), ast.Index | ast.Binary) for read in reads):
        return
    nodes = [
        node for node in map(program.parent, reads) if isinstance(node, ast.Index) and _is_list(program, node.object)
    ]
    if all(program.parent(node) in program.call_sites for node in nodes):
        for node in nodes:
            yield Report.at(node, "the loop begins at 0, and there is nothing: the call fails", "begin at 1")


def _is_list(program: Program, node: ast.Expression) -> bool:
    reply = program.value(node).pure_reply
    return program.is_argument_table(node) or (reply is not None and reply.shape == "array")
