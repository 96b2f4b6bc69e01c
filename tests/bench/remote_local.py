"""``--local``: what a command costs of a script that runs here, its commands on a server, beside redis-py's own."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import redis

from ldbpy.backends.live import LiveBackend
from ldbpy.engine.session import Session
from ldbpy.lua.limits import Limits
from ldbpy.model.debugging import Ended
from ldbpy.script.source import Script, SourceMap
from ldbpy.store.server import ServerStore
from ldbpy.store.undo import LiveStore
from ldbpy.targets.run_options import RunOptions
from ldbpy.targets.script_server import ScriptServer
from tests.bench.measure import row, title
from tests.servers.found import found_servers, running

__all__ = ["bench_remote_local"]

_COUNT = 3000
_ROUNDS = 5
_CALLS: dict[str, tuple[bytes, Callable[[redis.Redis, int], object]]] = {
    "GET": (b"redis.call('GET', 's')", lambda client, i: client.get("s")),
    "SET": (b"redis.call('SET', 's', i)", lambda client, i: client.set("s", i)),
    "INCR": (b"redis.call('INCR', 'n')", lambda client, i: client.incr("n")),
    "HGET": (b"redis.call('HGET', 'h', 'f')", lambda client, i: client.hget("h", "f")),
    "HSET": (b"redis.call('HSET', 'h', 'f', i)", lambda client, i: client.hset("h", "f", str(i))),
    "LRANGE": (b"redis.call('LRANGE', 'l', 0, 9)", lambda client, i: client.lrange("l", 0, 9)),
}
_FRESH = b"redis.call('SET', 'fresh:' .. i, i)"


def bench_remote_local() -> None:
    """Microseconds a command, by turns."""
    title(f"--local, microseconds a command ({_COUNT} commands a script, on a unix socket)")
    for server in found_servers():
        if server.flavor is None:
            continue
        with running(server) as socket, tempfile.TemporaryDirectory() as folder:
            _on_server(str(server), socket, Path(folder))


def _on_server(server: str, socket: str, folder: Path) -> None:
    with redis.Redis(unix_socket_path=socket) as client:
        client.rpush("l", *range(10))
        ours = theirs = 0.0
        for name, (line, call) in _CALLS.items():
            here = there = 1e9
            for _ in range(_ROUNDS):  # by turns, so that both have the same machine
                here = min(here, _debugged(line, socket, folder))
                there = min(there, _plain(client, call))
            row(f"{name} on {server}", f"{here:.0f} µs", f"redis-py {there:.0f} µs, {here / there:.2f}x")
            ours, theirs = ours + here, theirs + there
    row(f"per command on {server}", f"{ours / theirs:.2f}x redis-py", "<= 1.6x", ok=ours / theirs <= 1.6)
    fresh = _debugged(_FRESH, socket, folder, count=200)
    row(f"first write to a key on {server}", f"{fresh:.0f} µs", "kept on disk before it")


def _debugged(line: bytes, socket: str, folder: Path, *, count: int = _COUNT) -> float:
    """Microseconds a turn of a loop takes, less what the same loop takes with one turn."""
    return (_session(line, socket, folder, count) - _session(line, socket, folder, 1)) / (count - 1) * 1e6


def _session(line: bytes, socket: str, folder: Path, count: int) -> float:
    script = Script(b"for i = 1, %d do %b end" % (count, line), SourceMap("bench.lua"))
    store = LiveStore(ServerStore(f"unix://{socket}"), folder)
    server = ScriptServer(store.flavor, store, limits=Limits(seconds=60))
    session = Session(LiveBackend(server, lambda: script, [], [], RunOptions()), lambda pattern, key: False)
    session.stop_on_entry = False
    session.load()
    start = time.perf_counter()
    session.start()
    (end,) = session.events()
    elapsed = time.perf_counter() - start
    assert isinstance(end, Ended)
    assert end.report.problem is None
    store.close()
    return elapsed


def _plain(client: redis.Redis, call: Callable[[redis.Redis, int], object]) -> float:
    start = time.perf_counter()
    for number in range(_COUNT):
        call(client, number)
    return (time.perf_counter() - start) / _COUNT * 1e6
