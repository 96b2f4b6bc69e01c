"""What ``ldbpy lint`` is asked for on the command line."""

from __future__ import annotations

from types import SimpleNamespace

__all__ = ["Options"]


class Options(SimpleNamespace):
    """The options as given; each is explained where click declares it. None and empty: the settings decide.

    No named tuple: one of as many fields takes longer to define than a file to read and parse.
    """

    paths: tuple[str, ...]
    target: tuple[str, ...]
    platform: str | None
    mode: str | None
    commands_from: str | None
    select: tuple[str, ...]
    extend_select: tuple[str, ...]
    ignore: tuple[str, ...]
    exclude: tuple[str, ...]
    force_exclude: bool
    forms: tuple[str, ...]
    fail_on: str | None
    max_warnings: int | None
    exit_zero: bool
    stdin_filename: str | None
    fix: bool
    unsafe_fixes: bool
    fix_only: bool
    show_fixes: bool
    diff: bool
    add_ignore: str | None
    require_reason: bool
    baseline: str | None
    write_baseline: bool
    prune_baseline: bool
    new_from: str | None
    cache_dir: str | None
    no_cache: bool
    config: str | None
    isolated: bool
    show_settings: bool
    show_files: bool
    statistics: bool
    list_rules: bool
    explain: str | None
