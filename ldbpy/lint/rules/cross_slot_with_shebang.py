"""A script with a shebang uses keys of several slots.

## What it does

Finds scripts that begin with `#!lua`, without the flag `allow-cross-slot-keys`, and use keys of two slots that are
written into the script, whole or with their hash tag.

## Why

A cluster allows that to scripts without a shebang, if it has all the keys; to scripts with one it does not.

## Example

```lua fails cluster=yes on=redis>=7.0,valkey
#!lua
redis.call('SET', 'one', 1)
return redis.call('SET', 'two', 2)
```

## Use instead

```lua cluster=yes
#!lua flags=allow-cross-slot-keys
redis.call('SET', 'one', 1)
return redis.call('SET', 'two', 2)
```

## Known limits

Off by default: on a single server there are no slots. Keys of one command are told by `cross-slot-keys`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.flags import flags_of_script
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.slots import known_slots
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script.shebang import ScriptFlag

RULE = Rule("cross-slot-with-shebang", "RL113", Group.CLUSTER, Severity.ERROR, on=False, needs=(b"#!",))


def check(program: Program) -> Iterator[Report]:
    """Look at the keys of all commands together."""
    if program.chunk.shebang is None or program.is_library:
        return
    if ScriptFlag.ALLOW_CROSS_SLOT_KEYS in flags_of_script(program):
        return
    first = None
    for site, key, slot in known_slots(program):
        if first is None:
            first = site, key, slot
        elif slot != first[2] and site is not first[0]:
            label = Label(first[1].start, first[1].end, f"slot {first[2]}")
            told = "this key is in another slot: a cluster refuses that to a script with a shebang"
            helped = "write #!lua flags=allow-cross-slot-keys, or leave the shebang out"
            yield Report.at(key, told, helped, labels=(label,), mark=f"slot {slot}")
