"""A comment leaves a finding out and does not say why.

## What it does

Finds `-- ldbpy: ignore[...]` and its like with nothing behind the brackets. Off unless `--require-reason` or the
setting `require-reason` asks for it.

## Why

Whoever reads the script next cannot tell whether the finding is wrong, or was in the way.

## Example

```lua keys=k
return redis.call('KEYS', KEYS[1]) -- ldbpy: ignore[keys-command]
```

## Use instead

```lua keys=k
return redis.call('KEYS', KEYS[1]) -- ldbpy: ignore[keys-command] run by hand, on a replica
```
"""

from __future__ import annotations

from ldbpy.lint.findings import Group, Rule, Severity

RULE = Rule("suppression-without-reason", "RL993", Group.LINT, Severity.WARNING, on=False, by_runner=True)
