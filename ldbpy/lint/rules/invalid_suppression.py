"""A comment tells the linter something it does not understand.

## What it does

Finds `-- ldbpy:` comments with an unknown word, without a rule, or with a rule that does not exist.

## Why

The comment has no effect, and looks as if it had.

## Example

```lua
return KEYS[1] -- ldbpy: ignore[nil-reply-compair]
```

## Use instead

```lua
return KEYS[1]
```
"""

from __future__ import annotations

from ldbpy.lint.findings import Group, Rule, Severity

RULE = Rule("invalid-suppression", "RL990", Group.LINT, Severity.WARNING, by_runner=True)
