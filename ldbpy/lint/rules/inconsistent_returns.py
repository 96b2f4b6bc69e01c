"""A script that sometimes answers.

## What it does

Finds scripts, and functions of libraries, that return a value in one place and nothing in another.

## Why

The client gets null where nothing is returned, as it does for a missing value.

## Example

```lua keys=k
if redis.call('SETNX', KEYS[1], '1') == 1 then
  return 1
end
```

## Use instead

```lua keys=k
if redis.call('SETNX', KEYS[1], '1') == 1 then
  return 1
end
return 0
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import returned_values
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("inconsistent-returns", "RL608", Group.SUSPICIOUS, Severity.INFO, needs=(b"return",))


def check(program: Program) -> Iterator[Report]:
    """Look at the ends of what answers the client."""
    ends: dict[ast.Function | None, list[tuple[ast.Return, bool]]] = {}
    for node, values in returned_values(program):
        ends.setdefault(program.resolved.functions[node], []).append((node, bool(values)))
    for function, returns in ends.items():
        first = next((node for node, valued in returns if valued), None)
        if first is None:
            continue
        labels = (Label(first.start, first.end, "a value is returned here"),)
        for node, valued in returns:
            if not valued:
                yield Report.at(node, "nothing is returned here: the client gets null", labels=labels)
        statements = (function.body if function is not None else program.chunk.body).statements
        if program.flow.falls_off(function) and statements:
            start, end = _last_word(statements[-1])
            yield Report(start, end, "the client gets null if it ends here", labels=labels)


def _last_word(statement: ast.Statement) -> tuple[int, int]:
    """The ``end`` of a statement that has one, or all of it."""
    blocks = (ast.If, ast.While, ast.NumericFor, ast.GenericFor, ast.Do)
    return (statement.end - 3 if isinstance(statement, blocks) else statement.start), statement.end
