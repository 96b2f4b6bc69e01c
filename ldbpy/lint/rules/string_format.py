"""string.format with too few values, or with a letter it does not know.

## What it does

Reads the literal format of `string.format` and `('...'):format`, and counts the values.

## Why

`bad argument`: the script fails.

## Example

```lua fails args=a
return string.format('%s:%s', ARGV[1])
```

## Use instead

```lua
return string.format('%s:%s', ARGV[1], 'x')
```

## Known limits

Silent when the last value is a call or `...`. Values too many are not told: they are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import may_be_several
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("string-format", "RL708", Group.CORRECTNESS, Severity.ERROR, needs=(b"format",))


_ITEM: Final = re.compile(rb"%(?:%|[-+ #0]*[0-9]{0,2}(?:\.[0-9]{0,2})?(.?))", re.DOTALL)
_LETTERS: Final = b"cdiouxXeEfgGqs"


def check(program: Program) -> Iterator[Report]:
    """Look at every format."""
    for call in program.of(ast.Call):
        if program.builtin(call.callee) == "string.format" and call.args:
            yield from _report(program, call, call.args[0], call.args[1:])
    for method in program.of(ast.MethodCall):
        if method.method.name == "format":
            inner = method.object.expression if isinstance(method.object, ast.Paren) else method.object
            yield from _report(program, method, inner, method.args)


def _report(program: Program, call: ast.Node, form: ast.Expression, values: list[ast.Expression]) -> Iterator[Report]:
    literal = program.literal(form)
    if not isinstance(literal, ast.String):
        return
    letters = [match[1] for match in _ITEM.finditer(literal.value) if match[0] != b"%%"]
    wrong = next((letter for letter in letters if not letter or letter not in _LETTERS), None)
    if wrong is not None:
        yield Report.at(form, f"there is no format %{wrong.decode('latin-1')}")
    elif len(values) < len(letters) and not (values and may_be_several(program, values[-1])):
        yield Report.at(call, f"the format wants {len(letters)} values, and there are {len(values)}")
    else:
        yield from _bad_values(program, letters, values)


def _bad_values(program: Program, letters: list[bytes], values: list[ast.Expression]) -> Iterator[Report]:
    for letter, value in zip(letters, values, strict=False):
        known = program.value(value)
        if letter == b"s" and known.never("string", "number"):
            yield Report.at(value, "%s takes strings and numbers only", "use tostring")
        elif letter in b"cdiouxXeEfgG" and (known.never("string", "number") or _is_no_number(known.const)):
            yield Report.at(value, f"%{letter.decode()} wants a number")


def _is_no_number(const: object) -> bool:
    if not isinstance(const, bytes):
        return False
    from ldbpy.resp import parse_double  # rarely needed

    return parse_double(const.strip()) is None
