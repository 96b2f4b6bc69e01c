from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.cli.program import ldbpy
from tests.cli.test_process import _loaded, _run_main

_FLUSH = b"redis.call('FLUSHALL')\n"
_SOURCE = (
    "local v = redis.call('GET', KEYS[1])\nif v == nil then return '<é>' end\n".encode() + _FLUSH + b"return v\n"
)


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


def test_github(path: str) -> None:
    """Workflow commands, with what would end a property escaped."""
    lines = ldbpy("lint", path, "-f", "github").out.decode().splitlines()
    assert lines[0].startswith(
        "::error title=ldbpy (nil-reply-compare),file=a b.lua,line=2,endLine=2,col=4,endColumn=12::a b.lua:2:4:"
    )
    assert lines[1].startswith("::warning ")


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


def test_several_formats(path: str) -> None:
    """Each form into its file, one to standard output."""
    ran = ldbpy("lint", path, "-f", "sarif=out.sarif", "-f", "concise", "-f", "junit=out.xml")
    assert len(ran.out.splitlines()) == 2
    assert json.loads(Path("out.sarif").read_text())["version"] == "2.1.0"
    assert Path("out.xml").read_text().startswith("<?xml")


def test_what_lint_loads() -> None:
    """Linting loads neither a server's client, nor a terminal, nor Lua."""
    heavy = {"redis", "fakeredis", "prompt_toolkit", "pygments", "lupa", "asyncio", "ssl"}
    assert not _loaded(_run_main("lint", "docs/examples/limiter.lua")) & heavy
