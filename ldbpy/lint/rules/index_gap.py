"""Elements of KEYS or ARGV are used, and one before them is not.

## What it does

Finds `ARGV[3]` or `KEYS[3]` in a script that never uses the second one.

## Why

Most often an argument was taken away, and the numbers behind it were not changed.

## Example

```lua keys=k args="a b c"
return redis.call('SET', KEYS[1], ARGV[1] .. ARGV[3])
```

## Use instead

```lua keys=k args="a c"
return redis.call('SET', KEYS[1], ARGV[1] .. ARGV[2])
```

## Known limits

Silent where the script uses the whole table: `#ARGV`, `unpack(ARGV)`, `ARGV[i]`; and where the number is written down:
`unused-declared` tells of that.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.indexes import indexes
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("index-gap", "RL110", Group.SUSPICIOUS, Severity.INFO, needs=((b"argv", b"keys"),))


def check(program: Program) -> Iterator[Report]:
    """Look for the first number that is left out."""
    for table, count in (("KEYS", program.declared.keys), ("ARGV", program.declared.args)):
        found = indexes(program, table)
        if count is not None or found.whole:
            continue
        for number in sorted(found.uses):
            if number > 1 and number - 1 not in found.uses:
                told = f"{table}[{number}] is used, and {table}[{number - 1}] is not"
                yield Report.at(found.uses[number][0], told)
                break
