"""A key that is made from another key.

## What it does

Finds keys made of an element of KEYS and texts of the script: `KEYS[1] .. ':lock'`.

## Why

In a cluster it is in another slot, unless the name in KEYS has a hash tag.

## Example

```lua keys=job:7
return redis.call('EXISTS', KEYS[1] .. ':lock')
```

## Use instead

```lua keys="job:7 job:7:lock"
return redis.call('EXISTS', KEYS[2])
```

## Known limits

Texts with `{` and `}` around a part of the key are taken for a hash tag, and left alone: `'{' .. KEYS[1] .. '}:lock'`.
Off by default: whether the names that are passed have hash tags is not known.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.origins import Source
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import command_keys
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("key-built-from-keys", "RL104", Group.CLUSTER, Severity.INFO, on=False, needs=((b"keys", b"#!"),))


def check(program: Program) -> Iterator[Report]:
    """Look at the keys of every command."""
    for site, place in command_keys(program):
        key = site.args[place]
        origin = program.origins.of(key)
        if not origin.built or Source.KEYS not in origin.sources or not origin.only(Source.KEYS, Source.SCRIPT):
            continue
        if not _has_tag(program.literal(key)):
            told = "this key is made from one of KEYS: in a cluster it is elsewhere, unless that has a hash tag"
            yield Report.at(key, told, "pass it as a key of its own, or see to it that all names have the tag")


def _has_tag(key: ast.Expression) -> bool:
    """Whether the texts of the script put braces around something."""
    texts = b"".join(node.value for node in ast.walk(key) if isinstance(node, ast.String))
    return b"{" in texts and b"}" in texts
