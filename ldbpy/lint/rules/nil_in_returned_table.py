"""A nil in a returned array.

## What it does

Finds `nil` among the elements of a table that is returned.

## Why

The reply ends at the first `nil`: `return {1, nil, 3}` gives one element.

## Example

```lua differs
return {1, nil, 3}
```

## Use instead

```lua
return {1, false, 3}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import returned_values
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("nil-in-returned-table", "RL603", Group.CORRECTNESS, Severity.ERROR, fixable=True, needs=(b"nil",))


def check(program: Program) -> Iterator[Report]:
    """Look at the elements of the tables that go to the client."""
    for _, values in returned_values(program):
        for value in values:
            items = value.items if isinstance(value, ast.Table) else []
            for place, item in enumerate(items):
                if isinstance(item, ast.ListItem) and isinstance(item.value, ast.Nil) and place < len(items) - 1:
                    fix = Fix((Edit(item.start, item.end, b"false"),), safe=False)
                    yield Report.at(item, "the reply ends here", "return false, which the client gets as null", fix=fix)
