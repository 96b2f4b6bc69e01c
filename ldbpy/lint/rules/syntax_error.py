"""The script does not compile.

## What it does

Tells the errors a server would answer with when the script is loaded, in Lua's words, with what may have been meant.

## Why

Nothing of the script runs.

## Example

```lua fails
if KEYS[1] != nil then return 1 end
```

## Use instead

```lua
if KEYS[1] ~= nil then return 1 end
```

`--fix` writes `!=`, `<>`, `&&`, `||`, `!` and a comment behind `//` as Lua does; with `--unsafe-fixes` also `x += y`,
`x++` and `a // b`. Only if the script compiles then.

## Known limits

Later problems are told one a line. A function that needs too many registers or constants is found when the server
compiles it, and by `--fix`.
"""

from __future__ import annotations

from ldbpy.lint.findings import Group, Rule, Severity

RULE = Rule("syntax-error", "RL001", Group.CORRECTNESS, Severity.ERROR, fixable=True, by_runner=True)
