"""A script that says it does not write, and writes.

## What it does

Finds commands that write, or that count as such (`PUBLISH`, `PFCOUNT`), in a script with `#!lua flags=no-writes`, and
in functions registered with that flag.

## Why

The server refuses the call when it is reached.

## Example

```lua fails keys=k on=redis>=7.0,valkey
#!lua flags=no-writes
return redis.call('INCR', KEYS[1])
```

## Use instead

```lua
#!lua
return redis.call('INCR', KEYS[1])
```

## Known limits

In a library, calls from local functions the callback calls are not followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import Registration, registrations
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast
from ldbpy.script.shebang import ScriptFlag, ShebangError, script_header

RULE = Rule("write-in-no-writes", "RL212", Group.CORRECTNESS, Severity.ERROR, needs=(b"no-writes",))


_COUNTED: Final = frozenset({"publish", "spublish", "pfcount"})


def check(program: Program) -> Iterator[Report]:
    """Look at the commands of what must not write."""
    silent = {each.callback for each in registrations(program) if _says_so(each)} if program.is_library else set()
    whole = not program.is_library and _script_says_so(program)
    for site in program.call_sites.values():
        if not whole and program.resolved.functions.get(site.node) not in silent:
            continue
        command = program.command(site)
        if command is None or not ("write" in command.flags or command.name in _COUNTED):
            continue
        yield Report.at(site.args[0], f"{command.name.upper()} writes, and the flag no-writes says that nothing does")


def _script_says_so(program: Program) -> bool:
    for flavor in program.targets.flavors:
        try:
            flags = script_header(program.source, flavor).flags
        except ShebangError:
            continue
        if flags is not None and ScriptFlag.NO_WRITES in flags:
            return True
    return False


def _says_so(registration: Registration) -> bool:
    if not isinstance(registration.flags, ast.Table) or registration.callback is None:
        return False
    values = [item.value for item in registration.flags.items if isinstance(item, ast.ListItem)]
    return any(isinstance(value, ast.String) and value.value == b"no-writes" for value in values)
