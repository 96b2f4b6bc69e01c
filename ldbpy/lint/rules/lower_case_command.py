"""The name of a command is not in upper case.

## What it does

Finds `redis.call('get', ...)`.

## Why

It works, and it is harder to see what is a command and what is a value. The documentation has them in upper case.

## Example

```lua keys=k
return redis.call('get', KEYS[1])
```

## Use instead

```lua keys=k
return redis.call('GET', KEYS[1])
```

## Known limits

Off by default: many write them in lower case, and mean it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("lower-case-command", "RL217", Group.LUA, Severity.INFO, on=False, fixable=True)


def check(program: Program) -> Iterator[Report]:
    """Look at the names that are written as literals."""
    for site in program.call_sites.values():
        name = site.args[0] if site.args else None
        if not isinstance(name, ast.String) or name.value == name.value.upper():
            continue
        written = program.source[name.start : name.end]
        plain = name.value in written  # without escapes
        fix = Fix((Edit(name.start, name.end, written.replace(name.value, name.value.upper())),), safe=True)
        upper = name.value.upper().decode("utf-8", "replace")
        yield Report.at(name, "the name of a command in lower case", f"write '{upper}'", fix=fix if plain else None)
