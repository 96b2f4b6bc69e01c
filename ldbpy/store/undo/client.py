"""The commands of one script on a live server: those that are sent as they are, and those that differ in a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ldbpy.commands import Command
from ldbpy.features import Feature
from ldbpy.resp import ErrorReply, Reply
from ldbpy.store.undo.lasting import WHOLE, is_lasting, keys_written

if TYPE_CHECKING:
    from ldbpy.store.undo.live import LiveStore

__all__ = ["LiveClient"]


class LiveClient:
    """Runs the commands of a script."""

    def __init__(self, store: LiveStore, db: int) -> None:
        self.resp = 2
        self._store: Final = store
        self._db = db
        self._databases: Final[dict[int, bool]] = {}
        self._plain: Final[set[str]] = set()
        """Commands that neither write, nor wait, nor mean something else in a script."""

    def warm(self, command: Command, argv: list[bytes]) -> None:
        """There is nothing to do before a command."""

    def run(self, command: Command, argv: list[bytes]) -> Reply:
        """See ``CommandRunner``."""
        if command.name in self._plain:
            reply = self._store.ask(self._db, [argv], self.resp)[0]
        else:
            reply = self._run(command, argv)
        return self._store.check(reply) if type(reply) is ErrorReply else reply

    def _run(self, command: Command, argv: list[bytes]) -> Reply:
        store, frozen = self._store, self._store.frozen
        if command.name == "time" and frozen is not None:
            return [b"%d" % (frozen // 1_000_000), b"%d" % (frozen % 1_000_000)]
        why = is_lasting(command, argv)
        if why is not None:
            store.allow(command.name, why)
            return store.ask(self._db, [argv], self.resp)[0]
        if command.name == "select":
            return self._select(argv)
        keys = keys_written(command, argv, self._db)
        movable = "movablekeys" in command.flags and store.table.is_asked(command)
        if (keys is None or movable) and "write" in command.flags:
            keys = store.keys_asked(argv, self._db)
            if not keys:
                store.allow(command.name, "it does not tell which keys it writes to")
        if command.name == "sort_ro":  # what it does to a key is of no matter, unless that is to be the same later
            keys = [at for at in keys or () if store.has_written(at)]
        if keys:
            if len(keys) > 1:
                keys = [at for at in keys if at.db == self._db or self._has_database(at.db)]
            return store.write(keys, argv, self._db, self.resp)
        if command.name == "xread":
            return self._xread(argv)
        plain = command.flags.isdisjoint(("write", "movablekeys")) and command.name not in WHOLE
        if plain and all("RO" in spec.flags for spec in command.key_specs):
            self._plain.add(command.name)
        return store.ask(self._db, [argv], self.resp)[0]

    def _has_database(self, db: int) -> bool:
        """Whether there is one of that number. If not, nothing is written there: the server tells the script so."""
        if db not in self._databases:
            reply = self._store.ask(self._db, [[b"SELECT", b"%d" % db]])[0]
            if not isinstance(reply, ErrorReply):
                self._store.selected(db)
            self._databases[db] = not isinstance(reply, ErrorReply) or reply.code != b"ERR"
        return self._databases[db]

    def _select(self, argv: list[bytes]) -> Reply:
        reply = self._store.ask(self._db, [argv], self.resp)[0]
        if not isinstance(reply, ErrorReply):
            self._db = int(argv[1])
            self._store.selected(self._db)
        return reply

    def _xread(self, argv: list[bytes]) -> Reply:
        """XREAD, which does not wait in a script, nor in a transaction; older servers refuse to be asked to."""
        options = [word.upper() for word in argv[1:]]
        options = options[: options.index(b"STREAMS")] if b"STREAMS" in options else options
        if b"BLOCK" not in options:
            return self._store.ask(self._db, [argv], self.resp)[0]
        if Feature.XREAD_BLOCK_IN_SCRIPTS not in self._store.flavor.features:
            return ErrorReply(b"ERR %s command is not allowed with BLOCK option from scripts" % argv[0])
        *queued, done = self._store.ask(self._db, [[b"MULTI"], argv, [b"EXEC"]], self.resp)
        return done[0] if isinstance(done, list) else queued[1]
