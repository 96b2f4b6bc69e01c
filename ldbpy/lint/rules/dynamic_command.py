"""A command whose name is not in the script.

## What it does

Finds calls whose command is not a literal, and not one through a simple local function.

## Why

Nobody can see what the script does; if the name comes from outside, whoever sends it decides.

## Example

```lua keys=k args=GET
return redis.call(ARGV[1], KEYS[1])
```

## Use instead

```lua
return redis.call('GET', KEYS[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity

RULE = Rule("dynamic-command", "RL214", Group.SUSPICIOUS, Severity.INFO, on=False)


def check(program: Program) -> Iterator[Report]:
    """Look at the first argument of every call."""
    inside = {site.via for site in program.call_sites.values()}
    wrapping = {variable.only_write.value for variable in inside if variable is not None and variable.only_write}
    for site in program.call_sites.values():
        if not site.args or site.words[0] is not None or program.resolved.functions.get(site.node) in wrapping:
            continue
        if program.value(site.args[0]).never("string"):
            continue
        yield Report.at(site.args[0], "the name of the command is not known before the script runs")
