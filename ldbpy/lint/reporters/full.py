"""For people: each finding with its lines, carets under what is meant, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ldbpy.lint.findings import Finding, Place, Severity
from ldbpy.lint.runner import FileResult
from ldbpy.render.style import Role, Style
from ldbpy.render.text import display_width, harmless, readable
from ldbpy.script.lines import LineIndex

__all__ = ["report"]

_ROLES = {Severity.ERROR: Role.ERROR, Severity.WARNING: Role.WARNING, Severity.INFO: Role.DIM}
_TAB = 4
_WIDEST = 160
"""Longer lines are shown in part."""
_MARGIN = 40


def report(results: Sequence[FileResult], style: Style) -> str:
    """All findings as text."""
    parts = []
    for result in results:
        lines = LineIndex(result.source) if result.findings else None
        for finding in result.findings:
            assert lines is not None
            parts.append("\n".join(_finding(finding, lines, style)))
    return "".join(f"{part}\n\n" for part in parts)


def _finding(finding: Finding, lines: LineIndex, style: Style) -> Iterator[str]:
    place = f"{harmless(finding.path)}:{finding.place.line}:{finding.place.column}"
    kind = style.paint(_ROLES[finding.severity], f"{finding.severity}:")
    yield f"{place}: {kind} {harmless(finding.message)}  {style.paint(Role.DIM, f'[{finding.rule}]')}"
    marks = [(place, label.text, False) for label, place in finding.labels]
    marks.append((finding.place, finding.mark, True))
    marks.sort(key=lambda mark: mark[0][:2])
    width = max(len(str(place.line)) for place, _, _ in marks)
    yield style.paint(Role.DIM, " " * width + " │")
    shown = 0
    for place_, text, primary in marks:
        if place_.line != shown:
            source = _shown(lines.text(place_.line))
            shown = place_.line
        yield from _marked(source, place_, text, width, style, primary=primary)
    if finding.help:
        fixable = " (--fix writes it)" if finding.fix and finding.fix.safe else ""
        fixable = fixable or (" (--unsafe-fixes writes it)" if finding.fix else "")
        yield f"{' ' * width} = help: {harmless(finding.help)}{fixable}"


def _shown(text: bytes) -> list[str]:
    """A line in what is printed for each of its characters: tabs as spaces, what moves the cursor escaped."""
    cells: list[str] = []
    column = 0
    for char in text.decode("utf-8", "replace"):
        cell = " " * (_TAB - column % _TAB) if char == "\t" else readable(char.encode("utf-8", "replace"))
        cells.append(cell if cell.isprintable() else cell.encode("unicode_escape").decode())
        column += display_width(cells[-1])
    return cells


def _marked(cells: list[str], place: Place, text: str, width: int, style: Style, *, primary: bool) -> Iterator[str]:
    first = place.column - 1
    last = place.end_column - 1 if place.end_line == place.line else len(cells)
    last = max(last, first + 1)
    start, end = 0, len(cells)
    if end > _WIDEST:
        start = max(first - _MARGIN, 0)
        end = min(start + _WIDEST, end)
        last = min(last, end)
    before, after = ("…" if start else ""), ("…" if end < len(cells) else "")
    yield style.paint(Role.DIM, f"{place.line:>{width}} │ ") + before + "".join(cells[start:end]) + after
    blank = display_width(before) + display_width("".join(cells[start:first]))
    under = max(display_width("".join(cells[first:last])), 1)
    row = ("^" if primary else "-") * under + (f" {harmless(text)}" if text else "")
    yield (
        style.paint(Role.DIM, " " * width + " │ ") + " " * blank + style.paint(Role.MARK if primary else Role.DIM, row)
    )
