"""A number that may be missing is compared.

## What it does

Finds `tonumber(reply) < n` and its like, where the reply may be `false` and nothing tests either.

## Why

`tonumber(false)` is `nil`, as it is for a text that is no number, and `nil` cannot be compared.

## Example

```lua keys=k
if tonumber(redis.call('GET', KEYS[1])) > 5 then
  return 1
end
return 0
```

## Use instead

```lua
if (tonumber(redis.call('GET', KEYS[1]) or 0) or 0) > 5 then
  return 1
end
return 0
```

## Known limits

`tonumber(ARGV[1])` is left alone: callers pass what the script asks for.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.conversions import conversion
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import comparisons, missing, reply_label
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("tonumber-nil-compare", "RL312", Group.SUSPICIOUS, Severity.WARNING, needs=(b"tonumber", (b"<", b">")))


def check(program: Program) -> Iterator[Report]:
    """Look at both sides of every comparison of size."""
    for _, side, _ in comparisons(program, "<", ">", "<=", ">="):
        call = conversion(program, side)
        value = missing(program, call.args[0]) if call is not None else None
        if value is not None:
            told = "there may be no number to compare: the reply may be missing"
            yield Report.at(
                side, told, "write (tonumber(... or 0) or 0)", labels=reply_label(side, value, "may be missing")
            )
