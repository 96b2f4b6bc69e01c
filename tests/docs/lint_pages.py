"""The generated pages about the linter."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from ldbpy.lint.config import KEYS, Settings
from ldbpy.lint.findings import Group, Rule
from ldbpy.lint.pages import explained
from ldbpy.lint.parity import LUACHECK, SELENE
from ldbpy.lint.registry import RULES
from ldbpy.lint.suppressions import KINDS
from tests.docs.pages import NOTE, page, table

__all__ = ["RULE_FOLDER", "lint_pages"]

RULE_FOLDER = "docs/reference/rules"


def lint_pages(root: Path) -> dict[Path, Callable[[], str]]:
    """Each page with what makes it; one for each rule among them."""
    pages: dict[Path, Callable[[], str]] = {
        root / "docs/reference/lint-rules.md": _rules,
        root / "docs/reference/lint-settings.md": _settings,
        root / "docs/reference/lint-comments.md": _comments,
    }
    for rule in RULES:
        pages[root / RULE_FOLDER / f"{rule.name}.md"] = partial(_rule, rule)
    return pages


def _rule(rule: Rule) -> str:
    return f"{NOTE}\n{explained(rule)}"


def _rules() -> str:
    intro = (
        "What `ldbpy lint` looks for. An error fails on a server, or does not do what it says: the tests run each "
        "example on real ones. `--select`, `--ignore` and `--extend-select` take names, codes or how they begin, and "
        "groups. `ldbpy lint --explain RULE` prints the page of a rule, `ldbpy lint --rules --format json` all."
    )
    rows = [
        [
            f"[`{rule.name}`](rules/{rule.name}.md)",
            *(rule.code, rule.severity, rule.group),
            *("yes" if each else "" for each in (rule.on, rule.fixable)),
        ]
        for rule in sorted(RULES, key=lambda rule: (list(Group).index(rule.group), rule.code))
    ]
    return page("Lint rules", intro, table(["rule", "code", "severity", "group", "on", "fix"], rows))


_WHERE = """
In `[tool.ldbpy.lint]` of a `pyproject.toml`, or in `[lint]` of a `ldbpy.toml`. The nearest file in the current folder
or above it counts, a `ldbpy.toml` before a `pyproject.toml` beside it. `--config FILE` reads that file instead,
`--isolated` none. Options of the command line go before settings; `--extend-select`, `--ignore` and `--exclude` add to
them. `ldbpy lint --show-settings` prints what came of it, `--show-files` which files would be linted. Patterns are
relative to the file, fit whole paths or the last part of one, and a folder with all in it.
"""


def _settings() -> str:
    rows = [[f"`{key}`", meaning, _default(key)] for key, meaning in KEYS.items()]
    return page("Settings of the linter", _WHERE, table(["key", "meaning", "default"], rows))


def _default(key: str) -> str:
    value = getattr(Settings(), key.replace("-", "_"), None)
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if value else ""


_COMMENTS = """
```text
-- ldbpy: ignore[rule, other-rule] why
```

A rule is given by its name or its code. The reason goes to the end of the line, or to another comment on it;
`--require-reason` asks for it. A comment that leaves nothing out is a finding (`unused-suppression`), which `--fix`
takes away; so is one that the linter does not understand (`invalid-suppression`). `--add-ignore REASON` writes an
`ignore` for all that is found. Syntax errors cannot be left out.
"""
_FACTS = (
    "Others state facts: `-- ldbpy: keys=3 args=5` with how many keys and arguments the script is called, "
    "`-- ldbpy: no-include` that lines of the file that look like an include are mere comments "
    "([scripts in parts](../how-to/scripts-in-parts.md))."
)
_OTHERS = """
## Comments of luacheck and selene

They count for the rules that say what those linters say, so scripts that were linted before need no new ones: of
luacheck `ignore` with and without patterns of codes and names, `globals`, `read globals`, `new globals`,
`new read globals`, `no unused`, `no unused args`, `no unused secondaries`, `no redefined`, `no global`, `push` and
`pop`; of selene `allow` for the next statement, and with `--#` for the file. Options about anything else do nothing.
"""


def _comments() -> str:
    rules = {rule.name: f"[`{rule.name}`](rules/{rule.name}.md)" for rule in RULES}
    tables = [
        table(
            [head, "rules here"],
            [[f"`{each}`", ", ".join(rules[name] for name in names)] for each, names in sorted(known.items())],
        )
        for head, known in (("luacheck's warning", LUACHECK), ("selene's lint", SELENE))
    ]
    kinds = table(["word", "leaves out what is found on"], [[f"`{kind}`", meaning] for kind, meaning in KINDS.items()])
    return page("Comments that leave findings out", _COMMENTS, kinds, _FACTS, _OTHERS, *tables)
