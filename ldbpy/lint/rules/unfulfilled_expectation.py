"""A finding was expected, and is not there.

## What it does

Finds `-- ldbpy: expect[rule]` where the rule finds nothing.

## Why

Whoever wrote it wants to know when the reason for it is gone.

## Example

```lua
return redis.call('GET', KEYS[1]) -- ldbpy: expect[unknown-command] until the module is there
```

## Use instead

```lua
return redis.call('GET', KEYS[1])
```
"""

from __future__ import annotations

from ldbpy.lint.findings import Group, Rule, Severity

RULE = Rule("unfulfilled-expectation", "RL992", Group.LINT, Severity.WARNING, by_runner=True)
