"""``redis.call`` in loops: the embedded server, fakeredis' own EVAL, real servers."""

from __future__ import annotations

from collections.abc import Callable

import fakeredis

from ldbpy.flavors import FLAVORS
from ldbpy.targets.embedded import EmbeddedServer
from tests.bench.measure import best_of, row, title
from tests.servers.found import found_servers, running
from tests.servers.wire import WireClient

__all__ = ["bench_calls"]

_COUNT = 5000
_LOOPS = {
    "SET": "for i = 1, tonumber(ARGV[1]) do redis.call('SET', KEYS[1], i) end",
    "GET": "for i = 1, tonumber(ARGV[1]) do redis.call('GET', KEYS[1]) end",
    "HINCRBY": "for i = 1, tonumber(ARGV[1]) do redis.call('HINCRBY', KEYS[2], 'f' .. i % 50, 1) end",
    "ZADD": "for i = 1, tonumber(ARGV[1]) do redis.call('ZADD', KEYS[3], i, 'm' .. i % 500) end",
}


def bench_calls() -> None:
    """Microseconds a call, in the same run."""
    title(f"redis.call, microseconds a call ({_COUNT} calls a script)")
    servers = [server for server in found_servers() if server.flavor is not None]
    for name, script in _LOOPS.items():
        ours = _microseconds(_embedded(script))
        peer = _microseconds(_fakeredis(script))
        row(f"{name}: embedded", f"{ours:.2f} µs")
        row(f"{name}: fakeredis' own EVAL", f"{peer:.2f} µs")
        row(f"{name}: ratio", f"{ours / peer:.2f}", "<= 0.7", ok=ours / peer <= 0.7)
        for server in servers:
            with running(server) as socket, WireClient(socket, timeout=60) as client:
                real = _microseconds(lambda: client.call("EVAL", script, 3, "s", "h", "z", _COUNT))  # noqa: B023
            row(f"{name}: {server}", f"{real:.2f} µs", f"embedded is {ours / real:.1f}x")


def _microseconds(run: Callable[[], object]) -> float:
    return best_of(run, rounds=5) / _COUNT * 1e6


def _embedded(script: str) -> Callable[[], object]:
    client = EmbeddedServer(FLAVORS["redis-8"]).client()
    argv = [b"EVAL", script.encode(), b"3", b"s", b"h", b"z", b"%d" % _COUNT]
    return lambda: client.call(argv)


def _fakeredis(script: str) -> Callable[[], object]:
    client = fakeredis.FakeRedis()
    return lambda: client.eval(script, 3, "s", "h", "z", _COUNT)
