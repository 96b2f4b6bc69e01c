"""What a run of the linter is to do: settings, and the options before them."""

import os
from typing import NamedTuple

from ldbpy.cli.lint_files import matches
from ldbpy.cli.lint_options import Options
from ldbpy.lint.config import Settings, find_settings, read_settings
from ldbpy.lint.findings import Rule
from ldbpy.lint.platforms import Mode, Platform, rules_on
from ldbpy.lint.registry import selected
from ldbpy.lint.targets import Targets, parse_targets
from ldbpy.settings.files import is_anything_set

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

    def names_for(self, path: str) -> frozenset[str]:
        """The names of the rules that run on a file."""
        return frozenset(rule.name for rule in self.rules_for(path)) | {"syntax-error"}


def make_plan(options: Options) -> Plan:
    """The settings of the project with the options before them.

    Raises:
        UsageError: the settings or the options cannot be used.
    """
    settings = _with(_settings(options), options)
    extend = settings.extend_select + ((_NEEDS_REASON,) if settings.require_reason else ())
    extend += tuple(rules_on(settings.platform)) if not settings.select else ()
    return Plan(
        settings,
        selected(settings.select, settings.ignore, extend),
        _targets(settings, options),
        {pattern: selected(rules, (), ()) for pattern, rules in settings.per_file_ignores},
    )


def _targets(settings: Settings, options: Options) -> Targets:
    """The servers the scripts are for.

    Raises:
        UsageError: there is no such server.
        BackendError: the one with the commands cannot be asked.
    """
    if options.commands_from is None:
        return parse_targets(settings.target, settings.platform, settings.mode)
    from ldbpy.wiring import live_flavor  # with the client for servers

    flavor = live_flavor(options.commands_from)
    return Targets([flavor], named=True, platform=settings.platform, mode=settings.mode, live=True)


def _settings(options: Options) -> Settings:
    if options.config is not None:
        return read_settings(options.config)
    if options.isolated:
        return Settings()
    if is_anything_set(os.environ, os.getcwd()):
        from ldbpy.cli import configured

        configured.settings()  # what else is wrong with the file is wrong as well
    return find_settings(os.getcwd())


def _with(settings: Settings, options: Options) -> Settings:
    return settings._replace(
        target=options.target or settings.target,
        platform=Platform(options.platform) if options.platform is not None else settings.platform,
        mode=Mode(options.mode) if options.mode is not None else settings.mode,
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
