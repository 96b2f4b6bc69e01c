"""How ``ldbpy lint`` tells what it found: in the forms asked for, counted, and as an exit code."""

import os
import sys
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ldbpy.cli.lint_files import Input
from ldbpy.cli.streams import colours, put, say
from ldbpy.errors import UsageError, reason_of
from ldbpy.lint.config import Settings
from ldbpy.lint.findings import FileResult, Severity
from ldbpy.lint.reporters.table import FORMATS, PAINTED, render
from ldbpy.render.text import counted, printable_in

__all__ = ["Output", "exit_code", "outputs", "statistics", "tell", "tell_problems"]

_AUTO = "auto"


class Output(NamedTuple):
    """A form, and the file it goes to; None is standard output."""

    form: str
    file: str | None


def outputs(forms: Sequence[str]) -> list[Output]:
    """The forms asked for.

    Raises:
        UsageError: there is no such form, or two are for standard output.
    """
    found = [_output(given) for given in forms or ("full",)]
    if sum(each.file is None for each in found) > 1:
        raise UsageError(
            "only one format can go to standard output", hint="give the others a file: --format sarif=out.sarif"
        )
    return found


def _output(given: str) -> Output:
    form, equals, file = given.partition("=")
    if form == _AUTO:
        form = "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "full"
    if form not in FORMATS:
        raise UsageError(f"there is no format {form!r}", hint=f"one of: {', '.join((*FORMATS, _AUTO))}")
    if equals and not file:
        raise UsageError(f"--format {given}: the name of the file is missing")
    return Output(form, file or None)


def tell(results: Sequence[FileResult], wanted: Sequence[Output]) -> None:
    """All findings in every form, and for people how many there are."""
    found = any(result.findings for result in results)
    for form, file in wanted:
        if form in PAINTED and file is None and not found:
            continue
        text = render(form, results, colours=form in PAINTED and file is None and colours(sys.stdout))
        if file is not None:
            _write_file(file, text.encode("utf-8", "backslashreplace"))
        else:
            put(_encoded(text) if form in PAINTED else printable_in("utf-8", text).encode("utf-8"))
    if any(form in PAINTED and file is None for form, file in wanted):
        _summary(results)


def _encoded(text: str) -> bytes:
    encoding = sys.stdout.encoding or "utf-8"
    return printable_in(encoding, text).encode(encoding)


def _write_file(file: str, data: bytes) -> None:
    """Write a report.

    Raises:
        UsageError: that is not possible.
    """
    try:
        with open(file, "wb") as opened:
            opened.write(data)
    except OSError as error:
        raise UsageError(f"cannot write {file}: {reason_of(error)}") from None


def _summary(results: Sequence[FileResult]) -> None:
    found = _severities(results)
    if not found:
        return
    told = [counted(found[Severity.ERROR], "error"), counted(found[Severity.WARNING], "warning")]
    if found[Severity.INFO]:
        told.append(counted(found[Severity.INFO], "note"))
    say(f"{', '.join(told)} in {counted(len(results), 'file')}")


def _severities(results: Sequence[FileResult]) -> Counter[Severity]:
    return Counter(finding.severity for result in results for finding in result.findings)


def statistics(results: Sequence[FileResult]) -> None:
    """How often each rule found something, the most often first."""
    counts = Counter(finding.rule for result in results for finding in result.findings)
    for rule, number in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        say(f"{number:>5}  {rule}")


def exit_code(results: Sequence[FileResult], settings: Settings) -> int:
    """Whether what was found makes the job fail."""
    found = _severities(results)
    too_many = settings.max_warnings is not None and found[Severity.WARNING] > settings.max_warnings
    if too_many:
        say(f"{counted(found[Severity.WARNING], 'warning')}, and at most {settings.max_warnings} are allowed")
    least = Severity(settings.fail_on).rank if settings.fail_on != "never" else 99
    return int(too_many or any(severity.rank >= least for severity in found))


def tell_problems(inputs: Sequence[Input]) -> bool:
    """Tell what could not be linted, and what of it is wrong; whether there was anything wrong."""
    for each in inputs:
        if each.note is not None:
            say(f"note: {each.note}")
    problems = [each.problem for each in inputs if each.problem is not None]
    if not problems:
        return False
    from ldbpy.render.style import Role, Style

    for problem in problems:
        say(f"{Style(colours=colours(sys.stderr)).paint(Role.ERROR, 'error:')} {problem}")
    return True
