"""A counter gets its expiry only the first time, and the script may end before.

## What it does

Finds `if n == 1 then` with an `EXPIRE` in it, where `n` is what `INCR` gave, and the script may return between the two,
or the `INCR` was called with `redis.pcall`.

## Why

If the first call ends in between, no later one gives the key an expiry: the counter stays forever.

## Example

```lua keys=k args=5
local n = redis.call('INCR', KEYS[1])
if not tonumber(ARGV[1]) then
  return redis.error_reply('ERR no limit')
end
if n == 1 then
  redis.call('EXPIRE', KEYS[1], 60)
end
return n
```

## Use instead

```lua keys=k args=5
if not tonumber(ARGV[1]) then
  return redis.error_reply('ERR no limit')
end
local n = redis.call('INCR', KEYS[1])
if n == 1 then
  redis.call('EXPIRE', KEYS[1], 60)
end
return n
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import key_text
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("expiry-may-be-skipped", "RL222", Group.SUSPICIOUS, Severity.INFO, needs=(b"incr", b"expire", b"=="))

_COUNT: Final = frozenset({b"INCR", b"INCRBY"})
_EXPIRE: Final = frozenset({b"EXPIRE", b"PEXPIRE", b"EXPIREAT", b"PEXPIREAT"})


def check(program: Program) -> Iterator[Report]:
    """Look at the conditions that ask for the first time."""
    for clause in program.of(ast.IfClause):
        site = _counted(program, clause.test)
        expire = _expire_of(program, clause.body, site) if site is not None else None
        if site is None or expire is None:
            continue
        leaving = _leaving(program, site, clause)
        if leaving is not None:
            label = Label(leaving.start, leaving.end, "the script may end here")
            told = "the counter may be left without its expiry, and then it never gets one"
            yield Report.at(expire, told, "give it right behind the INCR", labels=(label,))


def _counted(program: Program, test: ast.Expression) -> CallSite | None:
    """The INCR whose first time a condition asks for: ``n == 1``."""
    if not isinstance(test, ast.Binary) or test.operator != "==" or program.word(test.right) != b"1":
        return None
    call = program.literal(test.left)
    site = program.call_sites.get(call) if isinstance(call, ast.Call) else None
    return site if site is not None and site.name in _COUNT and len(site.args) > 1 else None


def _expire_of(program: Program, body: ast.Block, counted: CallSite) -> ast.Call | None:
    for node in ast.walk(body):
        site = program.call_sites.get(node) if isinstance(node, ast.Call) else None
        if site is not None and site.name in _EXPIRE and key_text(program, site) == key_text(program, counted):
            return site.node
    return None


def _leaving(program: Program, counted: CallSite, clause: ast.IfClause) -> ast.Node | None:
    """What may end the script between the two: a ``return`` or an error; or the call itself, if it hides errors."""
    if counted.how == "pcall":
        return counted.node
    for node in program.of(ast.Return):
        if counted.node.end < node.start < clause.start and program.parent(node) is not program.parent(clause):
            same = program.resolved.functions[node] is program.resolved.functions.get(counted.node)
            return node if same else None
    for statement in program.of(ast.CallStatement):
        if counted.node.end < statement.start < clause.start and program.raises(statement.call):
            return statement
    return None
