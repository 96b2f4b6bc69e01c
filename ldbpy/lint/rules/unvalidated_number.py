"""An argument is calculated with, whatever it is.

## What it does

Finds arithmetic with `tonumber(ARGV[1])` that nothing looks at before.

## Why

`tonumber` gives `nil` for what is no number, and the script fails in the middle. It also takes `0x10`, `1e3`, `inf` and
`nan`.

## Example

```lua keys=k args=one
return redis.call('INCRBY', KEYS[1], tonumber(ARGV[1]) + 1)
```

## Use instead

```lua keys=k args=one
local amount = tonumber(ARGV[1])
if not amount then
  return redis.error_reply('ERR the amount is no number')
end
return redis.call('INCRBY', KEYS[1], amount + 1)
```

## Known limits

Off by default: who calls the script often sees to that.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import is_guarded
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("unvalidated-number", "RL410", Group.SUSPICIOUS, Severity.INFO, on=False, needs=(b"tonumber",))


def check(program: Program) -> Iterator[Report]:
    """Look at what is calculated with."""
    for node in program.of(ast.Binary):
        if node.operator in ast.ARITHMETIC:
            for side in (node.left, node.right):
                yield from _checked(program, side)
    for unary in program.of(ast.Unary):
        if unary.operator == "-":
            yield from _checked(program, unary.operand)


def _checked(program: Program, node: ast.Expression) -> Iterator[Report]:
    literal = program.literal(node)
    if not isinstance(literal, ast.Call) or program.builtin(literal.callee) != "tonumber" or len(literal.args) != 1:
        return
    if program.value(literal.args[0]).argument and not is_guarded(program, node):
        yield Report.at(node, "this is nil if the argument is no number", "test it first")
