"""A script that runs on a real server, debugged by the server's own debugger; the engine decides at every stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from ldbpy.backends.commands import is_command
from ldbpy.backends.ldb.capabilities import WAY_OUT, capabilities_of
from ldbpy.backends.ldb.dialect import Dialect, dialect_of
from ldbpy.backends.ldb.driver import Driver, Mode, RedirectedError
from ldbpy.backends.ldb.functions import as_script
from ldbpy.backends.ldb.looking import Looker
from ldbpy.backends.ldb.places import Places
from ldbpy.backends.ldb.running import Runner
from ldbpy.backends.ldb.stand import Stand
from ldbpy.engine.backend import Capabilities, Evaluation, Listener, Program, Scopes
from ldbpy.errors import BackendError, SessionError, UnsupportedOperationError, UsageError
from ldbpy.flavors import Flavor
from ldbpy.lua.probe import names_in
from ldbpy.model.changes import KeyChange, KeyState
from ldbpy.model.debugging import Frame, Page
from ldbpy.model.runs import RunReport
from ldbpy.script.lines import LineIndex
from ldbpy.script.source import Script
from ldbpy.store.server import MOST_REDIRECTIONS, Nodes, ServerStore

__all__ = ["LdbBackend", "LdbOptions"]


class LdbOptions(NamedTuple):
    """How a script is debugged on a server."""

    sync: bool = False
    """In the server itself, which serves nobody else meanwhile; changes are kept."""
    read_only: bool = False
    """As EVAL_RO."""
    function: str | None = None
    """The script is a library, and this function of it is called."""
    patience: float = 30.0
    """Seconds an answer of the debugger may take."""


class LdbBackend:
    """Debugs a script on a server.

    ``read`` gives the script, again for every run.
    """

    def __init__(
        self,
        store: ServerStore,
        read: Callable[[], Script],
        keys: Sequence[bytes],
        args: Sequence[bytes],
        options: LdbOptions | None = None,
    ) -> None:
        self._nodes: Final = Nodes(store)
        self._store = store
        self._read: Final = read
        self._keys: Final = tuple(keys)
        self._args: Final = tuple(args)
        self._options: Final = options or LdbOptions()
        self.dialect: Final[Dialect] = dialect_of(store.product, store.version)
        self.mode: Final = Mode.SYNC if self._options.sync else Mode.FORKED
        self.tracks_lines = False
        """See ``Backend``. The server does not tell what it passes by."""
        self._script: Script | None = None
        self._sent = b""
        self._places: Places | None = None
        self._driver: Driver | None = None
        self._runner: Runner | None = None
        self._looker: Looker | None = None
        self._before: dict[bytes, KeyState | None] = {}

    @property
    def capabilities(self) -> Capabilities:
        """See ``Backend``."""
        return capabilities_of(self.dialect, self.mode)

    @property
    def flavor(self) -> Flavor:
        """See ``Backend``."""
        return self._store.flavor

    # -- the script

    def script(self) -> Script:
        """See ``Backend``."""
        return self._script or self._read()

    def load(self) -> Program:
        """See ``Backend``."""
        script = self._read()
        if not self.dialect.runs_empty_scripts and not script.body.strip(b"\r\n"):
            raise UnsupportedOperationError(
                f"an empty script crashes the debugger of {self.dialect.servers}: it is not sent", hint=WAY_OUT
            )
        function = self._options.function
        self._sent = script.body if function is None else as_script(script.body, function.encode())
        self._places = Places(self._sent)
        self._script = script
        lines = LineIndex(script.body)
        return Program(script.source_map, tuple(lines.text(number) for number in range(1, len(lines) + 1)))

    def statement_at(self, line: int) -> tuple[int, int] | None:
        """See ``Backend``. The server stops at lines, so a statement's number is its line."""
        assert self._places is not None
        found = self._places.stop_at(line)
        return None if found is None else (found, found)

    def statements_of(self, function: str) -> tuple[int, ...]:
        """See ``Backend``."""
        assert self._places is not None
        return self._places.first_lines(function)

    def is_command(self, name: str) -> bool:
        """See ``Backend``."""
        return is_command(self._store.table, name)

    def names_in(self, expression: str) -> tuple[bytes, ...]:
        """See ``Backend``."""
        names = names_in(expression.encode())
        if names is None:
            raise UsageError(f"{expression!r} is no expression of Lua")
        return names

    # -- running

    def run(self, listener: Listener) -> RunReport:
        """See ``Backend``."""
        asking = False
        for _ in range(MOST_REDIRECTIONS):
            try:
                return self._run_there(listener, asking=asking)
            except RedirectedError as error:
                if not self._nodes.entry.is_cluster:
                    raise error.refusal from None
                asking = error.redirection.is_once
                self._store = self._nodes.follow(error.redirection)
        raise BackendError(f"the nodes of the cluster send one in a circle, at last to {self._store.label}")

    def _run_there(self, listener: Listener, *, asking: bool) -> RunReport:
        """Run the script on the node that has its keys."""
        assert self._script is not None
        assert self._places is not None
        self._before = {key: self._store.peek(key) for key in self._keys}
        self._store.close()  # until it is needed again
        client = self._store.client()
        store, patience = self._store, self._options.patience
        driver = Driver(client, store.label, self.dialect, self.mode, patience=patience, run_id=store.run_id)
        self._driver = driver
        self._runner = runner = Runner(driver, self.dialect, self._places, listener, self._store.table)
        self._looker = Looker(driver, self.dialect, self._stand, tells_expiry=self._store.tells_expiry)
        runner.on_leaving = self._looker.handles.clear
        command = b"EVAL_RO" if self._options.read_only else b"EVAL"
        try:
            words = [command, self._sent, b"%d" % len(self._keys), *self._keys, *self._args]
            return runner.run(words, asking=asking)
        finally:
            driver.end()

    def finish(self, *, commit: bool) -> tuple[KeyChange, ...]:
        """See ``Backend``. What a forked script changed has gone with the fork."""
        if self.mode is Mode.FORKED:
            return ()
        try:
            return self._compared(self._store.peek)
        finally:
            self._store.close()

    def _compared(self, peek: Callable[[bytes], KeyState | None]) -> tuple[KeyChange, ...]:
        now = {key: peek(key) for key in self._before}
        return tuple(KeyChange(0, key, before, now[key]) for key, before in self._before.items() if before != now[key])

    def interrupt(self) -> None:
        """See ``Backend``."""
        if self._driver is not None:
            self._driver.interrupt()

    @property
    def statements(self) -> int:
        """See ``Backend``. How many stops there were, those included that the engine passed over."""
        return self._runner.stops if self._runner is not None else 0

    # -- looking

    def _stand(self) -> Stand:
        stand = self._runner.stand if self._runner is not None else None
        if stand is None:
            raise SessionError(
                "the script has run to its end", hint="the server tells of commands when they have run; restart"
            )
        return stand

    @property
    def _look(self) -> Looker:
        self._stand()
        assert self._looker is not None
        return self._looker

    def frames(self) -> tuple[Frame, ...]:
        """See ``Backend``."""
        return self._stand().frames()

    def function_of(self, frame: int) -> int:
        """See ``Backend``."""
        return self._stand().frame(frame).function

    def scopes(self, frame: int) -> Scopes:
        """See ``Backend``."""
        return self._look.scopes(frame)

    def elements(self, handle: int, start: int, count: int) -> Page:
        """See ``Backend``."""
        return self._look.elements(handle, start, count)

    def evaluate(self, expression: str, frame: int, *, whole: bool = False) -> Evaluation:
        """See ``Backend``."""
        return self._look.evaluate(expression, frame, whole=whole)

    def assign(self, target: str, expression: str, frame: int) -> Evaluation:
        """See ``Backend``."""
        return Evaluation(error=b"the server's debugger cannot set variables")

    def keys(self) -> Sequence[tuple[bytes, KeyState | None]]:
        """See ``Backend``."""
        return [(key, self.peek(key)) for key in self._keys]

    def executed(self) -> frozenset[int] | None:
        """See ``Backend``."""
        return None

    def peek(self, key: bytes) -> KeyState | None:
        """See ``Backend``."""
        return self._look.peek(key)

    def changes(self) -> tuple[KeyChange, ...]:
        """See ``Backend``. Of the declared keys: others are not known."""
        return self._compared(self.peek)
