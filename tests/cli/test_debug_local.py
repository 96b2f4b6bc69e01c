"""``ldbpy debug --local`` and ``ldbpy rollback``: what is said, what is asked, and with which exit code."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backends.journals import edit
from tests.backends.places import dataset
from tests.cli.processes import started
from tests.cli.program import Ran, ldbpy
from tests.pty.terminal import on_terminal
from tests.servers.fixtures import RealServer
from tests.servers.scripted import scripted_server
from tests.servers.wire import WireClient

SCRIPT = b"local n = redis.call('INCR', KEYS[1])\nif n > 1 then error('too many') end\nreturn n\n"
ENDLESS = b"""local n = 0
while true do
  n = n + 1
  redis.call('SET', 'k' .. n % 20, n)
  redis.call('RPUSH', 'l', n)
end
"""
LIBRARY = b"""#!lua name=lib
redis.register_function('f', function(keys, args)
  return redis.call('SET', 'x', 1)
end)
"""


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A script in the working directory, which is also where journals go."""
    monkeypatch.chdir(tmp_path)
    Path("s.lua").write_bytes(SCRIPT)
    return "s.lua"


@pytest.fixture
def other(any_server: RealServer) -> Iterator[WireClient]:
    """Another client of the server."""
    with any_server.client() as client:
        yield client


def _run(*args: str) -> Ran:
    return ldbpy(*args, env={"XDG_STATE_HOME": str(Path.cwd())})


def _journal() -> str:
    (path,) = Path("ldbpy", "undo").glob("*.journal")
    return str(path.absolute())


def _debug(script: str, server: RealServer, *args: str) -> Ran:
    return _run("debug", script, "key", "-t", server.url, "--local", "--batch", *args)


def test_a_session(script: str, every_server: RealServer) -> None:
    """The first line says where it is and what becomes of changes, the last that they are gone."""
    ran = _debug(script, every_server, "--ex", "n", "--ex", "p n + 1", "--ex", "set n = 0", "--ex", "c")
    lines = ran.out.decode().splitlines()
    assert (ran.code, ran.err) == (0, b"")
    where = "--local: the script runs here, its commands there, seen by all, rolled back at the end"
    assert f"{every_server.url}, {where}" in lines[0]
    assert lines[-2:] == ["finished  (integer) 0", 'changed   + key   string "1"        rolled back']
    assert dataset(every_server) == {}
    assert not list(Path("ldbpy").rglob("*.journal"))


def test_exit_codes_and_commit(script: str, any_server: RealServer, other: WireClient) -> None:
    """1 if the script failed, what it changed is undone; --commit keeps it."""
    other.call("SET", "key", 5)
    ran = _debug(script, any_server, "--ex", "c", "--ex", "c")
    assert ran.code == 1
    assert "error: s.lua:2: too many" in ran.out.decode()
    other.call("SET", "key", 0)
    ran = _debug(script, any_server, "--commit", "--ex", "c")
    assert ran.code == 0
    assert ran.out.decode().splitlines()[-1].endswith("        kept")
    assert other.call("GET", "key") == b"1"


def test_options_that_do_not_go_together(script: str, any_server: RealServer) -> None:
    """They are refused before anything is asked of the server."""
    for options in (["--sync"], ["--seed", "x"], ["--seed-from", "redis://h"]):
        ran = _debug(script, any_server, *options)
        assert (ran.code, ran.out) == (2, b""), options
        assert ran.error.startswith(f"{options[0]} does not go with --local")
    ran = _run("debug", script, "--local")
    assert (ran.code, ran.error) == (2, "--local is for a real server")


def test_a_server_whose_scripts_run_another_lua(script: str) -> None:
    """Dragonfly's are debugged in Lua 5.4, and as those of another server if that is asked for."""
    answers = {
        b"": b"+OK\r\n",
        b"INFO": b"$49\r\nredis_version:7.4.0\r\ndragonfly_version:df-v1.30.1\r\n",
        b"TIME": b"*2\r\n$1\r\n1\r\n$1\r\n0\r\n",
        b"GET": b"$1\r\nv\r\n",
    }
    with scripted_server(answers) as server:
        arguments = (
            "debug",
            "-t",
            server.url,
            "--local",
            "--batch",
            "-e",
            "local v = redis.call('GET', KEYS[1])\nreturn v",
            "k",
            "--ex",
            "n",
            "--ex",
            "p 7 // 2, v",
            "--ex",
            "c",
        )
        ran = _run(*arguments)
        assert (ran.code, ran.err) == (0, b"")
        assert ran.out.decode().splitlines()[-3:] == ["3", '"v"', 'finished  "v"']
        ran = _run(*arguments, "--server", "redis-7.2")
        assert ran.code == 0
        assert "runs here as on redis-7.2" in ran.out.decode()
        assert ran.out.decode().splitlines()[-1] == 'finished  "v"'


@pytest.mark.parametrize("whole", ["n - n % 1", "n // 1"], ids=["instrumented", "at lines"])
def test_lua_5_4_over_a_real_server(
    whole: str, any_server: RealServer, other: WireClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Dragonfly: stops, values and commands are told, and what was changed is undone."""
    monkeypatch.chdir(tmp_path)
    other.call("SET", "key", 5)
    source = ["local n = tonumber(ARGV[1])", f"local h = {whole}"]
    source += ["redis.call('SET', KEYS[1], h)", "return redis.call('GET', KEYS[1])"]
    Path("d.lua").write_text("\n".join(source))
    typed = ["b on SET", "c", "p h, math.type(h)", "n", "p redis.call('GET', KEYS[1])", "restart", "c", "c"]
    options = [word for each in typed for word in ("--ex", each)]
    ran = _run(
        "debug",
        "-t",
        any_server.url,
        "--local",
        "--server",
        "dragonfly",
        "--batch",
        "d.lua",
        "key",
        ",",
        "7.5",
        *options,
    )
    lines = ran.out.decode().splitlines()
    assert (ran.code, ran.err) == (0, b"")
    assert "7.0" in lines
    assert '"float"' in lines
    assert '"7"' in lines
    assert lines[-2:] == ['finished  "7"', 'changed   ~ key   string "5" → string "7"        rolled back']
    assert other.call("GET", "key") == b"5"


def test_functions_strict_keys_and_read_only(script: str, any_server: RealServer) -> None:
    """What a server's own debugger cannot do."""
    Path("lib.lua").write_bytes(LIBRARY)
    ran = _debug("lib.lua", any_server, "--function", "f", "--ex", "c")
    assert (ran.code, ran.out.decode().splitlines()[-1].split()[0]) == (0, "changed")
    ran = _debug("lib.lua", any_server, "--function", "f", "--strict-keys", "--ex", "c")
    assert "touches the key 'x', which is not in KEYS" in ran.out.decode()
    ran = _debug(script, any_server, "--ro", "--ex", "c")
    assert ran.code == 1
    assert "Write commands are not allowed from read-only scripts" in ran.out.decode()
    assert dataset(any_server) == {}


def test_what_cannot_be_undone(script: str, any_server: RealServer) -> None:
    """Without a terminal to ask on it is refused, exit code 4; --yes and --commit let it run."""
    Path(script).write_bytes(b"redis.call('SET', KEYS[1], 1) return redis.call('PUBLISH', 'c', 'm')")
    ran = _debug(script, any_server, "--ex", "c")
    assert ran.code == 4
    assert "PUBLISH, which cannot be undone" in ran.out.decode()
    assert dataset(any_server) == {}
    for option in ("--yes", "--commit"):
        ran = _debug(script, any_server, option, "--ex", "c")
        assert (ran.code, b"finished  (integer) 0" in ran.out) == (0, True)


def test_what_cannot_be_undone_asks_on_a_terminal(any_server: RealServer, script: str, tmp_path: Path) -> None:
    """A yes lets it run."""
    Path(script).write_bytes(b"return redis.call('PUBLISH', 'c', 'm')")
    arguments = ["-m", "ldbpy", "debug", script, "-t", any_server.url, "--local", "--plain"]
    with on_terminal(arguments, tmp_path) as terminal:
        terminal.expect("ldb>")
        terminal.type("c\r")
        terminal.expect("PUBLISH cannot be undone: a message that was sent cannot be called back. Run it? [y/N]")
        terminal.type("y\r")
        terminal.expect("finished  (integer) 0")


def test_local_is_offered_where_there_is_no_debugger(script: str, tmp_path: Path) -> None:
    """On a terminal: the server's reason in one line, and a question."""
    answers = {
        b"": b"+OK\r\n",
        b"INFO": b"$20\r\nredis_version:7.0.15\r\n",
        b"TYPE": b"+none\r\n",
        b"TIME": b"*2\r\n$1\r\n1\r\n$1\r\n0\r\n",
        b"SCRIPT": b"-ERR unknown subcommand 'DEBUG'. Try SCRIPT HELP.\r\n",
    }
    with scripted_server(answers) as server:
        arguments = ["-m", "ldbpy", "debug", "-t", server.url, "--plain", "-e", "return 7"]
        with on_terminal(arguments, tmp_path) as terminal:
            terminal.expect("its debugger cannot be used: ERR unknown subcommand 'DEBUG'. Try SCRIPT HELP.")
            terminal.expect("Debug it here, with the server's data, rolled back at the end (--local)? [y/N]:")
            terminal.type("y\r")
            terminal.expect("--local: the script runs here")
            terminal.expect("ldb>")
            terminal.ask("c", "finished  (integer) 7")
            assert terminal.leave("q\r") == 0
        with on_terminal(arguments, tmp_path) as terminal:
            terminal.expect("[y/N]:")
            assert terminal.leave("n\r") == 4


def test_a_client_that_was_killed(script: str, any_server: RealServer, other: WireClient) -> None:
    """In the middle of its writes: the list has it, and rolling back restores exactly what was there."""
    Path(script).write_bytes(ENDLESS)
    other.call("SET", "k3", "before", "EX", 1000)
    other.call("RPUSH", "l", *range(2000))
    before = dataset(any_server)
    env = {"XDG_STATE_HOME": str(Path.cwd())}
    path = str(Path(script).absolute())
    with started("debug", path, "-t", any_server.url, "--local", "--batch", "--ex", "c", more=env) as process:
        while not other.call("EXISTS", "k0"):
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
    assert dataset(any_server) != before
    ran = _run("rollback")
    assert (ran.code, ran.out.decode().splitlines()[0]) == (0, _journal())
    assert f"at {any_server.url}" in ran.out.decode()
    assert b"and 11 more" in ran.out
    changed = dataset(any_server)
    ran = _run("rollback", _journal(), "--dry-run")
    assert (ran.code, dataset(any_server)) == (0, changed)
    assert b'"k3": would be put back\n' in ran.out
    ran = _run("rollback", _journal(), "--yes")
    assert (ran.code, dataset(any_server)) == (0, before)
    assert b'"k3": put back\n' in ran.out
    ran = _run("rollback")
    assert (ran.code, ran.err) == (0, b"nothing is left to put back\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("words", ["debug --batch --ex c", "debug --json --ex c", "debug --ex c", "eval --dry-run"])
def test_a_client_that_is_told_to_end(
    script: str, any_server: RealServer, other: WireClient, words: str, number: int
) -> None:
    """Without a terminal as well, in the middle of its writes: it rolls back first, and tells who has ended it."""
    Path(script).write_bytes(ENDLESS)
    other.call("RPUSH", "l", "before")
    before = dataset(any_server)
    arguments = (*words.split(), str(Path(script).absolute()), "-t", any_server.url, "--local")
    with started(*arguments, more={"XDG_STATE_HOME": str(Path.cwd())}, stdin=-1) as process:
        while not other.call("EXISTS", "k0"):
            assert process.poll() is None
        process.send_signal(number)
        process.communicate(timeout=20)
        assert process.returncode == 128 + number
    assert dataset(any_server) == before
    assert not list(Path("ldbpy").rglob("*.journal"))


def _left(script: str, server: RealServer, other: WireClient) -> str:
    """A journal with one key, which somebody else has written to."""
    other.call("SET", "key", "before")
    Path(script).write_bytes(b"redis.call('SET', KEYS[1], 'changed')\nreturn 1")
    ran = _debug(script, server, "--ex", "n", "--ex", "p redis.call('GET', 'key')", "--ex", "c")
    assert ran.code == 0
    Path(script).write_bytes(b"redis.call('SET', KEYS[1], 'changed')\nredis.breakpoint()\nreturn 1")
    env = {"XDG_STATE_HOME": str(Path.cwd())}
    path = str(Path(script).absolute())
    command = ("debug", path, "key", "-t", server.url, "--local", "--no-stop-on-entry")
    with started(*command, more=env, stdin=-1) as process:
        assert process.stdout is not None
        while b"called by the script" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
    other.call("SET", "key", "by another")
    return _journal()


def test_what_others_wrote_since(script: str, any_server: RealServer, other: WireClient) -> None:
    """It is left alone, exit code 1, and stays in the file; --force puts it back all the same."""
    journal = _left(script, any_server, other)
    ran = _debug(script, any_server, "--ex", "c")
    assert ran.lines == ["note: an earlier session has left changes on a live server: `ldbpy rollback` lists them"]
    for _ in range(2):
        ran = _run("rollback", journal, "--yes")
        assert ran.code == 1
        assert ran.out == b'"key": left alone, because others have written to it since\n'
        assert "--force" in ran.hint
    assert other.call("GET", "key") == b"by another"
    ran = _run("rollback", journal, "--yes", "--force")
    assert (ran.code, ran.out) == (0, b'"key": put back\n')
    assert other.call("GET", "key") == b"before"
    ran = _run("rollback", journal, "--yes")
    assert ran.code == 2
    assert ran.error == f"cannot read {journal}: no such file or directory"


def test_rolling_back_asks(script: str, any_server: RealServer, other: WireClient, tmp_path: Path) -> None:
    """Where there is nobody to ask, --yes is needed; the commands can be had for redis-cli."""
    journal = _left(script, any_server, other)
    ran = _run("rollback", journal)
    assert ran.code == 2
    assert ran.error.startswith(f'"key" at {any_server.url} will hold what they held before')
    ran = _run("rollback", journal, "--commands")
    assert ran.code == 0
    assert ran.out.startswith(b'SELECT 0\n"RESTORE" "key" "0" "')
    with on_terminal(["-m", "ldbpy", "rollback", journal, "--force"], tmp_path) as terminal:
        terminal.expect("Put them back? [y/N]:")
        assert terminal.leave("y\r") == 0
    assert other.call("GET", "key") == b"before"


def test_a_password_is_given_again(script: str, any_server: RealServer, other: WireClient) -> None:
    """The file has none: --target, or LDBPY_TARGET if it is the same server."""
    journal = Path(_left(script, any_server, other))
    edit(
        journal,
        lambda text: text.replace(b"unix://", b"unix://default:***@").replace(b'"is_whole":true', b'"is_whole":false'),
    )
    url = any_server.url.replace("unix://", "unix://default:any@")
    ran = _run("rollback", str(journal), "--dry-run")
    assert (ran.code, ran.hint) == (2, "give it with --target")
    assert _run("rollback", str(journal), "--dry-run", "--target", url).code == 1
    environment = {"XDG_STATE_HOME": str(Path.cwd()), "LDBPY_TARGET": url}
    assert ldbpy("rollback", str(journal), "--dry-run", env=environment).code == 1
    environment["LDBPY_TARGET"] = "redis://user:other@elsewhere"
    assert ldbpy("rollback", str(journal), "--dry-run", env=environment).code == 2
