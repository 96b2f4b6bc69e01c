"""The cursor of SCAN is compared with a number.

## What it does

Finds `cursor == 0` where the cursor is the first element of the reply of `SCAN`, `HSCAN`, `SSCAN` or `ZSCAN`.

## Why

The cursor is a text, so it is never equal to the number 0, and a loop that waits for that never ends: the server is
blocked.

## Example

```lua differs keys=k setup="SADD k a"
local reply = redis.call('SSCAN', KEYS[1], '0')
if reply[1] == 0 then
  return 'done'
end
return 'more'
```

## Use instead

```lua
local reply = redis.call('SSCAN', KEYS[1], '0')
if reply[1] == '0' then
  return 'done'
end
return 'more'
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import comparisons, is_cursor
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("scan-cursor-number", "RL317", Group.CORRECTNESS, Severity.ERROR, fixable=True, needs=(b"scan",))


def check(program: Program) -> Iterator[Report]:
    """Look at what is compared with a number."""
    for node, cursor, number in comparisons(program, "==", "~="):
        if not isinstance(number, ast.Number) or not is_cursor(program, cursor):
            continue
        fix = Fix((Edit(number.start, number.end, b"'%d'" % number.value),), safe=True)
        told = f"a cursor is a text: this test {'never' if node.operator == '==' else 'always'} holds"
        yield Report.at(node, told, f"write '{int(number.value)}'", fix=fix)
