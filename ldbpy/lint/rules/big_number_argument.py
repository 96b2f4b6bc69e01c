"""A number that reaches the command in another form than it is written.

## What it does

Finds constants, also as products and powers, that a server gets as `1e+17` or with other digits: whole numbers from
1e17 on before Redis 7.2, from about 1e19 on anywhere, and those that Lua cannot hold.

## Why

Numbers in Lua are doubles, and become text on the way to the command. With an exponent they are no integer for it.

## Example

```lua keys=k
redis.call('SET', KEYS[1], 10 ^ 19)
return redis.call('INCR', KEYS[1])
```

## Use instead

```lua keys=k
redis.call('SET', KEYS[1], '1000000000000000000')
return redis.call('INCR', KEYS[1])
```
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from ldbpy.flavors import Flavor
from ldbpy.lint.analysis.constants import constant
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Report, Rule, Severity
from ldbpy.lint.targets import names
from ldbpy.script import ast

RULE = Rule("big-number-argument", "RL406", Group.SUSPICIOUS, Severity.WARNING)


_HELD = 2.0**53
"""Up to this every whole number is one in Lua."""


def check(program: Program) -> Iterator[Report]:
    """Look at the constants among the arguments."""
    for site in program.call_sites.values():
        for arg in site.args[1:]:
            value = constant(program, arg)
            if value is None or not math.isfinite(value) or not value.is_integer() or abs(value) < _HELD:
                continue
            digits = _digits(program, arg)
            if digits is not None and int(digits) != value:
                yield Report.at(arg, f"Lua cannot hold this number: it is {value:.0f}", "write it as a string")
                continue
            wrong = program.targets.where(lambda flavor, value=value: not _is_kept(value, flavor))  # type: ignore[misc]
            if wrong:
                sent = _sent(value, wrong[0]).decode()
                yield Report.at(arg, f"the command gets {sent} ({names(wrong)})", "write it as a string")


def _is_kept(value: float, flavor: Flavor) -> bool:
    sent = _sent(value, flavor)
    return b"e" not in sent and int(sent) == value


def _sent(value: float, flavor: Flavor) -> bytes:
    from ldbpy.resp import format_double  # rarely needed

    return format_double(value, flavor.doubles)


def _digits(program: Program, node: ast.Expression) -> str | None:
    """What is written, if that is a plain whole number."""
    literal = program.literal(node)
    return literal.text if isinstance(literal, ast.Number) and literal.text.isdigit() else None
