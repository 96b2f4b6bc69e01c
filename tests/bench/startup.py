"""Whole processes: from typing to the prompt coming back."""

from __future__ import annotations

import compileall
import sys
from pathlib import Path

import ldbpy as ldbpy_package
from tests.bench.measure import process, row, title

__all__ = ["bench_startup"]

_COMMANDS = "redis.call('SET', KEYS[1], 'v') redis.call('ZADD', KEYS[2], 1, 'm') return redis.call('GET', KEYS[1])"


def bench_startup() -> None:
    """Median milliseconds and peak memory of the whole process."""
    title("whole processes (median of 11), peak memory")
    compileall.compile_dir(Path(ldbpy_package.__file__).parent, quiet=1)  # as an installation does
    ldbpy = str(Path(sys.executable).parent / "ldbpy")
    for what, arguments, limit in (
        ("ldbpy --help", ["--help"], 100),
        ("ldbpy eval -e 'return 1'", ["eval", "-e", "return 1"], 120),
        ("ldbpy eval of a script with commands", ["eval", "-e", _COMMANDS, "a", "b"], 350),
    ):
        found = process([ldbpy, *arguments])
        told = f"{found.milliseconds:.0f} ms, {found.mebibytes:.0f} MiB"
        row(what, told, f"<= {limit} ms", ok=found.milliseconds <= limit)
    bare = process([sys.executable, "-c", "pass"])
    row("python -c pass, for comparison", f"{bare.milliseconds:.0f} ms, {bare.mebibytes:.0f} MiB")
