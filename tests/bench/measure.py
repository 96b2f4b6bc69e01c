"""Timing things side by side."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

__all__ = ["Process", "best_of", "process", "row", "taken", "title"]


def best_of(run: Callable[[], object], *, rounds: int = 7) -> float:
    """Seconds of the quickest of several runs, after one that does not count."""
    run()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


@dataclass(frozen=True)
class Process:
    """A whole process: median wall time in milliseconds, peak memory in MiB."""

    milliseconds: float
    mebibytes: float


def taken(arguments: Sequence[str], *, check: bool = True) -> float:
    """Seconds of a whole process.

    Its output is read: where there is none to read, a run with a time limit looks only now and then whether it has
    ended, up to 50 ms late.
    """
    start = time.perf_counter()
    subprocess.run(arguments, check=check, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    return time.perf_counter() - start


def process(arguments: Sequence[str], *, rounds: int = 11) -> Process:
    """Run a command several times."""
    times = [taken(arguments) * 1000 for _ in range(rounds + 1)][1:]
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=-3, stderr=-3);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    told = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, check=True, timeout=60)
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    return Process(statistics.median(times), int(told.stdout) / unit)


def title(text: str) -> None:
    """Begin a part of the report."""
    print(f"\n{text}")


def row(what: str, measured: str, asked: str = "", *, ok: bool | None = None) -> None:
    """One line: what, the figure, the figure asked."""
    verdict = "" if ok is None else ("ok" if ok else "MISSED")
    print(f"  {what:<52} {measured:>22}   {asked:<22} {verdict}".rstrip())
