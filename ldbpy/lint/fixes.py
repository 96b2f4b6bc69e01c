"""Fixes, applied to the text. What they give must compile, or nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ldbpy.lint.findings import Edit, Finding, Rule
from ldbpy.lint.runner import lint
from ldbpy.lint.targets import Targets
from ldbpy.script.parser import parse

__all__ = ["Fixed", "fix_source"]

_ROUNDS = 10
"""Fixes may make room for others, or undo each other."""


class Fixed(NamedTuple):
    """A script with its fixes in it, and how many there were."""

    source: bytes
    applied: int


def fix_source(path: str, source: bytes, rules: Sequence[Rule], targets: Targets, *, unsafe: bool) -> Fixed:
    """Apply fixes until there are none left; the unsafe ones too if asked for."""
    count = 0
    for _ in range(_ROUNDS):
        fixed, applied = _once(source, lint(path, source, rules, targets).findings, unsafe=unsafe)
        if not applied or not compiles(fixed):
            break
        source, count = fixed, count + applied
    return Fixed(source, count)


def _once(source: bytes, findings: Sequence[Finding], *, unsafe: bool) -> tuple[bytes, int]:
    """Apply the fixes that do not overlap."""
    chosen: list[Edit] = []
    applied = 0
    for finding in findings:
        fix = finding.fix
        if fix is None or not (fix.safe or unsafe):
            continue
        if any(_overlap(edit, other) for edit in fix.edits for other in chosen):
            continue
        chosen.extend(fix.edits)
        applied += 1
    for edit in sorted(chosen, reverse=True):
        source = source[: edit.start] + edit.text + source[edit.end :]
    return source, applied


def _overlap(one: Edit, other: Edit) -> bool:
    return (one.start < other.end and other.start < one.end) or one.start == other.start


def compiles(source: bytes) -> bool:
    """Whether a server would compile the script, by our parser and by Lua itself."""
    chunk = parse(source)
    if chunk.problems:
        return False
    from ldbpy.lua.engines import engine_for

    engine = engine_for("5.1")
    blank = chunk.shebang[1] if chunk.shebang is not None else 0
    try:
        engine.module.LuaRuntime(encoding=None).compile(b" " * blank + source[blank:])
    except engine.module.LuaSyntaxError:
        return False
    return True
