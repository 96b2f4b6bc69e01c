"""The host's side of ``redis.call`` and its relatives: what the prelude's functions ask of Python.

Nothing here raises into Lua, where an exception would reach the script as a Python object: ``ScriptHost.functions``
wraps whatever it hands out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any, Final, NamedTuple, Protocol

from ldbpy.commands import Command, CommandTable
from ldbpy.commands.keys import find_keys
from ldbpy.features import Feature
from ldbpy.flavors import Flavor
from ldbpy.lua import bytecode
from ldbpy.lua.limits import StopReason, Watch
from ldbpy.lua.random import Drand48
from ldbpy.lua.replies import TableMaker, to_lua
from ldbpy.lua.texts import texts_of
from ldbpy.model.calls import CommandCall, LogLevel, LogLine
from ldbpy.resp import DoubleStyle, ErrorReply, MapReply, Reply, c_string, format_double, one_line

__all__ = ["CommandRunner", "ScriptHost", "ScriptPolicy", "UndeclaredUse"]

_MAY_REPLICATE: Final = frozenset(("pfcount", "publish", "spublish"))
"""Commands that are told to replicas though they write nothing. COMMAND has no flag for them since Redis 7.0."""
_STOP: Final = (None, True)
"""What ends the script instead of giving it an answer."""


class UndeclaredUse(NamedTuple):
    """A key a command would have touched, though it is not among KEYS and that is not allowed."""

    key: bytes
    command: bytes
    line: int


class CommandRunner(Protocol):
    """Where a script's commands run."""

    resp: int
    """The protocol replies are shaped for: 2 or 3."""

    def run(self, command: Command, argv: list[bytes]) -> Reply:
        """Run a command that has been looked up and whose arity has been checked."""

    def warm(self, command: Command, argv: list[bytes]) -> None:
        """Do what would have to be done before the first such command, so that it can be timed."""


class ScriptPolicy:
    """What a run may do, and what is to be kept of it."""

    def __init__(
        self,
        *,
        read_only: bool = False,
        refuse_growth: bool = False,
        declared_keys: Sequence[bytes] | None = None,
        strict_keys: bool = False,
        trace: bool = False,
        on_log: Callable[[LogLine], None] | None = None,
    ) -> None:
        self.read_only = read_only
        """Commands that write are refused."""
        self.refuse_growth = refuse_growth
        """Commands that add data are refused until one that writes has run (the server is out of memory)."""
        self.declared_keys = None if declared_keys is None else frozenset(declared_keys)
        """The only keys commands may touch; None: any."""
        self.strict_keys = strict_keys
        """Whether a command that touches another ends the script, instead of being refused by the server."""
        self.trace = trace
        """Keep every call."""
        self.on_log = on_log
        """Told of each ``redis.log`` as it happens."""

    @property
    def tells_lines(self) -> bool:
        """Whether the line of every call is wanted."""
        return self.trace or self.declared_keys is not None


class ScriptHost:
    """Answers what the Lua side of one interpreter asks. ``begin`` makes it ready for a run."""

    watch: Watch
    runner: CommandRunner
    _policy: ScriptPolicy

    def __init__(self, flavor: Flavor, table: CommandTable, rng: Drand48) -> None:
        self.flavor: Final = flavor
        self.texts: Final = texts_of(flavor)
        self._table: Final = table
        self._rng: Final = rng
        self._codes: Final = Feature.ERROR_TABLES in flavor.features
        self._make_table: TableMaker = dict
        self._room_for: Callable[[int], bool] = lambda size: True
        self._line = 0

    def begin(self, runner: CommandRunner, watch: Watch, policy: ScriptPolicy) -> None:
        """Forget the run before; say where commands run now, who watches, and what is allowed."""
        self.runner, self.watch, self._policy = runner, watch, policy
        self.fault: BaseException | None = None
        self.undeclared: UndeclaredUse | None = None
        self.wrote = False
        self.call_count = 0
        self.calls: list[CommandCall] = []
        self.logs: list[LogLine] = []
        self._kept = 0

    def attach(self, make_table: TableMaker, room_for: Callable[[int], bool]) -> None:
        """Say how Lua tables are made, and whether there is memory for that many bytes more."""
        self._make_table = make_table
        self._room_for = room_for

    def functions(self) -> dict[bytes, Callable[..., Any]]:
        """The functions of the prelude's ``host`` table."""
        handed_out = (
            self.call,
            self.at,
            self.log,
            self.setresp,
            self.sha1hex,
            self.random,
            self.seed,
            self.acl_check_cmd,
            self.replicate_commands,
            self.breakpoint,
            self.debug,
            self.prepare,
            self.without_nesting,
            self.check_function_name,
            self.out_of_memory,
            self.tick,
        )
        return {method.__name__.encode(): self.guarded(method) for method in handed_out}

    def guarded(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """The method, but an exception is kept and ends the script instead."""

        def guarded(*args: Any) -> Any:
            try:
                return method(*args)
            except MemoryError:
                self.out_of_memory()
                return _STOP
            except BaseException as fault:  # also KeyboardInterrupt: it must not unwind through Lua
                self.fault = self.fault or fault
                self.watch.stop(StopReason.INTERRUPTED)
                return _STOP

        return guarded

    # -- redis.call

    def call(self, *args: Any) -> Any:
        """Run a command. Gives the reply, or (None, problem, where): see ``api.lua``."""
        if not args:
            return None, self._coded(self.texts.no_arguments), b"arguments"
        argv = self._argv(args)
        if argv is None:
            return None, self._coded(self.texts.bad_arguments), b"arguments"
        command = self._table.lookup(argv)
        problem = self._unknown(argv) if command is None else self._refusal(command, argv)
        if problem is not None or command is None:
            return None, self._coded(problem or b""), b"refused"
        undeclared = self._undeclared_use(command, argv)
        if undeclared is not None:
            if self._policy.strict_keys:
                self.undeclared = undeclared
                return _STOP
            return None, self.texts.undeclared_key, b"refused"
        self.call_count += 1
        if "write" in command.flags:
            self.wrote = True
        reply = self._run(command, argv)
        if type(reply) is ErrorReply:
            return None, reply.message
        if not self._fits(reply):
            return _STOP
        return to_lua(reply, self._make_table, self.runner.resp)

    def _argv(self, args: tuple[Any, ...]) -> list[bytes] | None:
        """The arguments as bytes; None if one is neither a string nor a number."""
        argv = list(args)
        for index, arg in enumerate(argv):
            kind = type(arg)
            if kind is bytes:
                continue
            if kind is int:
                argv[index] = b"%d" % arg if -(2**62) <= arg <= 2**62 else _number(float(arg))
            elif kind is float:
                argv[index] = _number(arg)
            else:
                return None
        return argv

    def _coded(self, message: bytes) -> bytes:
        """The message with an error code, where the flavor has them; a leading - says it has its own."""
        if not self._codes:
            return message
        return message[1:] if message.startswith(b"-") else b"ERR " + message

    def _unknown(self, argv: list[bytes]) -> bytes:
        told = Feature.SUBCOMMAND_ERROR_IN_SCRIPT in self.flavor.features
        if told and self._table.container_or_command(argv[0]) is not None:
            shown = one_line(c_string(argv[1][:128]))
            return b"unknown subcommand '%s'. Try %s HELP." % (shown, argv[0].upper())
        return self.texts.unknown_command.replace(b"%s", argv[0].upper())

    def _refusal(self, command: Command, argv: list[bytes]) -> bytes | None:
        """Why the script may not call that, or None. The order is the server's (``scriptCall``)."""
        if not command.accepts(len(argv)):
            return self.texts.wrong_arity.replace(b"%s", command.name.encode())
        flags = command.flags
        if "noscript" in flags:
            return self.texts.not_allowed
        if self._policy.read_only and ("write" in flags or command.name in _MAY_REPLICATE):
            return self.texts.read_only
        if self._policy.refuse_growth and not self.wrote and "denyoom" in flags:
            return b"-OOM command not allowed when used memory > 'maxmemory'."
        return None

    def _undeclared_use(self, command: Command, argv: list[bytes]) -> UndeclaredUse | None:
        """The first key the command touches that it may not touch."""
        declared = self._policy.declared_keys
        if declared is None:
            return None
        undeclared = (use.key for use in find_keys(command, argv) if use.key not in declared)
        key = next(undeclared, None)
        return None if key is None else UndeclaredUse(key, command.name.replace("|", " ").encode(), self._line)

    def _run(self, command: Command, argv: list[bytes]) -> Reply:
        if not self._policy.trace:
            return self.runner.run(command, argv)
        self.runner.warm(command, argv)
        start = perf_counter()
        reply = self.runner.run(command, argv)
        elapsed = (perf_counter() - start) * 1e6
        self.calls.append(CommandCall(self._line, tuple(argv), reply, elapsed))
        self._keep(_size(reply) + sum(map(_size, argv)))
        return reply

    def _keep(self, size: int) -> None:
        """What is kept of the run for later counts as the script's own."""
        self._kept += size
        if not self._room_for(self._kept):
            self.out_of_memory()

    def _fits(self, reply: Reply) -> bool:
        """Whether the reply fits into the script's memory: Lua must not run out of it while a reply is handed over."""
        if (isinstance(reply, bytes) and len(reply) > 4096) or isinstance(reply, list | MapReply):
            if self._room_for(_size(reply)):
                return True
            self.out_of_memory()
            return False
        return True

    def at(self, line: int) -> None:
        """Told the line of the script before each call, if the interpreter was made to tell."""
        self._line = line

    # -- the rest of the API

    def log(self, level: int, text: bytes, line: int | None) -> None:
        """``redis.log``."""
        entry = LogLine(LogLevel(level), text, line or 0)
        self.logs.append(entry)
        self._keep(_size(text))
        if self._policy.on_log is not None:
            self._policy.on_log(entry)

    def setresp(self, version: int) -> None:
        """``redis.setresp``."""
        self.runner.resp = version

    def sha1hex(self, text: bytes) -> bytes:
        """``redis.sha1hex``."""
        import hashlib

        return hashlib.sha1(text, usedforsecurity=False).hexdigest().encode("ascii")

    def random(self) -> float:
        """A number for ``math.random``."""
        return self._rng.next()

    def seed(self, seed: int) -> None:
        """``math.randomseed``."""
        self._rng.seed(seed)

    def acl_check_cmd(self, *args: Any) -> Any:
        """``redis.acl_check_cmd``: the embedded store has one user, who may do everything."""
        if not args:
            return None, self.texts.no_arguments
        argv = self._argv(args)
        if argv is None:
            return None, self.texts.bad_arguments
        command = self._table.lookup(argv)
        name = self.texts.api_name.encode()
        if command is None:
            return None, b"Invalid command passed to %s.acl_check_cmd()" % name
        if Feature.ACL_CHECK_CMD_ARITY in self.flavor.features and not command.accepts(len(argv)):
            return None, b"Wrong number of args for %s.acl_check_cmd()" % name
        return True

    def replicate_commands(self) -> bool:
        """``redis.replicate_commands``: whether commands are replicated one by one."""
        return not (self.wrote and Feature.REPLICATION_CHOICE in self.flavor.features)

    def breakpoint(self) -> bool:
        """``redis.breakpoint``: there is no debugger."""
        return False

    def debug(self, line: int | None, *values: Any) -> None:
        """``redis.debug``: there is no debugger to show it."""

    # -- the prelude's own needs

    def prepare(self, chunk: bytes) -> tuple[bytes | None, bool]:
        """Bytecode made fit to run, None if it is as it is, and whether it assigns to globals."""
        prepared = bytecode.prepare(chunk)
        return prepared.code, prepared.writes_globals

    def without_nesting(self, source: bytes, problem: bytes) -> bytes | None:
        """The source so that Lua takes ``[[`` inside long brackets; None if that is not what it refuses."""
        if b"nesting of [[" not in problem or Feature.NESTED_LONG_BRACKETS not in self.flavor.features:
            return None
        from ldbpy.lua.brackets import without_nesting

        rewritten = without_nesting(source)
        return None if rewritten == source else rewritten

    def check_function_name(self, name: bytes) -> bytes | None:
        """Why a function cannot have that name, or None."""
        valid = name.replace(b"_", b"a").isalnum() and name.isascii()
        return None if valid else self.texts.bad_function_name

    def out_of_memory(self) -> None:
        """The script's values take more memory than they may."""
        self.watch.stop(StopReason.MEMORY)

    def tick(self, step: int, own: bool = False) -> int:
        """Asked after every ``step`` instructions: after how many to ask again, 0 if the script has to stop.

        ``own``: a coroutine of its own asks, which may be what is evaluated at a prompt.
        """
        return self.watch.tick(step)


def _number(value: float) -> bytes:
    """A number that is no small integer, as an argument. For flavors before Redis 7.2 the prelude writes it."""
    if math.isnan(value):
        return b"-nan" if math.copysign(1.0, value) < 0 else b"nan"
    return format_double(value, DoubleStyle.SHORTEST)


def _size(reply: Reply) -> int:
    """Bytes a reply takes in Lua, about."""
    if isinstance(reply, bytes):
        return len(reply) + 40
    if isinstance(reply, list):
        return 64 + sum(_size(item) + 32 for item in reply)
    if isinstance(reply, MapReply):
        return 64 + sum(_size(key) + _size(value) + 64 for key, value in reply.pairs)
    return 40
