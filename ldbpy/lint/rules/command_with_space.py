"""A command and its first argument in one string.

## What it does

Finds names of commands with a space in them, as `'OBJECT ENCODING'`.

## Why

The first argument of `redis.call` is one word. With a space in it no command has that name.

## Example

```lua fails keys=k
return redis.call('OBJECT ENCODING', KEYS[1])
```

## Use instead

```lua
return redis.call('OBJECT', 'ENCODING', KEYS[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("command-with-space", "RL205", Group.CORRECTNESS, Severity.ERROR, fixable=True)


def check(program: Program) -> Iterator[Report]:
    """Look for spaces in the names of commands."""
    for site in program.call_sites.values():
        word = site.words[0] if site.words else None
        if word is None or not word.strip() or (len(word.split()) == 1 and word == word.strip()):
            continue
        name = site.args[0]
        parts = word.decode("latin-1").split()
        instead = ", ".join(f"'{part}'" for part in parts)
        fix = None
        if isinstance(name, ast.String) and word.isascii() and b"'" not in word and b"\\" not in word:
            fix = Fix((Edit(name.start, name.end, instead.encode("ascii")),), safe=True)
        told = "a space in the name of a command: each word is an argument of its own"
        yield Report.at(name, told, f"write {instead}", fix=fix)
