"""A live server that is busy with another client's script while ours runs here: waited for, given up, nothing lost."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ldbpy.engine.session import Session
from ldbpy.errors import BackendError
from ldbpy.model.debugging import Output, Stopped
from ldbpy.resp import Reply
from ldbpy.script.source import Script, SourceMap
from ldbpy.store.server import ServerStore
from ldbpy.store.undo import left_behind, read_journal, roll_back
from tests.backends.places import Live, dataset
from tests.cli.processes import started
from tests.cli.program import ldbpy
from tests.pty.terminal import on_terminal
from tests.servers.busy import Busy, busy_server
from tests.servers.fixtures import RealServer

SOURCE = b"""redis.call('INCR', 'n')
redis.breakpoint()
redis.call('HSET', 'h', 'f', 1)
return redis.call('INCR', 'n')
"""
SOME_TIME = "redis.call('SET', 'n', 'theirs') local t = os.clock() while os.clock() - t < %g do end"
_SOON = 5.0


@pytest.fixture
def busy(any_server: RealServer) -> Iterator[Busy]:
    """The first server there is."""
    with busy_server(any_server) as found:
        yield found


def _standing(server: RealServer, folder: Path, source: bytes = SOURCE) -> Session:
    place = Live(server, folder)
    session = Session(place.backend(Script(source, SourceMap("script.lua")), [], []), lambda pattern, key: False)
    session.stop_on_entry = False
    session.load()
    session.start()
    assert isinstance(list(session.events())[-1], Stopped)
    return session


def _give_up(session: Session) -> BackendError:
    """Let it go on until it waits, and interrupt it: how it ends."""
    session.resume()
    told = next(session.events())
    assert isinstance(told, Output)
    assert told.text.endswith(b"is busy with another client's script: waiting; Ctrl-C gives up")
    began = time.monotonic()
    session.pause()
    with pytest.raises(BackendError) as caught:
        list(session.events())
    assert time.monotonic() - began < _SOON
    return caught.value


def test_a_wait_is_interrupted(every_server: RealServer, tmp_path: Path) -> None:
    """It ends at once with one error that names what is not rolled back; the journal does that later."""
    with busy_server(every_server) as busy:
        before = dataset(busy.server)
        session = _standing(busy.server, tmp_path)
        busy.begin()
        error = _give_up(session)
        busy.end()
        assert "BUSY" in str(error)
        assert str(error).endswith('until interrupted; what the script changed is not rolled back: "n"')
        (path,) = left_behind(tmp_path)
        assert ldbpy("rollback", str(path), "--yes").text == '"n": put back\n'
        assert dataset(busy.server) == before
        assert not list(tmp_path.iterdir())


def test_what_the_other_script_writes_meanwhile(busy: Busy, tmp_path: Path) -> None:
    """A write of ours that was given up did not take place: what is there is not ours, and is left alone."""
    source = SOURCE.replace(b"redis.call('HSET', 'h', 'f', 1)", b"redis.call('INCR', 'n')")
    session = _standing(busy.server, tmp_path, source)
    busy.begin(SOME_TIME % 0.8)
    _give_up(session)
    busy.end()
    (path,) = left_behind(tmp_path)
    assert ldbpy("rollback", str(path), "--yes").text.startswith('"n": left alone')
    assert busy.look("GET", "n") == b"theirs"


def test_a_first_write_that_was_given_up(busy: Busy, tmp_path: Path) -> None:
    """Nothing was changed, nothing is put back, and no file is left."""
    session = _standing(busy.server, tmp_path, b"redis.breakpoint()\nreturn redis.call('SET', 'n', 1)")
    busy.begin(SOME_TIME % 0.8)
    error = _give_up(session)
    busy.end()
    assert "not rolled back" not in str(error)
    assert busy.look("GET", "n") == b"theirs"
    assert not list(tmp_path.iterdir())


def test_a_script_that_begins_just_before_all_is_put_back(busy: Busy, tmp_path: Path) -> None:
    """The keys are looked at anew: what it wrote is left alone."""
    session = _standing(busy.server, tmp_path)
    path = next(iter(tmp_path.iterdir()))
    kept = path.read_bytes()
    session.resume()
    list(session.events())
    path.write_bytes(kept)
    with busy.server.client() as client:
        client.call("SET", "n", 1)
        client.call("SET", "h", 1)
    store = ServerStore(busy.server.url, timeout=10)
    journal = read_journal(path)
    begun = False

    def ask(commands: list[list[bytes]]) -> list[Reply]:
        nonlocal begun
        if commands[0] == [b"MULTI"] and not begun:
            begun = True
            busy.begin(SOME_TIME % 0.2)
            replies = store_client.pipeline(commands)
            busy.end()
            return replies
        return store_client.pipeline(commands)

    store_client = store.client()
    outcome = roll_back(ask, journal.kept, tells_expiry=store.tells_expiry)
    assert begun
    assert [at.key for at in outcome.left] == [b"n"]
    assert store_client.call([b"GET", b"n"]) == b"theirs"
    journal.close()
    store_client.close()
    store.close()


def test_a_wait_of_the_prompt_is_interrupted(busy: Busy, tmp_path: Path) -> None:
    """The run is over, as where the connection is lost; and the wait is not begun again to roll back."""
    session = _standing(busy.server, tmp_path)
    busy.begin()
    session.backend.interrupt()
    began = time.monotonic()
    told = session.ask(lambda: session.backend.evaluate("redis.call('SET', 'p', 1)", 0))
    assert told.error is not None
    with pytest.raises(BackendError, match=r'until interrupted; .* not rolled back: "n"'):
        session.close()
    assert time.monotonic() - began < _SOON
    busy.end()
    (path,) = left_behind(tmp_path)
    assert ldbpy("rollback", str(path), "--yes").text == '"n": put back\n'
    assert dataset(busy.server) == {}


def test_ctrl_c_at_the_prompt(busy: Busy, tmp_path: Path) -> None:
    """One message, exit code 4, the terminal as it was."""
    (tmp_path / "s.lua").write_bytes(SOURCE)
    arguments = ["-m", "ldbpy", "debug", "s.lua", "-t", busy.server.url, "--local", "--plain"]
    with on_terminal(arguments, tmp_path) as terminal:
        terminal.ask("c", "called by the script")
        busy.begin()
        terminal.type("c\r")
        terminal.expect("Ctrl-C gives up")
        terminal.interrupt("`ldbpy rollback ")
        assert terminal.text().count("error:") == 1
        assert terminal.leave("q\r") == 4
    busy.end()


def test_ctrl_c_in_a_dry_run(busy: Busy, tmp_path: Path) -> None:
    """The same of a script that is run once."""
    code = "redis.call('SET', 'n', 1) while redis.call('EXISTS', 'go') == 0 do end redis.call('SET', 'm', 1)"
    arguments = ("eval", "-e", code, "-t", busy.server.url, "--local", "--dry-run")
    with started(*arguments, more={"XDG_STATE_HOME": str(tmp_path)}) as process, busy.server.client() as client:
        while not client.call("EXISTS", "n"):
            assert process.poll() is None
        busy.begin()
        assert process.stderr is not None
        assert process.stderr.readline().endswith(b"waiting; Ctrl-C gives up\n")
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=_SOON)
        busy.end()
        lines = told.decode().splitlines()
        assert [line.split()[0] for line in lines] == ["error:", "hint:"]
        assert lines[0].endswith('what the script changed is not rolled back: "n"')
        assert process.returncode == 4
    (path,) = tmp_path.rglob("*.journal")
    assert ldbpy("rollback", str(path), "--yes").code == 0
    assert dataset(busy.server) == {}
