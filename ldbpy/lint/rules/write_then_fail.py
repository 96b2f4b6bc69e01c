"""An error after something was written.

## What it does

Finds `redis.error_reply`, `{err = ...}`, `error` and `assert` behind a command that writes.

## Why

There is no rollback: the client reads that it failed, and half of it is done.

## Example

```lua keys=k
redis.call('INCR', KEYS[1])
if not ARGV[1] then
  return redis.error_reply('ERR the amount is missing')
end
return redis.call('GET', KEYS[1])
```

## Use instead

```lua keys=k
if not ARGV[1] then
  return redis.error_reply('ERR the amount is missing')
end
redis.call('INCR', KEYS[1])
return redis.call('GET', KEYS[1])
```

## Known limits

Told only where every way to the error goes past the write, and not where something is undone in between: where a
command that deletes or takes back stands right before the error.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.answers import is_error
from ldbpy.lint.analysis.order import Earlier, writes
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import returned_values
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("write-then-fail", "RL806", Group.SUSPICIOUS, Severity.INFO, needs=((b"err", b"assert"),))


_RAISING: Final = frozenset({"error", "assert"})


def check(program: Program) -> Iterator[Report]:
    """Look at every way to fail, and at the writes before it."""
    calls = [site.node for site in program.call_sites.values() if writes(program, site)]
    writing, undoing = Earlier(program, calls), _in_blocks(program, calls)
    for node in _failures(program):
        first = min(writing.than(node), key=lambda call: call.start, default=None)
        # A block that fails, and writes itself before it does: that takes back what was done.
        if first is not None and undoing.get(program.parent(node), node.end) > node.start:
            labels = (Label(first.start, first.end, "written here"),)
            told = "what was written before this error stays written"
            yield Report.at(node, told, "look at everything first, then write", labels=labels)


def _failures(program: Program) -> Iterator[ast.Node]:
    for node, values in returned_values(program):
        if len(values) == 1 and is_error(program, values[0]):
            yield node
    for statement in program.of(ast.CallStatement):
        if isinstance(statement.call, ast.Call) and program.builtin(statement.call.callee) in _RAISING:
            yield statement


def _in_blocks(program: Program, calls: list[ast.Call]) -> dict[ast.Node | None, int]:
    """For blocks, but the script's own, where the first call that is a statement of it, or a value of one, ends."""
    found: dict[ast.Node | None, int] = {}
    for call in calls:
        block = program.parent(program.parent(call) or call)
        if block is not program.chunk.body:
            found[block] = min(found.get(block, call.end), call.end)
    return found
