"""JUnit XML, which nearly every CI system shows: a suite for each file, a failure for each finding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from ldbpy.lint.findings import Finding
from ldbpy.lint.runner import FileResult

__all__ = ["report"]

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def report(results: Sequence[FileResult]) -> str:
    """All findings as an XML document. A file without findings is a test that passed."""
    cases = sum(max(len(result.findings), 1) for result in results)
    failures = sum(len(result.findings) for result in results)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<testsuites name="ldbpy lint" tests="{cases}" failures="{failures}">',
    ]
    for result in results:
        lines += _suite(result)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite(result: FileResult) -> list[str]:
    name = _attribute(result.path)
    count = len(result.findings)
    lines = [f'  <testsuite name={name} tests="{max(count, 1)}" failures="{count}">']
    if not count:
        lines.append(f'    <testcase name={name} classname="ldbpy.lint"/>')
    for finding in result.findings:
        lines += _case(finding)
    return [*lines, "  </testsuite>"]


def _case(finding: Finding) -> list[str]:
    place = f"line {finding.place.line}, column {finding.place.column}"
    head = f"<testcase name={_attribute(f'{finding.rule} {place}')} classname={_attribute(finding.path)}"
    text = f"{finding.path}: {place}: {finding.message}" + (f"\nhelp: {finding.help}" if finding.help else "")
    return [
        f'    {head} line="{finding.place.line}">',
        f'      <failure type="{finding.severity}" message={_attribute(finding.message)}>{_text(text)}</failure>',
        "    </testcase>",
    ]


def _clean(text: str) -> str:
    return _NOT_XML.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _text(text: str) -> str:
    return escape(_clean(text))
