"""A text and a number in one comparison of size.

## What it does

Finds `<`, `>`, `<=`, `>=` between what is always a text, or missing, and what is always a number. A reply with a number
in its place where it is missing (`redis.call('GET', KEYS[1]) or 0`) is a warning: it is a text when it is there.

## Why

Lua raises an error: `attempt to compare string with number`.

## Example

```lua fails keys=k setup="SET k 7"
if redis.call('GET', KEYS[1]) < 5 then
  return 'low'
end
return 'high'
```

## Use instead

```lua
if tonumber(redis.call('GET', KEYS[1]) or 0) < 5 then
  return 'low'
end
return 'high'
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import comparisons, reply_label
from ldbpy.lint.analysis.values import Value
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("string-number-order", "RL305", Group.CORRECTNESS, Severity.ERROR, needs=((b"<", b">"),))


def check(program: Program) -> Iterator[Report]:
    """Look at every comparison of size."""
    for node, text, number in comparisons(program, "<", ">", "<=", ">="):
        value, other = program.value(text), program.value(number)
        if other.only("number") and _may_be_text(value):
            told = "this is a text when the reply is there: the script fails then"
            labels = reply_label(text, value, "a text, or missing")
            yield Report.at(node, told, "use tonumber", labels=labels, severity=Severity.WARNING)
        if not value.only("string", "false", "nil") or "string" not in value.types or not other.only("number"):
            continue
        if value.argument and not _is_element(program, text):
            continue
        told = "a text cannot be compared with a number: the script fails here"
        yield Report.at(node, told, "use tonumber", labels=reply_label(text, value, "a text"))


def _may_be_text(value: Value) -> bool:
    """Whether it is the text that a server replied, or a number that the script puts in its place."""
    if value.reply is None or value.reply.shape != "string":
        return False
    return value.only("string", "number", "false", "nil") and {"string", "number"} <= value.types


def _is_element(program: Program, node: ast.Expression) -> bool:
    """Whether it is an element of KEYS or ARGV, not a mixture of that and something else."""
    return isinstance(program.literal(node), ast.Index)
