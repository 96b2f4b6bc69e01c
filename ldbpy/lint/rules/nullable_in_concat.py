"""A reply that may be missing is joined to a text.

## What it does

Finds replies that may be `false` as operands of `..`, where nothing in the script tests them.

## Why

`attempt to concatenate a boolean value`: the script fails when the key is missing.

## Example

```lua keys=k
return 'job:' .. redis.call('HGET', KEYS[1], 'queue')
```

## Use instead

```lua
local queue = redis.call('HGET', KEYS[1], 'queue')
if not queue then
  return redis.error_reply('ERR no queue')
end
return 'job:' .. queue
```

## Known limits

The data may make sure that it is there: the linter cannot know.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import missing, reply_label
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("nullable-in-concat", "RL307", Group.SUSPICIOUS, Severity.WARNING, needs=(b"..",))


def check(program: Program) -> Iterator[Report]:
    """Look at the operands of every ``..``."""
    for node in program.of(ast.Binary):
        if node.operator != "..":
            continue
        for operand in (node.left, node.right):
            value = missing(program, operand)
            if value is not None:
                told = f"this may be {value.absent}, which cannot be joined to a text"
                yield Report.at(operand, told, "test it first", labels=reply_label(operand, value, "may be missing"))
