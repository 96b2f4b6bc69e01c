"""``ldbpy lint`` where nobody reads to the end, the disk is full, and Ctrl-C comes in the middle."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.processes import in_shell
from tests.cli.program import fresh_environment

_SCRIPT = "".join(
    f"local a{each} = redis.call('GET', KEYS[1])\nif a{each} == nil then return 1 end\n" for each in range(90)
)
_LIMIT = 30.0
"""Seconds after which what was expected is taken not to come."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with as many scripts as several processes share."""
    for number in range(50):
        (tmp_path / f"script{number}.lua").write_text(f"{_SCRIPT}return {number}\n")
    return tmp_path


def _command(*args: str) -> list[str]:
    return [sys.executable, "-m", "ldbpy", "lint", *args, "."]


def _run(folder: Path, *args: str, largest: int | None = None) -> subprocess.CompletedProcess[bytes]:
    """Lint the folder; ``largest``: bytes that a file may have."""

    def limit() -> None:
        if largest is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    return subprocess.run(
        _command(*args),
        capture_output=True,
        check=False,
        timeout=_LIMIT,
        cwd=folder,
        env=fresh_environment(),
        preexec_fn=limit,
    )


def test_nobody_reads_to_the_end(folder: Path) -> None:
    """``| head``: no complaint, and the exit code of a program that wrote into a closed pipe."""
    told = in_shell('ldbpy | head -c 4; echo " ${PIPESTATUS[0]}"', "lint", "--no-cache", "-f", "concise", str(folder))
    assert (told.stdout, told.stderr) == (f"{str(folder)[:4]} 141\n".encode(), b"")


def test_closed_and_full(folder: Path) -> None:
    """What was closed is no fault, and what is full is told."""
    closed = in_shell("ldbpy >&- 2>&-; echo $?", "lint", "--no-cache", str(folder))
    assert (closed.stdout, closed.stderr) == (b"1\n", b"")
    full = in_shell("ldbpy >/dev/full; echo $?", "lint", "--no-cache", str(folder))
    assert full.stdout == b"2\n"
    assert full.stderr.splitlines()[-1] == b"error: cannot write the output: no space left on device"


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one processor does it alone")
def test_interrupted(folder: Path) -> None:
    """Ctrl-C ends it with one line, though several processes share the work."""
    with subprocess.Popen(
        _command("--no-cache"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=fresh_environment(),
        start_new_session=True,
    ) as process:
        shared = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        deadline = time.monotonic() + _LIMIT
        while not shared.read_text():
            assert time.monotonic() < deadline
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=_LIMIT)
        assert (process.returncode, out, err.strip()) == (130, b"", b"error: interrupted")


def test_cache_without_room(folder: Path) -> None:
    """Where nothing can be kept, what is found is the same, and nothing is left half written."""
    whole = _run(folder, "--no-cache")
    cramped = _run(folder, "--cache-dir", "kept", largest=1000)
    assert (cramped.returncode, cramped.stdout, cramped.stderr) == (whole.returncode, whole.stdout, whole.stderr)
    assert os.listdir(folder / "kept") == []
    (folder / "file").write_bytes(b"")
    refused = _run(folder, "--cache-dir", "file")
    assert (refused.returncode, refused.stdout, refused.stderr) == (whole.returncode, whole.stdout, whole.stderr)
