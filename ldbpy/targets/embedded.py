"""A server in this process: EVAL, SCRIPT, FUNCTION and FCALL on our runtime, everything else on the embedded store."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ldbpy.errors import UsageError
from ldbpy.flavors import Feature, Flavor
from ldbpy.lua.host import ScriptPolicy
from ldbpy.lua.interpreter import RegisteredFunction
from ldbpy.lua.limits import Limits, Watch
from ldbpy.lua.random import Drand48
from ldbpy.lua.scripts import Library, LibraryError, Runtime, refused_library
from ldbpy.model.runs import RunProblem, RunReport
from ldbpy.resp import ErrorReply, Reply, downgrade
from ldbpy.script.shebang import LibraryHeader, ScriptFlag, ShebangError, library_header, script_header
from ldbpy.script.source import Script
from ldbpy.store.memory import MemoryStore
from ldbpy.targets.run_options import RunOptions, Sending

if TYPE_CHECKING:
    import random

    from ldbpy.lua.debugging import Debugging
    from ldbpy.targets.scripting import ServerClient

__all__ = ["EmbeddedServer"]

_EVAL_CACHE: Final = 500
_WRITE_FLAG: Final = b"ERR Can not execute a script with write flag using *_ro command."
_OOM_FLAG: Final = b"OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'"


class EmbeddedServer:
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
        self.flavor: Final = flavor
        self.store: Final = MemoryStore(flavor, clock=clock, rng=rng)
        self.runtime: Final = Runtime(flavor, self.store.table, Drand48(), limits or Limits())
        self.libraries: Final[dict[bytes, Library]] = {}
        self.watch: Watch | None = None
        """Watches the script that runs now."""
        self._scripts: Final[dict[bytes, Script]] = {}
        self._evaluated: Final[OrderedDict[bytes, None]] = OrderedDict()
        self._unsettled: Final[list[tuple[Script, bool]]] = []

    @property
    def description(self) -> str:
        """What it is, for people."""
        return f"{self.flavor.name}, embedded"

    def call(self, argv: list[bytes]) -> Reply:
        """Run a command on a connection of its own."""
        return self.client().call(argv)

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
        """Load a library to call it at once: how that failed, or None."""
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
        self, script: Script, keys: Sequence[bytes], args: Sequence[bytes], options: RunOptions, *, db: int = 0
    ) -> RunReport:
        """Run a script as EVAL does, or EVAL_RO, and remember it.

        Raises:
            UsageError: it is to be run read-only, which this server cannot.
        """
        if options.read_only and self.store.table.lookup([b"EVAL_RO"]) is None:
            raise UsageError(f"{self.flavor.name} has no read-only scripts", hint="EVAL_RO came with Redis 7.0")
        if options.sending is Sending.SHA and self.script(script.sha1.encode()) is None:
            return RunReport(self.no_script())
        try:
            header = script_header(script.body, self.flavor)
        except ShebangError as error:
            return RunReport(ErrorReply(b"ERR " + error.message), RunProblem("shebang", str(error), 1))
        refused = self._refusal(header.flags, options)
        if refused is not None:
            return refused
        declared = keys if header.declared_keys_only else None
        policy = self._policy(header.flags, keys, options, declared)
        runner = self.store.client(db=db, in_script=True)
        report = self._guarded(
            lambda watch: self.runtime.run(script, header, keys, args, runner, policy, watch, options.debugging),
            options,
        )
        if report.problem is None or report.problem.kind != "compile":
            self.remember(script, evaluated=True)
        return report

    def call_function(
        self, name: bytes, keys: Sequence[bytes], args: Sequence[bytes], options: RunOptions, *, db: int = 0
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
        runner = self.store.client(db=db, in_script=True)
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
        savepoint = store.savepoint() if options.dry_run or options.changes else None
        store.frozen = store.clock()
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
            store.frozen = None
            if savepoint is not None:
                (store.rollback if options.dry_run else store.release)(savepoint)

    # -- clients

    def client(self, *, db: int = 0, resp: int = 2) -> ServerClient:
        """A new connection."""
        from ldbpy.targets.scripting import ServerClient  # a script on its own needs none

        return ServerClient(self, db=db, resp=resp)
