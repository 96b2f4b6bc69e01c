"""Runs ``ldbpy`` in a process of its own where signals, pipes and terminals matter."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.cli.program import ROOT, fresh_environment

__all__ = ["Terminal", "in_shell", "on_terminal", "started"]

_WAIT = 30.0
"""Seconds after which a wait ends that a broken test would make endless."""


@contextmanager
def started(*args: str, more: Mapping[str, str] | None = None, **streams: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs; killed at the end if it still does. ``more``: for its environment."""
    pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(
        [sys.executable, "-m", "ldbpy", *args], cwd=ROOT, env=fresh_environment(more), **{**pipes, **streams}
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def in_shell(line: str, *args: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a line of shell in which ``ldbpy`` stands for the program with those arguments."""
    return subprocess.run(
        ["bash", "-c", line.replace("ldbpy", '"$@"', 1), "bash", sys.executable, "-m", "ldbpy", *args],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_WAIT,
        check=False,
        env=fresh_environment(env),
    )


class Terminal:
    """What a process wrote to its terminal, and how it left it."""

    def __init__(self, text: str, code: int, *, left_as_found: bool) -> None:
        self.text = text
        self.code = code
        self.left_as_found = left_as_found

    @property
    def lines(self) -> list[str]:
        """The lines, colours included."""
        return self.text.replace("\r\n", "\n").splitlines()


def on_terminal(
    *args: str, env: Mapping[str, str] | None = None, signal_after: str | None = None, signal_number: int = 0
) -> Terminal:
    """Run it on a terminal. ``signal_after``: what it has to write before it is sent the signal."""
    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    process = subprocess.Popen(
        [sys.executable, "-m", "ldbpy", *args],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=fresh_environment({"TERM": "xterm-256color", **(env or {})}),
    )
    os.close(slave)
    try:
        text = b""
        while data := _read(master):
            text += data
            if signal_after is not None and signal_after.encode() in text:
                process.send_signal(signal_number)
                signal_after = None
        code = process.wait(_WAIT)
        return Terminal(text.decode("utf-8"), code, left_as_found=termios.tcgetattr(master) == before)
    finally:
        process.kill()
        process.wait(_WAIT)
        os.close(master)


def _read(master: int) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:  # nobody has the other end open any more
        return b""
