"""Fields of hashes with times of their own (Valkey 9), written to by a script whose commands run on a live server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from ldbpy.engine.stops import StepKind
from ldbpy.model.debugging import OutputKind
from ldbpy.store.undo import left_behind
from tests.backends.places import Live, dataset, session_on
from tests.cli.program import ldbpy
from tests.servers.fixtures import RealServer, RealServers
from tests.servers.wire import WireClient

FIELDS: Final = ("FIELDS", "5", "a", "b", "c", "d", "e")
LATER: Final = 4_000_000_000_000
WRITES: Final = """
HSET h a 2
HSET h new 1
HDEL h d
HEXPIRE h 100 FIELDS 2 a b
HPEXPIRE h 5 FIELDS 1 c
HEXPIREAT h 99999999999 NX FIELDS 2 d e
HPEXPIREAT h 1 FIELDS 1 e
HPERSIST h FIELDS 2 a b
HSETEX h FXX PX 5 FIELDS 1 a 1
HSETEX h KEEPTTL FIELDS 1 b 1
HGETEX h EX 50 FIELDS 3 a b c
HGETEX h PERSIST FIELDS 3 a b c
HGETDEL h FIELDS 2 a b
HINCRBY h b 1
DEL h
COPY h other
RENAME h other
"""


@pytest.fixture
def server(real_servers: RealServers) -> RealServer:
    """One whose fields expire."""
    return real_servers.get("valkey-9")


@pytest.fixture
def other(server: RealServer) -> Iterator[WireClient]:
    """Another client, and a hash of fields with and without a time."""
    with server.client() as client:
        client.call("HSET", "h", "a", 1, "b", 2, "c", 3, "d", 4, "e", 5)
        client.call("HPEXPIREAT", "h", LATER, "FIELDS", 1, "a")
        client.call("HPEXPIREAT", "h", LATER + 1, "FIELDS", 2, "b", "c")
        yield client


def _call(line: str) -> str:
    return f"redis.call({', '.join(repr(word) for word in line.split())})"


def _gone(other: WireClient, *fields: str) -> None:
    """Wait until the server has taken fields out, that is until DUMP does not tell them any more."""
    left = 5 - len(fields)
    while other.call("HLEN", "h") != left:
        pass


@pytest.mark.parametrize("line", WRITES.strip().split("\n"))
def test_values_and_times_are_put_back(server: RealServer, other: WireClient, tmp_path: Path, line: str) -> None:
    """To the millisecond, whatever was done to them."""
    before = [other.call("HMGET", "h", *FIELDS[2:]), other.call("HPEXPIRETIME", "h", *FIELDS)]
    assert before[1] == [LATER, LATER + 1, LATER + 1, -1, -1]
    found = dataset(server)
    with session_on(Live(server, tmp_path), f"{_call(line)}\nredis.breakpoint()\nreturn 1".encode()) as played:
        assert played.go(StepKind.CONTINUE) is not None
        assert dataset(server) != found
        assert played.go(StepKind.CONTINUE) is None
    assert [other.call("HMGET", "h", *FIELDS[2:]), other.call("HPEXPIRETIME", "h", *FIELDS)] == before
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("fields", [("a", "d"), ("a", "b", "c", "d", "e")], ids=["some", "all"])
def test_fields_that_the_script_let_expire(
    server: RealServer, other: WireClient, tmp_path: Path, fields: tuple[str, ...]
) -> None:
    """While it stands still: nobody else has done that, and they come back. So they do if it is killed there."""
    source = f"{_call(f'HPEXPIRE h 20 FIELDS {len(fields)} ' + ' '.join(fields))}\nredis.breakpoint()\nreturn 1"
    before = dataset(server)
    with session_on(Live(server, tmp_path), source.encode()) as played:
        assert played.go(StepKind.CONTINUE) is not None
        (path,) = tmp_path.iterdir()
        kept = path.read_bytes()
        _gone(other, *fields)
        assert played.go(StepKind.CONTINUE) is None
    assert other.call("HMGET", "h", *FIELDS[2:]) == [b"1", b"2", b"3", b"4", b"5"]
    other.call("HPEXPIREAT", "h", 1, "FIELDS", len(fields), *fields)  # as it was when it stood
    path.write_bytes(kept)
    assert ldbpy("rollback", str(path), "--yes").text == '"h": put back\n'
    assert dataset(server) == before


def test_fields_whose_time_runs_out_meanwhile(server: RealServer, other: WireClient, tmp_path: Path) -> None:
    """They are gone as they would be, the others as they were."""
    other.call("HPEXPIRE", "h", 60, "FIELDS", 1, "a")
    with session_on(Live(server, tmp_path), b"redis.call('HSET', 'h', 'b', 1)\nreturn 1", alone=False) as played:
        assert played.go(StepKind.STEP_IN) is not None
        _gone(other, "a")
        assert played.go(StepKind.CONTINUE) is None
    assert other.call("HMGET", "h", *FIELDS[2:]) == [None, b"2", b"3", b"4", b"5"]
    assert other.call("HPEXPIRETIME", "h", *FIELDS) == [-2, LATER + 1, LATER + 1, -1, -1]
    assert [each for each in played.outputs if each.kind is OutputKind.NOTICE] == []


@pytest.mark.parametrize(
    "line",
    [
        "HDEL h a",
        "HPERSIST h FIELDS 1 a",
        "HPEXPIREAT h 4000000000009 FIELDS 1 a",
        "HPEXPIREAT h 4000000000009 FIELDS 1 d",
        "HSETEX h KEEPTTL FIELDS 1 a 7",
        "HSET h a 7",
        "HSET h other 7",
        "HGETDEL h FIELDS 1 e",
    ],
)
def test_fields_that_others_have_written_to(server: RealServer, other: WireClient, tmp_path: Path, line: str) -> None:
    """A value, a time, or a field gone whose time had not come: the hash is left alone and named."""
    with session_on(Live(server, tmp_path), b"redis.call('HSET', 'h', 'b', 1)\nreturn 1", alone=False) as played:
        assert played.go(StepKind.STEP_IN) is not None
        other.call(*line.split())
        theirs = dataset(server)
        assert played.go(StepKind.CONTINUE) is None
    assert dataset(server) == theirs
    (notice,) = [each.text for each in played.outputs if each.kind is OutputKind.NOTICE]
    assert notice.startswith(b'not rolled back, because others have written to them meanwhile: "h"; ')
    (path,) = left_behind(tmp_path)
    assert ldbpy("rollback", str(path), "--yes").text.startswith('"h": left alone')
