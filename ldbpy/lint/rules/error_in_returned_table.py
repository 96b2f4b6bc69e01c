"""An error among the elements of a reply.

## What it does

Finds `redis.error_reply` and `{err = ...}` inside of a table that is returned.

## Why

The client gets an array with an error in it. Many clients raise that as if all had failed, or give it on as a value
that nobody looks at.

## Example

```lua
return {1, redis.error_reply('ERR no'), 3}
```

## Use instead

```lua
return {1, 'no', 3}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.answers import is_error
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import returned_values
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("error-in-returned-table", "RL610", Group.SUSPICIOUS, Severity.WARNING, needs=(b"err", b"{", b"return"))


def check(program: Program) -> Iterator[Report]:
    """Look at the elements of the tables that go to the client."""
    for _, values in returned_values(program):
        for value in values[:1]:
            table = program.literal(value)
            items = table.items if isinstance(table, ast.Table) else []
            for item in items:
                if isinstance(item, ast.ListItem) and is_error(program, item.value):
                    yield Report.at(item, "this is an error inside of an array", "return the error alone, or a text")
