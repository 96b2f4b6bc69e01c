"""A function or cjson.null is returned.

## What it does

Finds returned functions, and `cjson.null`.

## Why

The client gets null.

## Example

```lua
return cjson.null
```

## Use instead

```lua
return false
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.environment import LIBRARIES
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import returned_values
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("function-returned", "RL609", Group.CORRECTNESS, Severity.WARNING, needs=(b"return",))


_VALUES: Final = frozenset({"null", "pi", "huge"})
"""What a library has besides functions, in small letters."""


def check(program: Program) -> Iterator[Report]:
    """Look at what goes to the client."""
    for _, values in returned_values(program):
        for value in values[:1]:
            if program.value(value).only("function") or _is_of_library(program, value):
                yield Report.at(value, "a function cannot be sent: the client gets null", "call it")
            elif program.builtin(value) == "cjson.null":
                yield Report.at(value, "the client gets null", "return false")


def _is_of_library(program: Program, node: ast.Expression) -> bool:
    """Whether an expression is a function that the server provides, as ``string.format``."""
    library, _, field = (program.builtin(node) or "").partition(".")
    return field.islower() and field not in _VALUES and field in LIBRARIES.get(library, ())
