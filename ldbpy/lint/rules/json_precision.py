r"""Numbers lose digits on the way through JSON.

## What it does

Finds `cjson.encode` of what came from `cjson.decode`, and of constants with more than 14 digits.

## Why

`cjson` writes 14 digits: the id 12345678901234567 is read, and written back as 1.2345678901235e+16.

## Example

```lua args="{\"id\":12345678901234567}"
local job = cjson.decode(ARGV[1])
job.state = 'done'
return cjson.encode(job)
```

## Use instead

```lua args="{\"id\":\"12345678901234567\"}" keys=k
redis.call('HSET', KEYS[1], 'state', 'done')
return 1
```

## Known limits

Off by default: most documents hold no such number. `cjson.encode_number_precision` in the script silences it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from ldbpy.lint.analysis.constants import constant
from ldbpy.lint.analysis.program import Program
from ldbpy.lint.findings import Group, Label, Report, Rule, Severity
from ldbpy.script import ast

RULE = Rule("json-precision", "RL703", Group.SUSPICIOUS, Severity.INFO, on=False, needs=(b"encode",))


def check(program: Program) -> Iterator[Report]:
    """Look at what is encoded."""
    calls = [(call, program.builtin(call.callee)) for call in program.of(ast.Call)]
    if any(name == "cjson.encode_number_precision" for _, name in calls):
        return
    for call, name in calls:
        if name != "cjson.encode" or not call.args:
            continue
        source = program.literal(call.args[0])
        if isinstance(source, ast.Call) and program.builtin(source.callee) == "cjson.decode":
            labels = (Label(source.start, source.end, "from here"),) if source is not call.args[0] else ()
            yield Report.at(call, "numbers with more than 14 digits come out changed", labels=labels)
            continue
        value = constant(program, source)
        if value is not None and math.isfinite(value) and value.is_integer() and float(b"%.14g" % value) != value:
            yield Report.at(call, "only 14 digits of this number are written", "write it as a string")
