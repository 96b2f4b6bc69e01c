"""An array is compared with nil, false or a text.

## What it does

Finds `==` and `~=` between an array reply that is never missing and `nil`, a boolean, a text or a number.

## Why

The reply of a missing key is an empty table. It is equal to nothing but itself.

## Example

```lua keys=k
local jobs = redis.call('ZRANGE', KEYS[1], 0, 0)
if jobs == nil then
  return 'none'
end
return jobs[1]
```

## Use instead

```lua
local jobs = redis.call('ZRANGE', KEYS[1], 0, 0)
if #jobs == 0 then
  return 'none'
end
return jobs[1]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import comparisons, in_condition, reply_label
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("array-compared", "RL313", Group.CORRECTNESS, Severity.WARNING, needs=((b"==", b"~="),))


_OTHERS: Final = ("nil", "true", "false", "string", "number")


def check(program: Program) -> Iterator[Report]:
    """Look at every comparison of an array."""
    for node, array, other in comparisons(program, "==", "~="):
        value = program.value(array)
        reply = value.pure_reply
        if reply is None or reply.shape not in ("array", "cursor") or reply.nullable or in_condition(program, node):
            continue
        if program.value(other).only(*_OTHERS):
            told = f"an array is a table: this test {'never' if node.operator == '==' else 'always'} holds"
            labels = reply_label(array, value, "a table, empty if there is nothing")
            yield Report.at(node, told, "look at its length with #", labels=labels)
