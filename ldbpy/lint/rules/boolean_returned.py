"""A boolean is returned.

## What it does

Finds returned comparisons and booleans.

## Why

`true` becomes 1 and `false` null, which looks like a missing key; with RESP3 they are booleans.

## Example

```lua args="a b"
return ARGV[1] == ARGV[2]
```

## Use instead

```lua
return ARGV[1] == ARGV[2] and 1 or 0
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import returned_values
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("boolean-returned", "RL607", Group.SUSPICIOUS, Severity.INFO, on=False)


def check(program: Program) -> Iterator[Report]:
    """Look at what goes to the client."""
    for _, values in returned_values(program):
        for value in values[:1]:
            known = program.value(value)
            if known.only("true", "false") and known.reply is None:
                yield Report.at(value, "true becomes 1, and false null", "return 1 or 0")
