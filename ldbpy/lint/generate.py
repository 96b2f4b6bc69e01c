"""Write ``rules/index.py`` from the rules' modules: ``python -m ldbpy.lint.generate``. A test fails when it is stale.

With it the names, codes and severities of all rules are known without importing each.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from ldbpy.lint.findings import Rule

__all__ = ["INDEX", "index"]

INDEX = Path(__file__).parent / "rules" / "index.py"
_HEAD = '''"""Every rule. Made by ``python -m ldbpy.lint.generate`` from the modules beside it: change those."""

from __future__ import annotations

from typing import Final

from ldbpy.lint.findings import Group, Rule, Severity

__all__ = ["RULES"]

RULES: Final = (
'''


def index() -> str:
    """The text of the index."""
    names = [path.stem for path in INDEX.parent.glob("*.py") if path.stem not in ("__init__", "index")]
    rules: list[Rule] = [importlib.import_module(f"ldbpy.lint.rules.{name}").RULE for name in names]
    rows = [f"    Rule(\n{_fields(rule)}    ),\n" for rule in sorted(rules, key=lambda rule: rule.code)]
    return _HEAD + "".join(rows) + ")\n"


def _fields(rule: Rule) -> str:
    lines = [
        f'"{rule.name}"',
        f'"{rule.code}"',
        f"Group.{rule.group.name}",
        f"Severity.{rule.severity.name}",
    ]
    if not rule.on:
        lines.append("on=False")
    if rule.fixable:
        lines.append("fixable=True")
    if rule.by_runner:
        lines.append("by_runner=True")
    if rule.needs:
        lines.append(f"needs={rule.needs!r}")
    return "".join(f"        {line},\n" for line in lines)


if __name__ == "__main__":
    INDEX.write_text(index(), "utf-8")
    print(f"wrote {INDEX.name}")
