"""The linter: whole processes, beside luacheck on the same files in the same run."""

from __future__ import annotations

import compileall
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import ldbpy as ldbpy_package
from tests.bench.measure import process, row, taken, title

__all__ = ["bench_lint"]

_SCRIPTS = Path(__file__).parent.parent / "unit" / "script" / "scripts"
_FILES, _LINES, _LONG = 300, 60, 20_000
_GLOBALS = ["redis", "KEYS", "ARGV", "cjson", "cmsgpack", "struct", "bit"]
_LDBPY = str(Path(sys.executable).parent / "ldbpy")


def bench_lint() -> None:
    """Milliseconds and memory of cold and warm runs."""
    title(f"ldbpy lint, every rule on: {_FILES} files with {_FILES * _LINES:,} lines (quickest of 7, in turn)")
    compileall.compile_dir(Path(ldbpy_package.__file__).parent, quiet=1)  # as an installation does
    with tempfile.TemporaryDirectory() as folder:
        scripts = Path(folder) / "scripts"
        _write_files(scripts)
        cache = f"--cache-dir={folder}/cache"
        lint = [_LDBPY, "lint", "--isolated", "--exit-zero", "--format", "concise"]
        _many([*lint, "--select", "all", str(scripts)], cache)
        one = min(scripts.iterdir())
        _told("one file, the usual rules, nothing kept", [*lint, "--no-cache", str(one)], 90)
        long = Path(folder) / "long.lua"
        long.write_text("\n".join(_long()) + "\n")
        found = process([*lint, "--no-cache", str(long)], rounds=3)
        is_ok = found.milliseconds <= 1500 and found.mebibytes <= 190
        told = f"{found.milliseconds:.0f} ms, {found.mebibytes:.0f} MiB"
        row(f"one of {len(long.read_text().splitlines()):,} lines", told, "<= 1500 ms, 200 MB", ok=is_ok)


def _told(what: str, arguments: Sequence[str], limit: int) -> None:
    found = process(arguments)
    told = f"{found.milliseconds:.0f} ms, {found.mebibytes:.0f} MiB"
    row(what, told, f"<= {limit} ms", ok=found.milliseconds <= limit)


def _many(lint: list[str], cache: str) -> None:
    """Cold, warm and luacheck in turn, so that a slow moment of the machine meets all."""
    peer = shutil.which("luacheck")
    luacheck = [peer or "", "--no-cache", "--globals", *_GLOBALS, "--", lint[-1]]
    cold, warm, theirs = [], [], [float("inf")]
    taken([*lint, cache])
    for _ in range(7):
        cold.append(taken([*lint, "--no-cache"]) * 1000)
        warm.append(taken([*lint, cache]) * 1000)
        if peer is not None:
            theirs.append(taken(luacheck, check=False) * 1000)
    if peer is None:
        row("luacheck", "not installed")
    else:
        row("luacheck", f"{min(theirs):.0f} ms")
    for what, times, limit in (("nothing kept", cold, 1.0), ("all kept", warm, 0.5)):
        ratio = min(times) / min(theirs)
        told = f"ratio {ratio:.2f}, <= {limit}" if peer is not None else ""
        row(what, f"{min(times):.0f} ms", told, ok=ratio <= limit if peer is not None else None)


# -- scripts to lint


def _write_files(folder: Path) -> None:
    folder.mkdir()
    parts = _parts()
    for number in range(_FILES):
        names: list[str] = []
        lines = [f"-- Script {number}."]
        while len(lines) < _LINES - 16:  # the last one goes beyond that, on average as far as to be _LINES long
            names.append(f"part_{len(names)}")
            lines += [f"local function {names[-1]}()", *next(parts), "end"]
        lines.append(f"return {{{', '.join(f'{name}()' for name in names)}}}")
        (folder / f"script_{number:03}.lua").write_text("\n".join(lines) + "\n")


def _parts() -> Iterator[list[str]]:
    """Realistic scripts without end, in an order that is always the same."""
    rng = random.Random(20261120)
    scripts = [path.read_text().splitlines() for path in sorted(_SCRIPTS.glob("*.lua"))]
    while True:
        yield rng.choice([script for script in scripts if not script[0].startswith("#!")])


def _long() -> list[str]:
    lines: list[str] = []
    for number, body in enumerate(_parts()):
        if len(lines) > _LONG:
            return lines
        lines += ["do", f"local function part_{number}()", *body, "end", f"part_{number}()", "end"]
    return lines
