"""A key that is not written as KEYS[n].

## What it does

Finds keys given by locals, expressions and loops instead of `KEYS[n]` itself, and commands whose name is no literal.

## Why

The proxies of some services read the script to find its keys, and refuse what they cannot read: Alibaba Cloud documents
that every key of a command has to be `KEYS[n]`, and no expression.

## Example

```lua keys=k
local key = KEYS[1]
return redis.call('GET', key)
```

## Use instead

```lua keys=k
return redis.call('GET', KEYS[1])
```

## Known limits

Off by default: servers themselves do not mind. That a proxy refuses it is from its documentation, and not proven here.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import command_keys
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("keys-in-expression", "RL107", Group.CLUSTER, Severity.WARNING, on=False, fixable=True)


def check(program: Program) -> Iterator[Report]:
    """Look at the keys of every command, and at their names."""
    for site in program.call_sites.values():
        if site.args and not isinstance(site.args[0], ast.String):
            yield Report.at(site.args[0], "a proxy cannot read which command this is", "write its name as a literal")
    for site, place in command_keys(program):
        key = site.args[place]
        if not _is_plain(program, key):
            inline = program.literal(key)
            fix = None
            if isinstance(key, ast.Name) and _is_plain(program, inline):
                text = program.source[inline.start : inline.end]
                fix = Fix((Edit(key.start, key.end, text),), safe=False)
            yield Report.at(key, "a proxy cannot read which key this is", "write KEYS[n] itself", fix=fix)


def _is_plain(program: Program, node: ast.Expression) -> bool:
    """Whether it is ``KEYS[1]`` or the like, or ``keys[1]`` of a library's function."""
    if not isinstance(node, ast.Index) or not isinstance(node.key, ast.Number):
        return False
    name = node.object
    return isinstance(name, ast.Name) and (name.name == "KEYS" or (program.is_library and name.name == "keys"))
