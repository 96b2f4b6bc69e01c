"""What goes wrong while a script works on a live server's data: one error, no wait without end, nothing lost."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from ldbpy.engine.session import Session
from ldbpy.engine.stops import StepKind
from ldbpy.errors import BackendError, ConnectError, LdbpyError, ServerRefusedError, UsageError
from ldbpy.model.debugging import Ended, Stopped
from ldbpy.script.source import Script, SourceMap
from ldbpy.store.server import ServerStore
from ldbpy.store.undo import Outcome, left_behind, read_journal, roll_back
from tests.backends.places import Live, dataset, session_on
from tests.backends.proxy import cutting_proxy
from tests.servers.busy import busy_server
from tests.servers.fixtures import RealServer
from tests.servers.found import running, server_for

SCRIPT = b"""redis.call('INCR', 'n')
redis.call('HSET', 'h', 'f', 1)
redis.call('INCR', 'n')
return redis.call('GET', 'n')
"""
STANDS = SCRIPT.replace(b"return", b"redis.breakpoint()\nreturn")


def _session(place: Live, source: bytes = SCRIPT) -> Session:
    session = Session(place.backend(Script(source, SourceMap("script.lua")), [], []), lambda pattern, key: False)
    session.stop_on_entry = False
    return session


def _to_the_end(session: Session) -> Ended | Stopped:
    session.load()
    session.start()
    event = list(session.events())[-1]
    assert isinstance(event, Ended | Stopped)
    return event


def _put_back(server: RealServer, folder: Path) -> list[Outcome]:
    """Roll back every journal there is."""
    found = []
    store = ServerStore(server.url, timeout=10)
    for path in left_behind(folder):
        journal = read_journal(path)
        client = store.client()
        outcome = roll_back(client.pipeline, journal.kept, tells_expiry=store.tells_expiry)
        journal.put_back((*outcome.restored, *outcome.unchanged))
        client.close()
        journal.close()
        found.append(outcome)
    store.close()
    return found


def _filled(server: RealServer) -> dict[bytes, object]:
    with server.client() as client:
        client.call("SET", "n", 5, "PX", 100_000_000)
        client.call("HSET", "h", "f", "before", "g", 2)
    return dataset(server)


def test_a_connection_cut_at_every_byte(any_server: RealServer, tmp_path: Path) -> None:
    """Wherever it is cut there is one error, and a journal if anything was changed: what it has puts all back."""
    before = _filled(any_server)
    with cutting_proxy(any_server.socket) as proxy:
        place = Live(any_server, tmp_path, url=proxy.url)
        _to_the_end(_session(place))
        whole = proxy.passed
        journals = 0
        for left in range(1, whole - 16, 7):  # the times that are told take a few bytes more or less
            proxy.left = left
            with pytest.raises(BackendError) as caught:
                _to_the_end(_session(place))
            outcomes = _put_back(any_server, tmp_path)
            assert [outcome.left for outcome in outcomes] in ([], [()])
            assert dataset(any_server) == before, (left, caught.value)
            assert ("ldbpy rollback" in (caught.value.hint or "")) == bool(outcomes), left
            journals += len(outcomes)
            for file in tmp_path.iterdir():
                file.unlink()
        assert journals > whole // 7 // 3


def test_a_connection_cut_once_is_made_anew_to_roll_back(every_server: RealServer, tmp_path: Path) -> None:
    """The run is over, and what it had changed is put back at once."""
    before = _filled(every_server)
    with every_server.client() as other:
        place = Live(every_server, tmp_path)
        with session_on(place, SCRIPT) as played:
            assert played.go(StepKind.STEP_IN) is not None
            other.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            assert played.go(StepKind.STEP_IN) is not None  # while it stood still: no harm
            backend = played.session.backend
            told = played.session.ask(lambda: backend.evaluate("redis.call('DEBUG', 'SLEEP', 0)", 0))
            assert told.error is not None
    assert dataset(every_server) == before
    assert not list(tmp_path.iterdir())


def test_a_server_killed_in_a_session(every_server: RealServer, tmp_path: Path) -> None:
    """The error names the keys and the files that have what they held, which only their owner may read."""
    found = server_for(every_server.flavor)
    assert found is not None
    with ExitStack() as stack:
        server = RealServer(every_server.flavor, stack.enter_context(running(found)))
        session = _session(Live(server, tmp_path), STANDS)
        assert isinstance(_to_the_end(session), Stopped)
        stack.close()
        session.resume()
        with pytest.raises(ConnectError, match="connect") as caught:
            list(session.events())
        _is_told(caught.value, tmp_path)


def _is_told(error: LdbpyError, folder: Path) -> None:
    assert 'not rolled back: "n", "h"' in str(error)
    files = sorted(folder.iterdir())
    assert [file.suffix for file in files] == [".journal", ".redis"]
    assert error.hint == f"`ldbpy rollback {files[0]}` puts them back; {files[1]} has the commands for redis-cli"
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert files[1].read_bytes().splitlines() == [b"SELECT 0", b'"DEL" "n"', b'"DEL" "h"']


def test_a_server_that_does_not_answer(any_server: RealServer, tmp_path: Path) -> None:
    """It is waited for so long and no longer, also to roll back."""
    before = _filled(any_server)
    session = _session(Live(any_server, tmp_path, timeout=0.2), STANDS)
    assert isinstance(_to_the_end(session), Stopped)
    with any_server.client() as other:
        other.call("CLIENT", "PAUSE", 1500, "ALL")
        session.resume()
        with pytest.raises(BackendError, match=r"did not answer within 0\.2 s.*not rolled back"):
            list(session.events())
        other.call("PING")  # which is answered when the pause is over
    assert [outcome.left for outcome in _put_back(any_server, tmp_path)] == [()]
    assert dataset(any_server) == before


def test_a_script_of_another_client_is_waited_for(every_server: RealServer, tmp_path: Path) -> None:
    """The server is busy with it: our command runs when it has ended."""
    with busy_server(every_server) as busy:
        session = _session(Live(busy.server, tmp_path), STANDS)
        assert isinstance(_to_the_end(session), Stopped)
        busy.begin()
        session.resume()
        killer = threading.Timer(0.2, busy.end)
        killer.start()
        event = list(session.events())[-1]
        killer.join()
        assert isinstance(event, Ended)
        assert event.report.reply == b"2"
        session.close()
        assert dataset(busy.server) == {}


def test_a_server_that_stays_busy_is_given_up(
    any_server: RealServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what is not rolled back in a journal."""
    monkeypatch.setattr("ldbpy.store.undo.patience._SECONDS", 0.1)
    with busy_server(any_server) as busy:
        session = _session(Live(busy.server, tmp_path), STANDS)
        assert isinstance(_to_the_end(session), Stopped)
        busy.begin()
        session.resume()
        with pytest.raises(BackendError, match=r"BUSY.*not rolled back"):
            list(session.events())
        busy.end()
        assert [outcome.left for outcome in _put_back(busy.server, tmp_path)] == [()]
        assert dataset(busy.server) == {}


def test_a_large_reply(any_server: RealServer, tmp_path: Path) -> None:
    """A hundred thousand elements, there and back, with what they were."""
    source = b"""for i = 1, 20 do
  local t = {}
  for j = 1, 5000 do t[j] = i * j end
  redis.call('RPUSH', 'l', unpack(t))
end
return redis.call('LRANGE', 'l', 0, -1)"""
    event = _to_the_end(_session(Live(any_server, tmp_path), source))
    assert isinstance(event, Ended)
    assert isinstance(event.report.reply, list)
    assert len(event.report.reply) == 100_000
    assert dataset(any_server) == {}


@pytest.mark.parametrize("right", ["dump", "restore", "multi", "watch"])
def test_a_user_without_the_right(every_server: RealServer, tmp_path: Path, right: str) -> None:
    """What could not be put back is not written in the first place."""
    before = _filled(every_server)
    with every_server.client() as client:
        client.call("ACL", "SETUSER", "limited", "on", ">secret", "~*", "&*", "+@all", f"-{right}")
        url = every_server.url.replace("unix://", "unix://limited:secret@")
        try:
            with pytest.raises(ServerRefusedError) as caught:
                _to_the_end(_session(Live(every_server, tmp_path, url=url)))
            assert "NOPERM" in str(caught.value)
            assert "secret" not in f"{caught.value} {caught.value.hint}"
            assert dataset(every_server) == before
            assert not list(tmp_path.iterdir())
        finally:
            client.call("ACL", "DELUSER", "limited")


def test_a_journal_has_no_password(any_server: RealServer, tmp_path: Path) -> None:
    """It says that there was one, and is readable by its owner alone."""
    with any_server.client() as client:
        client.call("ACL", "SETUSER", "other", "on", ">secret", "~*", "&*", "+@all")
        url = any_server.url.replace("unix://", "unix://other:secret@")
        with session_on(Live(any_server, tmp_path, url=url), SCRIPT) as played:
            assert played.go(StepKind.STEP_IN) is not None
            (path,) = tmp_path.iterdir()
            assert b"secret" not in path.read_bytes()
            assert b'"is_whole":false' in path.read_bytes()
            assert path.stat().st_mode & 0o777 == 0o600
        client.call("ACL", "DELUSER", "other")


def test_no_room_for_the_journal(any_server: RealServer, tmp_path: Path) -> None:
    """Nothing is written that could not be put back."""
    before = _filled(any_server)
    (tmp_path / "file").write_text("")
    with pytest.raises(BackendError, match="cannot keep what the script changes"):
        _to_the_end(_session(Live(any_server, tmp_path / "file")))
    assert dataset(any_server) == before


def test_a_journal_in_use_is_left_alone(any_server: RealServer, tmp_path: Path) -> None:
    """Its session puts everything back itself."""
    with session_on(Live(any_server, tmp_path), SCRIPT) as played:
        assert played.go(StepKind.STEP_IN) is not None
        (path,) = tmp_path.iterdir()
        assert list(left_behind(tmp_path)) == []
        with pytest.raises(UsageError, match="still going on"):
            read_journal(path)
