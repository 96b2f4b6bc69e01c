"""A server in this process: EVAL, SCRIPT, FUNCTION and FCALL on our runtime, everything else on the embedded store."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ldbpy.features import Feature
from ldbpy.flavors import Flavor
from ldbpy.lua.limits import Limits
from ldbpy.model.runs import RunReport
from ldbpy.resp import ErrorReply, Reply
from ldbpy.script.shebang import ShebangError, script_header
from ldbpy.script.source import Script
from ldbpy.store.memory import MemoryStore
from ldbpy.targets.run_options import RunOptions, Sending
from ldbpy.targets.script_server import ScriptServer

if TYPE_CHECKING:
    import random

    from ldbpy.targets.scripting import ServerClient

__all__ = ["EmbeddedServer"]

_EVAL_CACHE: Final = 500


class EmbeddedServer(ScriptServer[MemoryStore]):
    """One server: its data, the scripts and libraries it knows, its random numbers.

    ``clock`` gives microseconds since 1970; scripts are timed by the monotonic clock.
    """

    def __init__(
        self,
        flavor: Flavor,
        *,
        limits: Limits | None = None,
        clock: Callable[[], int] = lambda: time.time_ns() // 1000,
        rng: random.Random | None = None,
    ) -> None:
        super().__init__(flavor, MemoryStore(flavor, clock=clock, rng=rng), limits=limits)
        self._scripts: Final[dict[bytes, Script]] = {}
        self._evaluated: Final[OrderedDict[bytes, None]] = OrderedDict()
        self._unsettled: Final[list[tuple[Script, bool]]] = []
        self._own: ServerClient | None = None

    @property
    def description(self) -> str:
        """What it is, for people."""
        return f"{self.flavor.name}, embedded"

    def notes(self, keys: Sequence[bytes]) -> Sequence[str]:
        """See ``Target``: there is nothing."""
        return ()

    def call(self, argv: list[bytes]) -> Reply:
        """Run a command on the server's own connection, which stays: its database is where scripts run, too."""
        if self._own is None:
            self._own = self.client()
        return self._own.call(argv)

    def close(self) -> None:
        """There is nothing to close."""

    # -- the script cache

    def script(self, sha1: bytes) -> Script | None:
        """The script known by that SHA1, in any case."""
        self._settle()
        return self._scripts.get(sha1.lower())

    def remember(self, script: Script, *, evaluated: bool) -> None:
        """Know a script from now on. Newer servers forget what was only evaluated once there is too much of it."""
        self._unsettled.append((script, evaluated))

    def _settle(self) -> None:
        """Enter the scripts remembered since the last time under their SHA1, which a one-shot run never needs."""
        for script, evaluated in self._unsettled:
            sha1 = script.sha1.encode()
            known = sha1 in self._scripts
            self._scripts[sha1] = script
            if not evaluated:
                self._evaluated.pop(sha1, None)
            elif Feature.EVAL_CACHE_LIMIT in self.flavor.features and (not known or sha1 in self._evaluated):
                self._evaluated[sha1] = None
                self._evaluated.move_to_end(sha1)
                if len(self._evaluated) > _EVAL_CACHE:
                    self._scripts.pop(self._evaluated.popitem(last=False)[0], None)
        self._unsettled.clear()

    def no_script(self) -> ErrorReply:
        """The answer to the SHA1 of a script that is not known."""
        short = Feature.SHORT_NOSCRIPT in self.flavor.features
        return ErrorReply(b"NOSCRIPT No matching script." + (b"" if short else b" Please use EVAL."))

    def forget_scripts(self) -> None:
        """SCRIPT FLUSH."""
        self._unsettled.clear()
        self._scripts.clear()
        self._evaluated.clear()

    def check(self, script: Script) -> ErrorReply | None:
        """Whether a script could be loaded: the error if not."""
        try:
            header = script_header(script.body, self.flavor)
        except ShebangError as error:
            return ErrorReply(b"ERR " + error.message)
        return self.runtime.check(script, header)

    # -- running

    def run(
        self,
        script: Script,
        keys: Sequence[bytes],
        args: Sequence[bytes],
        options: RunOptions,
        *,
        db: int | None = None,
    ) -> RunReport:
        """See ``ScriptServer``; by its SHA1 only what is known."""
        if options.sending is Sending.SHA and self.script(script.sha1.encode()) is None:
            return RunReport(self.no_script())
        return super().run(script, keys, args, options, db=self._database(db))

    def call_function(
        self, name: bytes, keys: Sequence[bytes], args: Sequence[bytes], options: RunOptions, *, db: int | None = None
    ) -> RunReport:
        """See ``ScriptServer``."""
        return super().call_function(name, keys, args, options, db=self._database(db))

    def _database(self, db: int | None) -> int | None:
        """Where a script begins that was not told so: where the server's own connection is."""
        return self._own.db.index if db is None and self._own is not None else db

    # -- clients

    def client(self, *, db: int = 0, resp: int = 2) -> ServerClient:
        """A new connection."""
        from ldbpy.targets.scripting import ServerClient  # a script on its own needs none

        return ServerClient(self, db=db, resp=resp)
