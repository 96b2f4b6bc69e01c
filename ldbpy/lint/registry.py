"""Every rule by name, code and group, and which of them run. A rule's module is imported when it is to run."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, cast

from ldbpy.errors import UsageError
from ldbpy.lint.findings import Group, Report, Rule
from ldbpy.lint.rules.index import RULES

if TYPE_CHECKING:
    from ldbpy.lint.analysis.program import Program

__all__ = ["BY_NAME", "RULES", "check_of", "page_of", "rule_named", "selected", "suggestion", "unknown_selectors"]

BY_NAME: Final = {rule.name: rule for rule in RULES}
_BY_CODE: Final = {rule.code: rule for rule in RULES}

Check = Callable[["Program"], Iterable[Report]]


def rule_named(text: str) -> Rule | None:
    """The rule of that name or code."""
    return BY_NAME.get(text.lower()) or _BY_CODE.get(text.upper())


def check_of(rule: Rule) -> Check:
    """The function that looks for what the rule is about, which the runner itself does not find."""
    module = importlib.import_module(f"ldbpy.lint.rules.{rule.name.replace('-', '_')}")
    return cast("Check", module.check)


def page_of(rule: Rule) -> str:
    """The rule's page, Markdown without a title."""
    import inspect

    return inspect.getdoc(importlib.import_module(f"ldbpy.lint.rules.{rule.name.replace('-', '_')}")) or ""


def selected(select: Sequence[str], ignore: Sequence[str], extend: Sequence[str]) -> tuple[Rule, ...]:
    """The rules that run. ``select`` empty: those that are on by default.

    Raises:
        UsageError: a selector means no rule.
    """
    chosen = {rule.name for rule in RULES if rule.on} if not select else _meant(select, "select")
    chosen |= _meant(extend, "extend-select")
    chosen -= _meant(ignore, "ignore")
    return tuple(rule for rule in RULES if rule.name in chosen)


def unknown_selectors(selectors: Sequence[str]) -> Iterator[str]:
    """Those that mean no rule."""
    return (selector for selector in _split(selectors) if not _one(selector))


def _split(selectors: Sequence[str]) -> Iterator[str]:
    """Selectors may have commas between them."""
    return (selector.strip() for given in selectors for selector in given.split(",") if selector.strip())


def _meant(selectors: Sequence[str], option: str) -> set[str]:
    for selector in unknown_selectors(selectors):
        raise UsageError(f"{option}: there is no rule {selector!r}", hint=suggestion(selector))
    return {name for selector in _split(selectors) for name in _one(selector)}


def _one(selector: str) -> set[str]:
    """What a name, a code or the beginning of codes, a group, or ``all`` means; empty: no rule."""
    rule = rule_named(selector)
    if rule is not None:
        return {rule.name}
    if selector.lower() == "all":
        return set(BY_NAME)
    found = {rule.name for rule in RULES if rule.group.value == selector.lower()}
    return found or {rule.name for rule in RULES if rule.code.startswith(selector.upper())}


def suggestion(selector: str) -> str:
    """What may have been meant by a name that no rule has."""
    import difflib  # only for mistakes

    close = difflib.get_close_matches(selector.lower(), [*BY_NAME, *(group.value for group in Group)], 1)
    return f"did you mean {close[0]}?" if close else "ldbpy lint --rules lists them"
