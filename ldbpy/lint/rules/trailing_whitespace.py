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

from bisect import bisect_left
from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("trailing-whitespace", "RL050", Group.LUA, Severity.INFO, on=False, fixable=True, needs=((b" ", b"	"),))


def check(program: Program) -> Iterator[Report]:
    """Look at the end of every line."""
    strings = sorted((string.start, string.end) for string in program.of(ast.String))
    first = program.chunk.shebang[1] if program.chunk.shebang is not None else 0
    offset = 0
    for line in program.source.split(b"\n"):
        whole = line.rstrip(b"\r")
        start, end = offset + len(whole.rstrip(b" \t")), offset + len(whole)
        offset += len(line) + 1
        if first <= start < end and not _is_inside(strings, start):
            fix = Fix((Edit(start, end, b""),), safe=True)
            yield Report(start, end, "blanks at the end of the line", fix=fix)


def _is_inside(strings: list[tuple[int, int]], offset: int) -> bool:
    """Whether one of those spans begins before a place and ends behind it. They do not overlap."""
    before = bisect_left(strings, (offset, offset))
    return before > 0 and strings[before - 1][1] > offset
