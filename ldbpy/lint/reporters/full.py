"""For people: each finding with its lines, carets under what is meant, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ldbpy.lint.findings import FileResult, Finding, Place, Severity
from ldbpy.render.style import Role, Style
from ldbpy.render.text import display_width, harmless, readable
from ldbpy.script.lines import LineIndex

__all__ = ["ROLES", "report"]

ROLES = {Severity.ERROR: Role.ERROR, Severity.WARNING: Role.WARNING, Severity.INFO: Role.DIM}
_TAB = 4
_WIDEST = 160
"""Longer lines are shown in part."""
_MARGIN = 40


def report(results: Sequence[FileResult], style: Style) -> str:
    """All findings as text."""
    parts: list[str] = []
    for result in results:
        lines = _Lines(result.source)
        parts += ["\n".join(_finding(finding, lines, style)) for finding in result.findings]
    return "".join(f"{part}\n\n" for part in parts)


def _finding(finding: Finding, lines: _Lines, style: Style) -> Iterator[str]:
    place = f"{harmless(finding.path)}:{finding.place.line}:{finding.place.column}"
    kind = style.paint(ROLES[finding.severity], f"{finding.severity}:")
    yield f"{place}: {kind} {harmless(finding.message)}  {style.paint(Role.DIM, f'[{finding.rule}]')}"
    marks = [(place, label.text, False) for label, place in finding.labels]
    marks.append((finding.place, finding.mark, True))
    marks.sort(key=lambda mark: mark[0][:2])
    width = max(len(str(place.line)) for place, _, _ in marks)
    yield style.paint(Role.DIM, " " * width + " │")
    for place_, text, primary in marks:
        yield from _marked(lines[place_.line], place_, text, width, style, primary=primary)
    if finding.help:
        fixable = " (--fix writes it)" if finding.fix and finding.fix.safe else ""
        fixable = fixable or (" (--unsafe-fixes writes it)" if finding.fix else "")
        yield f"{' ' * width} = help: {harmless(finding.help)}{fixable}"


class _Lines:
    """The lines of a script as text, each decoded when first asked for."""

    def __init__(self, source: bytes) -> None:
        self._index = LineIndex(source)
        self._texts: dict[int, str] = {}

    def __getitem__(self, line: int) -> str:
        if line not in self._texts:
            self._texts[line] = self._index.text(line).decode("utf-8", "replace")
        return self._texts[line]


def _shown(text: str) -> list[str]:
    """What is printed for each character of a line: tabs as spaces, what moves the cursor escaped."""
    if text.isprintable():
        return list(text)
    cells: list[str] = []
    column = 0
    for char in text:
        cell = " " * (_TAB - column % _TAB) if char == "\t" else readable(char.encode("utf-8", "replace"))
        cells.append(cell if cell.isprintable() else cell.encode("unicode_escape").decode())
        column += display_width(cells[-1])
    return cells


def _marked(line: str, place: Place, text: str, width: int, style: Style, *, primary: bool) -> Iterator[str]:
    first = place.column - 1
    last = max(place.end_column - 1 if place.end_line == place.line else len(line), first + 1)
    start, end = (
        (0, len(line)) if len(line) <= _WIDEST else (max(first - _MARGIN, 0), max(first - _MARGIN, 0) + _WIDEST)
    )
    cells = _shown(line[start:end])
    before, after = ("…" if start else ""), ("…" if end < len(line) else "")
    yield style.paint(Role.DIM, f"{place.line:>{width}} │ ") + before + "".join(cells) + after
    blank = display_width(before) + display_width("".join(cells[: first - start]))
    under = max(display_width("".join(cells[first - start : last - start])), 1)
    row = ("^" if primary else "-") * under + (f" {harmless(text)}" if text else "")
    yield (
        style.paint(Role.DIM, " " * width + " │ ") + " " * blank + style.paint(Role.MARK if primary else Role.DIM, row)
    )
