"""Text is decoded after something was written.

## What it does

Finds `cjson.decode`, `cmsgpack.unpack` and `struct.unpack` without `pcall` behind a command that writes.

## Why

What cannot be decoded ends the script, and what was written before stays written: there is no rollback.

## Example

```lua keys=q args=nojson
redis.call('LPOP', KEYS[1])
local job = cjson.decode(ARGV[1])
return job.id
```

## Use instead

```lua keys=q args=nojson
local job = cjson.decode(ARGV[1])
redis.call('LPOP', KEYS[1])
return job.id
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.order import Earlier, writes
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("unprotected-decode", "RL705", Group.SUSPICIOUS, Severity.INFO, needs=((b"decode", b"unpack"),))


_DECODING: Final = frozenset({"cjson.decode", "cmsgpack.unpack", "cmsgpack.unpack_one", "struct.unpack"})


def check(program: Program) -> Iterator[Report]:
    """Look for what decodes, and for writes before it."""
    writing = Earlier(program, (site.node for site in program.call_sites.values() if writes(program, site)))
    for call in program.of(ast.Call):
        name = program.builtin(call.callee)
        if name not in _DECODING or not call.args or isinstance(program.literal(call.args[-1]), ast.String):
            continue
        earlier = next(writing.than(call), None)
        if earlier is not None:
            labels = (Label(earlier.start, earlier.end, "written here"),)
            told = f"if {name} fails here, what was written stays"
            yield Report.at(call, told, "decode first, or use pcall", labels=labels)
