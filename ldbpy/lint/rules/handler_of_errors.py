"""The handler of xpcall takes the error for what it is not.

## What it does

Finds handlers that use what they get as a text (`e:match(...)`, `'x' .. e`) on servers where an error of a command is a
table, and those that read a field of it where it is a text. Silent if the handler looks at `type(e)`.

## Why

From Redis 7.0 on errors of commands reach the handler as a table with the field `err`; before, and those of Lua
always, as a text. An error in the handler takes the place of the first one.

## Example

```lua keys=k setup="HSET k f v"
local function call() return redis.call('INCR', KEYS[1]) end
local ok, told = xpcall(call, function(e) return 'failed: ' .. e end)
return told
```

## Use instead

```lua keys=k setup="HSET k f v"
local function call() return redis.call('INCR', KEYS[1]) end
local ok, told = xpcall(call, function(e)
  return 'failed: ' .. (type(e) == 'table' and e.err or tostring(e))
end)
return told
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.features import Feature
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.resolver import Variable
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.lint.targets import names
from ldbpy.script import ast

RULE = Rule("handler-of-errors", "RL322", Group.COMPAT, Severity.WARNING, needs=(b"xpcall",))


def check(program: Program) -> Iterator[Report]:
    """Look at what every handler does with its parameter."""
    tables = program.targets.where(lambda flavor: Feature.ERROR_TABLES in flavor.features)
    texts = program.targets.lacking(Feature.ERROR_TABLES)
    for call in program.of(ast.Call):
        if program.builtin(call.callee) != "xpcall" or len(call.args) < 2:
            continue
        handler = program.literal(call.args[1])
        variable = program.variable(handler.params[0]) if isinstance(handler, ast.Function) and handler.params else None
        if variable is None or _is_looked_at(program, variable):
            continue
        for read in variable.reads:
            if tables and _is_text(program, read):
                told = f"on {names(tables)} the error of a command is a table here"
                yield Report.at(read, told, "look at type(e), and at e.err")
            elif texts and _is_table(program, read):
                told = f"on {names(texts)} the error is a text here, and has no fields"
                yield Report.at(read, told, "look at type(e) first")


def _is_looked_at(program: Program, variable: Variable) -> bool:
    calls = [program.parent(read) for read in variable.reads]
    return any(isinstance(call, ast.Call) and program.builtin(call.callee) == "type" for call in calls)


def _is_text(program: Program, read: ast.Name) -> bool:
    above = program.parent(read)
    match above:
        case ast.MethodCall():
            return above.object is read
        case ast.Binary():
            return above.operator == ".."
        case ast.Call():
            name = program.builtin(above.callee) or ""
            return above.callee is not read and name.startswith("string.") and above.args[0] is read
        case _:
            return False


def _is_table(program: Program, read: ast.Name) -> bool:
    above = program.parent(read)
    return isinstance(above, ast.Member | ast.Index) and above.object is read
