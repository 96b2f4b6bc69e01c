"""A table with both err and ok, or with an err that is nil.

## What it does

Finds tables such as `{err = ..., ok = ...}`.

## Why

The server looks for `err` first: the client gets the error, and never `ok`.

## Example

```lua
return {err = 'ERR no', ok = 'YES'}
```

## Use instead

```lua
return {err = 'ERR no'}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("err-and-ok", "RL611", Group.CORRECTNESS, Severity.WARNING, needs=(b"err", b"{"))


def check(program: Program) -> Iterator[Report]:
    """Look at every table."""
    for table in program.of(ast.Table):
        named = {item.name.name: item for item in table.items if isinstance(item, ast.NamedItem)}
        if "err" in named and "ok" in named:
            yield Report.at(named["ok"], "err goes before ok: this never reaches the client")
        elif "err" in named and isinstance(named["err"].value, ast.Nil) and len(named) == 1:
            yield Report.at(named["err"], "this is an empty table: the client gets an empty array")
