"""A rule's page, from its docstring, for reading."""

from __future__ import annotations

import re
from typing import Final

from ldbpy.lint.findings import Rule
from ldbpy.lint.registry import page_of

__all__ = ["explained"]

_FENCE: Final = re.compile(r"^```lua[^\n]*\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
"""A script; the words behind ``lua`` tell the tests how to run it."""


def explained(rule: Rule) -> str:
    """The page of a rule as Markdown, without what only the tests read."""
    default = "" if rule.on else ", off by default"
    fixable = ", `--fix` can write it" if rule.fixable else ""
    body = _FENCE.sub(lambda match: f"```lua\n{match['code']}```", page_of(rule))
    return f"# {rule.name} ({rule.code})\n\n{rule.severity}, group {rule.group}{default}{fixable}\n\n{body}\n"
