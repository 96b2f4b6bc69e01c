"""A call that gives two values where one is meant.

## What it does

Finds `gsub` as the last argument of `redis.call`.

## Why

`gsub` gives the text and the number of changes, and as the last argument both are passed.

## Example

```lua fails keys=k args=a-b
return redis.call('SET', KEYS[1], ARGV[1]:gsub('-', '_'))
```

## Use instead

```lua
return redis.call('SET', KEYS[1], (ARGV[1]:gsub('-', '_')))
```

## Known limits

Silent where one more argument is welcome: in `HSET`, `DEL` and others that take any number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.commands.table import Command
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import is_gsub
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity

RULE = Rule("multi-value-argument", "RL402", Group.CORRECTNESS, Severity.ERROR, fixable=True, needs=(b"gsub",))


def check(program: Program) -> Iterator[Report]:
    """Look at the last argument of every call."""
    for site in program.call_sites.values():
        command = program.command(site)
        if not site.more or command is None:
            continue
        last = site.args[-1]
        if not is_gsub(program, last) or not _is_too_much(command, len(site.args) + 1):
            continue
        fix = Fix((Edit(last.start, last.start, b"("), Edit(last.end, last.end, b")")), safe=True)
        told = "gsub gives two values, and both become arguments"
        yield Report.at(last, told, "put it in parentheses", fix=fix)


_PAIRED: Final = {"hset": 0, "hmset": 0, "mset": 1, "msetnx": 1}
"""The remainder by two of the number of words, of commands that take pairs."""


def _is_too_much(command: Command, count: int) -> bool:
    if command.name in _PAIRED:
        return count % 2 != _PAIRED[command.name]
    return not command.accepts(count) or (command.name == "set" and count == 4)
