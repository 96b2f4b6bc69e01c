"""What a shell may complete behind options and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["files", "flavors", "rules", "targets"]


def files(context: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files: the shell looks for them itself."""
    return [_item(incomplete, type="file")]


def flavors(context: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The servers that can be imitated."""
    from ldbpy.flavors import FLAVORS

    return [_item(each) for each in FLAVORS if each.startswith(incomplete)]


def targets(context: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Where scripts may run, as far as it can be begun."""
    from ldbpy.store.urls import SCHEMES

    known = ("embedded", *(f"{scheme}://" for scheme in SCHEMES))
    return [_item(each) for each in known if each.startswith(incomplete)]


def rules(context: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of rules, each with its code; behind a comma the next one."""
    from ldbpy.lint.registry import RULES

    before, comma, word = incomplete.rpartition(",")
    return [_item(before + comma + rule.name, help=rule.code) for rule in RULES if rule.name.startswith(word.lower())]


def _item(value: str, **more: str) -> CompletionItem:
    from click.shell_completion import CompletionItem  # only where a shell asks

    return CompletionItem(value, **more)
