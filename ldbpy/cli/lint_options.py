"""What ``ldbpy lint`` is asked for on the command line."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["Options"]


class Options:
    """The options as given; each is explained where click declares it. None and empty: the settings decide.

    A plain class: a named tuple of as many fields takes longer to define than a file to read and parse.
    """

    def __init__(self, **given: Any) -> None:
        self.paths: Final[tuple[str, ...]] = given["paths"]
        self.target: Final[tuple[str, ...]] = given["target"]
        self.platform: Final[str | None] = given["platform"]
        self.mode: Final[str | None] = given["mode"]
        self.commands_from: Final[str | None] = given["commands_from"]
        self.select: Final[tuple[str, ...]] = given["select"]
        self.extend_select: Final[tuple[str, ...]] = given["extend_select"]
        self.ignore: Final[tuple[str, ...]] = given["ignore"]
        self.exclude: Final[tuple[str, ...]] = given["exclude"]
        self.force_exclude: Final[bool] = given["force_exclude"]
        self.forms: Final[tuple[str, ...]] = given["forms"]
        self.fail_on: Final[str | None] = given["fail_on"]
        self.max_warnings: Final[int | None] = given["max_warnings"]
        self.exit_zero: Final[bool] = given["exit_zero"]
        self.stdin_filename: Final[str | None] = given["stdin_filename"]
        self.fix: Final[bool] = given["fix"]
        self.unsafe_fixes: Final[bool] = given["unsafe_fixes"]
        self.fix_only: Final[bool] = given["fix_only"]
        self.show_fixes: Final[bool] = given["show_fixes"]
        self.diff: Final[bool] = given["diff"]
        self.add_ignore: Final[str | None] = given["add_ignore"]
        self.require_reason: Final[bool] = given["require_reason"]
        self.baseline: Final[str | None] = given["baseline"]
        self.write_baseline: Final[bool] = given["write_baseline"]
        self.prune_baseline: Final[bool] = given["prune_baseline"]
        self.new_from: Final[str | None] = given["new_from"]
        self.cache_dir: Final[str | None] = given["cache_dir"]
        self.no_cache: Final[bool] = given["no_cache"]
        self.config: Final[str | None] = given["config"]
        self.isolated: Final[bool] = given["isolated"]
        self.show_settings: Final[bool] = given["show_settings"]
        self.show_files: Final[bool] = given["show_files"]
        self.statistics: Final[bool] = given["statistics"]
        self.list_rules: Final[bool] = given["list_rules"]
        self.explain: Final[str | None] = given["explain"]
