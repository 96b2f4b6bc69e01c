r"""An escape of a later Lua.

## What it does

Finds `\x41`, `\u{41}` and `\z` in strings.

## Why

Lua 5.1 does not know them, and takes the letter: `'\x41'` is `x41`.

## Example

```lua
return '\x41'
```

## Use instead

```lua
return '\65'
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("lua52-escape", "RL003", Group.SUSPICIOUS, Severity.WARNING, needs=((b"\\x", b"\\u", b"\\z"),))


_ESCAPE: Final = re.compile(rb"\\(?:[^xuz]|(x[0-9a-fA-F]{2}|u\{[0-9a-fA-F]+\}|z\s))", re.DOTALL)


def check(program: Program) -> Iterator[Report]:
    """Look at the source of every string."""
    for node in program.of(ast.String):
        text = program.source[node.start : node.end]
        if b"\\" not in text or text.startswith(b"["):
            continue
        for match in _ESCAPE.finditer(text):
            if match[1]:
                start = node.start + match.start()
                told = f"Lua 5.1 has no \\{match[1][:1].decode()}: this is the letter itself"
                yield Report(start, node.start + match.end(), told, "write the byte in decimal, as \\65")
