"""An error without a code.

## What it does

Finds `redis.error_reply` and `{err = ...}` with a text whose first word is no code such as `ERR` or `NOTFOUND`. For
servers before Redis 7.0 also `error({err = ...})`, and codes that begin with `-`.

## Why

Clients take the first word of an error as its code, and choose by that what to do. Before 7.0 a table as error breaks
the server's own handler, and the client gets the message of that.

## Example

```lua
return redis.error_reply('no such user')
```

## Use instead

```lua
return redis.error_reply('ERR no such user')
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ldbpy.features import Feature
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.lint.targets import names
from ldbpy.script import ast

RULE = Rule(
    "error-without-code", "RL515", Group.SUSPICIOUS, Severity.INFO, fixable=True, needs=((b"error_reply", b"err"),)
)


_CODE: Final = re.compile(rb"-?[A-Z][A-Z0-9_]*(?: |$)")


def check(program: Program) -> Iterator[Report]:
    """Look at the texts of errors, and at what is raised."""
    lacking = program.targets.lacking(Feature.ERROR_TABLES)
    for node in _texts(program):
        first = _first(program, node)
        if not isinstance(first, ast.String) or not first.value:
            continue
        if b" " in first.value and not _CODE.match(first.value):
            word = first.value.split(b" ", 1)[0].decode("utf-8", "backslashreplace")
            yield Report.at(
                node, f"clients take {word!r} as the code of this error", "begin with ERR", fix=_fix(program, first)
            )
        elif first.value.startswith(b"-") and lacking:
            told = f"the code keeps its minus sign on {names(lacking)}"
            yield Report.at(node, told, "leave it out", severity=Severity.WARNING)
    for call in program.of(ast.Call) if lacking else ():
        if program.builtin(call.callee) == "error" and call.args and program.value(call.args[0]).only("table"):
            told = f"{names(lacking)} cannot tell the client of an error that is a table"
            yield Report.at(call, told, "return it, or raise a text", severity=Severity.WARNING)


def _texts(program: Program) -> Iterator[ast.Expression]:
    for call in program.of(ast.Call):
        if call.args and program.builtin(call.callee) == "redis.error_reply":
            yield call.args[0]
    for item in program.of(ast.NamedItem):
        if item.name.name == "err":
            yield item.value


def _first(program: Program, node: ast.Expression) -> ast.Expression:
    """What the text begins with."""
    node = program.literal(node)
    while isinstance(node, ast.Binary) and node.operator == "..":
        node = program.literal(node.left)
    return node


def _fix(program: Program, string: ast.String) -> Fix | None:
    quoted = program.source[string.start : string.start + 1] in (b"'", b'"')
    return Fix((Edit(string.start + 1, string.start + 1, b"ERR "),), safe=False) if quoted else None
