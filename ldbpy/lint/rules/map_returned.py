"""A table with names is returned.

## What it does

Finds returned tables with names as keys, other than those the server knows: `ok`, `err`, `double`, `map`, `set`,
`big_number`, `verbatim_string`.

## Why

Only the elements at 1, 2, 3 … reach the client: `return {count = 1}` gives an empty array.

## Example

```lua differs
return {count = 1}
```

## Use instead

```lua
return cjson.encode({count = 1})
```

## Known limits

Tables that are filled after they are made are followed only where every field is set by name, and nothing else is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import returned_values
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("map-returned", "RL604", Group.CORRECTNESS, Severity.ERROR, needs=(b"{", b"return"))


_KNOWN: Final = frozenset({"ok", "err", "double", "map", "set", "big_number", "verbatim_string", "format", "string"})


def check(program: Program) -> Iterator[Report]:
    """Look at the tables that go to the client."""
    for _, values in returned_values(program):
        for value in values[:1]:
            table = program.literal(value)
            if not isinstance(table, ast.Table):
                continue
            names = _names(program, value, table)
            listed = [item for item in table.items if not isinstance(item, ast.NamedItem)]
            if names and not listed and not set(names) & _KNOWN:
                told = f"{names[0]!r} never reaches the client: a reply has no names"
                yield Report.at(value, told, "return {'name', value, ...}, or cjson.encode(...)")


def _is_text(program: Program, key: ast.Expression) -> bool:
    """Whether a key is a text, or an error: there is no field of nil."""
    value = program.value(key)
    return "string" in value.types and value.only("string", "nil")


def _names(program: Program, value: ast.Expression, table: ast.Table) -> list[str]:
    """The names in the table; none if it gets anything else as well."""
    names = [item.name.name for item in table.items if isinstance(item, ast.NamedItem)]
    variable = program.variable(value) if isinstance(value, ast.Name) else None
    if variable is None:
        return names
    for mutation in variable.mutations:
        target = program.parent(mutation)
        if isinstance(target, ast.Member):
            names.append(target.field.name)
        elif isinstance(target, ast.Index) and _is_text(program, target.key):
            names.append(program.text(target.key))
        else:
            return []
    return names if len(variable.reads) == 1 else []
