"""Several values are returned to the client.

## What it does

Finds `return a, b` at the level of the script, and in functions a library registers.

## Why

The client gets the first value only.

## Example

```lua differs
return 1, 2
```

## Use instead

```lua
return {1, 2}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import returned_values
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity

RULE = Rule("multiple-returns", "RL606", Group.CORRECTNESS, Severity.ERROR, fixable=True, needs=(b"return", b","))


def check(program: Program) -> Iterator[Report]:
    """Look at what goes to the client."""
    for node, values in returned_values(program):
        if len(values) > 1:
            edits = (Edit(values[0].start, values[0].start, b"{"), Edit(values[-1].end, values[-1].end, b"}"))
            told = "the client gets the first value only"
            yield Report(values[1].start, values[-1].end, told, "return a table", fix=Fix(edits, safe=False))
            assert node.values is values
