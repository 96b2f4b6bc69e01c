"""One command for each element, where one would do for all.

## What it does

Finds `HGET`, `GET`, `SADD`, `RPUSH`, `DEL` and others in a `for` that take one element each time, and could take
several.

## Why

Each call has its price: a thousand of them take several times as long as one with a thousand arguments.

## Example

```lua keys=s args="a b c"
for i = 1, #ARGV do
  redis.call('SADD', KEYS[1], ARGV[i])
end
return #ARGV
```

## Use instead

```lua keys=s args="a b c"
return redis.call('SADD', KEYS[1], unpack(ARGV))
```

## Known limits

Off by default: correct scripts do it, and few elements cost little. Only told where nothing in the loop depends on the
reply. `unpack` takes some 8,000 values.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.order import changes_with, enclosing_loops
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("command-in-loop", "RL803", Group.PERF, Severity.INFO, on=False, needs=(b"for",))


_OF_KEYS: Final = {b"GET": b"MGET", b"DEL": b"DEL", b"UNLINK": b"UNLINK", b"SET": b"MSET", b"TOUCH": b"TOUCH"}
"""With one key each; SET with a value."""
_OF_ELEMENTS: Final = {
    b"HGET": b"HMGET",
    b"HDEL": b"HDEL",
    b"HSET": b"HSET",
    b"SADD": b"SADD",
    b"SREM": b"SREM",
    b"LPUSH": b"LPUSH",
    b"RPUSH": b"RPUSH",
    b"ZADD": b"ZADD",
    b"ZREM": b"ZREM",
    b"PFADD": b"PFADD",
    b"SISMEMBER": b"SMISMEMBER",
    b"ZSCORE": b"ZMSCORE",
}
"""With one element of one key each."""
_PAIRS: Final = frozenset({b"HSET", b"ZADD", b"SET"})
_GIVING: Final = frozenset({b"GET", b"HGET", b"SISMEMBER", b"ZSCORE"})


def check(program: Program) -> Iterator[Report]:
    """Look at the calls in loops."""
    for site in program.call_sites.values():
        name = site.name
        several = _OF_KEYS.get(name or b"") or _OF_ELEMENTS.get(name or b"")
        if name is None or several is None or site.more or site.via is not None:
            continue
        plain = len(site.args) == (2 if name in _OF_KEYS else 3) + (name in _PAIRS)
        loops = enclosing_loops(program, site.node)
        if not plain or not loops or not isinstance(loops[0], ast.NumericFor | ast.GenericFor):
            continue
        if _can_be_one(program, site, loops[0]) and _goes_nowhere(program, site):
            told = f"{several.decode()} can do this for all at once"
            yield Report.at(site.node, told, "collect the arguments, and call it once behind the loop")


def _can_be_one(program: Program, site: CallSite, loop: ast.Node) -> bool:
    """Whether only what may be given several times changes from one time round to the next, and is known before."""
    if site.name in _OF_ELEMENTS and changes_with(program, site.args[1], loop):
        return False
    varying = site.args[1:] if site.name in _OF_KEYS else site.args[2:]
    return not any(isinstance(part, ast.Call) for arg in varying for part in ast.walk(arg)) and any(
        changes_with(program, arg, loop) for arg in varying
    )


def _goes_nowhere(program: Program, site: CallSite) -> bool:
    """Whether the loop does not look at the reply: it is left alone, or only put away."""
    above = program.parent(site.node)
    if isinstance(above, ast.CallStatement):
        return isinstance(program.parent(above), ast.Block) and _unconditional(program, above)
    stored = isinstance(above, ast.Assignment) and all(isinstance(each, ast.Index) for each in above.targets)
    return site.name in _GIVING and stored


def _unconditional(program: Program, statement: ast.CallStatement) -> bool:
    """Whether it runs each time round: its block is the loop's."""
    block = program.parent(statement)
    return block is not None and isinstance(program.parent(block), ast.NumericFor | ast.GenericFor)
