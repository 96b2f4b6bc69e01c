"""A comment hides a finding that is not there.

## What it does

Finds `-- ldbpy: ignore[...]` and its like where the rule finds nothing. Rules that did not run are not counted.

## Why

It says that something is wrong where nothing is, and would hide what may come.

## Example

```lua
return redis.call('GET', KEYS[1]) -- ldbpy: ignore[unknown-command] typed by hand
```

## Use instead

```lua
return redis.call('GET', KEYS[1])
```
"""

from __future__ import annotations

from ldbpy.lint.findings import Group, Rule, Severity

RULE = Rule("unused-suppression", "RL991", Group.LINT, Severity.WARNING, fixable=True, by_runner=True)
