"""What others do to a script's keys on a live server: the rollback leaves that alone and names it, whatever it is."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ldbpy.engine.stops import StepKind
from ldbpy.errors import BackendError
from ldbpy.flavors import Flavor
from ldbpy.model.debugging import OutputKind
from ldbpy.store.undo import left_behind
from tests.backends.places import Live, Played, dataset, session_on
from tests.cli.program import ldbpy
from tests.servers.fixtures import RealServer
from tests.servers.found import running, server_for
from tests.servers.wire import WireClient

SOURCE = b"""redis.call('SET', 'k', 'ours')
redis.call('SET', 'new', 'ours')
redis.call('RPUSH', 'l', 'ours')
redis.breakpoint()
return 1
"""
DATABASES = (0, 1)


def _fill(client: WireClient) -> None:
    client.call("SET", "k", "before")
    client.call("RPUSH", "l", "a", "b")
    client.call("SET", "theirs", "theirs")


def _all(server: RealServer) -> list[dict[bytes, object]]:
    return [dataset(server, db=db) for db in DATABASES]


def _left(played: Played) -> set[str]:
    """The keys that were told to be left alone."""
    told = [each.text.decode() for each in played.outputs if each.kind is OutputKind.NOTICE]
    assert len(told) <= 1
    start = "not rolled back, because others have written to them meanwhile: "
    assert all(each.startswith(start) for each in told)
    return {name.strip('"') for each in told for name in each.removeprefix(start).partition("; ")[0].split(", ")}


@pytest.fixture
def other(every_server: RealServer) -> Iterator[WireClient]:
    """Another client of each server."""
    with every_server.client() as client:
        _fill(client)
        yield client


@pytest.mark.parametrize(
    ("commands", "left"),
    [
        ("SET k theirs", "k"),
        ("APPEND k x", "k"),
        ("DEL k l", "k l"),
        ("UNLINK new", ""),  # as it was before
        ("RENAME k elsewhere", "k"),
        ("RENAME new elsewhere", ""),
        ("RENAME k l", "k l"),
        ("RENAME theirs new", "new"),
        ("COPY theirs k REPLACE", "k"),
        ("MOVE k 1", "k"),
        ("EXPIRE k 100", "k"),
        ("PEXPIREAT new 1", ""),
        ("PEXPIREAT k 1", "k"),
        ("GETEX new EX 100", "new"),
        ("RPUSH l x", "l"),
        ("LSET l 0 x", "l"),
        ("LPOP l 3", "l"),
        ("DEL l | SADD l a b ours", "l"),
        ("SORT l ALPHA DESC STORE l", "l"),
        ("SET k before | DEL new | RPOP l", ""),
        ("SWAPDB 0 1", "k l"),
        ("SWAPDB 0 1 | SET k theirs | SET new theirs", "k l new"),
        ("FLUSHDB", "k l"),
        ("FLUSHALL ASYNC", "k l"),
        ("FLUSHALL | SET new theirs", "k l new"),
        ("TOUCH k | OBJECT FREQ k | GET new | LRANGE l 0 -1", None),
    ],
)
def test_another_client_between(
    every_server: RealServer, other: WireClient, tmp_path: Path, commands: str, left: str | None
) -> None:
    """Those keys hold what the other client left, and are named; the rest is as it was, and so is what it only read."""
    before = _all(every_server)
    with session_on(Live(every_server, tmp_path), SOURCE, alone=False) as played:
        assert played.go(StepKind.CONTINUE) is not None
        for command in commands.split("|"):
            other.call(*command.split())
        theirs = _all(every_server)
        assert played.go(StepKind.CONTINUE) is None
    named = set((left or "").split())
    assert _left(played) == named
    after = _all(every_server)
    assert after[1] == theirs[1]
    if left is None:
        assert after == before
    for key, start in ((b"k", before[0].get(b"k")), (b"l", before[0].get(b"l")), (b"new", None)):
        assert after[0].get(key) == (theirs[0].get(key) if key.decode() in named else start), key
    assert {key: each for key, each in after[0].items() if key not in (b"k", b"l", b"new")} == {
        key: each for key, each in theirs[0].items() if key not in (b"k", b"l", b"new")
    }
    assert len(list(left_behind(tmp_path))) == bool(named)


@pytest.mark.parametrize("first", [0, 1], ids=["the older ends first", "the newer ends first"])
def test_two_sessions_at_once(every_server: RealServer, other: WireClient, tmp_path: Path, first: int) -> None:
    """On the same keys: neither undoes the other, and with the journal of the one that could not all is as it was."""
    before = _all(every_server)
    source = SOURCE.replace(b"'ours'", b"ARGV[1]")
    with ExitStack() as stack:
        played = [
            stack.enter_context(session_on(Live(every_server, tmp_path), source, args=(name,), alone=False))
            for name in (b"one", b"two")
        ]
        for each in played:
            assert each.go(StepKind.CONTINUE) is not None
        assert len(list(tmp_path.iterdir())) == 2
        assert list(left_behind(tmp_path)) == []
        for each in (played[first], played[1 - first]):
            assert each.go(StepKind.CONTINUE) is None
    if first == 0:
        assert _left(played[0]) == {"k", "new", "l"}
        assert other.call("MGET", "k", "new") == [b"one", b"one"]
        (path,) = left_behind(tmp_path)
        assert ldbpy("rollback", str(path), "--yes").code == 0
    assert _left(played[1]) == set()
    assert _all(every_server) == before
    assert not list(tmp_path.iterdir())


def test_a_key_that_was_evicted(every_server: RealServer, other: WireClient, tmp_path: Path) -> None:
    """It is gone as if somebody had deleted it: it does not come back by itself."""
    try:
        with session_on(Live(every_server, tmp_path), SOURCE, alone=False) as played:
            assert played.go(StepKind.CONTINUE) is not None
            other.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
            other.call("CONFIG", "SET", "maxmemory", 1)
            while other.call("DBSIZE"):
                other.call("SET", "more", "memory")  # which evicts before it is refused
            other.call("CONFIG", "SET", "maxmemory", 0)
            assert played.go(StepKind.CONTINUE) is None
        assert _left(played) == {"k", "l"}
        assert dataset(every_server) == {}
    finally:
        other.call("CONFIG", "SET", "maxmemory", 0)
        other.call("CONFIG", "SET", "maxmemory-policy", "noeviction")


def test_a_server_that_is_full(every_server: RealServer, other: WireClient, tmp_path: Path) -> None:
    """It lets nothing be put back: all keys are named, none is half done, and the journal does it later."""
    before = _all(every_server)
    try:
        with session_on(Live(every_server, tmp_path), SOURCE, alone=False) as played:
            assert played.go(StepKind.CONTINUE) is not None
            changed = _all(every_server)
            other.call("CONFIG", "SET", "maxmemory", 1)
            with pytest.raises(BackendError, match=r'OOM .*; .* is not rolled back: "k", "new", "l"'):
                played.go(StepKind.CONTINUE)
        assert _all(every_server) == changed
        (path,) = left_behind(tmp_path)
        assert ldbpy("rollback", str(path), "--yes").code == 4
        assert _all(every_server) == changed
    finally:
        other.call("CONFIG", "SET", "maxmemory", 0)
    assert ldbpy("rollback", str(path), "--yes").code == 0
    assert _all(every_server) == before


def test_a_master_that_becomes_a_replica(every_server: RealServer, other: WireClient, tmp_path: Path) -> None:
    """It takes no writes: what is not rolled back is named, and is when it is a master again."""
    before = _all(every_server)
    try:
        with session_on(Live(every_server, tmp_path), SOURCE, alone=False) as played:
            assert played.go(StepKind.CONTINUE) is not None
            other.call("REPLICAOF", "127.0.0.1", "1")
            with pytest.raises(BackendError, match=r'READONLY .*; .* is not rolled back: "k", "new", "l"'):
                played.go(StepKind.CONTINUE)
        (path,) = left_behind(tmp_path)
        ran = ldbpy("rollback", str(path), "--yes")
        assert ran.code == 4
        assert "READONLY" in ran.error
    finally:
        other.call("REPLICAOF", "NO", "ONE")
    assert ldbpy("rollback", str(path), "--yes").code == 0
    assert _all(every_server) == before


class Restarting:
    """A server that can be started anew at the same place, empty or with what was saved."""

    def __init__(self, flavor: Flavor, folder: Path) -> None:
        self._flavor = flavor
        self._folder = folder
        self._stack = ExitStack()
        self.server = RealServer(flavor, str(folder / "s"))
        self._saved = folder / "saved.rdb"
        self._start()

    def _start(self) -> None:
        found = server_for(self._flavor)
        assert found is not None
        options = ["--dir", str(self._folder), "--dbfilename", self._saved.name]
        socket = self._stack.enter_context(running(found, *options))
        (self._folder / "s").symlink_to(socket)

    def save(self) -> None:
        """Let what there is now be there after the next start."""
        with self.server.client() as client:
            client.call("SAVE")
        assert self._saved.exists()

    def again(self) -> None:
        """End it at once, and start it."""
        self.end()
        self._start()

    def end(self) -> None:
        """End it."""
        self._stack.close()
        (self._folder / "s").unlink()


@pytest.fixture
def restarting(every_server: RealServer) -> Iterator[Restarting]:
    """One of every server."""
    folder = Path(tempfile.mkdtemp(prefix="ldbpy-"))
    server = Restarting(every_server.flavor, folder)
    with server.server.client() as client:
        _fill(client)
    yield server
    server.end()
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("saved", "left"),
    [(None, {"k", "l"}), ("before", set()), ("after", set())],
    ids=["empty", "with what was before", "with what the script wrote"],
)
def test_a_server_that_is_restarted(restarting: Restarting, tmp_path: Path, saved: str | None, left: set[str]) -> None:
    """While the script stands: it goes on there, and at the end what it wrote is undone where it is still there."""
    before = dataset(restarting.server)
    if saved == "before":
        restarting.save()
    source = SOURCE.replace(b"return 1", b"redis.call('SET', 'then', 1)\nreturn redis.call('GET', 'k')")
    with session_on(Live(restarting.server, tmp_path), source, alone=False) as played:
        assert played.go(StepKind.CONTINUE) is not None
        if saved == "after":
            restarting.save()
        restarting.again()
        assert played.go(StepKind.CONTINUE) is None
        ended = played.session.ended
    assert ended is not None
    assert ended.report.reply == {None: None, "before": b"before", "after": b"ours"}[saved]
    assert _left(played) == left
    assert dataset(restarting.server) == ({} if saved is None else before)
