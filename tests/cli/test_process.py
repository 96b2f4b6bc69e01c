"""The program as a process: Ctrl-C, pipes that close, terminals and their colours, what it imports."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.cli.processes import Terminal, in_shell, on_terminal, started
from tests.cli.program import ldbpy, ldbpy_fresh
from tests.servers.scripted import scripted_server

INFO = b"$19\r\nredis_version:7.0.0\r\n"
ENDLESS = """
redis.log(redis.LOG_NOTICE, 'ready')
redis.call('SET', 'a', 1)
while true do pcall(function() while true do end end) end
"""
ENDLESS_MATCH = "return (('a'):rep(100000)):find(('a*'):rep(100) .. 'b')"


def _interrupted(*args: str) -> tuple[int, bytes, list[str]]:
    """Start it, wait until the script says something, press Ctrl-C: exit code, output, talk after the first line."""
    with started("eval", *args) as process:
        assert process.stderr is not None
        assert b"ready" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    return process.returncode, out, err.decode().splitlines()


def test_ctrl_c() -> None:
    """An endless script that catches everything is stopped; what it wrote is told; exit code 130."""
    assert _interrupted("-e", ENDLESS, "--diff") == (
        130,
        b"",
        [
            'changed   + a   string "1"',
            "error: <code>: the script was interrupted",
            "what it had written stays: a server rolls nothing back either",
        ],
    )


def test_ctrl_c_without_a_time_limit_in_a_dry_run() -> None:
    """So without a limit; a dry run keeps nothing."""
    told = ["error: <code>: the script was interrupted", "dry run: nothing was kept"]
    assert _interrupted("-e", ENDLESS, "--timeout", "0", "--dry-run") == (130, b"", told)


def test_ctrl_c_inside_one_call() -> None:
    """A match that would take for ever is stopped; where that cannot be, the process ends."""
    code, out, talk = _interrupted("-e", "redis.log(redis.LOG_NOTICE, 'ready') " + ENDLESS_MATCH)
    assert (code, out, len(talk)) == (130, b"", 1)
    assert talk[0].startswith(
        ("error: <code>: the script was interrupted", "error: the script was interrupted, and did")
    )


@pytest.mark.parametrize("dry_run", [False, True])
def test_ctrl_c_while_a_server_runs_it(dry_run: bool) -> None:
    """The wait ends. A script that is not in a fork may go on there, and that is told."""
    hint = "hint: the script may still be running there: ldbpy script kill stops one that has not written"
    with scripted_server({b"INFO": INFO, b"EVAL": None}) as server:
        options = ["--dry-run"] if dry_run else []
        with started("eval", "-e", "return 1", "--target", server.url, *options) as process:
            server.wait_for(b"EVAL")
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, b"")
    assert err.decode().splitlines() == ["error: interrupted", *([] if dry_run else [hint])]


def test_ctrl_c_while_it_connects() -> None:
    """A server that says nothing, and the user gives up: nothing runs there."""
    with (
        scripted_server({b"INFO": None}) as server,
        started("eval", "-e", "return 1", "--target", server.url) as process,
    ):
        server.wait_for(b"INFO")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err.lstrip()) == (130, b"", b"error: interrupted\n")


def test_time_limit_inside_one_call() -> None:
    """So when its time is up."""
    ran = ldbpy_fresh("eval", "-e", ENDLESS_MATCH, "--timeout", "0.1")
    assert (ran.code, ran.out, len(ran.lines)) == (1, b"", 1)
    assert ran.error.removeprefix("<code>: ").startswith("the script ran longer than 0.1 s")


def test_reader_that_leaves() -> None:
    """``| head -1``: no complaint, and the exit code of a program that wrote into a closed pipe."""
    code = "local t = {} for i = 1, 100000 do t[i] = i end return t"
    done = in_shell('ldbpy | head -1; echo "${PIPESTATUS[0]}"', "eval", "-e", code)
    assert (done.stdout, done.stderr) == (b"1\n141\n", b"")


def test_reader_of_the_talk_that_leaves() -> None:
    """So with a long trace."""
    code = "for i = 1, 5000 do redis.call('INCR', 'n') end"
    done = in_shell('ldbpy 2>&1 >/dev/null | head -c 6; echo " ${PIPESTATUS[0]}"', "eval", "-e", code, "--trace")
    assert (done.stdout, done.stderr) == (b"<code> 141\n", b"")


@pytest.mark.parametrize(
    ("line", "code", "status", "out", "err"),
    [
        ("ldbpy >&-", "return 1", 0, b"", b""),
        ("ldbpy 2>&-", "return 1", 0, b"1\n", b""),
        ("ldbpy 2>&-", "error('x')", 1, b"", b""),
        ("ldbpy >&- 2>&- <&-", "return redis.call('SET', 'a', 1)", 0, b"", b""),
        ("ldbpy >/dev/full", "return 1", 2, b"", b"error: cannot write the output: no space left on device\n"),
    ],
)
def test_streams_that_are_closed_or_full(line: str, code: str, status: int, out: bytes, err: bytes) -> None:
    """Nowhere to write is no traceback, and no file of the script's takes the place of a stream."""
    done = in_shell(line, "eval", "-e", code)
    assert (done.returncode, done.stdout, done.stderr) == (status, out, err)


@pytest.mark.parametrize(
    "env", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "ascii"}]
)
def test_terminal_without_unicode(env: dict[str, str]) -> None:
    """What cannot be shown is escaped, our own signs have a stand-in; data is bytes as ever."""
    ran = ldbpy_fresh("eval", "-e", "redis.call('SET', 'k', 1) error('é')", "--diff", "--trace", env=env)
    assert ran.err.isascii()
    assert ran.lines[0].startswith("<code>:1   SET k 1  -> OK ")
    assert ran.error == "<code>:1: \\xe9"
    assert ran.lines[3].startswith("   1 | ")
    assert ldbpy_fresh("eval", "-", stdin=b"return '\xff\xc3\xa9'", env=env).out == b"\xff\xc3\xa9\n"


def test_unbuffered_output() -> None:
    """All of a large reply comes out, also when Python writes at once."""
    ran = ldbpy_fresh("eval", "-e", "return ('x'):rep(5e6)", env={"PYTHONUNBUFFERED": "1"})
    assert len(ran.out) == 5_000_001


FAILING = ("eval", "-e", "redis.call('SET', 'a', 1)\nreturn ARGV[2] + 1", "--diff")


def test_colours_on_a_terminal() -> None:
    """Replies with their types, problems in colours, and the terminal as it was found."""
    terminal = on_terminal(*FAILING)
    assert terminal.code == 1
    assert terminal.left_as_found
    assert terminal.lines[:4] == [
        'changed   \x1b[32m+ a\x1b[0m   string "1"',
        "\x1b[31;1merror:\x1b[0m <code>:2: attempt to perform arithmetic on field '?' (a nil value)",
        "\x1b[2m   2 │ \x1b[0mreturn ARGV[2] + 1",
        "\x1b[2m     │ \x1b[0m       \x1b[31m^^^^^^^ nil: ARGV has no element 2\x1b[0m",
    ]
    assert terminal.text.count("\x1b[") == 2 * terminal.text.count("\x1b[0m")


def test_replies_on_a_terminal() -> None:
    """Replies have their types there."""
    terminal = on_terminal("eval", "-e", "return {1, 'a'}")
    assert (terminal.code, terminal.lines) == (0, ["1) (integer) 1", '2) "a"'])


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colours_where_they_are_not_wanted(env: dict[str, str]) -> None:
    """``NO_COLOR`` and a terminal that knows none."""
    assert "\x1b" not in on_terminal(*FAILING, env=env).text


def test_colours_in_a_pipe() -> None:
    """None, but with ``FORCE_COLOR``; data never has any."""
    assert b"\x1b" not in ldbpy(*FAILING).err
    ran = ldbpy("eval", "-e", "return {err = 'MY own'}", "-f", "json", env={"FORCE_COLOR": "1"})
    assert ran.err == b"\x1b[31;1merror:\x1b[0m the script returned MY own\n"
    assert ran.out == b'{"error": "MY own"}\n'
    assert b"\x1b" in ldbpy(*FAILING, env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).err


def test_ctrl_c_on_a_terminal() -> None:
    """The terminal is left as it was found, no colour open, the cursor at the beginning of a line."""
    terminal: Terminal = on_terminal("eval", "-e", ENDLESS, signal_after="ready", signal_number=signal.SIGINT)
    assert terminal.code == 130
    assert terminal.left_as_found
    assert terminal.lines[1] == "\x1b[31;1merror:\x1b[0m <code>: the script was interrupted"
    assert terminal.text.endswith("\r\n")


def test_help_on_a_terminal() -> None:
    """Help fits the terminal and has no colours to trip over."""
    terminal = on_terminal("eval", "--help", env={"COLUMNS": "80"})
    assert terminal.code == 0
    assert "\x1b" not in terminal.text
    assert max(map(len, terminal.lines)) <= 80


_HEAVY = {"redis", "fakeredis", "prompt_toolkit", "pygments", "asyncio", "ssl", "numpy"}


def _loaded(code: str) -> set[str]:
    """The packages loaded in a fresh process after that code."""
    tell = "print('\\n'.join({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\n{tell}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=True,
        text=True,
    )
    return set(done.stdout.split())


def _run_main(*args: str) -> str:
    return f"from ldbpy.cli.main import main\nsys.argv = {['ldbpy', *args]!r}\ntry: main()\nexcept SystemExit: pass"


@pytest.mark.parametrize(
    ("args", "absent"),
    [
        (("--help",), {*_HEAVY, "lupa"}),
        (("eval", "-e", "return 1"), _HEAVY),
        (("eval", "-e", "return redis.call('SET', 'a', 1)", "--trace", "--diff"), {*_HEAVY, "decimal"}),
        (("eval", "-e", "redis.call('RPUSH', 'a', 1) redis.call('ZADD', 'z', '1.5', 'a')"), {*_HEAVY, "decimal"}),
        (("repl",), _HEAVY),
    ],
)
def test_what_is_not_loaded(args: tuple[str, ...], absent: set[str]) -> None:
    """What starts slowly is loaded when it is needed and not before."""
    assert not _loaded(_run_main(*args)) & absent


def test_import_loads_the_standard_library_alone() -> None:
    """``import ldbpy`` loads nothing of others."""
    other = _loaded("import ldbpy") - _loaded("") - set(sys.stdlib_module_names)
    assert other == {"ldbpy"}
