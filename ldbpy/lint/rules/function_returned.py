"""A function or cjson.null is returned.

## What it does

Finds returned functions, and `cjson.null`.

## Why

The client gets null.

## Example

```lua
return cjson.null
```

## Use instead

```lua
return false
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import returned_values
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("function-returned", "RL609", Group.CORRECTNESS, Severity.WARNING, needs=(b"return",))


def check(program: Program) -> Iterator[Report]:
    """Look at what goes to the client."""
    for _, values in returned_values(program):
        for value in values[:1]:
            if program.value(value).only("function"):
                yield Report.at(value, "a function cannot be sent: the client gets null", "call it")
            elif program.builtin(value) == "cjson.null":
                yield Report.at(value, "the client gets null", "return false")
