"""A local hides what the server provides.

## What it does

Finds locals and parameters named `redis`, `KEYS`, `ARGV`, `string`, `table`, `type`, `cjson` and the like.

## Why

Further down the name is the local: `type(x)` fails because `type` is a text by then.

## Example

```lua keys=k
local type = redis.call('TYPE', KEYS[1]).ok
return type
```

## Use instead

```lua
local kind = redis.call('TYPE', KEYS[1]).ok
return kind
```

## Known limits

`local unpack = unpack` and the like are left alone, as are names that nothing calls or indexes in a script.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.values import Value
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("shadowed-api", "RL517", Group.SUSPICIOUS, Severity.WARNING, needs=((b"local", b"function", b"for"),))


_NAMES: Final = frozenset(
    {
        "redis",
        "KEYS",
        "ARGV",
        "string",
        "table",
        "math",
        "cjson",
        "cmsgpack",
        "bit",
        "struct",
        "type",
        "tostring",
        "tonumber",
        "pairs",
        "ipairs",
        "unpack",
        "error",
        "assert",
        "pcall",
        "select",
        "next",
    }
)


def check(program: Program) -> Iterator[Report]:
    """Look at every local."""
    for variable in program.resolved.variables:
        if variable.name not in _NAMES or variable.outer is not None:
            continue
        write = variable.only_write
        value = write.value if write is not None else None
        if value is not None and (program.builtin(value) or "").split(".")[-1] in (variable.name, "redis", "server"):
            continue
        if isinstance(program.value(value) if value is not None else None, Value) and isinstance(value, ast.Function):
            continue
        told = f"'{variable.name}' is what the server provides under that name, up to here"
        yield Report.at(variable.declared, told, "choose another name")
