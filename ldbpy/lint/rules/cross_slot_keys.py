"""A command whose keys are in different slots.

## What it does

Finds commands with two keys written into the script, whole or with their hash tag, that are in different slots of a
cluster.

## Why

A cluster refuses such a call, wherever the keys are. (Valkey 9.1.2 does so with every script after that, too.)

## Example

```lua fails cluster=yes
return redis.call('SUNION', '{red}:ids', '{blue}:ids')
```

## Use instead

```lua cluster=yes
return redis.call('SUNION', '{ids}:red', '{ids}:blue')
```

## Known limits

Off by default: on a single server there are no slots. A key of which only the beginning is known counts if its hash tag
is in that.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.slots import known_slots
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("cross-slot-keys", "RL106", Group.CLUSTER, Severity.ERROR, on=False)


def check(program: Program) -> Iterator[Report]:
    """Look at the commands with several keys."""
    first: dict[ast.Call, tuple[ast.Expression, int]] = {}
    for site, key, slot in known_slots(program):
        other, other_slot = first.setdefault(site.node, (key, slot))
        if slot != other_slot:
            label = Label(other.start, other.end, f"slot {other_slot}")
            told = "the keys of this command are in different slots: a cluster refuses it"
            yield Report.at(key, told, "give both the same hash tag", labels=(label,), mark=f"slot {slot}")
