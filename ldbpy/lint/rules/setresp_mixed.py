"""Code for the replies of RESP2 after redis.setresp(3).

## What it does

After `redis.setresp(3)`, finds `#reply`, `reply[1]`, `ipairs(reply)` and the like of what is a map or a set there, and
arithmetic, `tonumber` and `..` with what is a double. Also a comparison with `false` of what is `nil` there when it is
missing.

## Why

A map is `{map = {...}}`, a set `{set = {...}}` and a double `{double = n}`: the length is 0, the element `nil`, and a
calculation fails. No error tells of the first two.

## Example

```lua differs keys=h setup="HSET h f v" on=redis>=6.2,valkey
redis.setresp(3)
return #redis.call('HGETALL', KEYS[1])
```

## Use instead

```lua
redis.setresp(3)
local count = 0
for _ in pairs(redis.call('HGETALL', KEYS[1]).map) do
  count = count + 1
end
return count
```

## Known limits

Silent in scripts that also call `redis.setresp(2)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import CallSite
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import comparisons
from ldbpy.lint.analysis.replies import resp3_reply_of
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("setresp-mixed", "RL323", Group.CORRECTNESS, Severity.ERROR, needs=(b"setresp",))


_KINDS: Final = frozenset({"map", "set", "double"})
_OF_ARRAYS: Final = frozenset({"ipairs", "unpack", "table.concat", "table.getn", "table.sort"})
_OF_NUMBERS: Final = frozenset({"tonumber", "tostring", "math.floor", "math.ceil", "math.abs", "math.max", "math.min"})
_OPERATORS: Final = frozenset({*ast.ARITHMETIC, *ast.ORDER, ".."})


def check(program: Program) -> Iterator[Report]:
    """Look at what is done with the replies that come after the switch."""
    switches = [call for call in program.of(ast.Call) if program.builtin(call.callee) == "redis.setresp"]
    if not switches or any(not call.args or program.value(call.args[0]).const != 3 for call in switches):
        return
    since = min(call.end for call in switches)
    for node, of_array in _uses(program):
        site = _site(program, node, since)
        kind = _kind(site) if site is not None else None
        if kind is not None and of_array == (kind != "double"):
            told = f"after redis.setresp(3) this is a table with the field {kind}"
            yield Report.at(node, told, f"look at its .{kind}")
    for node, side, other in comparisons(program, "==", "~="):
        site = _site(program, side, since) if isinstance(other, ast.Boolean) and not other.value else None
        reply = resp3_reply_of(site.words, more=site.more) if site is not None else None
        if reply is not None and reply.nullable:
            yield Report.at(node, "after redis.setresp(3) a missing reply is nil, not false", "compare with nil")


def _uses(program: Program) -> Iterator[tuple[ast.Expression, bool]]:
    """What is used as an array (True) or as a number or text (False)."""
    for length in program.of(ast.Unary):
        if length.operator in ("#", "-"):
            yield length.operand, length.operator == "#"
    for index in program.of(ast.Index):
        if program.value(index.key).only("number"):
            yield index.object, True
    for node in program.of(ast.Binary):
        if node.operator in _OPERATORS:
            yield node.left, False
            yield node.right, False
    for call in program.of(ast.Call):
        name = program.builtin(call.callee)
        if call.args and name in _OF_ARRAYS:
            yield call.args[0], True
        elif name in _OF_NUMBERS:
            for arg in call.args:
                yield arg, False


def _site(program: Program, node: ast.Expression, since: int) -> CallSite | None:
    literal = program.literal(node)
    site = program.call_sites.get(literal) if isinstance(literal, ast.Call) else None
    return site if site is not None and site.gives_reply and site.node.start >= since else None


def _kind(site: CallSite) -> str | None:
    reply = resp3_reply_of(site.words, more=site.more)
    return reply.shape if reply is not None and reply.shape in _KINDS else None
