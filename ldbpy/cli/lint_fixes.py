"""``ldbpy lint --fix``, ``--diff`` and ``--add-ignore``: what changes files."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

from ldbpy.cli.lint_files import Input
from ldbpy.cli.lint_options import Options
from ldbpy.cli.lint_output import count, tell_problems
from ldbpy.cli.lint_plan import Plan
from ldbpy.cli.streams import put, say
from ldbpy.errors import UsageError
from ldbpy.lint.fixes import Fixed, fix_source
from ldbpy.lint.ignores import add_ignores
from ldbpy.lint.scripts import Unit

__all__ = ["ignore_findings", "show_diff", "write_fixes"]


def write_fixes(inputs: Sequence[Input], plan: Plan, options: Options) -> list[Input]:
    """Write what can be fixed into the files, and go on with that. Standard input stays as it is."""
    after = []
    counts: Counter[str] = Counter()
    files = 0
    for each in inputs:
        if each.is_plain and not each.from_stdin:
            fixed = _fixed(each, plan, unsafe=options.unsafe_fixes)
            if fixed.source != each.source:
                _replace(each.path, fixed.source)
                counts += fixed.applied
                files += 1
                if options.show_fixes:
                    _tell_fixes(each.path, fixed)
                each = each._replace(source=fixed.source, units=(Unit(fixed.source),))
        after.append(each)
    if files:
        say(f"fixed {count(counts.total(), 'finding')} in {count(files, 'file')}")
    return after


def _tell_fixes(path: str, fixed: Fixed) -> None:
    say(f"{path}:")
    for rule, number in sorted(fixed.applied.items()):
        say(f"{number:>5}  {rule}")


def _fixed(each: Input, plan: Plan, *, unsafe: bool) -> Fixed:
    return fix_source(each.path, each.source, plan.rules_for(each.path), plan.targets, unsafe=unsafe)


def _replace(path: str, source: bytes) -> None:
    """Put the new text in the file's place at once: whoever reads it meanwhile sees the old or the new."""
    path = os.path.realpath(path)
    beside = f"{path}.ldbpy-{os.getpid()}"
    try:
        with open(beside, "wb") as file:
            file.write(source)
        os.chmod(beside, os.stat(path).st_mode & 0o7777)
        os.replace(beside, path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {(error.strerror or str(error)).lower()}") from None
    finally:
        if os.path.exists(beside):
            os.unlink(beside)


def show_diff(inputs: Sequence[Input], plan: Plan, *, unsafe: bool) -> int:
    """Print what fixes would change; 1 if they would."""
    changed = False
    for each in inputs:
        if each.is_plain:
            changed |= _print_diff(each, _fixed(each, plan, unsafe=unsafe).source)
    return 2 if tell_problems(inputs) else int(changed)


def _print_diff(each: Input, source: bytes) -> bool:
    import difflib

    if source == each.source:
        return False
    name = os.fsencode(each.path)
    lines = difflib.diff_bytes(difflib.unified_diff, each.source.splitlines(True), source.splitlines(True), name, name)
    put(b"".join(line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines))
    return True


def ignore_findings(inputs: Sequence[Input], plan: Plan, reason: str, keep: Callable[[str, int], bool]) -> int:
    """Write comments that leave out every finding that ``keep`` (of path and line) says is told; 2 if one cannot be."""
    total = files = 0
    left = []
    for each in inputs:
        if not each.is_plain or each.from_stdin:
            continue
        path = each.path
        rules = plan.rules_for(path)
        ignored = add_ignores(path, each.source, rules, plan.targets, reason, partial(keep, path))
        if ignored.source != each.source:
            _replace(path, ignored.source)
            total, files = total + ignored.applied.total(), files + 1
        left += [f"{path}:{line}" for line in ignored.left]
    say(f"{count(total, 'finding')} left out in {count(files, 'file')}")
    for place in left:
        say(f"error: {place}: no comment can be put here that leaves the finding out")
    return 2 if tell_problems(inputs) or left else 0
