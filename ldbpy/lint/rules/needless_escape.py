r"""A backslash that does nothing.

## What it does

Finds escapes that Lua does not know, such as `"\-"` and `"\w"`.

## Why

Lua 5.1 leaves the backslash out. In patterns the escape is `%`: `"\w"` finds the letter w.

## Example

```lua args="a-b"
return (ARGV[1]:gsub("\-", "_"))
```

## Use instead

```lua args="a-b"
return (ARGV[1]:gsub("-", "_"))
```

## Known limits

Escapes of Lua 5.2 are told by `lua52-escape`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("needless-escape", "RL054", Group.LUA, Severity.INFO, on=False, fixable=True, needs=(b"\\",))


_ESCAPE: Final = re.compile(rb"\\(?:[abfnrtv\\\"'0-9\r\nxuz]|(.))", re.DOTALL)


def check(program: Program) -> Iterator[Report]:
    """Look at the text of every string in quotes."""
    for string in program.of(ast.String):
        if program.source[string.start : string.start + 1] == b"[":
            continue
        for match in _ESCAPE.finditer(program.source, string.start, string.end):
            if match[1] is not None:
                fix = Fix((Edit(match.start(), match.start() + 1, b""),), safe=True)
                told = f"the backslash before {match[1].decode('latin-1')!r} does nothing"
                yield Report(match.start(), match.end(), told, "in patterns the escape is %", fix=fix)
