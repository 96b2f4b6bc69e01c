"""What a template was to fill in is still there.

## What it does

Finds `{{name}}`, `${name}`, `<%= name %>` and `%(name)s` in strings, and `%s` and `%d` in arguments of commands.

## Why

Either nobody filled it in, or the script is made anew for every value: then the server keeps each of them, compiled,
and a value can be code. Values belong into `KEYS` and `ARGV`.

## Example

```lua keys=user:1
return redis.call('GET', '${prefix}:1')
```

## Use instead

```lua keys=user:1
return redis.call('GET', KEYS[1])
```

## Known limits

Not told of what goes through `string.format`, `gsub` and the like: there it is a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule(
    "templated-script", "RL512", Group.SUSPICIOUS, Severity.WARNING, needs=((b"{{", b"${", b"<%", b"%(", b"%s", b"%d"),)
)


_HOLE: Final = re.compile(rb"\{\{\s*[A-Za-z_][\w.]*\s*\}\}|\$\{\s*[A-Za-z_][\w.]*\s*\}|<%.*?%>|%\([A-Za-z_]\w*\)[sd]")
_DIRECTIVE: Final = re.compile(rb"%[sd]")
_PATTERNS: Final = frozenset(
    {"string.format", "string.gsub", "string.match", "string.gmatch", "string.find", "string.rep"}
)
_METHODS: Final = frozenset({"format", "gsub", "match", "gmatch", "find"})


def check(program: Program) -> Iterator[Report]:
    """Look at every string."""
    arguments = {arg for site in program.call_sites.values() for arg in site.args}
    for string in program.of(ast.String):
        hole = _HOLE.search(string.value)
        if hole is None and string in arguments:
            hole = _DIRECTIVE.search(string.value)
        if hole is not None and not _is_pattern(program, string):
            told = f"{hole[0].decode('utf-8', 'backslashreplace')} was not filled in"
            yield Report.at(string, told, "pass the value in KEYS or ARGV")


def _is_pattern(program: Program, string: ast.String) -> bool:
    """Whether a string goes to a function that gives such text a meaning, also through a local."""
    above = program.parent(string)
    if isinstance(above, ast.Paren):
        above = program.parent(above)
    if isinstance(above, ast.Call):
        return program.builtin(above.callee) in _PATTERNS
    if isinstance(above, ast.MethodCall):
        return above.method.name in _METHODS
    return isinstance(above, ast.Local | ast.Assignment)
