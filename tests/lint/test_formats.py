from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.program import ldbpy
from tests.cli.test_process import _loaded, _run_main

_FLUSH = b"redis.call('FLUSHALL')\n"
_SOURCE = "local v = redis.call('GET', KEYS[1])\nif v == nil then return '<é>' end\n".encode() + _FLUSH + b"return v\n"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A script with an error and a warning, in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a b.lua").write_bytes(_SOURCE)
    return "a b.lua"


def test_json(path: str) -> None:
    """JSON has positions as lines and columns and as bytes, labels, and the fix."""
    found = json.loads(ldbpy("lint", path, "-f", "json").out)
    assert [each["rule"] for each in found] == ["nil-reply-compare", "flush-in-script"]
    first = found[0]
    assert (first["line"], first["column"], first["end_line"], first["end_column"]) == (2, 4, 2, 12)
    assert _SOURCE[first["start"] : first["end"]] == b"v == nil"
    assert first["fix"] == {"safe": True, "edits": [{"start": 40, "end": 48, "text": "not v"}]}
    assert first["labels"][0]["text"] == "false when it is missing"
    assert len(first["fingerprint"]) == 40


def test_fingerprints_stay(path: str) -> None:
    """A finding keeps its fingerprint when lines come before it; two alike have different ones."""
    before = json.loads(ldbpy("lint", path, "-f", "json").out)
    Path(path).write_bytes(b"-- one more line\n" + _SOURCE.replace(_FLUSH, _FLUSH + _FLUSH))
    after = json.loads(ldbpy("lint", path, "-f", "json").out)
    assert [each["fingerprint"] for each in after[:2]] == [each["fingerprint"] for each in before]
    assert len({each["fingerprint"] for each in after}) == 3


def test_sarif(path: str) -> None:
    """The parts of SARIF that code scanning reads."""
    log = json.loads(ldbpy("lint", path, "-f", "sarif").out)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert set(rule) >= {"id", "name", "shortDescription", "help", "defaultConfiguration"}
        location = result["locations"][0]["physicalLocation"]
        assert location["artifactLocation"]["uri"] == "a%20b.lua"
        assert location["region"]["endColumn"] > location["region"]["startColumn"] >= 1
    assert [result["level"] for result in run["results"]] == ["error", "warning"]
    assert run["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0]["deletedRegion"]["byteLength"] == 8


_SCHEMAS = Path(__file__).parent / "schemas"
_ODD = "-- \x1b[31m \x07]]>\nlocal a\u2028b = 1 --ä\nif redis.call('EXISTS', 'é&<\"') then return KEYS[0] end\n"


def _odd_files(folder: Path) -> list[str]:
    """Scripts with what reports have to escape: broken ones, control characters, names that are odd, or no UTF-8."""
    (folder / "a,b;c:d%[1]&'é.lua").write_bytes(_ODD.encode())
    (folder / "x\ny.lua").write_bytes(_SOURCE.replace(b"v ==", b"v --[[ \xff ]] =="))
    (folder / "quiet.lua").write_bytes(b"return 1\n")
    names = ["a b.lua", "a,b;c:d%[1]&'é.lua", "x\ny.lua", "quiet.lua"]
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/n\xff.lua")).write_bytes(_SOURCE)
        names.append(os.fsdecode(b"n\xff.lua"))
    except OSError:  # a file system that takes UTF-8 only
        pass
    return names


def _told(form: str, path: str) -> str:
    """A report on odd scripts, in UTF-8 as it must be."""
    return ldbpy("lint", *_odd_files(Path.cwd()), "--select", "all", "-f", form).out.decode("utf-8")


def test_sarif_schema(path: str) -> None:
    """A SARIF log is valid by the published schema, whatever is in scripts and their names."""
    schema = json.loads((_SCHEMAS / "sarif-2.1.0.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    log = json.loads(_told("sarif", path))
    assert list(map(str, validator.iter_errors(log))) == []
    assert len(log["runs"][0]["results"]) > 8
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not validator.is_valid(log)


_POSITION = {
    "type": "object",
    "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
    "required": ["line", "column"],
    "additionalProperties": False,
}
_RANGE = {
    "type": "object",
    "properties": {"start": _POSITION, "end": _POSITION},
    "required": ["start"],
    "additionalProperties": False,
}
_LOCATION = {
    "type": "object",
    "properties": {"path": {"type": "string"}, "range": _RANGE},
    "required": ["path"],
    "additionalProperties": False,
}
_DIAGNOSTIC: dict[str, Any] = {
    "type": "object",
    "properties": {
        "message": {"type": "string"},
        "location": _LOCATION,
        "severity": {"enum": ["UNKNOWN_SEVERITY", "ERROR", "WARNING", "INFO"]},
        "code": {"type": "object", "properties": {"value": {"type": "string"}}, "required": ["value"]},
        "suggestions": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"range": _RANGE, "text": {"type": "string"}},
                "required": ["range", "text"],
                "additionalProperties": False,
            },
        },
        "related_locations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"message": {"type": "string"}, "location": _LOCATION},
                "additionalProperties": False,
            },
        },
    },
    "required": ["message", "location"],
    "additionalProperties": False,
}
"""Of reviewdog's proto/rdf/reviewdog.proto, with the names its JSON has."""


def test_rdjson(path: str) -> None:
    """A DiagnosticResult of reviewdog, with columns in bytes and what may be written instead."""
    result = json.loads(_told("rdjson", path))
    assert result["source"] == {"name": "ldbpy"}
    for each in result["diagnostics"]:
        jsonschema.validate(each, _DIAGNOSTIC)
    (first,) = [
        each
        for each in result["diagnostics"]
        if each["location"]["path"] == path and each["code"]["value"] == "nil-reply-compare"
    ]
    assert first["location"]["range"] == {"start": {"line": 2, "column": 4}, "end": {"line": 2, "column": 12}}
    assert [each["text"] for each in first["suggestions"]] == ["not v"]


def test_github(path: str) -> None:
    """Workflow commands, with what would end a property escaped."""
    lines = ldbpy("lint", path, "-f", "github").out.decode().splitlines()
    assert lines[0].startswith(
        "::error title=ldbpy (nil-reply-compare),file=a b.lua,line=2,endLine=2,col=4,endColumn=12::a b.lua:2:4:"
    )
    assert lines[1].startswith("::warning ")


def test_auto(path: str) -> None:
    """``auto`` is for GitHub where it runs the job, and for people elsewhere."""
    assert ldbpy("lint", path, "-f", "auto", env={"GITHUB_ACTIONS": "true"}).out.startswith(b"::error ")
    assert ldbpy("lint", path, "-f", "auto", env={"GITHUB_ACTIONS": "false"}).out.startswith(b"a b.lua:2:4: error: ")


@pytest.mark.parametrize(("form", "command"), [("github", r"::(error|warning|notice) [^:]*::"), ("azure", r"##vso\[")])
def test_commands_are_a_line_each(path: str, form: str, command: str) -> None:
    """What is in scripts and names neither ends a command nor begins one."""
    lines = _told(form, path).split("\n")
    assert len(lines) > 8
    assert lines.pop() == ""
    for line in lines:
        assert re.match(command, line), line


def test_azure(path: str) -> None:
    """Logging commands, with what would end a property escaped."""
    lines = _told("azure", path).splitlines()
    told = "##vso[task.logissue type=error;sourcepath=a b.lua;linenumber=2;columnnumber=4;code=nil-reply-compare;]"
    assert lines[0] == f"{told}a missing reply is false, not nil: this test never holds; write `not v`"
    assert any("sourcepath=a,b%3Bc:d%AZP25[1%5D&'é.lua;" in line for line in lines)


def test_checkstyle(path: str) -> None:
    """Checkstyle's elements and attributes, and a file for each script."""
    root = ET.fromstring(_told("checkstyle", path))
    assert root.tag == "checkstyle"
    assert len(root) >= 4
    for file in root:
        assert (file.tag, set(file.attrib)) == ("file", {"name"})
        for error in file:
            assert (error.tag, set(error.attrib)) == ("error", {"line", "column", "severity", "message", "source"})
            assert error.attrib["severity"] in ("error", "warning", "info", "ignore")
            assert int(error.attrib["line"]) >= 1


def test_grouped(path: str) -> None:
    """The findings of a file under its name."""
    ran = ldbpy("lint", path, "-f", "grouped", "--select", "nil-reply-compare,flush-in-script")
    assert ran.out.decode().splitlines() == [
        "a b.lua:",
        "   2:4  error    a missing reply is false, not nil: this test never holds  [nil-reply-compare]",
        "  3:12  warning  FLUSHALL is for all keys there are  [flush-in-script]",
        "",
    ]
    assert ran.lines == ["1 error, 1 warning in 1 file"]


def test_json_lines(path: str) -> None:
    """A finding a line, each what the array has."""
    found = [json.loads(line) for line in _told("jsonl", path).splitlines()]
    assert found == json.loads(_told("json", path))


def test_concise_is_a_line_each(path: str) -> None:
    """What is in scripts and names adds no lines, and moves no cursor."""
    text = _told("concise", path)
    assert text.count("\n") == len(json.loads(_told("json", path)))
    assert "\x1b" not in text


def test_gitlab(path: str) -> None:
    """The fields GitLab requires of a code quality report."""
    found = json.loads(ldbpy("lint", path, "-f", "gitlab").out)
    assert [each["severity"] for each in found] == ["major", "minor"]
    for each in found:
        assert set(each) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert each["location"]["positions"]["begin"]["line"] >= 1


def test_junit(path: str) -> None:
    """A failure for each finding, a passing test for a file without."""
    Path("good.lua").write_bytes(b"return 1\n")
    suites = ET.fromstring(ldbpy("lint", path, "good.lua", "-f", "junit").out)
    assert suites.attrib["failures"] == "2"
    assert [len(suite.findall("testcase")) for suite in suites] == [2, 1]
    assert suites.find(".//failure") is not None


_JUNIT = {
    "testsuites": {"name", "time", "tests", "failures", "disabled", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname", "id"},
    "testcase": {"name", "assertions", "time", "classname", "status"},
    "failure": {"type", "message"},
}
"""Of the schema that Jenkins' xUnit plug-in has for JUnit: the elements used here, and what each may have."""


def test_junit_schema(path: str) -> None:
    """No element or attribute is one that Jenkins does not know, and the counts are right."""
    root = ET.fromstring(_told("junit", path))
    for element in root.iter():
        assert set(element.attrib) <= _JUNIT[element.tag]
    assert root.attrib["tests"] == str(len(root.findall(".//testcase")))
    assert root.attrib["failures"] == str(len(root.findall(".//failure")))
    for suite in root:
        assert suite.attrib["failures"] == str(len(suite.findall(".//failure")))


def test_several_formats(path: str) -> None:
    """Each form into its file, one to standard output."""
    ran = ldbpy("lint", path, "-f", "sarif=out.sarif", "-f", "concise", "-f", "junit=out.xml")
    assert len(ran.out.splitlines()) == 2
    assert json.loads(Path("out.sarif").read_text())["version"] == "2.1.0"
    assert Path("out.xml").read_text().startswith("<?xml")


def test_what_lint_loads() -> None:
    """Linting loads neither a server's client, nor a terminal, nor Lua."""
    heavy = {"redis", "fakeredis", "prompt_toolkit", "pygments", "lupa", "asyncio", "ssl"}
    assert not _loaded(_run_main("lint", "--no-cache", "docs/examples/limiter.lua")) & heavy
