"""A script that only reads, and does not say so.

## What it does

Finds scripts, and functions of a library, all of whose commands only read and that have no flag `no-writes`.

## Why

With the flag the server lets them run on replicas and when memory is short, and they can be killed at any time.

## Example

```lua
return redis.call('HGETALL', KEYS[1])
```

## Use instead

```lua
#!lua flags=no-writes
return redis.call('HGETALL', KEYS[1])
```

## Known limits

Off by default: `EVAL_RO` and `FCALL_RO` do the same without a flag. Silent for servers before 7.0, which know no flags.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ldbpy.features import Feature
from ldbpy.lint.analysis.callgraph import reached_from
from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.flags import flags_of_registration, flags_of_script
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import counts_as_write
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script.shebang import ScriptFlag

RULE = Rule("could-be-no-writes", "RL213", Group.PERF, Severity.INFO, on=False)


def check(program: Program) -> Iterator[Report]:
    """Look at the script, or at each function of the library."""
    sites = list(program.call_sites.values())
    if any(Feature.SHEBANGS not in flavor.features for flavor in program.targets.flavors):
        return
    if not program.is_library:
        if ScriptFlag.NO_WRITES not in flags_of_script(program) and _only_reads(program, sites):
            yield Report.at(
                sites[0].node, "the script only reads", "begin it with #!lua flags=no-writes, or use EVAL_RO"
            )
        return
    for each in program.registrations:
        if each.callback is None or ScriptFlag.NO_WRITES in flags_of_registration(each):
            continue
        inside = reached_from(program, [each.callback])
        if _only_reads(program, [site for site in sites if program.resolved.functions.get(site.node) in inside]):
            yield Report.at(each.node, "the function only reads", "register it with flags = {'no-writes'}")


def _only_reads(program: Program, sites: Sequence[CallSite]) -> bool:
    commands = [program.command(site) for site in sites]
    return bool(commands) and not any(command is None or counts_as_write(command) for command in commands)
