"""A global that a target server does not have.

## What it does

Finds `print`, `os`, `server`, `getfenv` and others where not every server the script is for (`--target`) has them.
Without `--target`, those that no current server has.

## Why

Reading a global that is not there is an error in a script.

## Example

```lua fails on=redis-7.0,valkey
print('hello')
return 1
```

## Use instead

```lua
redis.log(redis.LOG_NOTICE, 'hello')
return 1
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.flavors import FLAVORS
from ldbpy.lint.analysis.environment import common_globals, globals_of
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.lint.targets import names

RULE = Rule("global-not-in-target", "RL503", Group.COMPAT, Severity.ERROR)


_HELP: Final = {
    "print": "use redis.log(redis.LOG_NOTICE, ...)",
    "os": "use redis.call('TIME')",
    "server": "redis is there on all of them",
    "KEYS": "a function gets them as its first parameter",
    "ARGV": "a function gets them as its second parameter",
}


def check(program: Program) -> Iterator[Report]:
    """Look at every name that is no local."""
    library = program.is_library
    common = common_globals(library=library)
    strange = [name for name in program.resolved.global_reads if name.name not in common]
    if not strange:
        return
    known = {name for flavor in FLAVORS.values() for name in globals_of(flavor, library=library)}
    for name in strange:
        if name.name not in known:
            continue
        lacking = program.targets.where(
            lambda flavor, name=name: name.name not in globals_of(flavor, library=library)  # type: ignore[misc]
        )
        if lacking:
            yield Report.at(name, f"{names(lacking)}: there is no global '{name.name}'", _HELP.get(name.name))
