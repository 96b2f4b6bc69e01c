"""``ldbpy eval --local``: a script that runs here once, with a live server's data."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.backends.places import dataset
from tests.cli.program import Ran, ldbpy
from tests.servers.fixtures import RealServer

CODE = "redis.call('INCR', KEYS[1])\nreturn redis.call('LPOP', 'l')"


def _eval(server: RealServer, folder: Path, *args: str, code: str = CODE) -> Ran:
    env = {"XDG_STATE_HOME": str(folder)}
    return ldbpy("eval", "-e", code, "key", "-t", server.url, "--local", *args, env=env)


def test_what_a_script_would_change(every_server: RealServer, tmp_path: Path) -> None:
    """Each command, and what it changes in the server's data, which is as it was afterwards."""
    with every_server.client() as client:
        client.call("SET", "key", 41)
        client.call("RPUSH", "l", "a", "b")
    before = dataset(every_server)
    ran = _eval(every_server, tmp_path, "--dry-run", "--diff", "--trace")
    assert (ran.code, ran.out) == (0, b"a\n")
    assert "INCR key  → 42" in ran.talk
    assert 'key   string "41" → string "42"' in ran.talk
    assert ran.lines[-1] == "dry run: nothing was kept"
    assert dataset(every_server) == before
    assert not list(tmp_path.rglob("*.journal"))


@pytest.mark.parametrize("options", [(), ("--diff",)], ids=["alone", "told"])
def test_what_it_changes_is_kept(every_server: RealServer, tmp_path: Path, options: tuple[str, ...]) -> None:
    """As EVAL does."""
    ran = _eval(every_server, tmp_path, *options)
    assert (ran.code, ran.out) == (0, b"\n")
    with every_server.client() as client:
        assert client.call("GET", "key") == b"1"
    assert not list(tmp_path.rglob("*.journal"))


@pytest.mark.parametrize("options", [(), ("--dry-run",)], ids=["kept", "undone"])
def test_commands_that_wait_do_not(any_server: RealServer, tmp_path: Path, options: tuple[str, ...]) -> None:
    """As in every script, though nothing is there to pop."""
    ran = _eval(any_server, tmp_path, *options, code="return redis.call('BLPOP', 'l', 0)")
    assert (ran.code, ran.out) == (0, b"\n")


def test_what_cannot_be_undone(any_server: RealServer, tmp_path: Path) -> None:
    """A dry run does not run it, unless told to; a run that is kept does."""
    code = "return redis.call('PUBLISH', 'c', 'm')"
    ran = _eval(any_server, tmp_path, "--dry-run", code=code)
    assert ran.code == 4
    assert "PUBLISH, which cannot be undone" in ran.error
    assert _eval(any_server, tmp_path, "--dry-run", "--yes", code=code).out == b"0\n"
    assert _eval(any_server, tmp_path, code=code).out == b"0\n"


def test_strict_keys_and_no_server(any_server: RealServer, tmp_path: Path) -> None:
    """What a server cannot do; and without one there is nothing to be local to."""
    ran = _eval(any_server, tmp_path, "--strict-keys")
    assert ran.code == 1
    assert "touches the key 'l', which is not in KEYS" in ran.talk
    ran = ldbpy("eval", "-e", "return 1", "--local")
    assert (ran.code, ran.error) == (2, "--local is for a real server")
