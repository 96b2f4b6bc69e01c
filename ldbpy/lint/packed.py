"""Findings as plain lists, which can go from one process to another: through a pipe, or as JSON that is kept."""

from __future__ import annotations

from typing import Any

from ldbpy.lint.findings import Edit, Finding, Fix, Label, Place, Severity

__all__ = ["pack", "unpack"]


def pack(finding: Finding, path: str) -> list[Any]:
    """A finding in the file ``path``, whose name is left out."""
    fix = finding.fix
    return [
        None if finding.path == path else finding.path,
        *(finding.rule, finding.code, finding.severity.value, finding.message, finding.start, finding.end),
        list(finding.place),
        finding.help,
        [[list(label), list(place)] for label, place in finding.labels],
        None if fix is None else [fix.safe, [[start, end, text.decode("latin-1")] for start, end, text in fix.edits]],
        finding.mark,
        finding.include,
    ]


def unpack(packed: Any, path: str) -> Finding:
    """A finding from what ``pack`` gave.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: it is something else.
    """
    other, rule, code, severity, message, start, end, place, help, labels, fix, mark, include = packed
    return Finding(
        other or path,
        *(rule, code, Severity(severity), message, start, end),
        Place(*place),
        help,
        tuple((Label(*label), Place(*where)) for label, where in labels),
        None if fix is None else Fix(tuple(Edit(a, b, text.encode("latin-1")) for a, b, text in fix[1]), fix[0]),
        mark,
        include,
    )
