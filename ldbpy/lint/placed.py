"""Findings of scripts that were put together or taken out of other files, told of those files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from ldbpy.lint.findings import FileResult, Finding, Fix, Label, Place, Severity
from ldbpy.lint.places import place_of
from ldbpy.script.lines import LineIndex
from ldbpy.script.origins import Origins, Span

__all__ = ["placed"]

_LINE: Final = re.compile(r"\bline (\d+)\b")


class _Key(NamedTuple):
    path: str
    rule: str
    start: int
    end: int
    message: str


class _Gathered:
    """What is found in files, by file. A file may be part of several scripts."""

    def __init__(self) -> None:
        self.sources: Final[dict[str, bytes]] = {}
        self.found: Final[dict[_Key, Finding]] = {}
        self.parts: Final[Counter[str]] = Counter()
        """How many scripts a file is included in."""
        self.votes: Final[Counter[_Key]] = Counter()
        """How many of them show a finding."""

    def add(self, result: FileResult, origins: Origins | None) -> None:
        """What is found in one script."""
        if origins is None:
            self.sources[result.path] = result.source
            self._note(result.findings)
            return
        self.sources.update((file, text) for file, text in origins.sources.items() if file not in self.sources)
        self.parts.update(file for file in origins.sources if file != result.path)
        self._note(_Placing(result.source, origins).findings(result.findings))

    def _note(self, findings: Iterable[Finding]) -> None:
        new = {_Key(each.path, each.rule, each.start, each.end, each.message): each for each in findings}
        self.votes.update(new.keys())
        for key, finding in new.items():
            self.found.setdefault(key, finding)

    def results(self, rules: Callable[[str], frozenset[str]]) -> list[FileResult]:
        """All of it, file by file."""
        kept: dict[str, list[Finding]] = {path: [] for path in self.sources}
        names = {path: rules(path) for path in self.parts}
        for key, finding in self.found.items():
            if key.rule in names.get(key.path, (key.rule,)) and self._holds(key, finding):
                kept[key.path].append(finding)
        return [
            FileResult(
                path, self.sources[path], tuple(sorted(found, key=lambda each: (each.start, each.end, each.rule)))
            )
            for path, found in kept.items()
        ]

    def _holds(self, key: _Key, finding: Finding) -> bool:
        """Errors are errors in one script too. A warning, such as that nothing uses a function, must hold in all."""
        return finding.severity is Severity.ERROR or self.votes[key] >= self.parts[key.path]


def placed(
    found: Sequence[tuple[FileResult, Origins | None]], rules: Callable[[str], frozenset[str]]
) -> list[FileResult]:
    """The findings of scripts as findings of the files these came from, each file once.

    ``rules``: the names of those that run on a file that is included.
    """
    gathered = _Gathered()
    for result, origins in found:
        gathered.add(result, origins)
    return gathered.results(rules)


class _Placing:
    """Places of one script."""

    def __init__(self, body: bytes, origins: Origins) -> None:
        self._origins: Final = origins
        self._lines: Final = LineIndex(body)
        self._indexes: Final = {file: LineIndex(text) for file, text in origins.sources.items()}

    def findings(self, findings: Iterable[Finding]) -> Iterable[Finding]:
        """The findings, where they are."""
        for finding in findings:
            span = self._span(finding)
            if span is not None:
                file, start, end = span
                yield self._placed(finding, file, start, end)

    def _span(self, finding: Finding) -> Span | None:
        if finding.include is not None:
            return self._origins.includes[finding.include].line
        return self._origins.span(finding.start, finding.end)

    def _placed(self, finding: Finding, file: str, start: int, end: int) -> Finding:
        labels = []
        elsewhere = []
        for label, _ in finding.labels:
            span = self._origins.span(label.start, label.end)
            if span is not None and span.file == file:
                text = self._retold(label.text, file)
                labels.append((Label(span.start, span.end, text), self._place(file, span.start, span.end)))
            elif span is not None:
                elsewhere.append(f"{span.file}:{self._indexes[span.file].line(span.start)}: {label.text}")
        told = [each for each in (finding.help, *elsewhere) if each]
        return finding._replace(
            path=file,
            message=self._retold(finding.message, file),
            start=start,
            end=end,
            place=self._place(file, start, end),
            help=self._retold("; ".join(told), file) if told else None,
            labels=tuple(labels),
            fix=self._fix(finding.fix, file),
            mark=self._retold(finding.mark, file),
            include=None,
        )

    def _place(self, file: str, start: int, end: int) -> Place:
        return place_of(self._origins.sources[file], self._indexes[file], start, end)

    def _retold(self, text: str, file: str) -> str:
        """The text with lines of the script as lines of its files."""
        return _LINE.sub(lambda match: self._line(match, file), text)

    def _line(self, match: re.Match[str], file: str) -> str:
        number = int(match[1])
        if not 1 <= number <= len(self._lines):
            return match[0]
        span = self._origins.span(self._lines.offset(number), self._lines.offset(number))
        if span is None:
            return match[0]
        line = self._indexes[span.file].line(span.start)
        return f"line {line}" if span.file == file else f"line {line} of {span.file}"

    def _fix(self, fix: Fix | None, file: str) -> Fix | None:
        """The fix, if it can be made in that file."""
        if fix is None or not self._origins.fixable:
            return None
        edits = []
        for edit in fix.edits:
            first, last = self._origins.piece(edit.start), self._origins.piece(max(edit.end - 1, edit.start))
            if first is None or first != last or first.file != file or not first.verbatim:
                return None
            moved = first.source_start - first.start
            edits.append(edit._replace(start=edit.start + moved, end=edit.end + moved))
        return fix._replace(edits=tuple(edits))
