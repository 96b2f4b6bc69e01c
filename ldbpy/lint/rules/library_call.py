"""A function of Lua or of the server gets what it cannot use.

## What it does

Looks at the number and the types of arguments of `string`, `table`, `math`, `cjson` and other functions, where they are
known.

## Why

The script fails: `bad argument #1 to 'floor' (number expected, got table)`.

## Example

```lua fails
return string.rep('-')
```

## Use instead

```lua
return string.rep('-', 10)
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.lint.analysis.calls import may_be_several
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("library-call", "RL045", Group.LUA, Severity.ERROR)


_SIGNATURES: Final = {
    name: signature.split()
    for line in """
        string.len s | string.upper s | string.lower s | string.reverse s | string.byte s n? n? | string.sub s n n?
        string.rep s n | string.find s s n? a? | string.match s s n? | string.gmatch s s | string.gsub s s a n?
        string.format s ... | table.concat t s? n? n? | table.sort t f? | table.remove t n? | table.getn t
        unpack t n? n? | ipairs t | pairs t | next t a? | rawget t a | rawset t a a | setmetatable t a
        tonumber a n? | tostring a | type a | assert a ... | select a ... | pcall a ... | xpcall a a
        math.floor n | math.ceil n | math.abs n | math.sqrt n | math.log n | math.exp n | math.fmod n n | math.pow n n
        math.max n ... | math.min n ... | math.randomseed n | cjson.decode s | cmsgpack.pack a ... | cmsgpack.unpack s
        struct.pack s ... | struct.unpack s s n? | bit.band n ... | bit.bor n ... | bit.bxor n ... | bit.bnot n
        bit.lshift n n | bit.rshift n n | bit.arshift n n
    """.strip().splitlines()
    for name, _, signature in (each.strip().partition(" ") for each in line.split("|"))
}
"""``s`` a text or a number, ``n`` a number, ``t`` a table, ``f`` a function, ``a`` anything; ``?`` may be left out."""
_EXACT: Final = {"cjson.encode": (1, 1), "table.insert": (2, 3)}
"""The least and the most arguments, of functions that refuse more."""
_TYPES: Final = {
    "s": (("string", "number"), "a text"),
    "n": (("number", "string"), "a number"),
    "t": (("table",), "a table"),
    "f": (("function",), "a function"),
}

_PLAIN: Final = {"s": ast.String, "n": ast.Number, "t": ast.Table, "f": ast.Function}
"""Literals that are right at first sight."""


def check(program: Program) -> Iterator[Report]:
    """Look at every call of a known function."""
    for call in program.of(ast.Call):
        name = program.builtin(call.callee)
        if name in _EXACT:
            yield from _exact(program, call, name)
        elif name in _SIGNATURES:
            yield from _signature(program, call, name)


def _exact(program: Program, call: ast.Call, name: str) -> Iterator[Report]:
    least, most = _EXACT[name]
    if not _is_open(program, call) and not least <= len(call.args) <= most:
        wanted = f"{least} or {most} arguments" if least < most else "one argument"
        yield Report.at(call, f"{name} wants {wanted}, and gets {len(call.args)}")
    if name == "table.insert" and call.args and program.value(call.args[0]).never("table"):
        yield Report.at(call.args[0], f"{name} wants a table here")


def _signature(program: Program, call: ast.Call, name: str) -> Iterator[Report]:
    kinds = _SIGNATURES[name]
    required = sum(len(kind) == 1 for kind in kinds)
    several = _is_open(program, call)
    if len(call.args) < required and not several:
        wanted = f"{required} arguments" if required > 1 else "an argument"
        yield Report.at(call, f"{name} wants {wanted}, and gets {len(call.args) or 'none'}")
    for kind, arg in zip(kinds, call.args, strict=False):
        if not (several and arg is call.args[-1]) and _is_wrong(program, kind[0], arg, optional="?" in kind):
            yield Report.at(arg, f"{name} wants {_TYPES[kind[0]][1]} here")


def _is_open(program: Program, call: ast.Call) -> bool:
    """Whether the last argument may stand for several."""
    return bool(call.args) and may_be_several(program, call.args[-1])


def _is_wrong(program: Program, kind: str, arg: ast.Expression, *, optional: bool) -> bool:
    if kind not in _TYPES or isinstance(arg, _PLAIN.get(kind, ())):
        return False
    value = program.value(arg)
    allowed = (*_TYPES[kind][0], "nil") if optional else _TYPES[kind][0]
    if kind == "n" and isinstance(value.const, bytes):
        from ldbpy.resp import parse_double  # rarely needed

        return parse_double(value.const.strip()) is None
    return value.never(*allowed)
