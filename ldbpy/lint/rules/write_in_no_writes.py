"""A script that says it does not write, and writes.

## What it does

Finds commands that write, or that count as such (`PUBLISH`, `PFCOUNT`), in a script with `#!lua flags=no-writes`, and
in functions registered with that flag and in the local functions they call.

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

A local function that a function of a library names counts as called by it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.callgraph import reached_from
from ldbpy.lint.analysis.flags import flags_of_callbacks, flags_of_script
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import counts_as_write
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script.shebang import ScriptFlag

RULE = Rule("write-in-no-writes", "RL212", Group.CORRECTNESS, Severity.ERROR, needs=(b"no-writes",))


def check(program: Program) -> Iterator[Report]:
    """Look at the commands of what must not write."""
    flagged = flags_of_callbacks(program) if program.is_library else {}
    silent = reached_from(program, (callback for callback, flags in flagged.items() if ScriptFlag.NO_WRITES in flags))
    whole = not program.is_library and ScriptFlag.NO_WRITES in flags_of_script(program)
    for site in program.call_sites.values():
        if not whole and program.resolved.functions.get(site.node) not in silent:
            continue
        command = program.command(site)
        if command is None or not counts_as_write(command):
            continue
        yield Report.at(site.args[0], f"{command.name.upper()} writes, and the flag no-writes says that nothing does")
