"""A key or an argument that the script is called with and does not use.

## What it does

Where the number of keys or arguments is written down, finds those that no `KEYS[n]` or `ARGV[n]` uses.

## Why

Most often the number is wrong, and then all that follows is shifted; or the caller does work for nothing.

## Example

```lua
-- ldbpy: keys=2 args=1
return redis.call('SET', KEYS[1], ARGV[1])
```

## Use instead

```lua
-- ldbpy: keys=1 args=1
return redis.call('SET', KEYS[1], ARGV[1])
```

## Known limits

Silent where the script uses the whole table: `#KEYS`, `unpack(KEYS)`, `KEYS[i]`. A key may also be passed only to tell
the cluster of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.indexes import indexes
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("unused-declared", "RL109", Group.SUSPICIOUS, Severity.INFO, needs=(b"keys=",))


def check(program: Program) -> Iterator[Report]:
    """Compare the uses with the number."""
    declared = program.declared
    for table, count in (("KEYS", declared.keys), ("ARGV", declared.args)):
        if count is None or program.is_library:
            continue
        found = indexes(program, table)
        unused = (
            [] if found.whole else [f"{table}[{number}]" for number in range(1, count + 1) if number not in found.uses]
        )
        if unused:
            names = unused[0] if len(unused) == 1 else f"{', '.join(unused[:-1])} and {unused[-1]}"
            verb = "is" if len(unused) == 1 else "are"
            end = program.chunk.lines.offset(2) - 1 if len(program.chunk.lines) > 1 else len(program.source)
            yield Report(
                0, max(end, 0), f"{names} {verb} never used, though {declared.where} says that there are {count}"
            )
