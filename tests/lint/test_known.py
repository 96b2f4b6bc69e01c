"""What is known is left alone: baselines, and lines that are not new."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.program import ldbpy

_BAD = "local v = redis.call('GET', KEYS[1])\nif v == nil then return 0 end\nreturn v\n"
_LINE = "if v == nil then return 0 end\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a script that has a finding, which is the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.lua").write_text(_BAD)
    return tmp_path


def _found(*options: str) -> list[str]:
    """Place of each finding that is told."""
    lines = ldbpy("lint", "-f", "concise", *options).out.decode().splitlines()
    return [":".join(line.split(":")[:2]) for line in lines]


# -- baseline


def test_baseline(folder: Path) -> None:
    """What is in the baseline is not told, wherever its line goes; one more of the same kind is."""
    ran = ldbpy("lint", "--write-baseline", "--baseline", "known.json")
    assert (ran.code, ran.out, ran.lines) == (0, b"", ["1 finding written to known.json"])
    assert _found() == ["a.lua:2"]
    assert ldbpy("lint", "--baseline", "known.json").code == 0
    (folder / "a.lua").write_text("-- moved\n\n" + _BAD.replace("if v", "  if  v"))
    assert _found("--baseline", "known.json") == []
    (folder / "a.lua").write_text(_BAD.replace(_LINE, _LINE + _LINE))
    assert _found("--baseline", "known.json") == ["a.lua:3"]


def test_baseline_of_the_settings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting counts from any folder of the project; paths are relative to the baseline."""
    (folder / "ldbpy.toml").write_text('[lint]\nbaseline = "known.json"\n')
    ldbpy("lint", "--write-baseline")
    known = json.loads((folder / "known.json").read_text())
    assert (known["version"], list(known["files"]), list(known["files"]["a.lua"])) == (
        1,
        ["a.lua"],
        ["nil-reply-compare"],
    )
    (folder / "sub").mkdir()
    monkeypatch.chdir(folder / "sub")
    assert _found("../a.lua") == []


def test_prune_baseline(folder: Path) -> None:
    """What is no longer found is told, and taken out when asked; files that were not linted stay in it."""
    (folder / "b.lua").write_text(_BAD)
    (folder / "c.lua").write_text(_BAD)
    ldbpy("lint", "--write-baseline")
    (folder / "a.lua").write_text("return 1\n")
    (folder / "c.lua").unlink()
    ran = ldbpy("lint", "a.lua", "--baseline", "ldbpy-baseline.json")
    told = "1 finding of ldbpy-baseline.json no longer found: --prune-baseline takes them out"
    assert (ran.code, ran.lines) == (0, [told])
    ran = ldbpy("lint", "a.lua", "--baseline", "ldbpy-baseline.json", "--prune-baseline")
    assert (ran.code, ran.lines) == (0, ["2 findings taken out of ldbpy-baseline.json"])
    assert list(json.loads((folder / "ldbpy-baseline.json").read_text())["files"]) == ["b.lua"]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (None, "cannot read known.json: no such file", "--write-baseline makes it"),
        ("{", "known.json is no baseline", "--write-baseline makes a new one"),
        ("[]", "known.json is no baseline", "--write-baseline makes a new one"),
        ('{"version": 1, "files": {"a.lua": 5}}', "known.json is no baseline", "--write-baseline makes a new one"),
        ('{"version": 9}', "known.json is a baseline of version 9, and this ldbpy reads 1", None),
    ],
)
def test_invalid_baseline(folder: Path, text: str | None, message: str, hint: str | None) -> None:
    """A baseline that cannot be read is told."""
    if text is not None:
        (folder / "known.json").write_text(text)
    ldbpy("lint", "--baseline", "known.json").failed(2, message, hint)


def test_fingerprints_are_of_the_finding(folder: Path) -> None:
    """A finding has one fingerprint, in every report that has any."""
    sarif = json.loads(ldbpy("lint", "-f", "sarif").out)["runs"][0]["results"][0]["partialFingerprints"]
    (gitlab,) = json.loads(ldbpy("lint", "-f", "gitlab").out)
    (found,) = json.loads(ldbpy("lint", "-f", "json").out)
    assert list(sarif.values()) == [gitlab["fingerprint"]] == [found["fingerprint"]]


# -- new lines


def _git(*arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True, timeout=30, env=environment)


@pytest.fixture
def repository(folder: Path) -> Path:
    """That folder as a repository, with the script committed."""
    _git("init", "-q", "-b", "main")
    _git("add", ".")
    _git("commit", "-q", "-m", "first")
    return folder


def test_new_lines(repository: Path) -> None:
    """Only what is on lines that are new, committed or not, is told; files git does not know are all new."""
    assert _found() == ["a.lua:2"]
    assert _found("--new-from", "HEAD") == []
    (repository / "a.lua").write_text(_BAD.replace(_LINE, _LINE + _LINE))
    (repository / "ä b.lua").write_text(_BAD)
    (repository / 'q"uote\t.lua').write_text(_BAD)
    expected = ["a.lua:3", 'q"uote\t.lua:2', "ä b.lua:2"]
    assert _found("--new-from", "HEAD") == expected
    _git("checkout", "-q", "-b", "work")
    _git("add", ".")
    _git("commit", "-q", "-m", "second")
    assert _found("--new-from", "HEAD") == []
    assert _found("--new-from", "main") == expected


def test_new_lines_since_the_branch_began(repository: Path) -> None:
    """What is new on the other branch is not new here; a file that was renamed is not either."""
    _git("checkout", "-q", "-b", "work")
    _git("mv", "a.lua", "renamed.lua")
    _git("commit", "-q", "-m", "renamed")
    _git("checkout", "-q", "main")
    (repository / "a.lua").write_text("-- changed\n" + _BAD)
    _git("commit", "-q", "-a", "-m", "on main")
    _git("checkout", "-q", "work")
    assert _found("--new-from", "main") == []


def test_new_lines_from_a_folder_below(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are found from any folder of the repository."""
    (repository / "sub").mkdir()
    (repository / "sub" / "b.lua").write_text(_BAD)
    monkeypatch.chdir(repository / "sub")
    assert _found("--new-from", "HEAD", "..") == ["../sub/b.lua:2"]


def test_new_lines_without_repository(folder: Path) -> None:
    """Where there is no repository, that is told."""
    hint = "fatal: not a git repository (or any of the parent directories): .git"
    ran = ldbpy("lint", "--new-from", "main", env={"GIT_CEILING_DIRECTORIES": str(folder.parent), "LANG": "C"})
    ran.failed(2, "--new-from: this folder is in no git repository", hint)


def test_new_lines_of_no_commit(repository: Path) -> None:
    """A commit that git does not know is told, also one that looks like an option."""
    ldbpy("lint", "--new-from", "no-such").failed(2, "--new-from: git knows no 'no-such'")
    ldbpy("lint", "--new-from", "--output=x").failed(2, "--new-from: git knows no '--output=x'")
    assert not (repository / "x").exists()


def test_new_lines_of_another_history(repository: Path) -> None:
    """Where only the last commits were fetched, what to do is told."""
    _git("checkout", "-q", "--orphan", "other")
    _git("commit", "-q", "-m", "alone")
    ldbpy("lint", "--new-from", "main").failed(
        2,
        "--new-from: git knows no commit that main and HEAD both come from",
        "a CI system may fetch the last commits only: let it fetch all (fetch-depth: 0)",
    )


def test_new_lines_without_git(folder: Path) -> None:
    """Without git, that is told."""
    ldbpy("lint", "--new-from", "main", env={"PATH": str(folder)}).failed(2, "--new-from needs git, and there is none")
