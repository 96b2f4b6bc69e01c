"""A key is written and then overwritten, or deleted and then read.

## What it does

In statements that follow each other, finds a `SET` of a key that the next `SET` of it makes useless, and commands that
read a key that was deleted just before.

## Why

The first write does nothing but work, or the second was meant for another key.

## Example

```lua keys=k
redis.call('SET', KEYS[1], 'one')
redis.call('SET', KEYS[1], 'two')
return redis.call('GET', KEYS[1])
```

## Use instead

```lua keys=k
redis.call('SET', KEYS[1], 'two')
return redis.call('GET', KEYS[1])
```

## Known limits

Off by default. Only keys that are written the same way are known to be the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import enclosing, key_text
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "needless-key-write", "RL219", Group.SUSPICIOUS, Severity.INFO, on=False, needs=((b"set", b"del", b"unlink"),)
)

_GONE: Final = frozenset({b"DEL", b"UNLINK"})
_WORDS_OF_A_PLAIN_SET: Final = 3
_STRAIGHT: Final = (ast.CallStatement, ast.Local, ast.Return)
_RUNS_OTHERS: Final = (ast.Function, ast.MethodCall)


def check(program: Program) -> Iterator[Report]:
    """Go through the statements of every block with such a command."""
    first = (site.node for site in program.call_sites.values() if _is_plain_set(site) or site.name in _GONE)
    blocks = {enclosing(program, node, ast.Block) for node in first}
    for block in program.of(ast.Block) if blocks else ():
        if block not in blocks:
            continue
        last: dict[str, CallSite] = {}
        for statement in block.statements:
            sites = _straight(program, statement)
            if sites is None:
                last = {}
                continue
            for site in sites:
                yield from _after(program, site, last)


def _straight(program: Program, statement: ast.Statement) -> list[CallSite] | None:
    """The commands of a statement, in their order; None if it may run other things or leave."""
    if not isinstance(statement, _STRAIGHT):
        return None
    found = []
    for node in ast.walk(statement):
        if isinstance(node, _RUNS_OTHERS):
            return None
        if isinstance(node, ast.Call):
            site = program.call_sites.get(node)
            if site is None:
                return None
            found.append(site)
    return found[::-1]  # the inner ones run first


def _after(program: Program, site: CallSite, last: dict[str, CallSite]) -> Iterator[Report]:
    if len(site.args) < 2 or site.more:
        last.clear()
        return
    key = key_text(program, site)
    before = last.pop(key, None)
    if before is not None:
        label = (Label(before.node.start, before.node.end, "here"),)
        if before.name in _GONE and not _writes(program, site):
            yield Report.at(site.node, "the key was deleted just before", labels=label)
        elif before.name == b"SET" and _is_plain_set(site):
            yield Report.at(site.node, "this overwrites what was set just before, and not read", labels=label)
    if len(site.args) > 2 and site.name != b"SET":
        last.clear()  # it may use several keys
    elif _is_plain_set(site) or site.name in _GONE:
        last[key] = site


def _is_plain_set(site: CallSite) -> bool:
    return site.name == b"SET" and len(site.args) == _WORDS_OF_A_PLAIN_SET


def _writes(program: Program, site: CallSite) -> bool:
    command = program.command(site)
    return command is None or "write" in command.flags
