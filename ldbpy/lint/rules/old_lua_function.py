"""A function of Lua 5.0.

## What it does

Finds `table.getn`, `table.foreach`, `table.foreachi`, `string.gfind`, `math.mod` and `gcinfo`.

## Why

Lua 5.1 keeps them for old programs; other implementations of Redis, with a later Lua, do not have them.

## Example

```lua
return table.getn({1, 2})
```

## Use instead

```lua
return #{1, 2}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "old-lua-function",
    "RL514",
    Group.COMPAT,
    Severity.INFO,
    fixable=True,
    needs=((b"getn", b"foreach", b"gfind", b"mod", b"gcinfo", b"setn"),),
)


_HELP: Final = {
    "table.getn": "write #t",
    "table.setn": "tables have the length they have",
    "table.foreach": "write for k, v in pairs(t) do",
    "table.foreachi": "write for i, v in ipairs(t) do",
    "string.gfind": "use string.gmatch",
    "math.mod": "use math.fmod",
    "gcinfo": "use collectgarbage('count')",
}


def check(program: Program) -> Iterator[Report]:
    """Look at every call."""
    for call in program.of(ast.Call):
        name = program.builtin(call.callee) or ""
        if name in _HELP:
            yield Report.at(call.callee, f"{name} is of Lua 5.0", _HELP[name], fix=_fix(program, call, name))


def _fix(program: Program, call: ast.Call, name: str) -> Fix | None:
    if name == "table.getn" and len(call.args) == 1 and isinstance(call.args[0], ast.Name | ast.Table):
        return Fix((Edit(call.start, call.args[0].start, b"#"), Edit(call.args[0].end, call.end, b"")), safe=True)
    names = {"string.gfind": b"string.gmatch", "math.mod": b"math.fmod"}
    written = program.text(call.callee) == name
    return (
        Fix((Edit(call.callee.start, call.callee.end, names[name]),), safe=True) if name in names and written else None
    )
