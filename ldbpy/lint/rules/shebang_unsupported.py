"""A first line that a target server does not know.

## What it does

Finds `#!lua` in scripts for servers before Redis 7.0.

## Why

There it is a syntax error.

## Example

```lua fails target=redis-6.2
#!lua flags=no-writes
return 1
```

## Use instead

```lua target=redis-6.2
return 1
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.features import Feature
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.lint.targets import names

RULE = Rule("shebang-unsupported", "RL902", Group.COMPAT, Severity.ERROR, needs=(b"#!",))


def check(program: Program) -> Iterator[Report]:
    """Ask the targets."""
    if program.chunk.shebang is not None:
        lacking = program.targets.lacking(Feature.SHEBANGS)
        if lacking:
            told = f"{names(lacking)}: a first line #! is a syntax error"
            yield Report(*program.chunk.shebang, told, "leave it out for these servers")
