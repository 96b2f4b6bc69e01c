"""The count of gsub becomes a base.

## What it does

Finds `tonumber(s:gsub(...))`.

## Why

`gsub` gives the text and the number of changes, and `tonumber` takes the second as the base of the number: 0 and 1 are
errors, 2 to 36 give another number.

## Example

```lua fails args="1,000"
return tonumber(ARGV[1]:gsub(',', ''))
```

## Use instead

```lua
return tonumber((ARGV[1]:gsub(',', '')))
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import is_gsub
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("tonumber-gsub", "RL403", Group.CORRECTNESS, Severity.ERROR, fixable=True, needs=(b"gsub",))


def check(program: Program) -> Iterator[Report]:
    """Look at the argument of every ``tonumber``."""
    for call in program.of(ast.Call):
        if program.builtin(call.callee) != "tonumber" or len(call.args) != 1 or not is_gsub(program, call.args[0]):
            continue
        arg = call.args[0]
        fix = Fix((Edit(arg.start, arg.start, b"("), Edit(arg.end, arg.end, b")")), safe=True)
        yield Report.at(arg, "the number of changes becomes the base of the number", "put gsub in parentheses", fix=fix)
