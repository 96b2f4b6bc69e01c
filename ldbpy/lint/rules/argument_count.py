"""A local function is called with other arguments than it has.

## What it does

Compares the calls of a local function with its parameters: too many arguments, and too few where the function never
tests the parameter that is missing.

## Why

Arguments too many are thrown away, and a missing one is `nil`.

## Example

```lua keys=k
local function name_of(kind, id)
  return kind .. ':' .. id
end
return name_of('user', ARGV[1], ARGV[2])
```

## Use instead

```lua keys=k args=1
local function name_of(kind, id)
  return kind .. ':' .. id
end
return name_of('user', ARGV[1])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.lint.analysis.calls import may_be_several
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("argument-count", "RL044", Group.LUA, Severity.WARNING, needs=(b"function",))


def check(program: Program) -> Iterator[Report]:
    """Look at the calls of functions that are given their name once."""
    for call in program.of(ast.Call):
        function = program.literal(call.callee)
        if not isinstance(call.callee, ast.Name) or not isinstance(function, ast.Function):
            continue
        labels = (Label(function.start, function.end, "the function"),)
        params = function.params
        several = bool(call.args) and may_be_several(program, call.args[-1])
        if len(call.args) > len(params) and not function.vararg and not several:
            extra = call.args[len(params)]
            told = f"'{call.callee.name}' takes {len(params)}, and this is argument {len(params) + 1}"
            yield Report(extra.start, call.args[-1].end, told, labels=labels)
        elif not several:
            for param in params[len(call.args) :]:
                if _is_wanted(program, param):
                    told = f"'{call.callee.name}' gets nothing for '{param.name}'"
                    yield Report.at(call, told, "pass it, or test it in the function", labels=labels)
                    break


def _is_wanted(program: Program, param: ast.Name) -> bool:
    """Whether a parameter is used without a look at whether it is there."""
    variable = program.variable(param)
    return variable is not None and bool(variable.reads) and variable not in program.tested and not variable.captured
