"""A global that does not exist.

## What it does

Finds names that are no locals and that no server provides: typos, and functions of other Luas, as
`require`. Each name is told once, where it is first used.

## Why

Reading a global that is not there is an error in a script, even in a test for `nil`.

## Example

```lua fails
local count = 1
return cuont
```

## Use instead

```lua
local count = 1
return count
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.flavors import FLAVORS
from ldbpy.lint.analysis.environment import common_globals, globals_of
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import close_name
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("undefined-global", "RL502", Group.CORRECTNESS, Severity.ERROR)


_HELP: Final = {
    "print": "use redis.log(redis.LOG_NOTICE, ...)",
    "require": "a script is one file: put the code into it",
    "io": "scripts reach no files",
    "table.unpack": "use unpack",
    "utf8": "Lua 5.1 has no utf8",
    "bit32": "use bit",
    "json": "use cjson",
    "KEY": "the table is KEYS",
    "ARGS": "the table is ARGV",
    "argv": "the table is ARGV",
    "keys": "the table is KEYS",
    "ngx": "that is of OpenResty, not of Redis",
}


def check(program: Program) -> Iterator[Report]:
    """Look at every name that is no local."""
    common = common_globals(library=False)
    strange = [name for name in program.resolved.global_reads if name.name not in common]
    if not strange:
        return
    known = {name for flavor in FLAVORS.values() for name in globals_of(flavor, library=False)}
    written = {name.name for name in program.resolved.global_writes}
    uses: dict[str, list[ast.Name]] = {}
    for name in strange:
        if name.name not in known and name.name not in written:
            uses.setdefault(name.name, []).append(name)
    for name, *more in uses.values():
        also = f", used here and in {len(more)} more place{'s' if len(more) > 1 else ''}" if more else ""
        yield Report.at(name, f"there is no global '{name.name}'{also}", _helped(program, name, known))


def _helped(program: Program, name: ast.Name, known: set[str]) -> str:
    if name.name in _HELP:
        return _HELP[name.name]
    from ldbpy.script.hints import word_hint  # rarely needed

    hint = word_hint(name.name)
    if hint is not None:
        return hint
    close = close_name(name.name, {variable.name for variable in program.resolved.variables} | known)
    return f"did you mean {close}?" if close else "declare it with local before its first use"
