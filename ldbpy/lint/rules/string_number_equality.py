"""A text compared with a number.

## What it does

Finds `==` and `~=` between what is always a text, or false, and what is always a number.

## Why

Lua converts nothing here: `'1' == 1` is false. `GET`, `HGET`, `ZSCORE` give texts, `INCR` and `LLEN` numbers.

## Example

```lua differs keys=k setup="SET k 1"
if redis.call('GET', KEYS[1]) == 1 then
  return 'one'
end
return 'other'
```

## Use instead

```lua
if tonumber(redis.call('GET', KEYS[1])) == 1 then
  return 'one'
end
return 'other'
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import comparisons, is_cursor, reply_label
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("string-number-equality", "RL304", Group.CORRECTNESS, Severity.ERROR, fixable=True, needs=((b"==", b"~="),))


def check(program: Program) -> Iterator[Report]:
    """Look at every comparison of a text with a number."""
    for node, text, number in comparisons(program, "==", "~="):
        value, other = program.value(text), program.value(number)
        if not value.only("string", "false", "nil") or "string" not in value.types or not other.only("number"):
            continue
        if (value.reply is None and other.reply is None) or is_cursor(program, text):
            continue
        edits = (Edit(text.start, text.start, b"tonumber("), Edit(text.end, text.end, b")"))
        fix = None if isinstance(text, ast.String) else Fix(edits, safe=True)
        source, source_node = (value, text) if value.reply is not None else (other, number)
        told = f"a text is never equal to a number: this test {'never' if node.operator == '==' else 'always'} holds"
        kind = "a text" if source is value else "a number"
        yield Report.at(node, told, "use tonumber", labels=reply_label(source_node, source, kind), fix=fix)
