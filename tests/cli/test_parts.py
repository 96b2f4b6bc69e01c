"""Scripts in several files, run and debugged."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

import ldbpy
from tests.cli.program import fresh_environment
from tests.cli.program import ldbpy as run_ldbpy
from tests.servers.fixtures import RealServer

MAIN = b'local n = tonumber(ARGV[1])\n--- @include "parts/limit"\nreturn limited(KEYS[1], n)\n'
LIMIT = b"""local function limited(key, most)
  local n = redis.call("INCR", key)
  redis.log(redis.LOG_NOTICE, "hit")
  if n > most then
    error("too many")
  end
  return n
end
"""
WHOLE = b"local n = tonumber(ARGV[1])\n" + LIMIT + b"return limited(KEYS[1], n)\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a script in two parts."""
    monkeypatch.chdir(tmp_path)
    Path("parts").mkdir()
    Path("main.lua").write_bytes(MAIN)
    Path("parts/limit.lua").write_bytes(LIMIT)
    return tmp_path


def test_error_in_a_part() -> None:
    """An error names the file and line it is in, and shows that line with its number."""
    ran = run_ldbpy("eval", "main.lua", "k", ",", "0")
    assert ran.code == 1
    assert ran.lines[1:4] == [
        "error: parts/limit.lua:5: too many",
        '   5 │     error("too many")',
        "     │     ^^^^^^^^^^^^^^^^^",
    ]


def test_trace_and_log() -> None:
    """Commands and log lines are told with the file they are in."""
    ran = run_ldbpy("eval", "main.lua", "k", ",", "5", "--trace")
    assert (ran.code, ran.out) == (0, b"1\n")
    told = ran.lines
    assert told[0] == "parts/limit.lua:3: notice: hit"
    assert told[1].startswith("parts/limit.lua:2   INCR k")


def test_json() -> None:
    """So they are as JSON."""
    told = json.loads(run_ldbpy("eval", "main.lua", "k", ",", "0", "--trace", "--format", "json").out)
    places = [told["problem"], told["calls"][0], told["logs"][0]]
    assert [(each["file"], each["line"]) for each in places] == [("parts/limit.lua", line) for line in (5, 2, 3)]


def test_syntax_error() -> None:
    """What Lua says of lines is told of the files."""
    Path("parts/limit.lua").write_bytes(b"if true then\n")
    ran = run_ldbpy("eval", "main.lua")
    assert ran.error == "main.lua:4: 'end' expected (to close 'if' at parts/limit.lua:1) near '<eof>'"


def test_sha1() -> None:
    """A server knows the script by what was put together."""
    assert run_ldbpy("script", "load", "main.lua").out.decode().strip() == hashlib.sha1(WHOLE).hexdigest()


def test_no_include() -> None:
    """The lines can be left the comments they are, for one command or by a comment in the file."""
    assert run_ldbpy("eval", "main.lua", "--no-include").error.startswith("main.lua:3: Script attempted to access")
    Path("main.lua").write_bytes(b"-- ldbpy: no-include\n" + MAIN)
    assert run_ldbpy("eval", "main.lua").error.startswith("main.lua:4: Script attempted to access")


def test_missing() -> None:
    """A part that is missing is a mistake in what was asked for, told with its line and what to do."""
    os.unlink("parts/limit.lua")
    ran = run_ldbpy("eval", "main.lua")
    assert (ran.code, ran.error) == (2, "main.lua:2: there is no parts/limit in this folder")
    assert "--no-include" in ran.err.decode()


def test_standard_input() -> None:
    """A script from standard input includes files of the current folder."""
    assert run_ldbpy("eval", "-", "k", ",", "5", stdin=MAIN).out == b"1\n"


def test_concatenated() -> None:
    """A script that the settings put together from files is run without being built."""
    Path("ldbpy.toml").write_text('[concatenate]\n"dist/out.lua" = ["head.lua", "parts/*.lua", "tail.lua"]\n')
    Path("head.lua").write_text("local most = 0")
    Path("tail.lua").write_text("return limited(KEYS[1], most)")
    ran = run_ldbpy("eval", "dist/out.lua", "k")
    assert ran.lines[1] == "error: parts/limit.lua:5: too many"


@pytest.mark.parametrize(
    ("table", "error"),
    [
        ('"x.lua" = "a.lua"', 'ldbpy.toml:2: concatenate."x.lua" must be a list of files, such as ["a.lua", "b.lua"]'),
        ('"x.lua" = ["no/*.lua"]', 'ldbpy.toml:2: concatenate."x.lua" matches no file: no/*.lua'),
        ('"main.lua" = ["nosuch.lua"]', "cannot read nosuch.lua: no such file or directory"),
    ],
)
def test_wrong_settings(table: str, error: str) -> None:
    """A table that says nothing clear is told with its line."""
    Path("ldbpy.toml").write_text(f"[concatenate]\n{table}\n")
    ran = run_ldbpy("eval", "main.lua")
    assert (ran.code, ran.error) == (2, error)


def test_debugged() -> None:
    """Breakpoints of the command line may be in a part."""
    ran = run_ldbpy("debug", "main.lua", "k", ",", "5", "--batch", "--break", "limit.lua:4", "--ex", "c", "--ex", "bt")
    told = ran.out.decode()
    assert "● breakpoint 1   parts/limit.lua:4" in told
    assert "→ 0  limited   parts/limit.lua:4" in told


def test_python() -> None:
    """The Python API puts the script of a path together too, and raises errors that name the files."""
    assert ldbpy.run(Path("main.lua"), keys=["k"], args=[5]).value == 1
    with pytest.raises(ldbpy.ScriptRuntimeError, match=r"^parts/limit\.lua:5: too many$"):
        ldbpy.run(Path("main.lua"), keys=["k"], args=[0])
    assert ldbpy.Script(Path("main.lua")).sha1 == hashlib.sha1(WHOLE).hexdigest()


def test_restart_reads_an_edited_part() -> None:
    """An edit of a part is seen when the script is begun anew."""
    command = [sys.executable, "-m", "ldbpy", "debug", "main.lua", "k", ",", "5"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, env=fresh_environment(), text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        while "entry" not in process.stdout.readline():
            pass
        Path("parts/limit.lua").write_bytes(b"local function limited() return 'edited' end")
        told, _ = process.communicate("restart\nc\n", timeout=30)
    assert 'finished  "edited"' in told


def test_on_a_server(every_server: RealServer) -> None:
    """What a real server says of lines is told of the files."""
    ran = run_ldbpy("eval", "main.lua", "parts-key", ",", "0", "--dry-run", "-t", every_server.url)
    assert (ran.code, ran.lines[0]) == (1, "error: parts/limit.lua:5: too many")


def test_debugged_on_a_server(every_server: RealServer) -> None:
    """A server's own debugger stops in parts, and its lines are told of the files."""
    commands = [option for command in ("c", "p n", "bt") for option in ("--ex", command)]
    ran = run_ldbpy(
        "debug", "main.lua", "k", ",", "5", "-t", every_server.url, "--batch", "-b", "limit.lua:4", *commands
    )
    told = ran.text
    assert "breakpoint 1 at parts/limit.lua:4" in told
    assert "● breakpoint 1   parts/limit.lua:4" in told
    assert "→ 0  limited   parts/limit.lua:4" in told
