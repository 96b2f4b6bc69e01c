"""The debugger: what it costs to run under it, to step and to pause, beside the servers' own."""

from __future__ import annotations

import subprocess
import sys
import time

from ldbpy.engine.breakpoints import CommandPlace, LinePlace
from ldbpy.engine.conditions import Condition
from ldbpy.engine.session import Session
from ldbpy.engine.stops import StepKind
from tests.bench.measure import row, taken, title
from tests.engine.walker import arrive, opened, step
from tests.servers.found import found_servers, running
from tests.servers.wire import WireClient

__all__ = ["bench_debugger"]

_TURNS = 300_000
_LOOP = b"""local s = 0
local n = tonumber(ARGV[1])
for i = 1, n do
  s = s + i
  s = s % 1000003
end
if s < 0 then
  s = 0
end
return s"""
_LINES = 3  # that run in each turn: the two statements and the head of the loop
_NEVER = 8


def bench_debugger() -> None:
    """Nanoseconds a line, microseconds a step, milliseconds to a pause."""
    title("under the debugger")
    plain = _plain()
    armed = _continue(LinePlace("", _NEVER, 0))
    row("a line without a debugger", f"{plain:.1f} ns")
    row("a line, one breakpoint that is never met", f"{armed:.1f} ns", f"{armed / plain:.1f}x without a debugger")
    for server in found_servers():
        if server.flavor is None:
            continue
        with running(server) as socket:
            theirs = _ldb(socket)
        ratio = armed / theirs
        row(f"a line in the debugger of {server}", f"{theirs:.1f} ns", f"ratio {ratio:.2f}, <= 0.4", ok=ratio <= 0.4)
    visit = (_continue(LinePlace("", 4, 0), Condition("i < 0", (b"i",))) - armed) * _LINES / 1000
    row("a visit of a breakpoint whose condition fails", f"{visit:.2f} µs", "<= 0.3 µs", ok=visit <= 0.3)
    told = _steps()
    row("a step asked for from another thread", f"{told:.0f} µs", "waking it included")
    batch = _batch_steps()
    row("a step in batch mode, told", f"{batch:.0f} µs", "<= 150 µs", ok=batch <= 150)
    pause = _pause()
    row("from asking for a pause to the stop", f"{pause:.2f} ms", "<= 5 ms", ok=pause <= 5)
    memory = _memory()
    row("the process that recorded 10^6 lines, 10^5 commands", f"{memory:.0f} MiB", "<= 150 MB", ok=memory <= 143)


def _plain() -> float:
    with opened(_LOOP, args=(b"%d" % _TURNS,)) as session:
        server = session.backend._server  # type: ignore[attr-defined]
        return _best(lambda: server.call([b"EVAL", _LOOP, b"0", b"%d" % _TURNS])) / _TURNS / _LINES * 1e9


def _best(run: object) -> float:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        run()  # type: ignore[operator]
        times.append(time.perf_counter() - start)
    return min(times)


def _continue(place: LinePlace, condition: Condition | None = None) -> float:
    """Nanoseconds a line from the entry to the end."""
    times = []
    for _ in range(5):
        with opened(_LOOP, args=(b"%d" % _TURNS,)) as session:
            session.load()
            found = session.backend.statement_at(place.line)
            assert found is not None
            session.breakpoints.add(LinePlace("", place.line, found[0]), condition=condition)
            session.start()
            arrive(session)
            start = time.perf_counter()
            assert step(session, StepKind.CONTINUE) is None
            times.append(time.perf_counter() - start)
    return min(times) / _TURNS / _LINES * 1e9


def _ldb(socket: str) -> float:
    """The same in a server's own debugger."""
    times = []
    for _ in range(3):
        with WireClient(socket, timeout=60) as client:
            client.call("CONFIG", "SET", "lua-time-limit", "60000")
            client.call("SCRIPT", "DEBUG", "YES")
            client.send([b"EVAL", _LOOP, b"0", b"%d" % _TURNS])
            client.read()
            client.send([b"break", b"%d" % _NEVER])
            client.read()
            start = time.perf_counter()
            client.send([b"continue"])
            client.read()
            times.append(time.perf_counter() - start)
    return min(times) / _TURNS / _LINES * 1e9


def _steps() -> float:
    """Microseconds from one stop to the next."""
    with opened(_LOOP, args=(b"1000",)) as session:
        session.start()
        arrive(session)
        start, count = time.perf_counter(), 1
        while step(session, StepKind.STEP_IN) is not None:
            count += 1
        return (time.perf_counter() - start) / count * 1e6


def _batch_steps() -> float:
    """Microseconds a step of ``ldbpy debug --batch``, what it takes to start left out."""
    command = [sys.executable, "-m", "ldbpy", "debug", "--batch", "-e", _LOOP.decode(), "--arg", "1000000"]
    times = {steps: [float("inf")] for steps in (1, 2001)}
    for steps in (1, 2001) * 5:  # in turn; the quickest of each, for a process takes now longer, now shorter to start
        times[steps].append(taken([*command, "--ex", f"s {steps}"]))
    return (min(times[2001]) - min(times[1])) / 2000 * 1e6


def _pause() -> float:
    """Milliseconds until a script that runs for ever has stopped."""
    times = []
    for _ in range(10):
        with opened(b"local n = 0 while true do n = n + 1 end") as session:
            session.start()
            arrive(session)
            session.resume(StepKind.CONTINUE)
            time.sleep(0.02)
            start = time.perf_counter()
            session.pause()
            assert arrive(session) is not None
            times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2] * 1000


_RECORDED = b"""for i = 1, 100000 do
  redis.call('SET', KEYS[1], i)
  local a = i
  a = a + 1
  a = a + 1
  a = a + 1
  a = a + 1
  a = a + 1
  a = a + 1
end"""


def _memory() -> float:
    """MiB that the whole process of such a run takes at most."""
    code = "import resource; from tests.bench.debugger import record; record(); print(resource.getrusage(0).ru_maxrss)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return float(told.stdout) / 1024


def record() -> Session:
    """Run a script of a million lines and a hundred thousand commands, recorded."""
    with opened(_RECORDED, keys=(b"k",)) as session:
        session.breakpoints.add(CommandPlace("nosuch"))
        session.start()
        arrive(session)
        assert step(session, StepKind.CONTINUE) is None
        assert len(session.recording.commands) == 100_000
        return session
