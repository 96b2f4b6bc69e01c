"""Questions about the linter itself: its rules, its settings, the files it would read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ldbpy.cli.lint_files import Input
from ldbpy.cli.lint_output import tell_problems
from ldbpy.cli.lint_plan import Plan
from ldbpy.cli.streams import put
from ldbpy.errors import UsageError
from ldbpy.lint.findings import Rule
from ldbpy.lint.pages import explained
from ldbpy.lint.registry import RULES, page_of, rule_named, suggestion

__all__ = ["explain", "list_rules", "show_files", "show_settings"]


def explain(name: str) -> int:
    """Print the page of a rule."""
    rule = rule_named(name)
    if rule is None:
        raise UsageError(f"there is no rule {name!r}", hint=suggestion(name))
    put(explained(rule).encode("utf-8"))
    return 0


def list_rules(forms: Sequence[str]) -> int:
    """Print all rules: a line each, or with their pages as JSON or Markdown."""
    form = forms[-1] if forms else "concise"
    if form == "json":
        text = json.dumps([_described(rule) for rule in RULES], indent=2) + "\n"
    elif form == "markdown":
        text = "\n".join(explained(rule) for rule in RULES)
    elif form == "concise":
        width = max(len(rule.name) for rule in RULES)
        text = "".join(f"{_line(rule, width)}\n" for rule in RULES)
    else:
        raise UsageError(f"--rules cannot be told as {form!r}", hint="one of: concise, json, markdown")
    put(text.encode("utf-8"))
    return 0


def _line(rule: Rule, width: int) -> str:
    return f"{rule.code}  {rule.name:<{width}}  {rule.severity:<7}  {rule.group}{'' if rule.on else ', off by default'}"


def _described(rule: Rule) -> dict[str, Any]:
    page = page_of(rule)
    return {
        "name": rule.name,
        "code": rule.code,
        "group": rule.group.value,
        "severity": rule.severity.value,
        "on": rule.on,
        "fixable": rule.fixable,
        "summary": page.partition("\n")[0],
        "page": explained(rule),
    }


def show_settings(plan: Plan) -> int:
    """Print the settings as TOML, and as comments where they come from and what they mean."""
    settings = plan.settings
    lines = [f"# from {settings.file or 'nowhere: no settings were found'}"]
    for name, value in settings._asdict().items():
        if name not in ("file", "per_file_ignores") and value is not None:
            lines.append(f"{name.replace('_', '-')} = {_toml(value)}")
    for pattern, rules in settings.per_file_ignores:
        lines.append(f"per-file-ignores.{_toml(pattern)} = {_toml(rules)}")
    lines.append(f"# servers: {plan.targets.told}{'' if plan.targets.named else ' (what none of them takes is wrong)'}")
    lines.append(f"# rules: {', '.join(rule.name for rule in plan.rules)}")
    put(("\n".join(lines) + "\n").encode("utf-8"))
    return 0


def _toml(value: str | int | tuple[str, ...]) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value)


def show_files(inputs: Sequence[Input]) -> int:
    """Print the names of the files that would be linted."""
    put("".join(f"{each.path}\n" for each in inputs if each.problem is None).encode("utf-8", "surrogateescape"))
    return 2 if tell_problems(inputs) else 0
