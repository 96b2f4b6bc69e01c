"""What goes wrong between us and a server: one clear error, no hang, nothing lost on the server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from ldbpy.backends.ldb import DIALECTS, LdbBackend, LdbOptions
from ldbpy.backends.ldb.driver import Driver, Mode
from ldbpy.engine.session import Session
from ldbpy.engine.stops import StepKind
from ldbpy.errors import BackendError, ConnectError, LdbpyError, ServerRefusedError, SessionError
from ldbpy.model.debugging import Ended, Stopped, StopReason
from ldbpy.resp import ErrorReply
from ldbpy.script.source import Script, SourceMap
from ldbpy.store.server import ServerStore
from tests.backends.proxy import cutting_proxy
from tests.servers.fixtures import RealServer
from tests.servers.found import running, server_for
from tests.servers.scripted import scripted_server
from tests.servers.wire import WireClient

SCRIPT = b"""local n = redis.call('INCR', KEYS[1])
local function more(x) return x + 1 end
return more(n)
"""
INFO = b"$20\r\nredis_version:7.0.15\r\n"
STOPPED = b"*2\r\n+* Stopped at 1, stop reason = step over\r\n+-> 1   local n\r\n"
ENDED = b"*1\r\n+<endsession>\r\n"
GOOD = {
    b"": b"+OK\r\n",
    b"INFO": INFO,
    b"TYPE": b"+none\r\n",
    b"SCRIPT": b"+OK\r\n",
    b"EVAL": STOPPED,
    b"MAXLEN": b"*1\r\n+<value> replies are unlimited.\r\n",
    b"STEP": STOPPED,
    b"PRINT": b"*1\r\n+<value> n = 1\r\n",
    b"TRACE": b"*2\r\n+In top level:\r\n+-> 1   local n\r\n",
}
_SOON = 15.0


def _session(url: str, *, source: bytes = SCRIPT, sync: bool = False, patience: float = 5.0) -> Session:
    store = ServerStore(url)
    store.close()
    options = LdbOptions(sync=sync, patience=patience)
    backend = LdbBackend(store, lambda: Script(source, SourceMap("script.lua")), [b"key"], [], options)
    return Session(backend, lambda pattern, key: pattern == key)


def _to_the_end(session: Session) -> Ended:
    """Step through, asking for variables and frames at every stop."""
    session.load()
    session.start()
    while True:
        for event in session.events():
            if isinstance(event, Ended):
                return event
            if isinstance(event, Stopped):
                session.ask(lambda: (session.backend.scopes(0), session.backend.frames()))
                session.resume(StepKind.STEP_IN)


@contextmanager
def _in_time() -> Iterator[None]:
    start = time.monotonic()
    yield
    assert time.monotonic() - start < _SOON


def _fails(session: Session, kind: type[LdbpyError] = BackendError) -> LdbpyError:
    """The one error that ends the session, whoever meets it first."""
    with _in_time(), pytest.raises(kind) as caught:
        _to_the_end(session)
    if session.state == "stopped":
        with _in_time(), pytest.raises(BackendError):
            session.close()
    assert caught.value.exit_code in (3, 4)
    return caught.value


@pytest.mark.parametrize("step", ["SCRIPT", "EVAL", "MAXLEN", "STEP", "PRINT", "TRACE"])
@pytest.mark.parametrize(
    "answer", [b"", b"?what\r\n", b":1\r\n", b"*1\r\n:1\r\n", b"-ERR no\r\n", b"*-1\r\n", b"$-1\r\n"], ids=repr
)
def test_a_wrong_answer_at_every_step(step: str, answer: bytes) -> None:
    """Cut, garbage, something that no debugger says: an error that names the server."""
    with scripted_server({**GOOD, step.encode(): answer}) as server:
        error = _fails(_session(server.url))
        assert server.url in str(error)


@pytest.mark.parametrize("step", ["SCRIPT", "EVAL", "MAXLEN", "PRINT", "TRACE"])
def test_silence_at_every_step(step: str) -> None:
    """No answer is waited for without end."""
    with scripted_server({**GOOD, step.encode(): None}) as server:
        error = _fails(_session(server.url, patience=0.2), ConnectError)
        assert "within 0.2 s" in str(error)


def test_neither_a_stop_nor_the_end() -> None:
    """An answer that says nothing ends the session, not the patience of whoever waits."""
    with scripted_server({**GOOD, b"STEP": b"*0\r\n"}) as server:
        assert "neither a stop nor the end" in str(_fails(_session(server.url)))


def test_silence_while_the_script_runs_can_be_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A script may run as long as it likes, and be given up."""
    monkeypatch.setattr("ldbpy.backends.ldb.driver._STOPS_LATER", 0.2)
    with scripted_server({**GOOD, b"STEP": None}) as server:
        session = _session(server.url)
        session.load()
        session.start()
        assert isinstance(next(session.events()), Stopped)
        session.resume(StepKind.STEP_IN)
        server.wait_for(b"step")
        session.pause()
        with _in_time(), pytest.raises(ConnectError, match="could not be stopped"):
            list(session.events())


def test_the_script_is_sent_only_after_the_debugger_said_yes() -> None:
    """A server that refuses its debugger would run the script for real."""
    with scripted_server({**GOOD, b"SCRIPT": b"-ERR Unknown subcommand or wrong number of arguments\r\n"}) as server:
        error = _fails(_session(server.url), ServerRefusedError)
        assert "Unknown subcommand" in str(error)
        assert error.hint is not None
        assert "--local" in error.hint
        assert not [command for command in server.asked if command[0] == b"EVAL"]


@pytest.mark.parametrize(
    "told",
    [
        b"ERR Fork() failed in LDB EVAL: can't run the script in debugging mode: Cannot allocate memory",
        b"MOVED 1234 127.0.0.1:7001",
        b"NOPERM this user has no permissions to run the 'eval' command",
    ],
)
def test_a_script_that_does_not_start(told: bytes) -> None:
    """The server's reason, exit code 4, and nothing more is said on that connection."""
    with scripted_server({**GOOD, b"EVAL": b"-" + told + b"\r\n"}) as server:
        error = _fails(_session(server.url), ServerRefusedError)
        assert told.decode() in str(error)
        assert [command[0] for command in server.asked][-1] == b"EVAL"


def test_a_fork_with_tls() -> None:
    """The connection ends with the fork: said so, with what to do."""
    with scripted_server({**GOOD, b"EVAL": b""}) as server:
        store = ServerStore(server.url)
        store.close()
        client = store.client()
        driver = Driver(client, "rediss://host:1", DIALECTS["redis"], Mode.FORKED, patience=5)
        with pytest.raises(ConnectError, match="TLS") as caught:
            driver.begin([b"EVAL", b"return 1", b"0"])
        driver.end()
        assert caught.value.hint is not None
        assert "--sync" in caught.value.hint


def test_unknown_lines_are_told() -> None:
    """What nobody knows is shown, and the session goes on."""
    told = b"*3\r\n+<new> thing\r\n+* Stopped at 2, stop reason = step over\r\n+-> 2   x\r\n"
    with scripted_server({**GOOD, b"STEP": told}) as server:
        session = _session(server.url)
        session.load()
        session.start()
        assert isinstance(next(session.events()), Stopped)
        session.resume(StepKind.STEP_IN)
        notice, stopped = list(session.events())
        assert notice.text == b"<new> thing"  # type: ignore[union-attr]
        assert isinstance(stopped, Stopped)
        assert stopped.line == 2
        with pytest.raises(BackendError):
            session.close()  # this server does not know how to end


def test_a_connection_cut_at_every_byte(any_server: RealServer) -> None:
    """Wherever it is cut there is one error, and nothing of the script is kept."""
    with cutting_proxy(any_server.socket) as proxy:
        _to_the_end(_session(proxy.url))
        whole = proxy.passed
        for left in range(1, whole):
            proxy.left = left
            with _in_time(), pytest.raises(BackendError):
                _opened_and_played(proxy.url)
    with any_server.client() as client:
        assert client.call("DBSIZE") == 0
        assert client.call("PING") is not None


def _opened_and_played(url: str) -> None:
    session = _session(url)
    try:
        _to_the_end(session)
    finally:
        if session.state == "stopped":
            session.close()


def test_a_server_killed_in_a_session(every_server: RealServer) -> None:
    """The fork dies with it."""
    found = server_for(every_server.flavor)
    assert found is not None
    with ExitStack() as stack:
        session = _session(f"unix://{stack.enter_context(running(found))}")
        session.load()
        session.start()
        assert isinstance(next(session.events()), Stopped)
        stack.close()
        with _in_time(), pytest.raises(ConnectError):
            session.ask(lambda: session.backend.evaluate("1 + 1", 0))
        with _in_time(), pytest.raises(ConnectError):
            session.close()


def test_never_two_sessions_at_once(every_server: RealServer) -> None:
    """The second is refused before anything is sent; after the first has ended there can be another.

    It is the same server whatever database is asked for.
    """
    first, second = _session(every_server.url), _session(f"{every_server.url}?db=1")
    first.load()
    first.start()
    assert isinstance(next(first.events()), Stopped)
    second.load()
    second.start()
    with pytest.raises(SessionError, match="debugged already"):
        list(second.events())
    first.close()
    assert isinstance(_to_the_end(_session(every_server.url)), Ended)


def test_a_user_without_the_right(every_server: RealServer) -> None:
    """ACL: the exact reason; the script does not run."""
    with every_server.client() as client:
        client.call("ACL", "SETUSER", "limited", "on", ">secret", "~*", "+@all", "-script")
    try:
        url = every_server.url.replace("unix://", "unix://limited:secret@")
        error = _fails(_session(url), ServerRefusedError)
        assert "NOPERM" in str(error)
        assert "secret" not in f"{error} {error.hint}"
        with every_server.client() as client:
            assert client.call("EXISTS", "key") == 0
    finally:
        with every_server.client() as client:
            client.call("ACL", "DELUSER", "limited")


def test_much_output_and_a_large_reply(every_server: RealServer) -> None:
    """Over a megabyte of a variable; 100,000 elements of a reply, of which forks send only the beginning."""
    source = b"""local s = string.rep("x", 1100000)
local t = {}
for i = 1, 100000 do t[i] = i end
return t
"""
    session = _session(every_server.url, source=source)
    session.load()
    session.start()
    assert isinstance(next(session.events()), Stopped)
    at = session.backend.statement_at(2)
    assert at is not None
    session.resume(StepKind.TO, frozenset((at[0],)))
    assert isinstance(next(session.events()), Stopped)
    size = session.ask(lambda: session.backend.scopes(0)).locals[0].value.size
    assert size == 1_100_000
    session.resume()
    with suppress(ConnectError):  # the server's fork may have sent a part of the reply only; that is told
        end = list(session.events())[-1]
        assert isinstance(end, Ended)
        assert isinstance(end.report.reply, list)
        assert len(end.report.reply) == 100_000
    assert session.failure is None or "not all of its reply came" in str(session.failure)


def test_a_runaway_script_is_paused_or_given_up(every_server: RealServer) -> None:
    """Where the server stops long scripts, Ctrl-C pauses one; where it does not, the session is given up."""
    found = server_for(every_server.flavor)
    assert found is not None
    with running(found) as socket:
        with WireClient(socket) as client:
            client.call("CONFIG", "SET", "lua-time-limit", "50")
        session = _session(f"unix://{socket}", source=b"local n = 0\nwhile true do\n  n = n + 1\nend")
        session.load()
        session.start()
        assert isinstance(next(session.events()), Stopped)
        session.resume()
        session.pause()
        if every_server.flavor.name == "valkey-9":
            with _in_time(), pytest.raises(ConnectError, match="given up"):
                list(session.events())
            return
        with _in_time():
            stopped = next(session.events())
            assert isinstance(stopped, Stopped)
            assert stopped.reason is StopReason.PAUSE
            ended = session.abort()
        assert ended is not None
        assert ended.aborted


def test_a_script_that_catches_every_error_is_left_behind(every_server: RealServer) -> None:
    """An abort raises an error, which a script may catch: in the end it is left to the server."""
    source = b"for i = 1, 100000 do pcall(function()\n  local x = i\nend) end\nreturn 1"
    session = _session(every_server.url, source=source)
    session.load()
    session.start()
    assert isinstance(next(session.events()), Stopped)
    session.resume(StepKind.STEP_IN)
    assert isinstance(next(session.events()), Stopped)
    with _in_time():
        ended = session.abort()
    assert ended is not None
    assert ended.aborted


def test_an_empty_script(every_server: RealServer) -> None:
    """It ends at once, or is not sent where it would crash the server."""
    session = _session(every_server.url, source=b"\n\n")
    if every_server.flavor.name == "valkey-9":
        with pytest.raises(SessionError, match="crashes"):
            session.load()
        return
    assert _to_the_end(session).report.reply is None


@pytest.mark.parametrize("source", [b"-- nothing\n", b"#!lua\n\n", b"\nreturn 1", b"#!lua flags=no-writes\nreturn 1\n"])
def test_scripts_with_little_in_them(every_server: RealServer, source: bytes) -> None:
    """Comments and shebangs: they end, with a reply or the server's error."""
    report = _to_the_end(_session(every_server.url, source=source)).report
    assert report.reply in (None, 1) or isinstance(report.reply, ErrorReply)
