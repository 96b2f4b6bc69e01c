from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from unittest import mock

import pytest

from ldbpy.lint.config import FAIL_ON, KEYS, Settings
from ldbpy.lint.registry import RULES
from tests.cli.program import ldbpy

_BAD = b"local v = redis.call('GET', KEYS[1])\nif v == nil then return 0 end\nreturn v\n"
_WARNED = b"redis.call('FLUSHALL')\nreturn 1\n"
_UNEXPECTED = "expected newline or end of document after a statement"
_SELECTED = b"local v = redis.call('GET', KEYS[1])\nif v == nil then return 0 end\nreturn redis.call('GET', 'k')\n"
_GOOD = b"return redis.call('GET', KEYS[1])\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8").splitlines()


def test_finding_in_full(folder: Path) -> None:
    """A finding shows its lines, carets, where the value comes from, and what to do."""
    (folder / "a.lua").write_bytes(_BAD)
    ran = ldbpy("lint", "a.lua")
    assert ran.code == 1
    assert _lines(ran.out) == [
        "a.lua:2:4: error: a missing reply is false, not nil: this test never holds  [nil-reply-compare]",
        "  │",
        "1 │ local v = redis.call('GET', KEYS[1])",
        "  │           -------------------------- false when it is missing",
        "2 │ if v == nil then return 0 end",
        "  │    ^^^^^^^^ never true",
        "  = help: write `not v` (--fix writes it)",
        "",
    ]
    assert ran.lines == ["1 error, 0 warnings in 1 file"]


def test_nothing_found(folder: Path) -> None:
    """Quiet when nothing is wrong."""
    (folder / "a.lua").write_bytes(_GOOD)
    ran = ldbpy("lint")
    assert (ran.code, ran.out, ran.err) == (0, b"", b"")


def test_files_folders_and_patterns(folder: Path) -> None:
    """Files of folders below, each once, in order; hidden folders and other files are left out."""
    for name in ("b/two.lua", "b/one.lua", "b/.git/no.lua", "b/no.txt", "c/three.lua"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(_BAD)
    ran = ldbpy("lint", "b", "c/*.lua", "b/one.lua", "-f", "concise")
    assert [line.partition(":")[0] for line in _lines(ran.out)] == ["b/one.lua", "b/two.lua", "c/three.lua"]


def test_standard_input() -> None:
    """``-`` is standard input, called as the user says."""
    ran = ldbpy("lint", "-", "--stdin-filename", "x.lua", "-f", "concise", stdin=_BAD)
    assert ran.code == 1
    assert ran.out.startswith(b"x.lua:2:4: error: ")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 0),
        (["--fail-on", "warning"], 1),
        (["--fail-on", "never"], 0),
        (["--max-warnings", "0"], 1),
        (["--max-warnings", "1"], 0),
        (["--max-warnings", "0", "--exit-zero"], 0),
        (["--fail-on", "info", "--exit-zero"], 0),
    ],
)
def test_exit_code_of_a_warning(options: list[str], code: int) -> None:
    """A warning fails the job when asked for."""
    assert ldbpy("lint", "-", *options, stdin=_WARNED).code == code


@pytest.mark.parametrize(
    ("options", "rules"),
    [
        (["--select", "nil-reply-compare"], ["nil-reply-compare"]),
        (["--select", "RL301"], ["nil-reply-compare"]),
        (["--select", "RL3"], ["nil-reply-compare"]),
        (["--select", "perf,lua"], []),
        (["--select", "all", "--ignore", "correctness,keys-in-expression"], ["literal-key"]),
        (["--extend-select", "cluster", "--ignore", "RL107"], ["nil-reply-compare", "literal-key"]),
        (["--ignore", "rl301"], []),
    ],
)
def test_selection(options: list[str], rules: list[str]) -> None:
    """Rules are chosen by name, code, how codes begin, and group."""
    ran = ldbpy("lint", "-", "-f", "json", *options, stdin=_SELECTED)
    found = [each["rule"] for each in json.loads(ran.out)]
    assert [rule for rule in found if rule in ("nil-reply-compare", "literal-key")] == rules


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["--select", "zero-indexx"], "select: there is no rule 'zero-indexx'", "did you mean zero-index?"),
        (["--ignore", "xyz"], "ignore: there is no rule 'xyz'", "ldbpy lint --rules lists them"),
        (["--explain", "zero-indx"], "there is no rule 'zero-indx'", "did you mean zero-index?"),
        (["--target", "redis-7.1"], "there is no target 'redis-7.1'", "did you mean redis-7.4?"),
        (["--target", "redis>=99"], "no known server is redis>=99", None),
        (["--format", "xml"], "there is no format 'xml'", None),
        (["-f", "full", "-f", "json"], "only one format can go to standard output", None),
        (["--unsafe-fixes"], "--unsafe-fixes says which fixes: give --fix or --diff as well", None),
        (["--show-fixes"], "--show-fixes tells what --fix wrote: give --fix as well", None),
        (["--diff", "--fix"], "--diff changes nothing and --fix does: give one of them", None),
        (["--fix-only", "--diff"], "--diff changes nothing and --fix does: give one of them", None),
        (
            ["--fix", "--add-ignore", "x"],
            "--add-ignore leaves out what --fix would write: give one after the other",
            None,
        ),
        (["--add-ignore", "a\nb"], "--add-ignore: the reason must be one line", None),
        (
            ["--config", "x.toml", "--isolated"],
            "--config reads settings and --isolated reads none: give one of them",
            None,
        ),
        (["--config", "x.toml"], "cannot read x.toml: no such file or directory", None),
        (
            ["--no-cache", "--cache-dir", "x"],
            "--no-cache keeps nothing and --cache-dir says where: give one of them",
            None,
        ),
        (["--prune-baseline"], "--prune-baseline: there is no baseline", "name it with --baseline FILE"),
        (["--write-baseline", "--baseline", "no/x"], "cannot write no/x: no such file or directory", None),
        (
            ["--write-baseline", "--new-from", "x"],
            "--write-baseline is for all that is found: give it without --new-from",
            None,
        ),
        (["--rules", "--format", "xml"], "--rules cannot be told as 'xml'", "one of: concise, json, markdown"),
        (["-f", "json=/no/such/folder/x"], "cannot write /no/such/folder/x: no such file or directory", None),
    ],
)  # fmt: skip
def test_misuse(folder: Path, arguments: list[str], message: str, hint: str | None) -> None:
    """What is wrong with the command line is told, with what may have been meant."""
    (folder / "a.lua").write_bytes(_GOOD)
    ran = ldbpy("lint", "a.lua", *arguments)
    assert ran.code == 2
    assert ran.error == message
    assert hint is None or ran.hint == hint


def test_targets() -> None:
    """What one of the named servers refuses is wrong."""
    source = b"return redis.call('GETDEL', KEYS[1], redis.call('EXPIRETIME', KEYS[1]))\n"
    assert b"redis-6.2 has no EXPIRETIME" in ldbpy("lint", "-", "-t", "redis>=6.2", "-f", "concise", stdin=source).out
    assert b"EXPIRETIME" not in ldbpy("lint", "-", "-t", "redis>=7.0", "-f", "concise", stdin=source).out


def test_explain_and_rules() -> None:
    """A rule's page, by name or code, and the list of all."""
    page = ldbpy("lint", "--explain", "RL301").out.decode()
    assert page.startswith("# nil-reply-compare (RL301)\n\nerror, group correctness, `--fix` can write it\n")
    assert "```lua\nlocal holder" in page
    listed = _lines(ldbpy("lint", "--rules").out)
    assert len(listed) >= 110
    assert any(line.startswith("RL301  nil-reply-compare ") for line in listed)


def test_rules_in_full() -> None:
    """All rules with their pages, for programs and for reading."""
    described = json.loads(ldbpy("lint", "--rules", "--format", "json").out)
    assert [each["name"] for each in described] == [rule.name for rule in RULES]
    assert all(each["summary"] and each["page"].startswith(f"# {each['name']} ({each['code']})") for each in described)
    pages = ldbpy("lint", "--rules", "--format", "markdown").out.decode()
    assert pages.count("\n## Use instead\n") == len(RULES)


def test_statistics() -> None:
    """How often each rule found something."""
    ran = ldbpy("lint", "-", "--statistics", "-f", "concise", stdin=_BAD)
    assert ran.lines == ["    1  nil-reply-compare"]


def test_fix_and_diff(folder: Path) -> None:
    """The diff changes nothing; the fix keeps the file's mode, and tells what is left."""
    path = folder / "a.lua"
    path.write_bytes(_BAD)
    path.chmod(0o640)
    ran = ldbpy("lint", "a.lua", "--diff")
    assert ran.code == 1
    assert "-if v == nil then return 0 end" in _lines(ran.out)
    assert "+if not v then return 0 end" in _lines(ran.out)
    assert path.read_bytes() == _BAD
    ran = ldbpy("lint", "a.lua", "--fix")
    assert (ran.code, ran.out, ran.lines) == (0, b"", ["fixed 1 finding in 1 file"])
    assert b"if not v then" in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(folder) == ["a.lua"]


def test_fix_only_and_show_fixes(folder: Path) -> None:
    """What was fixed is told by rule; what is left is not, if nobody asks."""
    path = folder / "a.lua"
    path.write_bytes(_BAD.replace(b"return v\n", b"redis.call('FLUSHALL')\nreturn v\n"))
    ran = ldbpy("lint", "a.lua", "--fix-only", "--show-fixes", "--fail-on", "info")
    assert (ran.code, ran.out) == (0, b"")
    assert ran.lines == ["a.lua:", "    1  nil-reply-compare", "fixed 1 finding in 1 file"]
    assert b"if not v then" in path.read_bytes()


def test_fix_of_a_file_that_cannot_be_written(folder: Path) -> None:
    """A folder that takes no file is told, and the script stays as it was."""
    path = folder / "a.lua"
    path.write_bytes(_BAD)
    with mock.patch("ldbpy.cli.lint_fixes.os.replace", side_effect=OSError(28, "No space left on device")):
        ran = ldbpy("lint", "a.lua", "--fix")
    assert (ran.code, ran.error) == (2, f"cannot write {path}: no space left on device")
    assert path.read_bytes() == _BAD
    assert os.listdir(folder) == ["a.lua"]


def test_unsafe_fixes_are_asked_for(folder: Path) -> None:
    """What may change a script is written only when asked for."""
    path = folder / "a.lua"
    path.write_bytes(b"count = 1\nreturn count\n")
    assert ldbpy("lint", "a.lua", "--fix").code == 1
    assert ldbpy("lint", "a.lua", "--fix", "--unsafe-fixes").code == 0
    assert path.read_bytes() == b"local count = 1\nreturn count\n"


# -- settings


def test_settings_of_a_project(folder: Path) -> None:
    """The nearest settings upward count; options go before them."""
    (folder / "pyproject.toml").write_text(
        '[tool.ldbpy.lint]\ntarget = "redis-6.2"\nignore = ["RL301"]\nexclude = ["old"]\nfail-on = "warning"\n'
        '[tool.ldbpy.lint.per-file-ignores]\n"b.lua" = ["suspicious"]\n'
    )
    (folder / "old").mkdir()
    for name in ("a.lua", "b.lua", "old/c.lua"):
        (folder / name).write_bytes(_WARNED)
    ran = ldbpy("lint", "-f", "concise")
    assert ran.code == 1
    assert [line.partition(":")[0] for line in _lines(ran.out)] == ["a.lua"]
    assert ldbpy("lint", "--fail-on", "error").code == 0
    assert len(_lines(ldbpy("lint", "--isolated", "-f", "concise").out)) == 3
    shown = _lines(ldbpy("lint", "--show-settings").out)
    assert shown[:2] == ["# from pyproject.toml", 'target = ["redis-6.2"]']
    assert "# servers: redis-6.2" in shown


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("ldbpy.toml", "[lint]\nselct = []\n", "ldbpy.toml:2: lint.selct is no setting"),
        ("ldbpy.toml", "[lint]\nselect = 5\n", "ldbpy.toml:2: lint.select must be a list of strings"),
        ("ldbpy.toml", "[lint]\nfail-on = 'all'\n", f"ldbpy.toml:2: lint.fail-on must be one of {', '.join(FAIL_ON)}"),
        ("ldbpy.toml", "[lint]\nrequire-reason = 1\n", "ldbpy.toml:2: lint.require-reason must be true or false"),
        ("ldbpy.toml", "[lint]\nbaseline = []\n", "ldbpy.toml:2: lint.baseline must be the name of a file"),
        ("ldbpy.toml", "[lint]\nextend = ''\n", "ldbpy.toml:2: lint.extend must be the name of a file"),
        (
            "ldbpy.toml",
            "[lint]\nextend = 'x.toml'\n",
            "ldbpy.toml:2: lint.extend cannot be read: x.toml: no such file or directory",
        ),
        (
            "ldbpy.toml",
            "[lint]\nextend = 'ldbpy.toml'\n",
            "ldbpy.toml:2: lint.extend goes round in a circle: ldbpy.toml leads back here",
        ),
        ("ldbpy.toml", "[lint]\nmax-warnings = -1\n", "ldbpy.toml:2: lint.max-warnings must be a number from 0 on"),
        ("ldbpy.toml", "lint = 5\n", "ldbpy.toml:1: lint is no table"),
        (
            "ldbpy.toml",
            "[lint]\nselect = ['zero-indx']\n",
            "ldbpy.toml:2: lint.select names 'zero-indx', and there is no such rule",
        ),
        (
            "pyproject.toml",
            "[tool.ldbpy.lint.per-file-ignores]\n'a.lua' = ['perf']\n'b.lua' = ['perf,prf']\n",
            "pyproject.toml:3: lint.per-file-ignores.\"b.lua\" names 'prf', and there is no such rule",
        ),
        (
            "ldbpy.toml",
            "[lint]\n\ntarget = ['redis', 'redis-7.1']\n",
            "ldbpy.toml:3: lint.target cannot be used: there is no target 'redis-7.1'",
        ),
        ("pyproject.toml", "[tool.ldbpy.lint]\nselect = 1 2\n", f"pyproject.toml:2: {_UNEXPECTED}"),
    ],
)  # fmt: skip
def test_invalid_settings(folder: Path, name: str, text: str, message: str) -> None:
    """What is wrong with the settings is told with the file, the line and the key."""
    (folder / name).write_text(text)
    (folder / "a.lua").write_bytes(_GOOD)
    ran = ldbpy("lint")
    assert ran.code == 2
    assert ran.error == message


def test_settings_that_extend_others(folder: Path) -> None:
    """A key replaces that of the file that is extended, the others stay."""
    (folder / "base.toml").write_text('[lint]\nselect = ["RL301"]\nfail-on = "never"\nextend = "deep/pyproject.toml"\n')
    (folder / "deep").mkdir()
    (folder / "deep" / "pyproject.toml").write_text('[tool.ldbpy.lint]\nmax-warnings = 3\nselect = ["all"]\n')
    (folder / "ldbpy.toml").write_text('[lint]\nextend = "base.toml"\nfail-on = "info"\n')
    shown = _lines(ldbpy("lint", "--show-settings").out)
    assert shown[0] == "# from ldbpy.toml"
    assert {'select = ["RL301"]', 'fail-on = "info"', "max-warnings = 3"} <= set(shown)


def test_settings_of_a_file(folder: Path) -> None:
    """``--config`` reads that file and no other."""
    (folder / "ldbpy.toml").write_text("[lint]\nnot-read = 1\n")
    (folder / "other.toml").write_text('[lint]\nselect = ["RL301"]\n')
    assert 'select = ["RL301"]' in _lines(ldbpy("lint", "--config", "other.toml", "--show-settings").out)


def test_every_setting_is_explained() -> None:
    """Each key has a line on the reference page, and a place in the record."""
    assert {key.replace("-", "_") for key in KEYS} - {"extend"} == set(Settings._fields) - {"file"}


def test_show_files(folder: Path) -> None:
    """The names of what would be linted, and what cannot be."""
    (folder / "ldbpy.toml").write_text('[lint]\nexclude = ["old"]\n')
    for name in ("a.lua", "old/b.lua", "new/c.lua", "new/d.lua"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(_BAD)
    ran = ldbpy("lint", ".", "x.lua", "--exclude", "d.lua", "--show-files")
    assert (ran.code, _lines(ran.out)) == (2, ["a.lua", "new/c.lua"])
    assert ran.error == "cannot read x.lua: no such file or directory"
    assert _lines(ldbpy("lint", "old/b.lua", "--show-files").out) == ["old/b.lua"]
    assert _lines(ldbpy("lint", "old/b.lua", "a.lua", "--force-exclude", "--show-files").out) == ["a.lua"]


def test_settings_of_others_are_left_alone(folder: Path) -> None:
    """A pyproject.toml without settings of ours is not looked at."""
    (folder / "pyproject.toml").write_text("[project\n")
    (folder / "a.lua").write_bytes(_GOOD)
    assert ldbpy("lint").code == 0


# -- bad input


def test_what_cannot_be_read(folder: Path) -> None:
    """Each file that cannot be linted is told, and the others are linted all the same."""
    (folder / "bytecode.lua").write_bytes(b"\x1bLuaQ\0")
    (folder / "empty").mkdir()
    (folder / "bad.lua").write_bytes(_BAD)
    ran = ldbpy("lint", "missing.lua", "bytecode.lua", "empty", "none*.lua", "bad.lua", "-f", "concise")
    assert ran.code == 2
    assert len(_lines(ran.out)) == 1
    assert ran.lines == [
        "error: cannot read missing.lua: no such file or directory",
        "error: bytecode.lua is no script: it is binary",
        "error: there is no .lua file in the folder empty",
        "error: there is no .lua file in the pattern none*.lua",
    ]


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\n",
        b"\xff\xfe\x80",
        b"\xef\xbb\xbfreturn 1",
        b"#!",
        b"#!lua",
        b"#!lua name=",
        b"-- ldbpy:",
        b"-- ldbpy: ignore[",
        b"return 1 -- ldbpy: enable[zero-index]",
        b"(" * 10_000,
        b"return " + b"{" * 10_000,
        b"do " * 150 + b"x = 1 " + b"end " * 150,
        b"local f = " + b"function() return " * 150 + b"1" + b" end" * 150,
        b"return " + b"1 + " * 20_000 + b"1",
        b"return " + b"a or " * 2_000 + b"1",
        b"local s = '" + b"x" * 5_000_000 + b"' y = 1",
        b"--" + b"x" * 5_000_000,
    ],
    ids=map(str, range(18)),
)
def test_odd_sources(source: bytes) -> None:
    """Whatever is in a file, there is an answer, and not a long one."""
    ran = ldbpy("lint", "-", stdin=source)
    assert ran.code in (0, 1)
    assert max(map(len, _lines(ran.out)), default=0) < 500


def test_columns_are_characters() -> None:
    """Columns count characters, and carets stand under what is meant."""
    source = "local ä = 'é漢'; x = 1\n".replace("ä", "a").encode()
    ran = ldbpy("lint", "-", "--select", "global-write", stdin=source)
    lines = _lines(ran.out)
    assert lines[0].startswith("<stdin>:1:17: error: ")
    assert lines[3] == "  │ " + " " * 17 + "^"
