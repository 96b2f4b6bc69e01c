"""Scripts and functions run on our runtime, their commands against a store: the embedded one, or a live server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from ldbpy.commands import CommandTable
from ldbpy.errors import UsageError
from ldbpy.features import Feature
from ldbpy.flavors import Flavor
from ldbpy.lua.host import CommandRunner, ScriptPolicy
from ldbpy.lua.interpreter import RegisteredFunction
from ldbpy.lua.limits import Limits, Watch
from ldbpy.lua.random import Drand48
from ldbpy.lua.scripts import Library, LibraryError, Runtime, refused_library
from ldbpy.model.runs import RunProblem, RunReport
from ldbpy.resp import ErrorReply, downgrade
from ldbpy.script.shebang import LibraryHeader, ScriptFlag, ShebangError, library_header, script_header
from ldbpy.script.source import Script
from ldbpy.store.protocol import UndoStore
from ldbpy.targets.run_options import RunOptions

if TYPE_CHECKING:
    from ldbpy.lua.debugging import Debugging

__all__ = ["ScriptServer", "ScriptStore"]

_WRITE_FLAG: Final = b"ERR Can not execute a script with write flag using *_ro command."
_OOM_FLAG: Final = b"OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'"


class ScriptStore(UndoStore, Protocol):
    """A keyspace that the commands of scripts run against, one by one."""

    @property
    def table(self) -> CommandTable:
        """The commands there are."""

    @property
    def out_of_memory(self) -> bool:
        """Whether scripts are to be refused that may add data."""

    def script_client(self, db: int) -> CommandRunner:
        """Where the commands of a script run that begins in that database."""

    def freeze(self) -> None:
        """Let time stand still for a script."""

    def thaw(self) -> None:
        """Let time go on."""

    def now(self) -> int:
        """The time in microseconds since 1970."""


S = TypeVar("S", bound=ScriptStore)


class ScriptServer(Generic[S]):
    """Runs scripts and functions, and keeps the libraries it has loaded. ``db``: where scripts begin."""

    def __init__(self, flavor: Flavor, store: S, *, db: int = 0, limits: Limits | None = None) -> None:
        self.flavor: Final = flavor
        self.store: Final[S] = store
        self.db: Final = db
        self.runtime: Final = Runtime(flavor, store.table, Drand48(), limits or Limits())
        self.libraries: Final[dict[bytes, Library]] = {}
        self.watch: Watch | None = None
        """Watches the script that runs now."""

    def remember(self, script: Script, *, evaluated: bool) -> None:
        """Told of every script that has run. A live server's script cache is its own."""

    def left_text(self) -> str | None:
        """What to tell of keys that a dry run could not put back; None if there are none."""
        return None

    # -- function libraries

    def function(self, name: bytes) -> tuple[Library, RegisteredFunction] | None:
        """The function of that name, in any case, and its library."""
        for library in self.libraries.values():
            function = library.function(name)
            if function is not None:
                return library, function
        return None

    def load_library(self, code: bytes, *, replace: bool = False, debugging: Debugging | None = None) -> Library:
        """FUNCTION LOAD.

        Raises:
            ShebangError: its first line is refused.
            LibraryError: it does not compile or register its functions, or is there already.
        """
        header = library_header(code)
        self._check_library_name(header, replace=replace)
        library = Library(self.runtime, header, code, debugging)
        for other in self.libraries.values():
            taken = next((name for name in library.functions if other.function(name) is not None), None)
            if taken is not None and other.name != library.name:
                raise refused_library(b"Function %s already exists" % taken)
        self.libraries.pop(header.name, None)
        self.libraries[header.name] = library
        return library

    def _check_library_name(self, header: LibraryHeader, *, replace: bool) -> None:
        if not (header.name.isascii() and header.name.replace(b"_", b"a").isalnum()):
            raise refused_library(
                b"Library names can only contain letters, numbers, or underscores(_) and must be at least one "
                b"character long"
            )
        if header.engine.lower() != b"lua":
            raise refused_library(b"Engine '%s' not found" % header.engine)
        if header.name in self.libraries and not replace:
            raise refused_library(b"Library '%s' already exists" % header.name)

    def load_for_run(self, script: Script, debugging: Debugging | None = None) -> RunReport | None:
        """Load a library to call it at once: how that failed, or None.

        Raises:
            UsageError: the server has no libraries.
        """
        if Feature.FUNCTIONS not in self.flavor.features:
            raise UsageError(f"{self.flavor.name} has no function libraries", hint="they came with Redis 7.0")
        try:
            self.load_library(script.body, replace=True, debugging=debugging)
        except LibraryError as error:
            return RunReport(ErrorReply(error.reply), error.problem)
        except ShebangError as error:
            return RunReport(ErrorReply(b"ERR " + error.message), RunProblem("shebang", str(error), 1))
        return None

    # -- running

    def interrupt(self) -> None:
        """Ask the script that runs now to stop. May be called from any thread."""
        watch = self.watch
        if watch is not None:
            watch.interrupt()

    def run(
        self,
        script: Script,
        keys: Sequence[bytes],
        args: Sequence[bytes],
        options: RunOptions,
        *,
        db: int | None = None,
    ) -> RunReport:
        """Run a script as EVAL does, or EVAL_RO.

        Raises:
            UsageError: it is to be run read-only, which this server cannot.
        """
        if options.read_only and self.store.table.lookup([b"EVAL_RO"]) is None:
            raise UsageError(f"{self.flavor.name} has no read-only scripts", hint="EVAL_RO came with Redis 7.0")
        try:
            header = script_header(script.body, self.flavor)
        except ShebangError as error:
            return RunReport(ErrorReply(b"ERR " + error.message), RunProblem("shebang", str(error), 1))
        refused = self._refusal(header.flags, options)
        if refused is not None:
            return refused
        declared = keys if header.declared_keys_only else None
        policy = self._policy(header.flags, keys, options, declared)
        runner = self.store.script_client(self.db if db is None else db)
        report = self._guarded(
            lambda watch: self.runtime.run(script, header, keys, args, runner, policy, watch, options.debugging),
            options,
        )
        if report.problem is None or report.problem.kind != "compile":
            self.remember(script, evaluated=True)
        return report

    def call_function(
        self, name: bytes, keys: Sequence[bytes], args: Sequence[bytes], options: RunOptions, *, db: int | None = None
    ) -> RunReport:
        """Run a function of a library as FCALL does, or FCALL_RO."""
        found = self.function(name)
        if found is None:
            return RunReport(ErrorReply(b"ERR Function not found"), self._no_function(name))
        library, function = found
        refused = self._refusal(function.flags, options)
        if refused is not None:
            return refused
        policy = self._policy(function.flags, keys, options)
        runner = self.store.script_client(self.db if db is None else db)
        return self._guarded(lambda watch: library.call(function, keys, args, runner, policy, watch), options)

    def _no_function(self, name: bytes) -> RunProblem:
        known = sorted(name for library in self.libraries.values() for name in library.functions)
        there = b", ".join(known).decode("utf-8", "backslashreplace")
        wanted = name.decode("utf-8", "backslashreplace")
        return RunProblem("error", "Function not found", None, hint=f"there is no {wanted!r}; there are: {there}")

    def _refusal(self, flags: frozenset[ScriptFlag] | None, options: RunOptions) -> RunReport | None:
        """Why a script that declares those flags may not run now; without a shebang any may."""
        if flags is None:
            return None
        writes = ScriptFlag.NO_WRITES not in flags
        if options.read_only and writes:
            message = _WRITE_FLAG
        elif writes and ScriptFlag.ALLOW_OOM not in flags and self.store.out_of_memory:
            message = _OOM_FLAG
        else:
            return None
        text = message.removeprefix(b"ERR ").removeprefix(b"OOM ").decode()
        return RunReport(ErrorReply(message), RunProblem("error", text, None))

    def _policy(
        self,
        flags: frozenset[ScriptFlag] | None,
        keys: Sequence[bytes],
        options: RunOptions,
        allowed_keys: Sequence[bytes] | None = None,
    ) -> ScriptPolicy:
        """What a script with those flags may do. ``allowed_keys``: what the server lets it touch, None for any."""
        declared = flags or frozenset()
        return ScriptPolicy(
            read_only=options.read_only or ScriptFlag.NO_WRITES in declared,
            refuse_growth=self.store.out_of_memory and ScriptFlag.ALLOW_OOM not in declared,
            declared_keys=keys if options.strict_keys else allowed_keys,
            strict_keys=options.strict_keys,
            trace=options.trace,
            on_log=options.on_log,
        )

    def _guarded(self, run: Callable[[Watch], RunReport], options: RunOptions) -> RunReport:
        """Run with the store's time standing still; undo it or tell what changed, if asked to."""
        store = self.store
        store.freeze()
        savepoint = store.savepoint() if options.dry_run or options.changes else None
        self.watch = self.runtime.watch()
        if options.is_stopped is not None and options.is_stopped():
            self.watch.interrupt()
        try:
            report = run(self.watch)
            reply = downgrade(report.reply, self.flavor.doubles) if options.resp == 2 else report.reply
            if reply is not report.reply:
                report = replace(report, reply=reply)
            if savepoint is not None and options.changes:
                report = replace(report, changes=tuple(store.changes(savepoint)), now=store.now() // 1000)
            return report
        finally:
            self.watch = None
            store.thaw()
            if savepoint is not None:
                (store.rollback if options.dry_run else store.release)(savepoint)
