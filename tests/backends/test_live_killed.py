"""A session with --local that is killed at any of its writes: rolling back restores exactly what was there."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ldbpy.store.undo import left_behind
from tests.backends.places import dataset
from tests.backends.random_writes import DATABASES, fill
from tests.cli.program import ROOT, ldbpy
from tests.servers.fixtures import RealServer
from tests.servers.wire import WireClient


@contextmanager
def _killing(url: str, folder: Path) -> Iterator[Callable[[int, str], bool]]:
    """Runs the script up to a write, and kills it; whether there was such a write."""
    words = [sys.executable, "-m", "tests.backends.killed", url, str(folder)]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asks, tells = process.stdin, process.stdout

        def killed(number: int, moment: str) -> bool:
            asks.write(f"{number} {moment}\n")
            asks.flush()
            told = tells.readline().strip()
            assert told in ("killed", "ended")
            return told == "killed"

        try:
            yield killed
        finally:
            asks.close()
            process.kill()


def _all(server: RealServer) -> list[dict[bytes, object]]:
    return [dataset(server, db=db) for db in DATABASES]


def _connections(client: WireClient) -> int:
    told = client.call("CLIENT", "LIST")
    assert isinstance(told, bytes)
    return told.count(b"\n")


@pytest.mark.parametrize("moment", ["before", "sent"])
def test_killed_at_each_write(every_server: RealServer, tmp_path: Path, moment: str) -> None:
    """Just before it is sent, and before it is answered: ``ldbpy rollback`` puts everything back."""
    with every_server.client() as client, _killing(every_server.url, tmp_path) as killed:
        fill(client)
        before = _all(every_server)
        alone = _connections(client)
        for number in itertools.count(1):
            if not killed(number, moment):
                break
            while _connections(client) > alone:  # until the server has seen it end, and done what it had sent
                pass
            (path,) = left_behind(tmp_path)
            ran = ldbpy("rollback", str(path), "--yes")
            assert ran.code == 0, (number, ran.text, ran.talk)
            assert _all(every_server) == before, (number, ran.text)
            assert not list(tmp_path.iterdir())
        assert number > 10
        assert _all(every_server) == before
