"""``ldbpy lint``: find what is wrong with scripts."""

from __future__ import annotations

import gc
import os
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

import click

from ldbpy.cli.lint_files import Input, find_inputs, matches
from ldbpy.cli.streams import colours, put, say
from ldbpy.errors import UsageError
from ldbpy.lint.config import FAIL_ON, Settings, find_settings
from ldbpy.lint.findings import Rule, Severity
from ldbpy.lint.registry import RULES, rule_named, selected, suggestion
from ldbpy.lint.reporters.table import FORMATS, render
from ldbpy.lint.runner import FileResult, lint
from ldbpy.lint.targets import Targets, parse_targets
from ldbpy.render.style import PLAIN, Role, Style
from ldbpy.render.text import printable_in

__all__ = ["command"]

_HELP = """Find what is wrong with scripts without running them.

\b
ldbpy lint scripts/
ldbpy lint limiter.lua --target "redis>=6.2" --target valkey-8
ldbpy lint --explain nil-reply-compare

PATH is a file, a folder, a pattern, or - for standard input; without one it is the current folder. Exits with 0 if
nothing was found that --fail-on speaks of, 1 if something was, 2 if something could not be read or the command line or
the settings are wrong.
"""


@click.command(name="lint", help=_HELP)
@click.argument("paths", nargs=-1, metavar="[PATH ...]")
@click.option(
    "-t",
    "--target",
    multiple=True,
    metavar="SERVER",
    help="A server the scripts are for: redis-7.0, valkey>=8, redis. Repeat for several; all of them must take the "
    "scripts.  [default: what no current Redis or Valkey takes is wrong]",
)
@click.option(
    "--select", multiple=True, metavar="RULE", help="Only these: names, codes or how they begin, groups, all."
)
@click.option("--extend-select", multiple=True, metavar="RULE", help="These as well.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Not these.")
@click.option(
    "-f",
    "--format",
    "forms",
    multiple=True,
    metavar="FORM[=FILE]",
    help=f"How to tell: {', '.join(FORMATS)}. Repeat it for several, each but one with a file.  [default: full]",
)
@click.option("--fail-on", type=click.Choice(FAIL_ON), help="Exit with 1 from this severity on.  [default: error]")
@click.option("--max-warnings", type=click.IntRange(0), metavar="N", help="Exit with 1 if there are more warnings.")
@click.option("--stdin-filename", metavar="NAME", help="What to call standard input.  [default: <stdin>]")
@click.option("--fix", is_flag=True, help="Write the safe fixes into the files.")
@click.option(
    "--unsafe-fixes", is_flag=True, help="With --fix or --diff: fixes that may change what a script does, too."
)
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.option("--isolated", is_flag=True, help="Read no settings from files.")
@click.option("--show-settings", is_flag=True, help="Print the settings, and where they come from.")
@click.option("--rules", "list_rules", is_flag=True, help="List all rules.")
@click.option("--explain", metavar="RULE", help="Print the page of a rule.")
def command(
    paths: tuple[str, ...],
    target: tuple[str, ...],
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    forms: tuple[str, ...],
    fail_on: str | None,
    max_warnings: int | None,
    stdin_filename: str | None,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    statistics: bool,
    isolated: bool,
    show_settings: bool,
    list_rules: bool,
    explain: str | None,
) -> int:
    """Lint, and tell what was found; the exit code."""
    if explain is not None:
        return _explain(explain)
    if list_rules:
        return _list_rules()
    settings = Settings() if isolated else find_settings(os.getcwd())
    settings = settings._replace(
        target=target or settings.target,
        select=select or settings.select,
        extend_select=settings.extend_select + extend_select,
        ignore=settings.ignore + ignore,
        fail_on=fail_on or settings.fail_on,
        max_warnings=settings.max_warnings if max_warnings is None else max_warnings,
    )
    wanted = _Wanted(
        settings,
        selected(settings.select, settings.ignore, settings.extend_select),
        parse_targets(settings.target),
        {pattern: selected(rules, (), ()) for pattern, rules in settings.per_file_ignores},
    )
    if show_settings:
        return _show_settings(wanted)
    outputs = _outputs(forms)
    inputs = list(find_inputs(paths or (".",), settings.exclude, settings.folder, stdin_filename or "<stdin>"))
    if diff:
        return _diff(inputs, wanted, unsafe=unsafe_fixes)
    if fix:
        inputs = _fix(inputs, wanted, unsafe=unsafe_fixes)
    elif unsafe_fixes:
        raise UsageError("--unsafe-fixes says which fixes: give --fix or --diff as well")
    results = _lint(inputs, wanted)
    _tell(results, outputs)
    if statistics:
        _statistics(results)
    return _exit_code(inputs, results, settings)


class _Wanted(NamedTuple):
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


def _lint(inputs: Sequence[Input], wanted: _Wanted) -> list[FileResult]:
    """Lint every file. What is made stays until the end, so looking for garbage meanwhile finds nothing."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return [lint(each.path, each.source, wanted.rules_for(each.path), wanted.targets) for each in _good(inputs)]
    finally:
        if collecting:
            gc.enable()


def _good(inputs: Sequence[Input]) -> list[Input]:
    return [each for each in inputs if each.problem is None]


# -- telling


_Output = tuple[str, str | None]


def _outputs(forms: Sequence[str]) -> list[_Output]:
    """The forms asked for, each with its file; None is standard output."""
    outputs: list[_Output] = []
    for given in forms or ("full",):
        form, equals, file = given.partition("=")
        if form not in FORMATS:
            raise UsageError(f"there is no format {form!r}", hint=f"one of: {', '.join(FORMATS)}")
        if equals and not file:
            raise UsageError(f"--format {given}: the name of the file is missing")
        outputs.append((form, file or None))
    if sum(file is None for _, file in outputs) > 1:
        raise UsageError(
            "only one format can go to standard output", hint="give the others a file: --format sarif=out.sarif"
        )
    return outputs


def _tell(results: Sequence[FileResult], outputs: Sequence[_Output]) -> None:
    style = Style(colours=colours(sys.stdout))
    for form, file in outputs:
        text = render(form, results, style if file is None else PLAIN)
        if file is None:
            put(printable_in("utf-8", text).encode("utf-8") if form != "full" else _encoded(text))
        else:
            _write(file, text.encode("utf-8", "backslashreplace"))
    if any(form == "full" and file is None for form, file in outputs):
        _summary(results)


def _encoded(text: str) -> bytes:
    encoding = sys.stdout.encoding or "utf-8"
    return printable_in(encoding, text).encode(encoding)


def _write(file: str, data: bytes) -> None:
    try:
        with open(file, "wb") as opened:
            opened.write(data)
    except OSError as error:
        raise UsageError(f"cannot write {file}: {(error.strerror or str(error)).lower()}") from None


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _summary(results: Sequence[FileResult]) -> None:
    found = _severities(results)
    if not found:
        return
    told = [_count(found[Severity.ERROR], "error"), _count(found[Severity.WARNING], "warning")]
    if found[Severity.INFO]:
        told.append(_count(found[Severity.INFO], "note"))
    say(f"{', '.join(told)} in {_count(len(results), 'file')}")


def _severities(results: Sequence[FileResult]) -> Counter[Severity]:
    return Counter(finding.severity for result in results for finding in result.findings)


def _statistics(results: Sequence[FileResult]) -> None:
    counts = Counter(finding.rule for result in results for finding in result.findings)
    for rule, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        say(f"{count:>5}  {rule}")


def _exit_code(inputs: Sequence[Input], results: Sequence[FileResult], settings: Settings) -> int:
    if _tell_problems(inputs):
        return 2
    found = _severities(results)
    too_many = settings.max_warnings is not None and found[Severity.WARNING] > settings.max_warnings
    if too_many:
        say(f"{_count(found[Severity.WARNING], 'warning')}, and at most {settings.max_warnings} are allowed")
    least = Severity(settings.fail_on).rank if settings.fail_on != "never" else 99
    return int(too_many or any(severity.rank >= least for severity in found))


def _tell_problems(inputs: Sequence[Input]) -> bool:
    problems = [each.problem for each in inputs if each.problem is not None]
    for problem in problems:
        say(f"{Style(colours=colours(sys.stderr)).paint(Role.ERROR, 'error:')} {problem}")
    return bool(problems)


# -- fixing


def _fixed(each: Input, wanted: _Wanted, *, unsafe: bool) -> tuple[bytes, int]:
    from ldbpy.lint.fixes import fix_source

    fixed = fix_source(each.path, each.source, wanted.rules_for(each.path), wanted.targets, unsafe=unsafe)
    return fixed.source, fixed.applied


def _fix(inputs: Sequence[Input], wanted: _Wanted, *, unsafe: bool) -> list[Input]:
    """Write what can be fixed into the files, and go on with that. Standard input stays as it is."""
    after = []
    total = files = 0
    for each in inputs:
        if each.problem is None and not each.from_stdin:
            source, count = _fixed(each, wanted, unsafe=unsafe)
            if source != each.source:
                _replace(each.path, source)
                total, files = total + count, files + 1
                each = each._replace(source=source)
        after.append(each)
    if total:
        say(f"fixed {_count(total, 'finding')} in {_count(files, 'file')}")
    return after


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


def _diff(inputs: Sequence[Input], wanted: _Wanted, *, unsafe: bool) -> int:
    """Print what fixes would change; 1 if they would."""
    import difflib

    changed = False
    for each in _good(inputs):
        source, _ = _fixed(each, wanted, unsafe=unsafe)
        if source != each.source:
            changed = True
            name = os.fsencode(each.path)
            lines = difflib.diff_bytes(
                difflib.unified_diff, each.source.splitlines(True), source.splitlines(True), name, name
            )
            put(b"".join(line if line.endswith(b"\n") else line + b"\n" for line in lines))
    return 2 if _tell_problems(inputs) else int(changed)


# -- questions about the linter


def _explain(name: str) -> int:
    from ldbpy.lint.pages import explained

    rule = rule_named(name)
    if rule is None:
        raise UsageError(f"there is no rule {name!r}", hint=suggestion(name))
    put(explained(rule).encode("utf-8"))
    return 0


def _list_rules() -> int:
    width = max(len(rule.name) for rule in RULES)
    lines = [
        f"{rule.code}  {rule.name:<{width}}  {rule.severity:<7}  {rule.group}{'' if rule.on else ', off by default'}\n"
        for rule in RULES
    ]
    put("".join(lines).encode("utf-8"))
    return 0


_SHOWN: Final = ("target", "select", "extend_select", "ignore", "exclude", "fail_on", "max_warnings")


def _show_settings(wanted: _Wanted) -> int:
    settings = wanted.settings
    lines = [f"# from {settings.file or 'nowhere: no settings were found'}"]
    for name in _SHOWN:
        value = getattr(settings, name)
        if value is not None:
            lines.append(f"{name.replace('_', '-')} = {_toml(value)}")
    for pattern, rules in settings.per_file_ignores:
        lines.append(f"per-file-ignores.{_toml(pattern)} = {_toml(rules)}")
    lines.append(
        f"# servers: {wanted.targets.told}{'' if wanted.targets.named else ' (what none of them takes is wrong)'}"
    )
    lines.append(f"# rules: {', '.join(rule.name for rule in wanted.rules)}")
    put(("\n".join(lines) + "\n").encode("utf-8"))
    return 0


def _toml(value: str | int | tuple[str, ...]) -> str:
    import json

    return json.dumps(list(value) if isinstance(value, tuple) else value)
