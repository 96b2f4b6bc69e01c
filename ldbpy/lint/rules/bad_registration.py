"""A function is registered in a way the server refuses.

## What it does

Reads the arguments of `redis.register_function`: their number, their types, the names in a table, and the flags.

## Why

The library is not loaded, with an error such as `unknown argument given to redis.register_function` or
`unknown flag given`.

## Example

```lua fails on=redis>=7.0,valkey run=load
#!lua name=mylib
redis.register_function{function_name = 'f', callbak = function() return 1 end}
```

## Use instead

```lua
#!lua name=mylib
redis.register_function{function_name = 'f', callback = function() return 1 end}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import may_be_several
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.analysis.queries import Registration, close_name, registrations
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast
from ldbpy.script.shebang import ScriptFlag

RULE = Rule("bad-registration", "RL906", Group.CORRECTNESS, Severity.ERROR, needs=(b"register_function",))


_TYPES: Final = {
    "function_name": ("string", "a text"),
    "callback": ("function", "a function"),
    "description": ("string", "a text"),
    "flags": ("table", "a table"),
}


def check(program: Program) -> Iterator[Report]:
    """Look at every registration."""
    for registration in registrations(program):
        args = registration.node.args
        if len(args) == 1 and not program.value(args[0]).known and not isinstance(args[0], ast.Table):
            continue
        if len(args) == 1 and isinstance(args[0], ast.Table):
            yield from _named(program, registration, args[0])
        elif len(args) == 1 and isinstance(program.literal(args[0]), ast.Table):
            continue
        elif len(args) != 2 and not may_be_several(program, args[-1]):
            yield Report.at(registration.node, "register_function wants a name and a function, or one table")
        else:
            for (wanted, told), arg in zip((_TYPES["function_name"], _TYPES["callback"]), args, strict=False):
                if program.value(arg).never(wanted):
                    yield Report.at(arg, f"this must be {told}")


def _named(program: Program, registration: Registration, table: ast.Table) -> Iterator[Report]:
    given = {item.name.name.lower(): item for item in table.items if isinstance(item, ast.NamedItem)}
    for name, item in given.items():
        if name not in _TYPES:
            close = close_name(name, _TYPES)
            told = f"register_function knows no argument '{item.name.name}'"
            yield Report.at(item.name, told, f"did you mean {close}?" if close else f"it has {', '.join(_TYPES)}")
        elif program.value(item.value).never(_TYPES[name][0]):
            yield Report.at(item.value, f"{name} must be {_TYPES[name][1]}")
    if len(given) < len(table.items):
        return
    for name in ("function_name", "callback"):
        if name not in given:
            yield Report.at(registration.node, f"register_function wants a {name}")
    flags = given["flags"].value if "flags" in given else None
    for flag in flags.items if isinstance(flags, ast.Table) else ():
        yield from _flag(flag)


def _flag(item: ast.Node) -> Iterator[Report]:
    literal = item.value if isinstance(item, ast.ListItem) else None
    if isinstance(literal, ast.String) and literal.value.lower() not in {flag.encode() for flag in ScriptFlag}:
        text = literal.value.decode("utf-8", "backslashreplace")
        close = close_name(text, list(ScriptFlag))
        helped = f"did you mean {close}?" if close else f"one of {', '.join(ScriptFlag)}"
        yield Report.at(item, f"there is no flag '{text}'", helped)
