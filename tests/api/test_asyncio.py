"""``AsyncScript`` and ``AsyncScriptRO``: many at once, timeouts, cancelling."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest

import ldbpy
from tests.servers.scripted import scripted_server

T = TypeVar("T")
INCR = "return redis.call('INCR', KEYS[1])"


def _run(main: Coroutine[Any, Any, T]) -> T:
    """Run it, within a bounded time."""
    return asyncio.run(asyncio.wait_for(main, 30))


async def _until_running(connection: ldbpy.Connection) -> None:
    """Wait until a run has the connection."""
    while not connection._lock.locked():
        await asyncio.sleep(0)


def test_calls(connection: ldbpy.Connection, request: pytest.FixtureRequest) -> None:
    """As ``Script`` and ``ScriptRO``, awaited."""

    async def main() -> list[object]:
        script = ldbpy.AsyncScript(INCR, connection)
        with pytest.raises(ldbpy.ScriptError, match="NOSCRIPT"):
            await script.evalsha(["n"])
        replies: list[object] = [await script.exec(["n"]), await script.eval(["n"]), await script.evalsha(["n"])]
        if "redis-6.2" not in request.node.name:
            reads = ldbpy.AsyncScriptRO("return redis.call('GET', KEYS[1])", connection)
            replies += [await reads.exec(["n"]), await reads.eval_ro(["n"]), await reads.evalsha_ro(["n"])]
        return replies

    assert _run(main()) in ([1, 2, 3], [1, 2, 3, b"3", b"3", b"3"])


def test_errors(connection: ldbpy.Connection) -> None:
    """Raised where they are awaited."""

    async def main() -> None:
        with pytest.raises(ldbpy.CompileError):
            await ldbpy.AsyncScript("return +", connection).eval()
        with pytest.raises(TypeError):
            await ldbpy.AsyncScript("return 1", connection).eval("abc")

    _run(main())


def test_many_at_once(connection: ldbpy.Connection) -> None:
    """On one connection they run one after the other, each whole."""

    async def main() -> list[object]:
        script = ldbpy.AsyncScript(INCR, connection)
        return list(await asyncio.gather(*(script.exec(["n"]) for _ in range(200))))

    assert sorted(_run(main()), key=repr) == sorted(range(1, 201), key=repr)


def test_loop_goes_on() -> None:
    """A script that runs long does not hold up the loop."""

    async def main() -> int:
        async def tick() -> int:
            for count in range(50):  # noqa: B007
                await asyncio.sleep(0)
            return count

        script = ldbpy.AsyncScript("while true do end", ldbpy.connect(timeout=0.2))
        running = asyncio.create_task(script.eval())
        ticked = await tick()
        assert not running.done()
        with pytest.raises(ldbpy.LimitError):
            await running
        return ticked

    assert _run(main()) == 49


def test_cancelled_call_stops_its_script() -> None:
    """The script ends, what it wrote stays, the connection is free at once."""

    async def main() -> tuple[object, object]:
        with ldbpy.connect(timeout=30) as connection:
            script = ldbpy.AsyncScript(
                "redis.call('SET', 'a', 1) while true do pcall(redis.call, 'PING') end", connection
            )
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(script.eval(), 0.1)
            return await ldbpy.AsyncScript(INCR, connection).eval(["b"]), connection.call("EXISTS", "b")

    start = time.monotonic()
    assert _run(main()) == (1, 1)
    assert time.monotonic() - start < 10


def test_cancelled_call_that_waits_never_runs() -> None:
    """Only the one that is cancelled is stopped: not the one before it, nor the one after."""

    async def main() -> tuple[object, object]:
        with ldbpy.connect(timeout=30) as connection:
            blocker = asyncio.create_task(ldbpy.AsyncScript("while true do end", connection).eval())
            waiting = asyncio.create_task(ldbpy.AsyncScript(INCR, connection).eval(["waited"]))
            after = asyncio.create_task(ldbpy.AsyncScript(INCR, connection).eval(["after"]))
            await _until_running(connection)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            assert not blocker.done()
            blocker.cancel()
            with pytest.raises(asyncio.CancelledError):
                await blocker
            return await after, await asyncio.to_thread(connection.call, "EXISTS", "waited")

    assert _run(main()) == (1, 0)


def test_cancelled_call_to_a_real_server() -> None:
    """The wait ends, and the connection works again."""
    answers = {b"INFO": b"$0\r\n\r\n", b"EVAL": None, b"PING": b"+PONG\r\n"}

    async def main(connection: ldbpy.Connection) -> object:
        running = asyncio.create_task(ldbpy.AsyncScript("return 1", connection).eval())
        await asyncio.to_thread(server.wait_for, b"EVAL")
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return await asyncio.to_thread(connection.call, "PING")

    with scripted_server(answers) as server, ldbpy.connect(server.url, timeout=20) as connection:
        start = time.monotonic()
        assert _run(main(connection)) == b"PONG"
        assert time.monotonic() - start < 10


def test_no_thread_is_left() -> None:
    """When the loop is closed, so is every script."""

    async def main() -> None:
        connection = ldbpy.connect(timeout=30)
        task = asyncio.create_task(ldbpy.AsyncScript("while true do end", connection).eval())
        await _until_running(connection)
        assert not task.done()  # the loop cancels it at its end

    start, before = time.monotonic(), threading.active_count()
    _run(main())
    assert time.monotonic() - start < 10
    assert threading.active_count() == before


def test_closed_connection() -> None:
    """As with ``Script``."""

    async def main() -> None:
        connection = ldbpy.connect()
        script = ldbpy.AsyncScript("return 1", connection)
        assert await script.eval() == 1
        connection.close()
        with pytest.raises(ldbpy.UsageError, match="the connection is closed"):
            await script.eval()

    _run(main())
