"""A client of the embedded store: its database, its protocol, and the way from arguments to a reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ldbpy.commands import Command
from ldbpy.features import Feature
from ldbpy.flavors import Flavor
from ldbpy.resp import Double, ErrorReply, NilArray, Reply, Status, c_string, downgrade, one_line
from ldbpy.store.memory.args import Argv
from ldbpy.store.memory.errors import OUT_OF_MEMORY, CommandError
from ldbpy.store.memory.handlers import find_handler
from ldbpy.store.memory.registry import HANDLERS, LEGACY_ARITY, Handler

if TYPE_CHECKING:
    from ldbpy.store.memory.keyspace import Keyspace
    from ldbpy.store.memory.store import MemoryStore
    from ldbpy.store.memory.transactions import Transaction, Watched

__all__ = ["Client", "legacy_refusal", "refuse"]

_SAME_IN_BOTH = frozenset((int, bytes, type(None), Status, ErrorReply, NilArray))


class Client:
    """One connection to the embedded store.

    ``resp`` is the protocol (2 or 3) replies are shaped for. ``in_script``: the commands are a script's, for which
    blocking commands do not block and time stands still.
    """

    __slots__ = ("db", "features", "flavor", "in_script", "may_block", "resp", "store", "transaction", "watched")

    def __init__(self, store: MemoryStore, *, db: int = 0, resp: int = 2, in_script: bool = False) -> None:
        self.store = store
        self.flavor: Flavor = store.flavor
        self.features: frozenset[Feature] = store.flavor.features
        self.db: Keyspace = store.keyspace(db)
        self.resp = resp
        self.in_script = in_script
        self.may_block = not in_script
        """Whether commands may wait for data: not in a script or a transaction."""
        self.transaction: Transaction | None = None
        """What was queued since MULTI; None outside of a transaction."""
        self.watched: Watched | None = None
        """What WATCH has named."""

    def select(self, db: int) -> None:
        """Work on that database from now on."""
        self.db = self.store.keyspace(db)

    def call(self, argv: Argv) -> Reply:
        """Run a command as a client sends it, and answer as the server does. Errors are replies too."""
        command = self.store.table.lookup(argv)
        refusal = self._refusal(command, argv)
        if self.transaction is not None:
            return self.transaction.take(command, argv, refusal)
        if command is None or refusal is not None:
            return refusal
        return self.run(command, argv)

    def _refusal(self, command: Command | None, argv: Argv) -> ErrorReply | None:
        """Why a command is not run at all."""
        if command is None:
            return ErrorReply(self._unknown(argv))
        if not command.accepts(len(argv)):
            code = b"EXECABORT Transaction discarded because of:" if command.name == "exec" else b"ERR"
            return ErrorReply(b"%s wrong number of arguments for '%s' command" % (code, command.name.encode()))
        if self.store.out_of_memory and "denyoom" in command.flags:
            return ErrorReply(OUT_OF_MEMORY)
        return None

    def run(self, command: Command, argv: Argv) -> Reply:
        """Run a command that has been looked up and whose arity has been checked."""
        store = self.store
        handler = self.handler(command, argv)
        store.before_command()
        try:
            reply = handler(self, argv)
        except CommandError as error:
            reply = ErrorReply(error.message)
        if self.resp == 2 and type(reply) not in _SAME_IN_BOTH and not self._stays_double(reply):
            reply = downgrade(reply, self.flavor.doubles)
        store.after_command(argv)
        return reply

    def _stays_double(self, reply: Reply) -> bool:
        return type(reply) is Double and self.in_script and Feature.DOUBLES_ARE_NUMBERS in self.features

    def warm(self, command: Command, argv: Argv) -> None:
        """Load what runs the command, so that the command alone can be timed."""
        self.handler(command, argv)

    def handler(self, command: Command, argv: Argv) -> Handler:
        """What runs the command."""
        return HANDLERS.get(command.name) or find_handler(command) or self._unlisted(command, argv)

    def _unlisted(self, command: Command, argv: Argv) -> Handler:
        """The handler of a subcommand the table does not list (Redis 6.2), or one that refuses."""
        sub = argv[1].lower().decode("latin-1") if len(argv) > 1 else ""
        name = f"{command.name}|{sub}"
        handler = HANDLERS.get(name)
        if handler is not None:
            arity = LEGACY_ARITY.get(name, -2)
            if len(argv) == arity or (arity < 0 and len(argv) >= -arity):
                return handler
        if (
            len(argv) > 1
            and not command.subcommands
            and any(known.startswith(f"{command.name}|") for known in HANDLERS)
        ):
            return legacy_refusal(argv)
        if "module" in command.flags:
            from ldbpy.store.fake import run_module_command

            return run_module_command
        return refuse(b"ERR the embedded store does not have the command '%s'" % command.name.encode())

    def _unknown(self, argv: Argv) -> bytes:
        container = self.store.table.container_or_command(argv[0])
        if container is not None:
            return one_line(b"ERR unknown subcommand '%s'. Try %s HELP." % (c_string(argv[1][:128]), argv[0].upper()))
        compact = Feature.COMPACT_UNKNOWN_COMMAND in self.features
        form, told = (b"'%s' ", b"ERR unknown command '%s'") if compact else (b"`%s`, ", b"ERR unknown command `%s`")
        shown = b""
        for arg in argv[1:]:
            if len(shown) >= 128:
                break
            shown += form % c_string(arg[: 128 - len(shown)])
        name = c_string(argv[0][:128] if compact else argv[0])
        return one_line(told % name + b", with args beginning with: " + shown)


def legacy_refusal(argv: Argv) -> Handler:
    """A handler that answers as Redis 6.2 does for a subcommand it does not have, or with too few or many words."""
    text = b"ERR Unknown subcommand or wrong number of arguments for '%s'. Try %s HELP."
    return refuse(one_line(text % (c_string(argv[1]), argv[0].upper())))


def refuse(message: bytes) -> Handler:
    """A handler that answers with that error."""

    def refusal(client: Client, argv: Argv) -> Reply:
        raise CommandError(message)

    return refusal
