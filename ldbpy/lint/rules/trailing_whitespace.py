"""Blanks at the end of a line.

## What it does

Finds spaces and tabs before the end of a line, but not inside of strings.

## Why

They show up as changes in diffs, and in nothing else.

## Example

```lua
local n = 1\x20
return n
```

## Use instead

```lua
local n = 1
return n
```
"""  # noqa: D301 - the blank would not stay otherwise

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("trailing-whitespace", "RL050", Group.LUA, Severity.INFO, on=False, fixable=True, needs=(b" ", b"\t"))


_BLANKS: Final = re.compile(rb"[ \t]+(?=\r?\n|\r|\Z)")


def check(program: Program) -> Iterator[Report]:
    """Look at the end of every line."""
    strings = [(string.start, string.end) for string in program.of(ast.String)]
    first = program.chunk.shebang[1] if program.chunk.shebang is not None else 0
    for match in _BLANKS.finditer(program.source, first):
        if any(start < match.start() < end for start, end in strings):
            continue
        fix = Fix((Edit(match.start(), match.end(), b""),), safe=True)
        yield Report(match.start(), match.end(), "blanks at the end of the line", fix=fix)
