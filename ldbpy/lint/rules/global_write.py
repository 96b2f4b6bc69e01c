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

from collections.abc import Iterator

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Edit, Fix, Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("global-write", "RL501", Group.CORRECTNESS, Severity.ERROR, fixable=True)


def check(program: Program) -> Iterator[Report]:
    """Look at every write that is to no local."""
    for name in program.resolved.global_writes:
        statement = program.parent(name)
        told = f"'{name.name}' is a global, and scripts cannot write globals"
        fix = None
        if statement is not None and _stands_alone(program, statement, name):
            fix = Fix((Edit(statement.start, statement.start, b"local "),), safe=False)
        yield Report.at(name, told, "declare it with local", fix=fix)


def _stands_alone(program: Program, statement: ast.Node, name: ast.Name) -> bool:
    """Whether ``local`` before the statement covers every use of the name, and nothing else."""
    if isinstance(statement, ast.Assignment):
        if len(statement.targets) != 1 or len([x for x in program.resolved.global_writes if x.name == name.name]) != 1:
            return False
    elif not isinstance(statement, ast.FunctionStatement):
        return False
    block = program.parent(statement)
    uses = [read for read in program.resolved.global_reads if read.name == name.name]
    return block is not None and all(statement.start < use.start < block.end for use in uses)
