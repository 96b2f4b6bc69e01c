"""A live server as a store for scripts that run here: their commands one by one, and what they change undone.

Other clients see every change at once, and what they do a script sees between two of its commands.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from ldbpy.errors import BackendError, LdbpyError, ServerRefusedError
from ldbpy.features import Feature
from ldbpy.flavors import Flavor
from ldbpy.model.changes import KeyChange, KeyState
from ldbpy.resp import ErrorReply, Reply, texts_in
from ldbpy.store.server import ServerClient, ServerStore, is_refusal, packed, refusal_hint, server_time
from ldbpy.store.undo.asking import AskingTable
from ldbpy.store.undo.client import LiveClient
from ldbpy.store.undo.images import KeyAt, names
from ldbpy.store.undo.journal import Journal, JournalHeader, read_journal, saved_commands
from ldbpy.store.undo.log import UndoLog
from ldbpy.store.undo.patience import Patience
from ldbpy.store.undo.rollback import Outcome, roll_back, told

__all__ = ["LiveSavepoint", "LiveStore"]


class LiveSavepoint:
    """The outermost: everything since can be put back. Those within only tell what changed."""

    def __init__(self, log: UndoLog, journal: Journal, *, outermost: bool) -> None:
        self.log: Final = log
        self.journal: Final = journal
        self.outermost: Final = outermost
        self.states: Final[dict[KeyAt, KeyState | None]] = {}
        """What keys held before the first write, for one further in."""


class LiveStore:
    """A server. Scripts' commands run on a connection of their own.

    ``folder``: where journals go. ``flavor``: the server a script shall meet, if it is not this one.
    ``may_last(told)``: asked before a command runs that cannot be undone.
    ``script``: what runs, for the journal.
    """

    frozen: int | None = None
    """The time in microseconds at which it stands still inside a script."""

    def __init__(
        self,
        server: ServerStore,
        folder: Path,
        *,
        flavor: Flavor | None = None,
        script: str = "",
        may_last: Callable[[str], bool] = lambda told: False,
    ) -> None:
        self.server: Final = server
        self.flavor: Final[Flavor] = flavor or server.flavor
        self.table: Final = AskingTable(server.table, lambda argv: self.ask(self._db, [argv])[0])
        self.left: tuple[KeyAt, ...] = ()
        """The keys the last rollback left alone, because others had written to them."""
        self.left_in: Path | None = None
        """The journal that still has them."""
        self.on_wait: Callable[[str], None] | None = None
        """Told when another client's script has to be waited for."""
        self._folder: Final = folder
        self._script: Final = script
        self._may_last: Final = may_last
        self._allowed: Final[set[str]] = set()
        self._client: Final = server.client()
        self._db = server.db
        self._resp = 2
        self._rested = False
        self._patience: Final = Patience(self._refused, self._wait_begins)
        self._ahead = 0.0
        self._savepoints: Final[list[LiveSavepoint]] = []
        self.close()

    @property
    def db(self) -> int:
        """The database scripts begin in."""
        return self.server.db

    @property
    def out_of_memory(self) -> bool:
        """The server itself refuses what does not fit."""
        return False

    def script_client(self, db: int) -> LiveClient:
        """See ``ScriptStore``. All share one connection: one script runs at a time."""
        return LiveClient(self, db)

    def close(self) -> None:
        """End the connections, until they are needed again."""
        self._client.close()
        self.server.close()

    def _wait_begins(self) -> None:
        if self.on_wait is not None:
            self.on_wait(f"{self.server.label} is busy with another client's script: waiting; Ctrl-C gives up")

    def interrupt(self) -> None:
        """End the wait for another client's script, if there is one. May be called from any thread."""
        self._patience.interrupt()

    # -- time

    def freeze(self) -> None:
        """Let time stand still for a script, where it does on this server.

        Raises:
            ServerRefusedError: a script of another client keeps the server busy: ours has not begun, so nobody waits.
        """
        self._patience.begin()
        self._patience.waits = False
        try:
            reply = self.ask(self.db, [[b"TIME"]])[0]
        finally:
            self._patience.waits = True
        self._ahead = server_time(reply) - time.monotonic() * 1000
        still = Feature.TIME_STANDS_STILL in self.flavor.features
        if still and isinstance(reply, list):
            seconds, micros = (int(part) for part in reply if isinstance(part, bytes))
            self.frozen = seconds * 1_000_000 + micros

    def thaw(self) -> None:
        """Let time go on."""
        self.frozen = None

    def now(self) -> int:
        """The server's time in microseconds since 1970, about."""
        return int((time.monotonic() * 1000 + self._ahead) * 1000)

    def _milliseconds(self) -> int:
        return self.now() // 1000

    # -- the connection

    def ask(self, db: int, commands: list[list[bytes]], resp: int = 2) -> list[Reply]:
        """Send commands at once, in that database and protocol; waits for another client's script to end.

        Raises:
            ConnectError: the connection was lost, or no answer came in time.
            ServerRefusedError: a script of another client keeps the server busy.
        """
        return self._patience.ask(lambda: self._ready(db, resp).pipeline(commands))

    def transact(
        self, db: int, commands: list[bytes], resp: int, raw: bytes = b"", known: Sequence[Reply] = ()
    ) -> list[Reply]:
        """The same for a transaction: see ``ServerClient``."""
        return self._patience.ask(lambda: self._ready(db, resp).transaction(commands, raw, known))

    def _ready(self, db: int, resp: int) -> ServerClient:
        """The connection, in that database and protocol."""
        client = self._client
        if self._rested:
            self._rested = False
            client.end_if_gone()  # by the server, which may have an idle one end: no harm between two commands
        if not client.is_open:
            client.connect()
            self._db, self._resp = client.db, 2
        if resp != self._resp:
            client.expect_resp3()
            self._set(client, [b"HELLO", b"%d" % resp])
            self._resp = resp
        if db != self._db:
            self._set(client, [b"SELECT", b"%d" % db])
            self._db = db
        return client

    def _set(self, client: ServerClient, command: list[bytes]) -> None:
        replies = self._patience.ask(lambda: client.pipeline([command]))
        if isinstance(replies[0], ErrorReply):
            raise self._refused(replies[0])

    def selected(self, db: int) -> None:
        """The script has selected another database."""
        self._db = db

    def _refused(self, reply: ErrorReply) -> ServerRefusedError:
        return ServerRefusedError(
            f"{self.server.label} refuses a command of the script: {told(reply)}", hint=refusal_hint(reply.message)
        )

    # -- commands

    def write(self, keys: Sequence[KeyAt], argv: list[bytes], db: int, resp: int) -> Reply:
        """Run a command that writes, keeping what it changes if a savepoint is open."""
        if not self._savepoints:  # in a transaction all the same, where nothing blocks
            *queued, done = self.transact(db, [packed(argv)], resp)
            return done[0] if isinstance(done, list) else queued[1]
        for savepoint in self._savepoints[1:]:
            for at in keys:
                if at not in savepoint.states:
                    savepoint.states[at] = self._peek(at)
        return self._savepoints[0].log.run(keys, argv, db, resp)

    def check(self, reply: ErrorReply) -> ErrorReply:
        """An error that is the script's own business.

        Raises:
            ServerRefusedError: it is none: the server, or this node of a cluster, is not there for the script.
        """
        if reply.code in _NOT_THE_SCRIPTS and is_refusal(reply.message):
            raise self._refused(reply)
        return reply

    def allow(self, name: str, why: str) -> None:
        """See to it that somebody wants a command that cannot be undone.

        Raises:
            ServerRefusedError: nobody does.
        """
        if not self._savepoints or name in self._allowed:
            return
        shown = name.replace("|", " ").upper()
        if not self._may_last(f"{shown} cannot be undone: {why}"):
            raise ServerRefusedError(
                f"the script calls {shown}, which cannot be undone: {why}",
                hint="--yes lets it run all the same",
            )
        self._allowed.add(name)

    def has_written(self, at: KeyAt) -> bool:
        """Whether the script has written to a key that may have to be put back."""
        return bool(self._savepoints) and at in self._savepoints[0].log.keys

    def keys_asked(self, argv: list[bytes], db: int) -> list[KeyAt]:
        """The keys of a command that our table does not know, as the server tells them."""
        reply = self.ask(db, [[b"COMMAND", b"GETKEYS", *argv]])[0]
        return [KeyAt(db, key) for key in texts_in(reply)]

    # -- undo

    def savepoint(self) -> LiveSavepoint:
        """See ``UndoStore``."""
        if self._savepoints:
            outer = self._savepoints[0]
            savepoint = LiveSavepoint(outer.log, outer.journal, outermost=False)
        else:
            savepoint = self._begin()
        self._savepoints.append(savepoint)
        return savepoint

    def _begin(self) -> LiveSavepoint:
        self.left, self.left_in = (), None
        server = self.server
        header = JournalHeader(
            f"{server.product} {server.version}",
            server.label,
            server.db,
            self._script,
            time.strftime("%Y-%m-%d %H:%M:%S"),
            server.is_url_safe,
            server.run_id,
        )
        journal = Journal(self._folder, header)
        log = UndoLog(
            self.ask, self.transact, journal, self._peek, self._milliseconds, tells_expiry=server.tells_expiry
        )
        return LiveSavepoint(log, journal, outermost=True)

    def settle(self) -> None:
        """The script comes to stand still: what others change from now on is not its doing.

        Raises:
            BackendError: the server does not tell what its keys hold.
        """
        if self._savepoints:
            self._savepoints[0].log.settle()
        self._rested = True
        self._patience.renew()

    def release(self, savepoint: LiveSavepoint) -> None:
        """See ``UndoStore``."""
        self._end(savepoint)
        if savepoint.outermost:
            savepoint.journal.remove()

    def has_changed(self, savepoint: LiveSavepoint) -> bool:
        """Whether anything was written since."""
        return bool(savepoint.log.keys)

    def left_text(self) -> str | None:
        """What to tell of the keys that the last rollback left alone; None if there are none."""
        if not self.left:
            return None
        told = f"not rolled back, because others have written to them meanwhile: {names(self.left)}"
        return f"{told}; `ldbpy rollback --force {self.left_in}` puts them back all the same"

    def rollback(self, savepoint: LiveSavepoint) -> None:
        """See ``UndoStore``. Keys that others have written to are left alone: ``left`` tells which.

        Raises:
            BackendError: it cannot be done; the message names the keys and the journal that has them.
        """
        assert savepoint.outermost, "only the outermost savepoint can be rolled back"
        self._end(savepoint)
        log, journal = savepoint.log, savepoint.journal
        if not log.keys:
            journal.remove()
            return
        try:
            outcome = self._put_back(log)
        except LdbpyError as error:
            raise self._not_put_back(error, log.keys, journal) from error
        self.left = outcome.left
        if not outcome.left and not outcome.refused:
            journal.remove()
            return
        self.left_in = self._keep_only(journal, (*outcome.left, *(at for at, _ in outcome.refused)))
        if outcome.refused:
            at, why = outcome.refused[0]
            refusal = ServerRefusedError(f"{self.server.label} does not take back {names([at])}: {why}")
            raise self._not_put_back(refusal, [at for at, _ in outcome.refused], journal)

    def _put_back(self, log: UndoLog) -> Outcome:
        def ask(commands: list[list[bytes]]) -> list[Reply]:
            try:
                if commands[0] == [b"MULTI"]:  # not again: what is watched is watched once
                    return self._ready(self._db, 2).pipeline(commands)
                return self.ask(self.db, commands)
            finally:
                self._db = -1  # they may have selected another

        return roll_back(ask, log.kept, tells_expiry=self.server.tells_expiry)

    def _keep_only(self, journal: Journal, keys: Sequence[KeyAt]) -> Path | None:
        """The journal, with those keys alone."""
        journal.close()
        if journal.path is None:
            return None
        left = read_journal(journal.path)
        try:
            left.put_back(each.at for each in left.kept if each.at not in keys)
        finally:
            left.close()
        return journal.path

    def _not_put_back(self, error: LdbpyError, keys: Sequence[KeyAt], journal: Journal) -> BackendError:
        journal.close()
        hint = error.hint
        if journal.path is not None:
            hint = f"`ldbpy rollback {journal.path}` puts them back"
            with suppress(OSError):  # what matters is on disk already
                hint += f"; {saved_commands(journal.path)} has the commands for redis-cli"
        kind = type(error) if isinstance(error, BackendError) else BackendError
        return kind(f"{error}; what the script changed is not rolled back: {names(keys)}", hint=hint)

    def _end(self, savepoint: LiveSavepoint) -> None:
        assert self._savepoints, "no savepoint is open"
        assert self._savepoints[-1] is savepoint, "savepoints end in the order opposite to their start"
        self._savepoints.pop()

    def changes(self, savepoint: LiveSavepoint) -> list[KeyChange]:
        """See ``UndoStore``."""
        keys = savepoint.log.keys if savepoint.outermost else tuple(savepoint.states)
        found = []
        for at in keys:
            before = savepoint.log.state_before(at) if savepoint.outermost else savepoint.states[at]
            after = self._peek(at)
            if not self.server.same(before, after):
                found.append(KeyChange(at.db if at.db != self.db else 0, at.key, before, after))
        return found

    def peek(self, db: int, key: bytes) -> KeyState | None:
        """See ``UndoStore``."""
        return self._peek(KeyAt(db, key))

    def _peek(self, at: KeyAt) -> KeyState | None:
        self.server.end_if_gone()
        if at.db == self.db:
            return self.server.peek(at.key)
        self.server.call([b"SELECT", b"%d" % at.db])
        try:
            return self.server.peek(at.key)
        finally:
            self.server.call([b"SELECT", b"%d" % self.db])


_NOT_THE_SCRIPTS: Final = frozenset(
    (b"BUSY", b"LOADING", b"MASTERDOWN", b"CLUSTERDOWN", b"MOVED", b"ASK", b"TRYAGAIN", b"NOAUTH")
)
"""Codes of errors that a script on the server itself never meets."""
