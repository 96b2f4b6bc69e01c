"""Servers that cannot: busy with another script, or unable to copy themselves."""

from __future__ import annotations

import os
import resource
import shlex
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ldbpy.targets.private import private_server
from tests.cli.program import ldbpy
from tests.servers.found import Found, found_servers, running
from tests.servers.wire import WireClient

_SOMEBODY = 54321
"""A user who has no other processes."""
SERVERS = pytest.mark.parametrize("server", found_servers(), ids=str)


@contextmanager
def _busy(server: Found) -> Iterator[str]:
    """A server that runs somebody's endless script; its URL."""
    with running(server, "--lua-time-limit", "1") as path, WireClient(path) as client, WireClient(path) as other:
        client.send([b"EVAL", b"while true do end", b"0"])
        while not str(other.call("PING")).startswith("ErrorReply"):
            pass
        yield f"unix://{path}"


@SERVERS
def test_busy_server(server: Found) -> None:
    """Its own word, what to do, and that it helps; told at once, since nothing of ours has begun."""
    with _busy(server) as url:
        for words in (["eval"], ["debug", "--batch"], ["debug", "--local", "--batch"]):
            start = time.monotonic()
            ran = ldbpy(*words, "-e", "return 1", "-t", url)
            assert time.monotonic() - start < 10
            assert ran.code == 4, ran.text + ran.talk
            assert "BUSY" in ran.text + ran.talk
            assert "another script is running there: ldbpy script kill stops one that has not written" in (
                ran.text + ran.talk
            )
        assert ldbpy("script", "kill", "-t", url).code == 0
        assert ldbpy("eval", "-e", "return 1", "-t", url).code == 0


@contextmanager
def _without_forks(server: Found, folder: Path) -> Iterator[str]:
    """A server whose system lets it make no more processes; its URL.

    The limit does not hold for root, who makes it run as somebody else, with as many threads as it needs to start.
    """
    if os.geteuid() != 0:
        with _started(server.binary) as (url, pid):
            resource.prlimit(pid, resource.RLIMIT_NPROC, (0, 0))
            yield url
        return
    binary = folder / "server"
    with _started(_as_somebody_else(binary, server, "")) as (_, pid):
        threads = len(os.listdir(f"/proc/{pid}/task"))
    with _started(_as_somebody_else(binary, server, f"prlimit --nproc={threads}:{threads}")) as (url, _):
        yield url


def _as_somebody_else(binary: Path, server: Found, prefix: str) -> Path:
    """A program that is the server under another user, in a folder that it can write to."""
    binary.write_text(
        "#!/bin/sh\nbefore=\n"
        f'for word in "$@"; do [ "$before" = --dir ] && chown {_SOMEBODY} "$word"; before=$word; done\n'
        f"exec {prefix} setpriv --reuid={_SOMEBODY} --regid={_SOMEBODY} --clear-groups "
        f'{shlex.quote(str(server.binary))} "$@"\n'
    )
    binary.chmod(binary.stat().st_mode | stat.S_IXUSR)
    return binary


@contextmanager
def _started(binary: Path) -> Iterator[tuple[str, int]]:
    with private_server(binary) as url, WireClient(url.removeprefix("unix://")) as client:
        info = client.call("INFO", "server")
        assert isinstance(info, bytes)
        yield url, int(info.partition(b"process_id:")[2].split()[0])


@SERVERS
@pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("setpriv") is None, reason="needs Linux's limits of processes, and setpriv"
)
def test_server_that_cannot_fork(server: Found, tmp_path: Path) -> None:
    """The exact reason and the way out; the script has not run."""
    with _without_forks(server, tmp_path) as url:
        code = "redis.call('SET', 'ran', 1)\nreturn 1"
        ran = ldbpy("debug", "-e", code, "-t", url, "--batch", "--ex", "c")
        assert ran.code == 4, ran.text + ran.talk
        told = ran.text + ran.talk
        assert "Fork() failed" in told
        assert "--local" in told
        with WireClient(url.removeprefix("unix://")) as client:
            assert client.call("EXISTS", "ran") == 0
        state = {"XDG_STATE_HOME": str(tmp_path)}
        ran = ldbpy("debug", "-e", code, "-t", url, "--local", "--batch", "--ex", "c", env=state)
        assert ran.code == 0, ran.text + ran.talk
