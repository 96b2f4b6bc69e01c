"""A reply is compared with what it never is.

## What it does

Finds `==` and `~=` between the reply of a command that always answers with a number, a text or a status, and `nil`,
`false` or `true`.

## Why

The comparison always comes out the same. What was to be caught is another value: 0, an empty text.

## Example

```lua keys=z
local count = redis.call('ZCARD', KEYS[1])
if count == nil or count == 0 then
  return 'none'
end
return count
```

## Use instead

```lua keys=z
local count = redis.call('ZCARD', KEYS[1])
if count == 0 then
  return 'none'
end
return count
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import comparisons, reply_label
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "redundant-reply-check",
    "RL325",
    Group.SUSPICIOUS,
    Severity.INFO,
    fixable=True,
    needs=((b"nil", b"false", b"true"), (b"==", b"~=")),
)


_TOLD: Final = {"integer": "a number", "string": "a text", "status": "a status"}


def check(program: Program) -> Iterator[Report]:
    """Look at every comparison with a literal that is no reply."""
    for node, side, other in comparisons(program, "==", "~="):
        if not isinstance(other, ast.Nil | ast.Boolean):
            continue
        value = program.value(side)
        reply = value.pure_reply
        if reply is None or value.source is None or reply.nullable or reply.shape not in _TOLD:
            continue
        kind = _TOLD[reply.shape]
        never = "never" if node.operator == "==" else "always"
        labels = reply_label(side, value, f"always {kind}")
        told = f"this reply is always {kind}: the test {never} holds"
        yield Report.at(node, told, labels=labels, fix=_without(program, node), mark=f"{never} true")


def _without(program: Program, node: ast.Binary) -> Fix | None:
    """Leave the comparison out of an ``or`` that it never makes true, or an ``and`` that it never makes false."""
    above = program.parent(node)
    if not isinstance(above, ast.Binary) or above.operator != ("or" if node.operator == "==" else "and"):
        return None
    start, end = (above.start, above.right.start) if node is above.left else (above.left.end, above.end)
    return Fix((Edit(start, end, b""),), safe=node is above.left)
