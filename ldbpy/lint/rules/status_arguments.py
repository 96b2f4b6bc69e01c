"""An answer of the script without its text.

## What it does

Finds `redis.error_reply`, `redis.status_reply` and `redis.sha1hex` with no argument or several, or with one that is no
text.

## Why

The server gives back an error, `wrong number or type of arguments`, in place of what was meant.

## Example

```lua fails
return redis.status_reply()
```

## Use instead

```lua
return redis.status_reply('OK')
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import may_be_several
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("status-arguments", "RL516", Group.CORRECTNESS, Severity.ERROR, needs=((b"_reply", b"sha1hex"),))


_NAMES: Final = frozenset({"redis.error_reply", "redis.status_reply", "redis.sha1hex"})


def check(program: Program) -> Iterator[Report]:
    """Look at every such call."""
    for call in program.of(ast.Call):
        name = program.builtin(call.callee)
        if name not in _NAMES or (call.args and may_be_several(program, call.args[-1])):
            continue
        if len(call.args) != 1:
            yield Report.at(call, f"{name} wants one text")
        elif name != "redis.sha1hex" and program.value(call.args[0]).never("string"):
            yield Report.at(call.args[0], f"{name} wants a text")
