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
    writing = Earlier(program, (site.node for site in program.call_sites.values() if writes(program, site)))
    for node in _failures(program):
        earlier = sorted(writing.than(node), key=lambda call: call.start)
        if earlier and not _is_undone(program, earlier, node):
            labels = (Label(earlier[0].start, earlier[0].end, "written here"),)
            told = "what was written before this error stays written"
            yield Report.at(node, told, "look at everything first, then write", labels=labels)


def _failures(program: Program) -> Iterator[ast.Node]:
    for node, values in returned_values(program):
        if len(values) == 1 and is_error(program, values[0]):
            yield node
    for statement in program.of(ast.CallStatement):
        if isinstance(statement.call, ast.Call) and program.builtin(statement.call.callee) in _RAISING:
            yield statement


def _is_undone(program: Program, earlier: list[ast.Call], failure: ast.Node) -> bool:
    """Whether the block of the error writes itself before it: that takes back what was done."""
    block = program.parent(failure)
    return block is not program.chunk.body and any(
        program.parent(program.parent(call) or call) is block for call in earlier
    )
