"""``ldbpy lint --fix``, ``--diff`` and ``--add-ignore``: what changes files."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from ldbpy.cli.files import read_file, wants_includes
from ldbpy.cli.lint_files import Input, read_again
from ldbpy.cli.lint_options import Options
from ldbpy.cli.lint_output import tell_problems
from ldbpy.cli.lint_plan import Plan
from ldbpy.cli.streams import put, say
from ldbpy.errors import UsageError, reason_of
from ldbpy.lint.fixes import Fixed, fix_source
from ldbpy.lint.fixes_in_parts import Whole, find_in_parts, fix_parts
from ldbpy.lint.ignores import Ignored, add_ignores, ignoring
from ldbpy.render.text import counted
from ldbpy.settings.files import replace_file

__all__ = ["ignore_findings", "show_diff", "write_fixes"]


def write_fixes(inputs: Sequence[Input], plan: Plan, options: Options) -> list[Input]:
    """Write what can be fixed into the files, and go on with that. Standard input and Python stay as they are."""
    counts: Counter[str] = Counter()
    changed = [
        (path, fixed)
        for path, old, fixed in _all_fixed(inputs, plan, unsafe=options.unsafe_fixes, stdin=False)
        if fixed.source != old
    ]
    for path, fixed in changed:
        _replace(path, fixed.source)
        counts += fixed.applied
        if options.show_fixes:
            _tell_fixes(path, fixed)
    if not changed:
        return list(inputs)
    say(f"fixed {counted(counts.total(), 'finding')} in {counted(len(changed), 'file')}")
    return [read_again(each) if each.units and not each.from_stdin else each for each in inputs]


def _all_fixed(inputs: Sequence[Input], plan: Plan, *, unsafe: bool, stdin: bool) -> Iterator[tuple[str, bytes, Fixed]]:
    """Every file that fixes can be written into: its name, its text, and that with the fixes. ``stdin``: that too."""
    for each in inputs:
        if each.is_plain and (stdin or not each.from_stdin):
            rules = plan.rules_for(each.path)
            yield each.path, each.source, fix_source(each.path, each.source, rules, plan.targets, unsafe=unsafe)
    wholes = _wholes(inputs, plan)
    if wholes:
        fixed = fix_parts(wholes, plan.targets, plan.names_for, unsafe=unsafe, includes=wants_includes())
        for path, each_fixed in fixed.items():
            yield path, read_file(path), each_fixed


def _wholes(inputs: Sequence[Input], plan: Plan) -> list[Whole]:
    """The scripts that are put together from files."""
    return [
        Whole(each.path, unit.parts, plan.rules_for(each.path), unit.called_with)
        for each in inputs
        for unit in each.units
        if unit.parts and not each.from_stdin
    ]


def _tell_fixes(path: str, fixed: Fixed) -> None:
    say(f"{path}:")
    for rule, number in sorted(fixed.applied.items()):
        say(f"{number:>5}  {rule}")


def _replace(path: str, source: bytes) -> None:
    """Put the new text in the file's place at once: whoever reads it meanwhile sees the old or the new."""
    path = os.path.realpath(path)
    try:
        replace_file(path, source, mode=os.stat(path).st_mode & 0o7777)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {reason_of(error)}") from None


def show_diff(inputs: Sequence[Input], plan: Plan, *, unsafe: bool) -> int:
    """Print what fixes would change; 1 if they would."""
    changed = False
    for path, source, fixed in _all_fixed(inputs, plan, unsafe=unsafe, stdin=True):
        changed |= _print_diff(path, source, fixed.source)
    return 2 if tell_problems(inputs) else int(changed)


def _print_diff(path: str, before: bytes, after: bytes) -> bool:
    import difflib

    if before == after:
        return False
    name = os.fsencode(path)
    lines = difflib.diff_bytes(difflib.unified_diff, before.splitlines(True), after.splitlines(True), name, name)
    put(b"".join(line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines))
    return True


def ignore_findings(inputs: Sequence[Input], plan: Plan, reason: str, keep: Callable[[str, int], bool]) -> int:
    """Write comments that leave out every finding that ``keep`` (of path and line) says is told; 2 if one cannot be."""
    total = files = 0
    left = []
    for path, source, ignored in _all_ignored(inputs, plan, reason, keep):
        if ignored.source != source:
            _replace(path, ignored.source)
            total, files = total + ignored.applied.total(), files + 1
        left += [f"{path}:{line}" for line in ignored.left]
    say(f"{counted(total, 'finding')} left out in {counted(files, 'file')}")
    python = sum(unit.origins is not None and not unit.parts for each in inputs for unit in each.units)
    if python:
        say(f"note: no comments are written into Python: {counted(python, 'script')} left out")
    for place in left:
        say(f"error: {place}: no comment can be put here that leaves the finding out")
    return 2 if tell_problems(inputs) or left else 0


def _all_ignored(
    inputs: Sequence[Input], plan: Plan, reason: str, keep: Callable[[str, int], bool]
) -> Iterator[tuple[str, bytes, Ignored]]:
    """Every file that comments can be written into: its name, its text, and that with the comments."""
    for each in inputs:
        if each.is_plain and not each.from_stdin:
            path, rules = each.path, plan.rules_for(each.path)
            yield path, each.source, add_ignores(path, each.source, rules, plan.targets, reason, partial(keep, path))
    wholes = _wholes(inputs, plan)
    for found in find_in_parts(wholes, plan.targets, plan.names_for, includes=wants_includes()) if wholes else ():
        yield found.path, found.source, ignoring(found.source, found.findings, reason, partial(keep, found.path))
