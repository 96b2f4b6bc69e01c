"""The same is read twice.

## What it does

Finds a command that only reads, with the same arguments as one before it, when nothing was written in between.

## Why

The second reply is the first one: it can be kept in a local variable.

## Example

```lua keys=k
if redis.call('GET', KEYS[1]) then
  return redis.call('GET', KEYS[1])
end
return 'none'
```

## Use instead

```lua keys=k
local value = redis.call('GET', KEYS[1])
if value then
  return value
end
return 'none'
```
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.order import enclosing_loops, runs_before
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import same
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("repeated-read", "RL810", Group.PERF, Severity.INFO)


_BACK: Final = 30
"""How many reads of the same text in a function are looked back at."""
_RANDOM: Final = frozenset({b"RANDOMKEY", b"SRANDMEMBER", b"HRANDFIELD", b"ZRANDMEMBER", b"TIME", b"SCAN"})


def check(program: Program) -> Iterator[Report]:
    """Look at every read, and back for the same."""
    reads: dict[tuple[object, ...], deque[CallSite]] = {}
    changing = _changing(program)
    function_of = program.resolved.functions.get
    for site in sorted(program.call_sites.values(), key=lambda site: site.node.start):
        if not _reads(program, site):
            continue
        assert site.name is not None
        texts = (b" ".join(program.source[arg.start : arg.end].split()) for arg in site.args[1:])
        earlier = reads.setdefault((function_of(site.node), site.name, *texts), deque(maxlen=_BACK))
        first = next((each for each in earlier if _is_same(program, each, site)), None)
        if first is None:
            earlier.append(site)
        elif not _is_changed_between(program, first, site, changing):
            labels = (Label(first.node.start, first.node.end, "read here"),)
            yield Report.at(site.node, "this was read before, and nothing has changed it", labels=labels)
        else:
            earlier.remove(first)
            earlier.append(site)


def _reads(program: Program, site: CallSite) -> bool:
    command = program.command(site)
    if command is None or site.name is None or site.name in _RANDOM or site.via is not None or len(site.args) < 2:
        return False
    return "readonly" in command.flags and not site.more


def _is_same(program: Program, one: CallSite, other: CallSite) -> bool:
    if len(one.args) != len(other.args) or not runs_before(program, one.node, other.node):
        return False
    pairs = list(zip(one.args[1:], other.args[1:], strict=True))
    return all(same(program, left, right) and _is_fixed(program, left) for left, right in pairs)


def _is_fixed(program: Program, node: ast.Expression) -> bool:
    """Whether an expression keeps its value: its variables are written once, outside of loops."""
    for name in ast.walk(node):
        variable = program.variable(name) if isinstance(name, ast.Name) else None
        if variable is not None and (len(variable.writes) > 1 or variable.mutations or variable.kind == "loop"):
            return False
    return True


def _changing(program: Program) -> list[int]:
    """Where something may be written: by a command, or in a function of the script. In order."""
    return sorted(call.start for call in program.of(ast.Call) if _may_change(program, call))


def _may_change(program: Program, call: ast.Call) -> bool:
    site = program.call_sites.get(call)
    if site is None:
        return program.builtin(call.callee) is None
    return not _reads(program, site) and site.name != b"TIME"


def _is_changed_between(program: Program, first: CallSite, second: CallSite, changing: list[int]) -> bool:
    """Whether anything may be written between two reads."""
    start, end = first.node.end, second.node.start
    around = enclosing_loops(program, first.node)
    for loop in enclosing_loops(program, second.node):
        if loop not in around:
            end = max(end, loop.end)
    return bisect_left(changing, end) > bisect_left(changing, start)
