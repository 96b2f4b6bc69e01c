"""An argument is compared with a number.

## What it does

Finds `ARGV[1] == 5` and `KEYS[1] ~= 0`.

## Why

Arguments are texts, and a text is never equal to a number.

## Example

```lua differs args=5
if ARGV[1] == 5 then
  return 'five'
end
return 'other'
```

## Use instead

```lua
if tonumber(ARGV[1]) == 5 then
  return 'five'
end
return 'other'
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import comparisons
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity

RULE = Rule(
    "argument-compared-with-number",
    "RL408",
    Group.CORRECTNESS,
    Severity.ERROR,
    fixable=True,
    needs=((b"argv", b"keys"), (b"==", b"~=")),
)


def check(program: Program) -> Iterator[Report]:
    """Look at every comparison of an argument."""
    for node, side, other in comparisons(program, "==", "~="):
        value = program.value(side)
        known = program.value(other)
        if not value.argument or not value.only("string", "nil") or not known.only("number") or known.reply is not None:
            continue
        fix = Fix((Edit(side.start, side.start, b"tonumber("), Edit(side.end, side.end, b")")), safe=True)
        told = f"arguments are texts: this test {'never' if node.operator == '==' else 'always'} holds"
        yield Report.at(node, told, "use tonumber", fix=fix)
