"""The error that redis.pcall gives is thrown away.

## What it does

Finds `redis.pcall(...)` as a statement of its own.

## Why

`redis.pcall` gives errors as a value instead of ending the script. Who does not look at it loses them.

## Example

```lua keys=k
redis.pcall('INCR', KEYS[1])
return 1
```

## Use instead

```lua
local reply = redis.pcall('INCR', KEYS[1])
if type(reply) == 'table' and reply.err then
  return reply
end
return 1
```

## Known limits

That nothing is done about an error may be meant: say so with a comment.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("unchecked-pcall", "RL319", Group.SUSPICIOUS, Severity.WARNING, needs=(b"pcall",))


def check(program: Program) -> Iterator[Report]:
    """Look for statements that are calls of ``redis.pcall``."""
    for statement in program.of(ast.CallStatement):
        site = program.call_sites.get(statement.call) if isinstance(statement.call, ast.Call) else None
        if site is not None and site.how == "pcall" and site.gives_reply:
            told = "whatever goes wrong here is never told"
            yield Report.at(statement, told, "use redis.call, or look at the err of the reply")
