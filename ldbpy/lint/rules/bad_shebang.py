"""A first line the server refuses.

## What it does

Reads `#!lua flags=...` and `#!lua name=...` as the server does: engine, options, flags.

## Why

The script or library is not loaded.

## Example

```lua fails on=redis>=7.0,valkey
#!lua flags=nowrites
return 1
```

## Use instead

```lua
#!lua flags=no-writes
return 1
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ldbpy.features import Feature
from ldbpy.flavors import Flavor
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import close_name
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.lint.platforms import Mode
from ldbpy.script.shebang import ScriptFlag, ShebangError, library_header, script_header

RULE = Rule("bad-shebang", "RL901", Group.CORRECTNESS, Severity.ERROR, needs=((b"#!", b"name="),))


def check(program: Program) -> Iterator[Report]:
    """Read the first line for every target that knows shebangs."""
    if program.chunk.shebang is None and program.targets.mode is not Mode.FUNCTION:
        return
    start, end = program.chunk.shebang or (0, 0)
    for flavor in program.targets.flavors:
        if Feature.SHEBANGS not in flavor.features:
            continue
        problem = _problem(program, flavor)
        if problem is not None:
            flags = [flag.value for flag in ScriptFlag]
            close = close_name(problem.rpartition(" ")[2], flags) if "flag" in problem else None
            helped = f"did you mean {close}?" if close else None
            yield Report(start, end, f"{problem[:1].lower()}{problem[1:]}", helped)
            return


def _problem(program: Program, flavor: Flavor) -> str | None:
    try:
        if program.is_library:
            name = library_header(program.source).name
            if not re.fullmatch(rb"[A-Za-z0-9_]+", name):
                return "The name of a library has letters, digits and _ only"
        else:
            script_header(program.source, flavor)
    except ShebangError as error:
        return str(error)
    return None
