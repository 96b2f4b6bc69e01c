"""An element of KEYS or ARGV that the script is not called with.

## What it does

Finds `KEYS[n]` and `ARGV[n]` with a number above that of the keys or arguments, where that is written down: in a
comment `-- ldbpy: keys=2 args=1`, in the name of the file (`push-2.lua`), or where the script is called.

## Why

It is `nil`, and a key too few makes the first argument one.

## Example

```lua fails keys=k
-- ldbpy: keys=1
return redis.call('GET', KEYS[2])
```

## Use instead

```lua keys="k l"
-- ldbpy: keys=2
return redis.call('GET', KEYS[2])
```

## Known limits

An element that the script tests anywhere is left alone: it may be missing on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.indexes import indexes
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("index-beyond-declared", "RL108", Group.CORRECTNESS, Severity.ERROR, needs=(b"keys=",))


def check(program: Program) -> Iterator[Report]:
    """Look at the elements with a number."""
    declared = program.declared
    for table, count, kind in (("KEYS", declared.keys, "key"), ("ARGV", declared.args, "argument")):
        found = indexes(program, table).uses if count is not None else {}
        for number, uses in found.items():
            assert count is not None
            if number <= count or any(_is_tested(program, use) for use in uses):
                continue
            several = "" if count == 1 else "s"
            told = f"{table}[{number}] is nil: {declared.where} says that there {'is' if count == 1 else 'are'} {count}"
            yield Report.at(uses[0], f"{told} {kind}{several}")


def _is_tested(program: Program, use: ast.Index) -> bool:
    above = program.parent(use)
    match above:
        case ast.Binary(operator="and" | "or" | "==" | "~=") | ast.Unary(operator="not"):
            return True
        case ast.IfClause() | ast.While() | ast.Repeat():
            return True
        case ast.Local() if len(above.names) == 1:
            return program.resolved.binding[above.names[0]] in program.tested
        case _:
            return False
