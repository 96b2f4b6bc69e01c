"""A global variable is written.

## What it does

Finds assignments to names that are no locals, and `function name()` without `local`.

## Why

Scripts cannot make globals: the server protects the table. `local` is missing.

## Example

```lua fails
count = 1
return count
```

## Use instead

```lua
local count = 1
return count
```

## Known limits

`--unsafe-fixes` writes `local` before the statement, where the name is not used further out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("global-write", "RL501", Group.CORRECTNESS, Severity.ERROR, fixable=True)


def check(program: Program) -> Iterator[Report]:
    """Look at every write that is to no local."""
    if not program.resolved.global_writes:
        return
    times = Counter(name.name for name in program.resolved.global_writes)
    reads: dict[str, list[ast.Name]] = {}
    for read in program.resolved.global_reads:
        reads.setdefault(read.name, []).append(read)
    for name in program.resolved.global_writes:
        statement = program.parent(name)
        told = f"'{name.name}' is a global, and scripts cannot write globals"
        fix = None
        if times[name.name] == 1 and statement is not None and _covers(program, statement, reads.get(name.name, ())):
            fix = Fix((Edit(statement.start, statement.start, b"local "),), safe=False)
        yield Report.at(name, told, "declare it with local", fix=fix)


def _covers(program: Program, statement: ast.Node, uses: Iterable[ast.Name]) -> bool:
    """Whether ``local`` before the statement is for all the uses of its name, and for no other name."""
    if not isinstance(statement, ast.FunctionStatement) and not (
        isinstance(statement, ast.Assignment) and len(statement.targets) == 1
    ):
        return False
    block = program.parent(statement)
    return block is not None and all(statement.start < use.start < block.end for use in uses)
