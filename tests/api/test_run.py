"""``ldbpy.run`` and ``ldbpy.connect``: results, errors, limits, connections."""

from __future__ import annotations

import inspect
import os
import signal
import threading
from collections.abc import Callable

import pytest

import ldbpy
from ldbpy.model.calls import LogLevel
from ldbpy.script.source import Script as Source
from ldbpy.targets.run_options import RunOptions
from tests.servers.fixtures import RealServer
from tests.servers.scripted import scripted_server

CODE = """redis.log(redis.LOG_WARNING, 'low')
redis.call('SET', KEYS[1], ARGV[1])
redis.call('DEL', 'old')
return redis.call('GET', KEYS[1])"""


def test_result() -> None:
    """The value, and everything it did."""
    with ldbpy.connect() as connection:
        connection.call("SET", "old", "x")
        result = ldbpy.run(CODE, ["k"], ["v"], target=connection)
    assert result.value == b"v"
    assert [(call.line, call.argv, call.reply) for call in result.calls] == [
        (2, (b"SET", b"k", b"v"), b"OK"),
        (3, (b"DEL", b"old"), 1),
        (4, (b"GET", b"k"), b"v"),
    ]
    assert [(change.kind, change.key) for change in result.changes] == [("created", b"k"), ("deleted", b"old")]
    assert result.changes[0].after is not None
    assert result.changes[0].after.content == b"v"
    assert [(log.level, log.text, log.line) for log in result.logs] == [(LogLevel.WARNING, b"low", 1)]
    assert result.stats.commands == 3
    assert result.stats.seconds > 0


def test_result_on_a_real_server(every_server: RealServer) -> None:
    """A server tells the value; what changed is seen from outside, by the keys declared."""
    result = ldbpy.run(CODE, ["k"], ["v"], target=every_server.url)
    assert result.value == b"v"
    assert [(change.kind, change.key) for change in result.changes] == [("created", b"k")]
    assert (result.calls, result.logs, result.stats.commands) == ((), (), None)


def test_runs_are_apart() -> None:
    """Without a connection each run has an empty server of its own."""
    assert [ldbpy.run("return redis.call('INCR', 'n')").value for _ in range(2)] == [1, 1]


def test_dry_run(connection: ldbpy.Connection) -> None:
    """The value, and nothing kept."""
    assert ldbpy.run("return redis.call('INCR', KEYS[1])", ["n"], target=connection, dry_run=True).value == 1
    assert connection.call("EXISTS", "n") == 0


def test_changes_of_a_dry_run() -> None:
    """Embedded, what would have changed is told."""
    result = ldbpy.run("redis.call('SET', 'a', 1)", dry_run=True)
    assert [change.key for change in result.changes] == [b"a"]


def test_strict_keys() -> None:
    """A key that is not declared is an error with all there is to know."""
    with pytest.raises(ldbpy.ScriptRuntimeError, match="<script>:1: GET touches the key 'x', which is not in KEYS"):
        ldbpy.run("return redis.call('GET', 'x')", strict_keys=True)


def test_read_only() -> None:
    """A write is refused."""
    with pytest.raises(ldbpy.ScriptRuntimeError, match="Write commands are not allowed"):
        ldbpy.run("redis.call('SET', 'a', 1)", read_only=True)


def test_error_carries_the_report() -> None:
    """What had happened until then: calls, logs, changes, the line."""
    with pytest.raises(ldbpy.ScriptRuntimeError) as caught:
        ldbpy.run("redis.log(redis.LOG_NOTICE, 'x') redis.call('SET', 'a', 1)\nerror('no')")
    report = caught.value.report
    assert report is not None
    assert [call.argv for call in report.calls] == [(b"SET", b"a", b"1")]
    assert [log.text for log in report.logs] == [b"x"]
    assert [change.key for change in report.changes] == [b"a"]
    assert report.problem is not None
    assert report.problem.line == 2


def test_timeout() -> None:
    """Stopped; what it wrote stays in the connection's data."""
    with ldbpy.connect(timeout=0.05) as connection:
        with pytest.raises(ldbpy.LimitError, match=r"the script ran longer than 0\.05 s") as caught:
            ldbpy.run("redis.call('SET', 'a', 1) while true do end", target=connection)
        assert caught.value.report is not None
        assert caught.value.report.problem is not None
        assert caught.value.report.problem.stop_reason == "time"
        assert connection.call("GET", "a") == b"1"
    with pytest.raises(ldbpy.LimitError):
        ldbpy.run("while true do end", timeout=0.05)


def test_memory() -> None:
    """Stopped."""
    with pytest.raises(ldbpy.LimitError, match="the script's values took more than 4 MiB"):
        ldbpy.run("local t = {} while true do t[#t + 1] = ('x'):rep(1e5) .. #t end", max_memory=4 * 2**20)


def test_no_limit() -> None:
    """0 is none."""
    assert ldbpy.run("return #('x'):rep(1e7)", timeout=0, max_memory=0).value == 10**7


@pytest.mark.parametrize(
    ("limits", "kind", "message"),
    [
        ({"timeout": -1}, ldbpy.UsageError, "a script cannot be stopped after -1 s"),
        ({"timeout": float("nan")}, ldbpy.UsageError, "a script cannot be stopped after nan s"),
        ({"timeout": "1"}, TypeError, "timeout is a number of seconds, 0 for no limit, not str"),
        ({"timeout": None}, TypeError, "timeout is a number of seconds, 0 for no limit, not NoneType"),
        ({"max_memory": -1}, ldbpy.UsageError, "a script cannot be kept under -1 bytes"),
        ({"max_memory": 1.5}, TypeError, "max_memory is a whole number of bytes, 0 for no limit, not float"),
        ({"max_memory": "64mb"}, TypeError, "max_memory is a whole number of bytes, 0 for no limit, not str"),
    ],
)
def test_limits_that_are_none(limits: dict[str, float], kind: type[Exception], message: str) -> None:
    """What makes no sense is told at once."""
    with pytest.raises(kind, match=message):
        ldbpy.run("return 1", **limits)  # type: ignore[arg-type]
    with pytest.raises(kind, match=message):
        ldbpy.connect(**limits)  # type: ignore[arg-type]


def test_limits_of_a_connection() -> None:
    """A connection has its own; two sets of limits would be a riddle."""
    with ldbpy.connect() as connection, pytest.raises(ldbpy.UsageError, match="a connection has limits of its own"):
        ldbpy.run("return 1", target=connection, timeout=1)


def test_memory_of_a_real_server(any_server: RealServer) -> None:
    """It keeps its own limit."""
    with pytest.raises(ldbpy.UsageError, match="a limit of memory is for the embedded server"):
        ldbpy.connect(any_server.url, max_memory=2**20)


def test_timeout_of_a_real_server() -> None:
    """The wait ends; a late reply is not taken for that of the next command."""
    with (
        scripted_server({b"INFO": b"$0\r\n\r\n", b"EVAL": None, b"PING": b"+PONG\r\n"}) as server,
        ldbpy.connect(server.url, timeout=0.1) as connection,
    ):
        with pytest.raises(ldbpy.ConnectError, match=r"did not answer within 0\.1 s") as caught:
            ldbpy.run("return 1", target=connection)
        assert caught.value.hint is not None
        assert connection.call("PING") == b"PONG"


def test_connection_that_was_lost(any_server: RealServer) -> None:
    """It is opened again for the next command."""
    with ldbpy.connect(any_server.url) as connection:
        client_id = connection.call("CLIENT", "ID")
        with any_server.client() as other:
            other.call("CLIENT", "KILL", "ID", str(client_id))
        with pytest.raises(ldbpy.ConnectError, match="was lost"):
            connection.call("PING")
        assert connection.call("PING") == b"PONG"


def test_call(connection: ldbpy.Connection) -> None:
    """A command; an error of the server's is raised."""
    assert connection.call("SET", "k", 5) == b"OK"
    assert connection.call(b"INCRBY", "k", 2) == 7
    with pytest.raises(ldbpy.ScriptError, match="WRONGTYPE") as caught:
        connection.call("LPUSH", "k", "x")
    assert caught.value.reply.startswith(b"WRONGTYPE ")
    assert caught.value.report is None
    with pytest.raises(TypeError, match="a command has at least a name"):
        connection.call()


def test_closed_connection(connection: ldbpy.Connection) -> None:
    """Not to be used again; closing twice does no harm."""
    connection.close()
    connection.close()
    script = ldbpy.Script("return 1", connection)
    uses: list[Callable[[], object]] = [
        lambda: connection.call("PING"),
        script.eval,
        script.exec,
        lambda: ldbpy.run("return 1", target=connection),
    ]
    for use in uses:
        with pytest.raises(ldbpy.UsageError, match="the connection is closed"):
            use()


def test_connections_that_cannot_be() -> None:
    """URLs and flavors that are none, servers that are not there."""
    for url in ("", "nosuch", "http://x", "redis://h:p"):
        with pytest.raises(ldbpy.UsageError, match="is no URL of a server"):
            ldbpy.connect(url)
    with pytest.raises(ldbpy.UsageError, match="there is no server flavor 'nosuch'"):
        ldbpy.connect(server="nosuch")
    with pytest.raises(ldbpy.UsageError, match="is for the embedded server"):
        ldbpy.connect("redis://localhost", server="redis-8")
    with pytest.raises(ldbpy.ConnectError, match=r"cannot connect to redis://:\*\*\*@127\.0\.0\.1:1: ") as caught:
        ldbpy.connect("redis://:hunter2@127.0.0.1:1")
    assert "hunter2" not in str(caught.value)


def test_strict_keys_on_a_real_server(any_server: RealServer) -> None:
    """What a server cannot do is told before the script is sent."""
    with pytest.raises(ldbpy.UsageError, match="needs the embedded server"):
        ldbpy.run("return redis.call('SET', KEYS[1], 1)", ["k"], target=any_server.url, strict_keys=True)
    assert ldbpy.run("return redis.call('EXISTS', KEYS[1])", ["k"], target=any_server.url).value == 0


def test_many_threads(connection: ldbpy.Connection) -> None:
    """A connection may be used from any thread: each run is whole."""
    script = ldbpy.Script(
        "local n = redis.call('GET', KEYS[1]) or 0 return redis.call('SET', KEYS[1], n + 1)", connection
    )
    threads = [threading.Thread(target=lambda: [script.exec(["n"]) for _ in range(20)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert connection.call("GET", "n") == b"160"


def test_ctrl_c() -> None:
    """It stops the script, also one that catches everything, and is raised; the store is whole."""
    code = b"""
    redis.call('SET', 'a', 1)
    redis.log(redis.LOG_NOTICE, 'ready')
    while true do pcall(function() while true do redis.call('INCR', 'a') end end) end
    """
    options = RunOptions(on_log=lambda _: os.kill(os.getpid(), signal.SIGINT))
    with ldbpy.connect() as connection:
        with pytest.raises(KeyboardInterrupt):
            connection.run(Source(code), [], [], options)
        value = connection.call("GET", "a")
        assert isinstance(value, bytes)
        assert int(value) >= 1
        assert ldbpy.run("return 1", target=connection).value == 1
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_every_public_name_is_explained() -> None:
    """Each name of the package has a docstring, each of its methods too."""
    for name in ldbpy.__all__:
        thing = getattr(ldbpy, name)
        assert inspect.getdoc(thing), name
        for method, value in inspect.getmembers(thing, inspect.isfunction):
            assert method.startswith("_") or inspect.getdoc(value), f"{name}.{method}"
    with pytest.raises(AttributeError, match="module 'ldbpy' has no attribute 'nosuch'"):
        _ = ldbpy.nosuch


def test_transaction_of_a_connection(connection: ldbpy.Connection) -> None:
    """Calls go over one connection: what MULTI begins, EXEC ends, and SELECT says where scripts run too."""
    connection.call("SELECT", 2)
    connection.call("MULTI")
    connection.call("SET", "k", "v")
    assert connection.call("EXEC") == [b"OK"]
    assert ldbpy.run("return redis.call('GET', KEYS[1])", ["k"], target=connection).value == b"v"
    connection.call("DEL", "k")
