"""The field err is read from what may be no table.

## What it does

Finds `reply.err` where the reply of `redis.pcall` may be a number or `false`, and nothing asks for its type.

## Why

`attempt to index a number value`: the script fails when the command goes well.

## Example

```lua keys=k
local n = redis.pcall('INCR', KEYS[1])
if n.err then
  return n
end
return n
```

## Use instead

```lua
local n = redis.pcall('INCR', KEYS[1])
if type(n) == 'table' and n.err then
  return n
end
return n
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import reply_label
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("err-without-type-check", "RL320", Group.SUSPICIOUS, Severity.WARNING, needs=(b"err",))


def check(program: Program) -> Iterator[Report]:
    """Look at every ``.err``."""
    for node in program.of(ast.Member):
        if node.field.name != "err":
            continue
        value = program.value(node.object)
        if value.reply is None or value.never("number", "false") or _asks(program, node.object):
            continue
        kind = "a number" if "number" in value.types else "false"
        told = f"this fails when the command goes well: the reply may be {kind}"
        yield Report.at(
            node, told, "ask type(...) == 'table' first", labels=reply_label(node.object, value, "the reply")
        )


def _asks(program: Program, node: ast.Expression) -> bool:
    """Whether the script asks for the type, or tests the value where false is the only trouble."""
    if not isinstance(node, ast.Name):
        return False
    variable = program.variable(node)
    for read in variable.reads if variable is not None else ():
        above = program.parent(read)
        if isinstance(above, ast.Call) and program.builtin(above.callee) == "type":
            return True
        if isinstance(above, ast.Binary) and above.operator == "and" and above.left is read:
            return True
    return False
