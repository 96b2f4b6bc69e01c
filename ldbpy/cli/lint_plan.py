"""What a run of the linter is to do: settings, and the options before them."""

from __future__ import annotations

import os
from typing import NamedTuple

from ldbpy.cli.lint_files import matches
from ldbpy.cli.lint_options import Options
from ldbpy.lint.config import Settings, find_settings, read_settings
from ldbpy.lint.findings import Rule
from ldbpy.lint.registry import selected
from ldbpy.lint.targets import Targets, parse_targets

__all__ = ["Plan", "make_plan"]

_NEEDS_REASON = "suppression-without-reason"


class Plan(NamedTuple):
    """What to look for, and where."""

    settings: Settings
    rules: tuple[Rule, ...]
    targets: Targets
    per_file: dict[str, tuple[Rule, ...]]

    def rules_for(self, path: str) -> tuple[Rule, ...]:
        """The rules that run on a file."""
        rules = self.rules
        for pattern, ignored in self.per_file.items():
            if matches(path, [pattern], self.settings.folder):
                rules = tuple(rule for rule in rules if rule not in ignored)
        return rules


def make_plan(options: Options) -> Plan:
    """The settings of the project with the options before them.

    Raises:
        UsageError: the settings or the options cannot be used.
    """
    settings = _with(_settings(options), options)
    extend = settings.extend_select + ((_NEEDS_REASON,) if settings.require_reason else ())
    return Plan(
        settings,
        selected(settings.select, settings.ignore, extend),
        parse_targets(settings.target),
        {pattern: selected(rules, (), ()) for pattern, rules in settings.per_file_ignores},
    )


def _settings(options: Options) -> Settings:
    if options.config is not None:
        return read_settings(options.config)
    return Settings() if options.isolated else find_settings(os.getcwd())


def _with(settings: Settings, options: Options) -> Settings:
    return settings._replace(
        target=options.target or settings.target,
        select=options.select or settings.select,
        extend_select=settings.extend_select + options.extend_select,
        ignore=settings.ignore + options.ignore,
        exclude=settings.exclude + options.exclude,
        fail_on="never" if options.exit_zero else options.fail_on or settings.fail_on,
        max_warnings=_max_warnings(settings, options),
        require_reason=settings.require_reason or options.require_reason,
        baseline=options.baseline or settings.baseline,
    )


def _max_warnings(settings: Settings, options: Options) -> int | None:
    if options.exit_zero:
        return None
    return settings.max_warnings if options.max_warnings is None else options.max_warnings
