"""The servers' own debugger, driven from here, beside a raw socket that says the same."""

from __future__ import annotations

import socket
import sys
import tempfile
import time
from pathlib import Path

from ldbpy.backends.ldb.dialect import dialect_of
from ldbpy.backends.ldb.driver import Driver, Mode
from ldbpy.store.server import ServerStore
from tests.bench.measure import row, taken, title
from tests.servers.found import found_servers, running

__all__ = ["bench_ldb"]

_STEPS = 2000
_ROUNDS = 5
_LOOP = b"""local s = 0
for i = 1, 1000000 do
  s = s + i
  s = s % 1000003
end
return s"""


def bench_ldb() -> None:
    """Microseconds a step."""
    title(f"the servers' own debugger, microseconds a step ({_STEPS} steps, on a unix socket)")
    for server in found_servers():
        if server.flavor is None:
            continue
        with running(server) as path:
            raw = driven = float("inf")
            for _ in range(_ROUNDS):  # by turns, so that both have the same machine
                raw, driven = min(raw, _raw(path)), min(driven, _driven(path))
            row(
                f"step, through our driver, {server}",
                f"{driven:.0f} µs",
                f"raw {raw:.0f} µs, {driven / raw:.1f}x, <= 4x",
                ok=driven <= 4 * raw,
            )
            for what, command in (("a line", ""), ("all at once", "s {}\n")):
                batch = _batch(path, command)
                told = f"step in a batch session, {what}, {server}"
                row(told, f"{batch:.0f} µs", "<= 250 µs", ok=batch <= 250)


def _raw(path: str) -> float:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.sendall(b"*3\r\n$6\r\nSCRIPT\r\n$5\r\nDEBUG\r\n$3\r\nYES\r\n")
        client.recv(65536)
        client.sendall(b"*3\r\n$4\r\nEVAL\r\n$%d\r\n%b\r\n$1\r\n0\r\n" % (len(_LOOP), _LOOP))
        client.recv(65536)
        start = time.perf_counter()
        for _ in range(_STEPS):
            client.sendall(b"*1\r\n$4\r\nstep\r\n")
            client.recv(65536)
        return (time.perf_counter() - start) / _STEPS * 1e6


def _driven(path: str) -> float:
    store = ServerStore(f"unix://{path}")
    store.close()
    driver = Driver(store.client(), store.label, dialect_of(store.product, store.version), Mode.FORKED, patience=20.0)
    try:
        driver.begin([b"EVAL", _LOOP, b"0"])
        start = time.perf_counter()
        for _ in range(_STEPS):
            driver.go(b"step")
        return (time.perf_counter() - start) / _STEPS * 1e6
    finally:
        driver.end()


def _batch(path: str, command: str) -> float:
    """Of ``ldbpy debug --batch`` without its start. ``command``: what makes so many steps; empty: a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        times = {steps: [float("inf")] for steps in (1, _STEPS + 1)}
        for steps in times:
            Path(folder, str(steps)).write_text(command.format(steps) or "step\n" * steps)
        program = [sys.executable, "-m", "ldbpy", "debug", "-t", f"unix://{path}", "--batch", "-e", _LOOP.decode()]
        for steps in list(times) * _ROUNDS:
            times[steps].append(taken([*program, "-x", f"{folder}/{steps}"]))
        few, many = (min(taken) for taken in times.values())
        return (many - few) / _STEPS * 1e6
