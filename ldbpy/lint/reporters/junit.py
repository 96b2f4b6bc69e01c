"""JUnit XML, which nearly every CI system shows: a suite for each file, a failure for each finding."""

from __future__ import annotations

from collections.abc import Sequence

from ldbpy.lint.findings import FileResult, Finding
from ldbpy.lint.reporters.xml_text import attribute, content

__all__ = ["report"]


def report(results: Sequence[FileResult]) -> str:
    """All findings as an XML document. A file without findings is a test that passed."""
    cases = sum(max(len(result.findings), 1) for result in results)
    failures = sum(len(result.findings) for result in results)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<testsuites name="ldbpy lint" tests="{cases}" failures="{failures}" errors="0">',
    ]
    for result in results:
        lines += _suite(result)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite(result: FileResult) -> list[str]:
    name = attribute(result.path)
    count = len(result.findings)
    lines = [f'  <testsuite name={name} tests="{max(count, 1)}" failures="{count}" errors="0">']
    if not count:
        lines.append(f'    <testcase name={name} classname="ldbpy.lint"/>')
    for finding in result.findings:
        lines += _case(finding)
    return [*lines, "  </testsuite>"]


def _case(finding: Finding) -> list[str]:
    place = f"line {finding.place.line}, column {finding.place.column}"
    head = f"<testcase name={attribute(f'{finding.rule} {place}')} classname={attribute(finding.path)}"
    text = f"{finding.path}: {place}: {finding.message}" + (f"\nhelp: {finding.help}" if finding.help else "")
    return [
        f"    {head}>",
        f'      <failure type="{finding.severity}" message={attribute(finding.message)}>{content(text)}</failure>',
        "    </testcase>",
    ]
