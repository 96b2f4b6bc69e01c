"""A line that includes a file of which nothing is used.

## What it does

Finds lines such as `--- @include "part"` and `-- $include(part)` where no function, variable or table that comes with
the file, or with what it includes in turn, is used elsewhere; or only by files that include what they use themselves.

## Why

The server compiles and keeps what nobody calls, and whoever changes the part has to think of this script, too.

## Example

With a file `ages.lua`,

```lua file=ages.lua
local function is_old(stamp)
  return tonumber(stamp) < 1600000000
end
```

the script

```lua keys=k
--- @include "ages"
return redis.call('GET', KEYS[1])
```

## Use instead

```lua keys=k
return redis.call('GET', KEYS[1])
```

## Known limits

Nothing is told of a file that does something where it is put: calls a command, a function of its own or
`redis.register_function`, returns, changes what it has not declared itself, or is no whole statements, such as the
elements of a table. The same holds of a pattern with one file that is used, and of scripts that do nothing but declare
functions and variables: they are for others to include. A file that uses what it does not include makes all lines count
that bring it there.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.effects import is_part
from ldbpy.lint.analysis.inclusion import unused_includes
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script.origins import Span

RULE = Rule("unused-includes", "RL009", Group.LUA, Severity.INFO, needs=(b"@include",))


def check(program: Program) -> Iterator[Report]:
    """Look at every line that includes: it may stand for several files, and do so several times."""
    if not program.includes or is_part(program):
        return
    lines: dict[Span, list[int]] = {}
    for number, include in enumerate(program.includes):
        lines.setdefault(include.line, []).append(number)
    unused = unused_includes(program)
    for numbers in lines.values():
        if unused.issuperset(numbers):
            include = program.includes[numbers[0]]
            told = f"nothing of '{include.name}' is used here"
            yield Report(include.start, include.end, told, "remove the line", include=numbers[0])
