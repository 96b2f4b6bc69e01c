"""Scripts at random on a live server: undone they leave no trace, committed what a plain EVAL leaves."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final

from ldbpy.lua.limits import Limits
from ldbpy.model.runs import RunReport
from ldbpy.script.source import Script
from ldbpy.store.server import ServerStore
from ldbpy.store.undo import LiveStore
from ldbpy.targets.run_options import RunOptions
from ldbpy.targets.script_server import ScriptServer
from tests.backends.places import dataset
from tests.backends.random_writes import DATABASES, fill, random_script
from tests.servers.fixtures import RealServer

_UNDONE: Final = 40
_COMMITTED: Final = 25


class _Runs:
    """Scripts one after the other, with one store."""

    def __init__(self, server: RealServer, folder: Path) -> None:
        self.store = LiveStore(ServerStore(server.url, timeout=10), folder)
        self._server = ScriptServer(self.store.flavor, self.store, limits=Limits(seconds=20))

    def run(self, source: bytes, *, commit: bool) -> RunReport:
        savepoint = self.store.savepoint()
        report = self._server.run(Script(source), [], [], RunOptions())
        (self.store.release if commit else self.store.rollback)(savepoint)
        return report


def _all(server: RealServer) -> list[dict[bytes, object]]:
    return [dataset(server, db=db) for db in DATABASES]


def test_random_scripts_leave_no_trace(every_server: RealServer, tmp_path: Path) -> None:
    """Whatever they write, to keys of whatever type, in whatever database, and wherever they fail."""
    runs = _Runs(every_server, tmp_path)
    with every_server.client() as client:
        fill(client)
        before = _all(every_server)
        for seed in range(_UNDONE):
            source = random_script(random.Random(seed), sure=False)
            runs.run(source, commit=False)
            assert runs.store.left == (), (seed, source.decode("latin-1"))
            assert _all(every_server) == before, (seed, source.decode("latin-1"))
    runs.store.close()
    assert not list(tmp_path.iterdir())


def test_random_scripts_committed_are_as_a_plain_eval(every_server: RealServer, tmp_path: Path) -> None:
    """The same data, and the same reply."""
    runs = _Runs(every_server, tmp_path)
    with every_server.client() as client:
        for seed in range(_COMMITTED):
            source = random_script(random.Random(seed), sure=True)
            fill(client)
            reply = client.call("EVAL", source, 0)
            expected = _all(every_server)
            fill(client)
            report = runs.run(source, commit=True)
            assert _all(every_server) == expected, (seed, source.decode("latin-1"))
            assert type(report.reply) is type(reply), (seed, source.decode("latin-1"))
    runs.store.close()
    assert not list(tmp_path.iterdir())
