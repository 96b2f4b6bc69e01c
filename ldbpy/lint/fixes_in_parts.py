"""Fixes of scripts that are put together, in the files they are put together from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ldbpy.lint.findings import FileResult, Finding, Rule
from ldbpy.lint.fixes import ROUNDS, Fixed, applied, compiles, without_collisions
from ldbpy.lint.placed import placed
from ldbpy.lint.runner import lint
from ldbpy.lint.targets import Targets
from ldbpy.script.declared import Declared
from ldbpy.script.includes import Assembled, assemble
from ldbpy.script.reading import read_file

__all__ = ["Whole", "find_in_parts", "fix_parts"]


class Whole(NamedTuple):
    """A script that is put together."""

    path: str
    parts: tuple[str, ...]
    """The files it begins with; what they include comes to it."""
    rules: tuple[Rule, ...]
    called_with: Declared | None


class _Files:
    """The files as they are now, and the scripts they give."""

    def __init__(self, wholes: Sequence[Whole], texts: Mapping[str, bytes], *, includes: bool) -> None:
        self.wholes: Final = wholes
        self.texts: Final = dict(texts)
        self._includes: Final = includes

    def read(self, path: str) -> bytes:
        if path not in self.texts:
            self.texts[path] = read_file(path)
        return self.texts[path]

    def with_fixes(self, findings: Sequence[Finding]) -> _Files:
        changed = dict(self.texts)
        for path in {finding.path for finding in findings}:
            changed[path] = applied(self.read(path), [each for each in findings if each.path == path])
        return _Files(self.wholes, changed, includes=self._includes)

    def scripts(self) -> Iterator[Assembled]:
        for whole in self.wholes:
            parts = [(part, self.read(part)) for part in whole.parts]
            yield assemble(parts, self.read, includes=self._includes)


def fix_parts(
    wholes: Sequence[Whole],
    targets: Targets,
    rules: Callable[[str], frozenset[str]],
    *,
    unsafe: bool,
    includes: bool,
) -> dict[str, Fixed]:
    """Apply fixes until there are none left; the files that changed, and what was fixed in them.

    ``rules``: the names of those that run on a file. What a server would compile before, it will compile after.

    Raises:
        ScriptFileError: a file cannot be read.
    """
    files = before = _Files(wholes, {}, includes=includes)
    counts: dict[str, Counter[str]] = {}
    for _ in range(ROUNDS):
        found = _fixable(files, targets, rules, unsafe=unsafe)
        sound = [compiles(script.body) for script in files.scripts()]
        attempt = next((each for each in _attempts(found) if _is_sound(files.with_fixes(each), sound)), None)
        if attempt is None:
            break
        files = files.with_fixes(attempt)
        for finding in attempt:
            counts.setdefault(finding.path, Counter())[finding.rule] += 1
    return {path: Fixed(files.read(path), counts[path]) for path in counts if files.read(path) != before.read(path)}


def find_in_parts(
    wholes: Sequence[Whole], targets: Targets, rules: Callable[[str], frozenset[str]], *, includes: bool
) -> list[FileResult]:
    """What is found in the files.

    Raises:
        ScriptFileError: a file cannot be read.
    """
    return _results(_Files(wholes, {}, includes=includes), targets, rules)


def _results(files: _Files, targets: Targets, rules: Callable[[str], frozenset[str]]) -> list[FileResult]:
    found = [
        (_lint(whole, script, targets), script.origins)
        for whole, script in zip(files.wholes, files.scripts(), strict=True)
    ]
    return placed(found, rules)


def _lint(whole: Whole, script: Assembled, targets: Targets) -> FileResult:
    return lint(whole.path, script.body, whole.rules, targets, whole.called_with, script.origins.includes)


def _fixable(files: _Files, targets: Targets, rules: Callable[[str], frozenset[str]], *, unsafe: bool) -> list[Finding]:
    findings = (finding for result in _results(files, targets, rules) for finding in result.findings)
    return [each for each in findings if each.fix is not None and (each.fix.safe or unsafe)]


def _attempts(findings: Sequence[Finding]) -> Iterator[list[Finding]]:
    """All that go together, or one alone."""
    if findings:
        yield [
            finding
            for path in dict.fromkeys(each.path for each in findings)
            for finding in without_collisions([each for each in findings if each.path == path])
        ]
    for finding in findings:
        yield [finding]


def _is_sound(files: _Files, sound: Sequence[bool]) -> bool:
    return all(compiles(script.body) for script, was in zip(files.scripts(), sound, strict=True) if was)
