r"""A value of JSON is compared with nil.

## What it does

Finds `cjson.decode(...).x == nil`, also through locals.

## Why

`null` becomes `cjson.null`, which is not `nil`, and true in a condition. A missing field is `nil`.

## Example

```lua args="{\"x\":null}"
local job = cjson.decode(ARGV[1])
if job.x == nil then
  return 'none'
end
return 'some'
```

## Use instead

```lua
local job = cjson.decode(ARGV[1])
if job.x == nil or job.x == cjson.null then
  return 'none'
end
return 'some'
```

## Known limits

Silent in scripts that speak of `cjson.null` anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import comparisons
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("json-null-compare", "RL702", Group.SUSPICIOUS, Severity.WARNING, needs=(b"decode",))


def check(program: Program) -> Iterator[Report]:
    """Look at every comparison with ``nil``."""
    if any(node.field.name == "null" for node in program.of(ast.Member)):
        return
    for node, side, other in comparisons(program, "==", "~="):
        if not isinstance(other, ast.Nil) or not isinstance(side, ast.Member | ast.Index):
            continue
        table = program.literal(side.object)
        if isinstance(table, ast.Call) and program.builtin(table.callee) == "cjson.decode":
            yield Report.at(node, "a null of JSON is cjson.null, not nil", "compare with cjson.null as well")
