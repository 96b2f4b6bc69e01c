"""SARIF 2.1.0, which GitHub code scanning and others read. Columns are code points."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from ldbpy.lint.findings import FileResult, Finding, Place, Rule, Severity
from ldbpy.lint.fingerprints import fingerprints
from ldbpy.lint.registry import RULES, page_of

__all__ = ["report"]

_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def report(results: Sequence[FileResult]) -> str:
    """All findings as a SARIF log."""
    used = {finding.rule for result in results for finding in result.findings}
    rules = [rule for rule in RULES if rule.name in used]
    places = {rule.name: place for place, rule in enumerate(rules)}
    found = [
        _result(finding, name, places[finding.rule])
        for result, names in zip(results, fingerprints(results), strict=True)
        for finding, name in zip(result.findings, names, strict=True)
    ]
    run = {
        "tool": {"driver": {"name": "ldbpy", "version": version("ldbpy"), "rules": [_rule(rule) for rule in rules]}},
        "columnKind": "unicodeCodePoints",
        "results": found,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    page = page_of(rule)
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": page.partition("\n")[0]},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": _LEVELS[rule.severity], "enabled": rule.on},
        "properties": {"tags": [rule.group.value]},
    }


def _result(finding: Finding, fingerprint: str, index: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message}; {finding.help}" if finding.help else finding.message},
        "locations": [_location(finding.path, finding.place)],
        "partialFingerprints": {"ldbpy/v1": fingerprint},
    }
    if finding.labels:
        told["relatedLocations"] = [
            {**_location(finding.path, place), "message": {"text": label.text}} for label, place in finding.labels
        ]
    if finding.fix is not None and finding.fix.safe:
        told["fixes"] = [_fix(finding)]
    return told


def _location(path: str, place: Place) -> dict[str, Any]:
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(path)}, "region": region}}


def _uri(path: str) -> str:
    return quote(PurePath(path).as_posix().encode("utf-8", "surrogateescape"))


def _fix(finding: Finding) -> dict[str, Any]:
    assert finding.fix is not None
    replacements = [
        {
            "deletedRegion": {"byteOffset": edit.start, "byteLength": edit.end - edit.start},
            "insertedContent": {"text": edit.text.decode("utf-8", "backslashreplace")},
        }
        for edit in finding.fix.edits
    ]
    change = {"artifactLocation": {"uri": _uri(finding.path)}, "replacements": replacements}
    return {"description": {"text": finding.help or finding.message}, "artifactChanges": [change]}
