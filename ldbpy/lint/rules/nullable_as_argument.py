"""A reply that may be missing is an argument of a command.

## What it does

Finds replies that may be `false` among the arguments of `redis.call`, where nothing in the script tests them.

## Why

The server refuses the call: arguments must be strings or numbers.

## Example

```lua keys="k l"
return redis.call('SADD', KEYS[2], redis.call('GET', KEYS[1]))
```

## Use instead

```lua
local member = redis.call('GET', KEYS[1])
if not member then
  return 0
end
return redis.call('SADD', KEYS[2], member)
```

## Known limits

The data may make sure that it is there: the linter cannot know.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import missing, reply_label
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("nullable-as-argument", "RL310", Group.SUSPICIOUS, Severity.WARNING)


def check(program: Program) -> Iterator[Report]:
    """Look at the arguments of every command."""
    for site in program.call_sites.values():
        for arg in site.args:
            value = missing(program, arg)
            if value is not None:
                told = f"this may be {value.absent}, which is no argument: the call fails then"
                yield Report.at(arg, told, "test it first", labels=reply_label(arg, value, "may be missing"))
