"""A flag that says nothing, or too much.

## What it does

Finds `allow-oom` beside `no-writes`, and `allow-stale` for what reads keys: in the first line of a script, and where a
library registers functions.

## Why

What does not write is never refused for want of memory. And a replica that has lost its master answers what has
`allow-stale` from data that may be old.

## Example

```lua
#!lua flags=no-writes,allow-oom
return redis.call('GET', KEYS[1])
```

## Use instead

```lua
#!lua flags=no-writes
return redis.call('GET', KEYS[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.flags import flags_of_registration, flags_of_script
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import command_keys, registrations
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script.shebang import ScriptFlag

RULE = Rule("useless-flag", "RL912", Group.SUSPICIOUS, Severity.INFO, needs=((b"allow-oom", b"allow-stale"),))


def check(program: Program) -> Iterator[Report]:
    """Look at the flags of the script, or of each function."""
    reading = {program.resolved.functions.get(site.node) for site, _ in command_keys(program)}
    if program.is_library:
        for registration in registrations(program):
            if registration.flags is not None:
                flags, function = flags_of_registration(registration), registration.callback
                span = (registration.flags.start, registration.flags.end)
                yield from _told(flags, span, reads=function is not None and function in reading)
    elif program.chunk.shebang is not None:
        yield from _told(flags_of_script(program), program.chunk.shebang, reads=bool(reading))


def _told(flags: frozenset[ScriptFlag], span: tuple[int, int], *, reads: bool) -> Iterator[Report]:
    if {ScriptFlag.NO_WRITES, ScriptFlag.ALLOW_OOM} <= flags:
        yield Report(*span, "allow-oom says nothing beside no-writes", "leave it out")
    if ScriptFlag.ALLOW_STALE in flags and reads:
        yield Report(*span, "allow-stale lets a replica without its master answer with old data")
