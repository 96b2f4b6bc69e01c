"""A reply is compared with nil, which it never is.

## What it does

Finds `==` and `~=` between `nil` and the reply of a command that gives `false` where redis-cli shows `(nil)`.

## Why

A missing key, field or member is `false` in a script, so the test never holds. (After `redis.setresp(3)` it is `nil`,
and the rule is silent.)

## Example

```lua differs keys=job:7 args=anna
local holder = redis.call('GET', KEYS[1])
if holder == nil then
  return 'free'
end
return 'taken'
```

## Use instead

```lua
local holder = redis.call('GET', KEYS[1])
if not holder then
  return 'free'
end
return 'taken'
```

## Known limits

Where the script also asks whether the value is `false` (`v == nil or v == false`), or the same condition would come out
right without this test (`v ~= nil and v == 'x'`), it is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "nil-reply-compare", "RL301", Group.CORRECTNESS, Severity.ERROR, fixable=True, needs=(b"nil", (b"==", b"~="))
)


def check(program: Program) -> Iterator[Report]:
    """Look at every comparison with ``nil``."""
    for node in program.of(ast.Binary):
        if node.operator not in ("==", "~="):
            continue
        other = node.left if isinstance(node.right, ast.Nil) else node.right
        if not isinstance(node.right, ast.Nil) and not isinstance(node.left, ast.Nil):
            continue
        value = program.value(other)
        if value.reply is None or value.source is None or not value.reply.nullable or not value.never("nil"):
            continue
        if _also_false(program, node, other):
            continue
        yield _report(program, node, other, value.source)


def _report(program: Program, node: ast.Binary, other: ast.Expression, source: ast.Expression) -> Report:
    equal = node.operator == "=="
    text = program.text(other)
    instead = f"not {text}" if equal else text
    simple = isinstance(other, ast.Name | ast.Call | ast.Index | ast.Member)
    fix = Fix(
        (Edit(node.start, node.end, instead.encode("utf-8", "surrogateescape")),),
        safe=equal or _is_condition(program, node),
    )
    labels = () if other is source else (Label(source.start, source.end, "false when it is missing"),)
    return Report(
        node.start,
        node.end,
        f"a missing reply is false, not nil: this test {'never' if equal else 'always'} holds",
        f"write `{instead}`" if simple else None,
        labels,
        fix if simple else None,
        mark=f"{'never' if equal else 'always'} true",
    )


def _is_condition(program: Program, node: ast.Expression) -> bool:
    """Whether only the truth of the value counts, so that any true value will do."""
    above = program.parent(node)
    while isinstance(above, ast.Paren) or (isinstance(above, ast.Binary) and above.operator in ("and", "or")):
        above = program.parent(above)
    return isinstance(above, ast.IfClause | ast.While | ast.Repeat)


def _also_false(program: Program, node: ast.Binary, other: ast.Expression) -> bool:
    """Whether the same condition looks after ``false`` in another way, too, or another asks whether it is that."""
    if not isinstance(other, ast.Name):
        return False
    asked = program.variable(other)
    if any(_is_false_asked(program, read) for read in (asked.reads if asked is not None else ())):
        return True
    top: ast.Node = node
    while isinstance(program.parent(top), ast.Binary | ast.Paren | ast.Unary):
        above = program.parent(top)
        assert above is not None
        top = above
    variable = program.variable(other)
    names = [name for name in ast.walk(top) if isinstance(name, ast.Name) and name is not other]
    return any(program.variable(name) is variable and not _falls_over(program, name, node.operator) for name in names)


def _falls_over(program: Program, name: ast.Name, operator: str) -> bool:
    """Whether what a condition does with the name, beside the test for nil, fails for ``false``, or goes wrong."""
    above = program.parent(name)
    if isinstance(above, ast.Call) and program.builtin(above.callee) == "tonumber":
        above = program.parent(above)
        return isinstance(above, ast.Binary) and above.operator in ast.ORDER
    if isinstance(above, ast.Unary):
        return above.operator == "#"
    if not isinstance(above, ast.Binary):
        return False
    other = above.right if above.left is name else above.left
    if above.operator in ("==", "~="):
        return above.operator == operator and isinstance(other, ast.String | ast.Number)
    return above.operator == ".." or above.operator in ast.ORDER | ast.ARITHMETIC


def _is_false_asked(program: Program, name: ast.Name) -> bool:
    above = program.parent(name)
    if not isinstance(above, ast.Binary) or above.operator not in ("==", "~="):
        return False
    other = above.right if above.left is name else above.left
    return isinstance(other, ast.Boolean) and not other.value
