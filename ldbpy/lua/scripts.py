"""Running a script or a library's function from beginning to end, and telling it as the server would."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ldbpy.commands import CommandTable
from ldbpy.features import Feature
from ldbpy.flavors import Flavor
from ldbpy.lua.host import CommandRunner, ScriptHost, ScriptPolicy, UndeclaredUse
from ldbpy.lua.interpreter import CompileFailure, Failure, Interpreter, Outcome, RegisteredFunction
from ldbpy.lua.limits import Limits, StopReason, Watch
from ldbpy.lua.random import Drand48
from ldbpy.lua.texts import Texts
from ldbpy.model.runs import RunProblem, RunReport, RunStats
from ldbpy.resp import ErrorReply, c_string, one_line
from ldbpy.resp.quoting import quote
from ldbpy.script.shebang import LibraryHeader, ScriptHeader
from ldbpy.script.source import Script

if TYPE_CHECKING:
    from ldbpy.lua.debugging import Debugging

__all__ = ["Library", "LibraryError", "NoCommands", "Runtime", "compile_problem", "failure_problem", "refused_library"]

_LOAD_SECONDS: Final = 0.5


class Runtime(NamedTuple):
    """What every run on one server shares."""

    flavor: Flavor
    table: CommandTable
    rng: Drand48
    limits: Limits
    clock: Callable[[], float] = time.monotonic

    def watch(self) -> Watch:
        """A watch that starts now."""
        return Watch(self.limits, self.clock)

    def run(
        self,
        script: Script,
        header: ScriptHeader,
        keys: Sequence[bytes],
        args: Sequence[bytes],
        runner: CommandRunner,
        policy: ScriptPolicy,
        watch: Watch,
        debugging: Debugging | None = None,
    ) -> RunReport:
        """Compile a script and run it, under a debugger if there is one."""
        if Feature.SEED_PER_SCRIPT in self.flavor.features:
            self.rng.seed(0)
        make_host = ScriptHost if debugging is None else debugging.make_host
        host = make_host(self.flavor, self.table, self.rng)
        host.begin(runner, watch, policy)
        interpreter = Interpreter(host, memory=self.limits.memory, tell_lines=policy.tells_lines)
        interpreter.open({b"KEYS": keys, b"ARGV": args})
        try:
            body = _compiled(interpreter, script.body, header.length, b"@user_script", debugging)
        except CompileFailure as failure:
            problem = compile_problem(failure.message, b"user_script", interpreter.lines_before)
            return RunReport(_compile_error(host, failure), problem)
        teller = _Teller(self.flavor, host.texts, script, b"@user_script", interpreter.lines_before)
        return _run(interpreter, host, body, (), teller)

    def check(self, script: Script, header: ScriptHeader) -> ErrorReply | None:
        """Compile a script: the error if it cannot be."""
        host = ScriptHost(self.flavor, self.table, self.rng)
        host.begin(NoCommands(), self.watch(), ScriptPolicy())
        interpreter = Interpreter(host)
        interpreter.open({})
        try:
            interpreter.compile(script.body[header.length :], b"@user_script")
        except CompileFailure as failure:
            return _compile_error(host, failure)
        return None


def _compiled(
    interpreter: Interpreter, code: bytes, skipped: int, chunk_name: bytes, debugging: Debugging | None
) -> Any:
    """The code behind ``skipped`` bytes of shebang as a function."""
    if debugging is None:
        return interpreter.compile(code[skipped:], chunk_name)
    return debugging.compile(interpreter, code, skipped, chunk_name)


def _compile_error(host: ScriptHost, failure: CompileFailure) -> ErrorReply:
    return _error_reply(b"ERR " + host.texts.compile_failed + failure.message)


def compile_problem(message: bytes, chunk: bytes, lines_before: int = 0) -> RunProblem:
    """The problem behind Lua's message ``chunk:line: text``; Lua counts ``lines_before`` lines too many."""
    text = message.decode("utf-8", "backslashreplace")
    name, _, rest = text.partition(":")
    line, _, told = rest.partition(": ")
    if name == chunk.decode("ascii") and line.isdigit():
        return RunProblem("compile", told, int(line) - lines_before)
    return RunProblem("compile", text, None)


def _error_reply(message: bytes) -> ErrorReply:
    """An error reply is one line, and ends at a zero byte."""
    return ErrorReply(one_line(c_string(message).rstrip(b"\r\n")))


def failure_problem(failure: Failure, chunk: bytes, lines_before: int = 0) -> RunProblem:
    """The problem behind a failure, with a line if it was raised in ``chunk``."""
    here = failure.source == chunk and failure.line is not None and failure.line > 0
    line = failure.line if here else None
    text = failure.text
    for prefix in (b"ERR ", b"%s: %d: " % (chunk, line or 0), b"%s:%d: " % (chunk[1:], line or 0)):
        text = text.removeprefix(prefix)
    shown = None if line is None else line - lines_before
    return RunProblem("error", text.decode("utf-8", "backslashreplace"), shown)


class _Teller(NamedTuple):
    """Tells failures as the server does."""

    flavor: Flavor
    texts: Texts
    what: Script | bytes
    """The script, or the function's name."""
    chunk: bytes
    lines_before: int = 0
    """How many lines too many Lua counts."""

    @property
    def name(self) -> bytes:
        """What the server calls it: its SHA1, or the function's name."""
        return self.what.sha1.encode() if isinstance(self.what, Script) else self.what

    def failure(self, failure: Failure) -> ErrorReply:
        """The reply for an error nothing caught."""
        text = c_string(failure.text)
        source, line = failure.source, failure.line
        where = b"%s:%d" % (c_string(source), line) if source is not None and line is not None else None
        if Feature.ERROR_TABLES not in self.flavor.features:
            text = text if where is None else b"%s: %s" % (where, text)
            return _error_reply(b"ERR " + self.texts.failed % (self.name, text))
        if not failure.handled:
            parts = (text[:100],) if b"%s, %s" not in self.texts.failed else (self.name, text[:100])
            return _error_reply(b"ERR " + self.texts.failed % parts)
        if where is None:
            return _error_reply(text)
        if Feature.SCRIPT_NAME_IN_ERRORS in self.flavor.features:
            return _error_reply(b"%s script: %s, on %s." % (text, self.name, where))
        return _error_reply(b"%s script: on %s." % (text, where))

    def problem(self, failure: Failure) -> RunProblem:
        """The error with its position apart."""
        return failure_problem(failure, self.chunk, self.lines_before)

    def stopped(self, reason: StopReason, watch: Watch, *, wrote: bool) -> tuple[ErrorReply, RunProblem]:
        """What is told of a script that was stopped."""
        message = watch.explain(reason)
        return ErrorReply(b"ERR " + message.encode()), RunProblem("stopped", message, None, reason.value, wrote)

    def undeclared(self, use: UndeclaredUse, *, wrote: bool) -> tuple[ErrorReply, RunProblem]:
        """What is told of a script that was stopped at a key it had not declared."""
        message = f"{use.command.decode().upper()} touches the key {_shown(use.key)}, which is not in KEYS"
        hint = "declare it: pass it before the comma; or run without --strict-keys"
        return (
            ErrorReply(b"ERR " + message.encode()),
            RunProblem("undeclared", message, use.line or None, wrote=wrote, hint=hint),
        )


def _shown(key: bytes) -> str:
    """A key in quotes, as it can be typed again."""
    try:
        text = key.decode("utf-8")
    except UnicodeDecodeError:
        return quote(key).decode("ascii")
    return f"'{text}'" if text.isprintable() and "'" not in text else quote(key).decode("ascii")


def _run(
    interpreter: Interpreter, host: ScriptHost, body: object, args: Sequence[Sequence[bytes]], teller: _Teller
) -> RunReport:
    start = time.perf_counter()
    outcome = interpreter.run(body, args)
    stats = RunStats(time.perf_counter() - start, host.call_count, host.watch.instructions, interpreter.memory_used)
    reply, problem = outcome.reply, None
    if host.undeclared is not None:
        reply, problem = teller.undeclared(host.undeclared, wrote=host.wrote)
    elif outcome.failure is not None:
        reply, problem = teller.failure(outcome.failure), teller.problem(outcome.failure)
    elif outcome.stopped is not None:
        reply, problem = teller.stopped(outcome.stopped, host.watch, wrote=host.wrote)
    return RunReport(reply, problem, tuple(host.calls), tuple(host.logs), stats=stats)


# -- function libraries


class LibraryError(Exception):
    """A library cannot be loaded. ``reply`` is what FUNCTION LOAD answers, ``problem`` the same with its line."""

    def __init__(self, reply: bytes, problem: RunProblem) -> None:
        super().__init__(reply.decode("utf-8", "backslashreplace"))
        self.reply = reply
        self.problem = problem


class Library:
    """A loaded function library. It keeps its Lua state, and with it the values of its variables."""

    def __init__(
        self, runtime: Runtime, header: LibraryHeader, code: bytes, debugging: Debugging | None = None
    ) -> None:
        """Load it.

        Raises:
            LibraryError: the server would refuse it.
        """
        self.name: Final = header.name
        self.code: Final = code
        self._runtime: Final = runtime
        make_host = ScriptHost if debugging is None else debugging.make_host
        self._host: Final = make_host(runtime.flavor, runtime.table, runtime.rng)
        self._interpreter: Final = Interpreter(self._host, memory=runtime.limits.memory, tell_lines=True)
        self._load(header, code, debugging)
        self.functions: Final[dict[bytes, RegisteredFunction]] = {}
        for function in self._interpreter.library_loaded():
            problem = self._host.check_function_name(function.name)
            if function.name in self.functions:
                problem = b"Function already exists in the library"
            if problem is not None:
                raise refused_library(problem)
            self.functions[function.name] = function
        if not self.functions:
            raise refused_library(b"No functions registered")

    def _load(self, header: LibraryHeader, code: bytes, debugging: Debugging | None) -> None:
        watch = Watch(Limits(_LOAD_SECONDS, 0, 0), self._runtime.clock)
        self._host.begin(NoCommands(), watch, ScriptPolicy())
        self._interpreter.open_library()
        try:
            body = _compiled(self._interpreter, code, header.length, b"@user_function", debugging)
        except CompileFailure as failure:
            problem = compile_problem(failure.message, b"user_function")
            raise LibraryError(b"ERR Error compiling function: " + failure.message, problem) from None
        self._check_loaded(self._interpreter.run(body))

    def _check_loaded(self, outcome: Outcome) -> None:
        if outcome.stopped is not None:
            text = b"FUNCTION LOAD timeout"
            raise _library_error(b"ERR Error registering functions: ERR " + text, text, None)
        if outcome.failure is not None:
            failure = outcome.failure
            line = failure.line if failure.source == b"@user_function" else None
            raise _library_error(b"ERR Error registering functions: " + failure.text, failure.text, line)

    def function(self, name: bytes) -> RegisteredFunction | None:
        """The function of that name, in any case."""
        wanted = name.lower()
        return next((function for function in self.functions.values() if function.name.lower() == wanted), None)

    def call(
        self,
        function: RegisteredFunction,
        keys: Sequence[bytes],
        args: Sequence[bytes],
        runner: CommandRunner,
        policy: ScriptPolicy,
        watch: Watch,
    ) -> RunReport:
        """Run one of its functions."""
        self._host.begin(runner, watch, policy)
        teller = _Teller(self._runtime.flavor, self._host.texts, function.name, b"@user_function")
        return _run(self._interpreter, self._host, function.callback, (keys, args), teller)


def refused_library(text: bytes) -> LibraryError:
    """The error for a library the server refuses before it runs anything of it."""
    return _library_error(b"ERR " + text, text, None)


def _library_error(reply: bytes, text: bytes, line: int | None) -> LibraryError:
    told = text.removeprefix(b"ERR ").removeprefix(b"user_function:%d: " % (line or 0))
    return LibraryError(reply, RunProblem("compile", told.decode("utf-8", "backslashreplace"), line))


class NoCommands:
    """Where commands run while a library is loaded: nowhere. Only a debugger's prompt may try."""

    resp = 2

    def run(self, command: object, argv: list[bytes]) -> ErrorReply:
        """Refuse it."""
        return ErrorReply(b"ERR no commands run while a library is loaded")

    def warm(self, command: object, argv: list[bytes]) -> None:
        """There is nothing to load."""
