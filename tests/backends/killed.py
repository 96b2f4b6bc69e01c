"""``python -m tests.backends.killed URL FOLDER``: sessions with --local that are killed as by ``kill -9``.

For each line it is given, ``NUMBER MOMENT``, it runs the script in a process of its own, which ends just before its
so many'th write is sent, or when it was sent and before there is an answer. Tells ``killed``, or ``ended`` if the
script wrote less.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ldbpy.lua.limits import Limits
from ldbpy.resp import Reply
from ldbpy.script.source import Script
from ldbpy.store.server import ServerClient, ServerStore
from ldbpy.store.undo import LiveStore
from ldbpy.targets.run_options import RunOptions
from ldbpy.targets.script_server import ScriptServer
from tests.backends.random_writes import random_script

__all__ = ["SEED"]

SEED = 11
_COMMANDS = 16


def _die(read: Callable[[], object] | None = None) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _armed(number: int, moment: str) -> Callable[..., list[Reply]]:
    """``ServerClient.transaction``, but fatal the so many'th time."""
    real, count = ServerClient.transaction, 0

    def transaction(
        client: ServerClient, commands: Sequence[bytes], raw: bytes = b"", known: Sequence[Reply] = ()
    ) -> list[Reply]:
        nonlocal count
        count += 1
        if count == number:
            if moment == "before":
                _die()
            client._read = _die  # type: ignore[method-assign,assignment]
        return real(client, commands, raw, known)

    return transaction


def _run(url: str, folder: Path) -> None:
    store = LiveStore(ServerStore(url, timeout=10), folder)
    server = ScriptServer(store.flavor, store, limits=Limits(seconds=20))
    savepoint = store.savepoint()
    source = random_script(random.Random(SEED), sure=False, commands=_COMMANDS)
    server.run(Script(source), [], [], RunOptions())
    store.rollback(savepoint)


def main(url: str, folder: str) -> None:
    """Read the lines."""
    for line in sys.stdin:
        number, moment = line.split()
        child = os.fork()
        if child == 0:
            ServerClient.transaction = _armed(int(number), moment)  # type: ignore[method-assign]
            _run(url, Path(folder))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else "ended", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
