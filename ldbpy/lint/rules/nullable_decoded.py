"""A reply that may be missing is decoded.

## What it does

Finds `cjson.decode`, `cmsgpack.unpack` and `struct.unpack` of a reply that may be `false`, where nothing tests it.

## Why

`bad argument #1 to 'decode' (string expected, got boolean)`: the script fails when the key is missing.

## Example

```lua keys=k
return cjson.decode(redis.call('GET', KEYS[1])).name
```

## Use instead

```lua
local text = redis.call('GET', KEYS[1])
if not text then
  return false
end
return cjson.decode(text).name
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import missing, reply_label
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("nullable-decoded", "RL309", Group.SUSPICIOUS, Severity.WARNING, needs=((b"decode", b"unpack"),))


_PLACES: Final = {"cjson.decode": 0, "cmsgpack.unpack": 0, "struct.unpack": 1, "cmsgpack.unpack_one": 0}


def check(program: Program) -> Iterator[Report]:
    """Look at what is decoded."""
    for call in program.of(ast.Call):
        place = _PLACES.get(program.builtin(call.callee) or "")
        if place is None or place >= len(call.args):
            continue
        value = missing(program, call.args[place])
        if value is not None:
            labels = reply_label(call.args[place], value, "may be missing")
            yield Report.at(
                call.args[place], f"this may be {value.absent}, which cannot be decoded", "test it first", labels=labels
            )
