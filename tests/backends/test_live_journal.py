"""What the journal of a live session puts back: cut short, used twice, of another server, on a disk that is full."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path
from typing import Final

import pytest

from ldbpy.engine.stops import StepKind
from ldbpy.errors import BackendError
from ldbpy.resp import Reply
from tests.backends.journals import edit
from tests.backends.places import Live, dataset, session_on
from tests.cli.program import Ran, ldbpy
from tests.servers.fixtures import RealServer, RealServers
from tests.servers.found import SERVER_FLAVORS

KEYS: Final = (b"n", b"h", b"new")
SCRIPT: Final = b"""redis.call('INCR', 'n')
redis.call('HSET', 'h', 'f', 1)
redis.call('SET', 'new', 'x')
redis.call('INCR', 'n')
redis.breakpoint()
return 1
"""


class Killed:
    """What a session leaves that was killed while its script stood still, as often as it is wanted."""

    def __init__(self, server: RealServer, folder: Path) -> None:
        self.server = server
        self.path = folder / "left.journal"
        with server.client() as client:
            client.call("SET", "n", 5, "PX", 100_000_000)
            client.call("HSET", "h", "f", "before", "g", 2)
            self.before = dataset(server)
            with session_on(Live(server, folder), SCRIPT) as played:
                assert played.go(StepKind.CONTINUE) is not None
                (path,) = folder.glob("*.journal")
                self.data = path.read_bytes()
                self._dumps = [(key, client.call("DUMP", key), client.call("PEXPIRETIME", key)) for key in KEYS]
                self.after = dataset(server)
        self.again()

    def again(self) -> None:
        """Let it be left once more."""
        self.path.write_bytes(self.data)
        with self.server.client() as client:
            client.call("FLUSHALL")
            for key, dump, ends in self._dumps:
                assert isinstance(dump, bytes)
                client.call("RESTORE", key, ends if isinstance(ends, int) and ends > 0 else 0, dump, "ABSTTL")

    def put_back(self, *options: str) -> Ran:
        """Run ``ldbpy rollback``."""
        return ldbpy("rollback", str(self.path), "--yes", *options)


@pytest.fixture
def killed(any_server: RealServer, tmp_path: Path) -> Killed:
    """One session."""
    return Killed(any_server, tmp_path)


def _call(server: RealServer, *argv: str) -> Reply:
    with server.client() as client:
        return client.call(*argv)


def test_cut_short_and_used_twice(killed: Killed) -> None:
    """What it still tells is put back, each key or none of it, and named; what it does not is not touched."""
    lines = killed.data.splitlines(keepends=True)
    for count in range(1, len(lines) + 1):
        killed.again()
        killed.path.write_bytes(b"".join(lines[:count]) + b'0123abcd {"do":"kee')
        ran = killed.put_back()
        named = re.findall(r'"(\w+)": put back\n', ran.text)
        assert ran.code == 0, (count, ran)
        expected = {**killed.after, **{key: killed.before.get(key) for key in KEYS if key.decode() in named}}
        assert dataset(killed.server) == {key: each for key, each in expected.items() if each is not None}, count
        if not named:
            assert (ran.text, ran.lines) == ("", ["nothing is left to put back"])
        assert not killed.path.exists()
    assert named == ["n", "h", "new"]
    assert dataset(killed.server) == killed.before


def test_used_twice_where_a_key_is_left_alone(killed: Killed) -> None:
    """The second time only that one is named, also if what the session wrote last had been cut short."""
    killed.path.write_bytes(killed.data + b'0123abcd {"do":"keep","db"')
    _call(killed.server, "APPEND", "new", "theirs")
    ran = killed.put_back()
    told = '"new": left alone, because others have written to it since\n'
    assert (ran.code, ran.text) == (1, '"n": put back\n"h": put back\n' + told)
    ran = killed.put_back()
    assert (ran.code, ran.text) == (1, told)
    assert _call(killed.server, "GET", "new") == b"xtheirs"


def test_damaged(killed: Killed) -> None:
    """Nothing is put back, and the line is named; what the others tell of can be had as commands."""
    damaged = killed.data.replace(b'"key":"bg=="', b'"key":"bh=="', 1)
    killed.path.write_bytes(damaged)
    ran = killed.put_back()
    assert (ran.code, ran.out) == (2, b"")
    assert ran.error == f"line 2 of {killed.path} is not as ldbpy wrote it: nothing is put back"
    assert dataset(killed.server) == killed.after
    ran = ldbpy("rollback", str(killed.path), "--commands")
    assert ran.lines[0] == "warning: line 2 is not as ldbpy wrote it: what it told is missing"
    assert [line.split()[:2] for line in ran.text.splitlines()] == [
        ["SELECT", "0"],
        ['"RESTORE"', '"h"'],
        ['"DEL"', '"new"'],
    ]


def test_of_another_server(killed: Killed, real_servers: RealServers) -> None:
    """Nothing is written there, unless that is wanted."""
    name = next(name for name in SERVER_FLAVORS if name != killed.server.flavor.name)
    other = real_servers.get(name)
    _call(other, "SET", "new", "theirs")
    ran = killed.put_back("--target", other.url)
    assert ran.code == 2
    assert ran.error.startswith(f"{other.url} is not the server that {killed.path} is of")
    assert killed.server.url in ran.error
    assert ran.hint == "--dry-run tells what would be done, --force does it"
    ran = killed.put_back("--target", other.url, "--dry-run")
    assert (ran.code, ran.text.count("left alone")) == (1, 3)
    assert _call(other, "GET", "new") == b"theirs"
    assert _call(other, "DBSIZE") == 1


def test_of_a_server_that_has_been_restarted(killed: Killed) -> None:
    """At the same URL it is taken for the same."""
    edit(killed.path, lambda text: re.sub(rb'"run_id":"\w+"', b'"run_id":"0"', text))
    assert killed.put_back().code == 0
    assert dataset(killed.server) == killed.before


@pytest.mark.parametrize("right", ["dump", "restore", "select", "multi", "watch", "info", "time"])
def test_a_user_without_the_right(killed: Killed, right: str) -> None:
    """Nothing is put back, or all is; a user who may not ask what the server is, is no other server."""
    _call(killed.server, "ACL", "SETUSER", "limited", "on", ">secret", "~*", "&*", "+@all", f"-{right}")
    try:
        ran = killed.put_back("--target", killed.server.url.replace("unix://", "unix://limited:secret@"))
    finally:
        _call(killed.server, "ACL", "DELUSER", "limited")
    if right in ("info", "time"):
        assert (ran.code, dataset(killed.server)) == (0, killed.before)
    else:
        assert (ran.code, ran.out, dataset(killed.server)) == (4, b"", killed.after)
        assert "NOPERM" in ran.error


def test_a_dump_that_the_server_cannot_read(killed: Killed, real_servers: RealServers) -> None:
    """That key is named with the server's reason, exit code 4, and stays in the file; the others are put back."""
    older = real_servers.get("redis-6.2")
    if older.flavor == killed.server.flavor:
        pytest.skip("there is no newer server than that")
    for _ in range(2):
        ran = killed.put_back("--target", older.url, "--force")
        assert ran.code == 4
        for key in ("n", "h"):
            assert f'"{key}": not put back, because the server does not take it: ERR DUMP payload version' in ran.text
    assert len(killed.path.read_bytes()) > len(killed.data)


def test_a_key_that_cannot_be_put_back_at_the_end(any_server: RealServer, tmp_path: Path) -> None:
    """The session's last word names it and the file, which has that key alone; the others are put back."""
    spoiled = Live(any_server, tmp_path)
    source = b"redis.call('SET', 'a', 1) redis.call('SET', 'b', 1) redis.breakpoint()\nreturn 1"
    _call(any_server, "SET", "b", "before")
    with session_on(spoiled, source, alone=False) as played:
        backend = played.session.backend
        assert played.go(StepKind.CONTINUE) is not None
        log = backend._savepoint.log  # type: ignore[attr-defined]
        entry = next(each for at, each in log._entries.items() if at.key == b"b")
        entry.before = entry.before._replace(dump=b"no dump at all")
        with pytest.raises(BackendError, match=r'does not take back "b": .*; .* not rolled back: "b"') as caught:
            played.go(StepKind.CONTINUE)
    assert _call(any_server, "MGET", "a", "b") == [None, b"1"]
    (path,) = tmp_path.glob("*.journal")
    assert caught.value.hint is not None
    assert caught.value.hint.startswith(f"`ldbpy rollback {path}` puts them back")
    assert ldbpy("rollback", str(path), "--yes").text == '"b": put back\n'  # what is on disk was good
    assert _call(any_server, "GET", "b") == b"before"


def test_a_disk_that_gets_full(killed: Killed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At whichever byte: one error, everything put back, no file left."""
    room, real = 0, os.write

    def write(file: int, data: bytes) -> int:
        nonlocal room
        if not room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = real(file, data[:room])
        room -= written
        return written

    monkeypatch.setattr("ldbpy.store.undo.journal.os.write", write)
    place = Live(killed.server, tmp_path / "state")
    for limit in range(0, len(killed.data) - 100, 19):  # here keys have other values, and these other lengths
        room = limit
        with (
            session_on(place, SCRIPT) as played,
            pytest.raises(BackendError, match=r"cannot keep what the script changes in .*: no space left on device"),
        ):
            played.go(StepKind.CONTINUE)
        assert not list(place.folder.iterdir()), limit
