"""A line that includes a file of which nothing is used.

## What it does

Finds lines such as `--- @include "part"` and `-- $include(part)` where no function, variable or table that comes with
the file, or with what it includes in turn, is used anywhere else in the script.

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
elements of a table. The same holds of a pattern that brings one file that is used, of a file that another line named
before, and of scripts that do nothing but declare functions and variables: they are for others to include. What only
another part uses counts as used, until that part's line is removed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from operator import attrgetter

from ldbpy.lint.analysis.effects import Part, is_part
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.resolver import Variable
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast
from ldbpy.script.origins import Include, Span

RULE = Rule("unused-includes", "RL009", Group.LUA, Severity.INFO, needs=(b"@include",))


def check(program: Program) -> Iterator[Report]:
    """Look at every line that includes something: with the second form one line can do so several times."""
    if not program.includes or is_part(program):
        return
    lines: dict[Span, list[int]] = {}
    for number, include in enumerate(program.includes):
        lines.setdefault(include.line, []).append(number)
    unused = _unused(program)
    for numbers in lines.values():
        if unused.issuperset(numbers):
            start, end, _, name = program.includes[numbers[0]]
            told = f"nothing of '{name}' is used"
            yield Report(start, end, told, "remove the line", include=numbers[0])


def _unused(program: Program) -> set[int]:
    """The numbers of the includes without which the script would do what it does."""
    names = sorted((variable.declared.start, _last_use(variable)) for variable in program.resolved.variables)
    code = program.chunk.shebang[1] if program.chunk.shebang is not None else 0
    found = set()
    for number, include, block in _placed(program):
        first, last = bisect_left(names, (include.start, 0)), bisect_left(names, (include.end, 0))
        if include.start < code or any(use >= include.end for _, use in names[first:last]):
            continue
        part = Part(program, include.start, include.end)
        statements = part.statements(block)
        if statements and all(part.only_names(each) for each in statements):
            found.add(number)
    return found


def _last_use(variable: Variable) -> int:
    """Where the last name is that stands for a variable."""
    names = (*variable.reads, *variable.mutations, *(write.name for write in variable.writes))
    return max(name.start for name in names)


def _placed(program: Program) -> Iterator[tuple[int, Include, ast.Block]]:
    """Every include with its number, and the innermost block around it."""
    blocks = sorted(program.of(ast.Block), key=attrgetter("start"), reverse=True)
    around: list[ast.Block] = []
    for number, include in sorted(enumerate(program.includes), key=lambda each: each[1].start):
        while blocks and blocks[-1].start <= include.start:
            block = blocks.pop()
            while around and around[-1].end <= block.start:
                around.pop()
            around.append(block)
        holding = (block for block in reversed(around) if block.end >= include.end)
        yield number, include, next(holding, program.chunk.body)  # which starts with the first word, not with comments
