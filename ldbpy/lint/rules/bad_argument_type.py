"""An argument that is no string and no number.

## What it does

Finds `nil`, booleans, tables, functions, comparisons and replies that are tables among the arguments of `redis.call`.

## Why

The server takes strings and numbers only, and refuses the call.

## Example

```lua fails keys=k
return redis.call('SET', KEYS[1], true)
```

## Use instead

```lua
return redis.call('SET', KEYS[1], 'true')
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import reply_label
from ldbpy.lint.analysis.values import Value
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("bad-argument-type", "RL401", Group.CORRECTNESS, Severity.ERROR)


_GOOD: Final = ("string", "number")
_HELP: Final = (
    (("table",), "pass its elements with unpack, or one text with cjson.encode"),
    (("true", "false"), "pass '1' or '0', or a text"),
    (("nil",), "pass '' or leave the argument out"),
)


def check(program: Program) -> Iterator[Report]:
    """Look at the type of every argument."""
    for site in program.call_sites.values():
        last = len(site.args) - 1
        for place, arg in enumerate(site.args):
            if place == 0 or (site.more and place == last):
                continue
            value = program.value(arg)
            if not value.never(*_GOOD):
                continue
            helped = next((text for types, text in _HELP if value.only(*types)), None)
            told = f"an argument of a command must be a string or a number, and this is {_kind(value)}"
            labels = reply_label(arg, value, "a table")
            yield Report.at(arg, told, helped, labels=labels)


def _kind(value: Value) -> str:
    if value.only("true", "false"):
        return "a boolean"
    kinds = sorted(value.types)
    return "nil" if kinds == ["nil"] else f"a {' or '.join(kinds)}"
