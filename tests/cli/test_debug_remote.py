"""``ldbpy debug --target URL``: what is said, what is refused, and with which exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import ldbpy
from tests.servers.fixtures import RealServer
from tests.servers.scripted import scripted_server

SCRIPT = b"local n = redis.call('INCR', KEYS[1])\nif n > 1 then error('too many') end\nreturn n\n"


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A script in the working directory."""
    monkeypatch.chdir(tmp_path)
    Path("s.lua").write_bytes(SCRIPT)
    return "s.lua"


def test_a_session(script: str, every_server: RealServer) -> None:
    """Where it is and what is done from here is told once; at the end what became of changes."""
    ran = ldbpy("debug", script, "key", "-t", every_server.url, "--batch", "--ex", "n", "--ex", "p n + 1", "--ex", "c")
    lines = ran.out.decode().splitlines()
    assert (ran.code, ran.err) == (0, b"")
    where = f"{every_server.url}, its own debugger, forked: other clients are not blocked, changes are rolled back"
    assert where in lines[0]
    assert lines[0].startswith(f"s.lua · {every_server.flavor.product} ")
    assert lines[0].endswith(" · KEYS 1 key · ARGV none")
    assert "done from here, step by step" in lines[1]
    assert lines[-5:] == [
        "     INCR key → 1",
        "  →    2  if n > 1 then error('too many') end      n = 1 new",
        "2",
        "the server has thrown away what the script changed",
        "finished  (integer) 1",
    ]
    with every_server.client() as client:
        assert client.call("EXISTS", "key") == 0


def test_exit_codes(script: str, any_server: RealServer) -> None:
    """1 if the script failed; also at --json, which tells the same events."""
    with any_server.client() as client:
        client.call("SET", "key", 5)
    ran = ldbpy("debug", script, "key", "-t", any_server.url, "--batch", "--ex", "c")
    assert ran.code == 1
    assert "error: s.lua:2: too many" in ran.out.decode()
    ran = ldbpy("debug", script, "key", "-t", any_server.url, "--batch", "--json", "--ex", "c")
    assert ran.code == 1
    assert b'"event": "ended"' in ran.out


def test_sync_asks(script: str, any_server: RealServer) -> None:
    """Without a terminal to ask on, --yes is needed; then changes are kept and told."""
    ran = ldbpy("debug", script, "key", "-t", any_server.url, "--sync", "--batch")
    assert ran.code == 2
    assert "serves nobody else" in ran.error
    assert ran.hint == "--yes says that this is wanted"
    ran = ldbpy("debug", script, "key", "-t", any_server.url, "--sync", "--yes", "--batch", "--ex", "c")
    assert ran.code == 0
    assert ran.out.decode().splitlines()[-1].endswith("        kept")
    with any_server.client() as client:
        assert client.call("GET", "key") == b"1"


def test_options_of_the_embedded_server(script: str, any_server: RealServer) -> None:
    """They are refused before anything is asked of the server."""
    for option in ("--strict-keys", "--commit", "--max-memory=1mb", "--server=redis-7.0", "--seed=x"):
        ran = ldbpy("debug", script, "-t", any_server.url, option)
        assert (ran.code, ran.out) == (2, b""), option
        assert "needs the embedded server" in ran.error
    assert ldbpy("debug", script, "--sync").code == 2


def test_a_server_without_a_debugger(script: str) -> None:
    """Its own reason in one line, exit code 4, and the way out; no password anywhere."""
    answers = {
        b"": b"+OK\r\n",
        b"INFO": b"$20\r\nredis_version:7.0.15\r\n",
        b"TYPE": b"+none\r\n",
        b"SCRIPT": b"-ERR Unknown subcommand or wrong number of arguments for 'DEBUG'\r\n",
    }
    with scripted_server(answers) as server:
        url = server.url.replace("unix://", "unix://user:secret@")
        ran = ldbpy("debug", script, "key", "-t", url, "--batch", "--ex", "c")
        assert not [command for command in server.asked if command[0] == b"EVAL"]
    assert ran.code == 4
    assert "Unknown subcommand or wrong number of arguments for 'DEBUG'" in ran.error
    assert "--local" in ran.hint
    assert b"secret" not in ran.out + ran.err


def test_a_connection_that_is_lost_on_the_way(script: str) -> None:
    """Exit code 4, the error told once."""
    answers = {
        b"": b"+OK\r\n",
        b"INFO": b"$20\r\nredis_version:7.0.15\r\n",
        b"TYPE": b"+none\r\n",
        b"EVAL": b"*2\r\n+* Stopped at 1, stop reason = step over\r\n+-> 1   local n\r\n",
        b"MAXLEN": b"*0\r\n",
        b"PRINT": b"*0\r\n",
        b"TRACE": b"*2\r\n+In top level:\r\n+-> 1   local n\r\n",
        b"CONTINUE": b"",
    }
    with scripted_server(answers) as server:
        ran = ldbpy("debug", script, "key", "-t", server.url, "--batch", "--ex", "c")
    assert ran.code == 4
    assert (ran.out + ran.err).count(b"was lost") == 1
