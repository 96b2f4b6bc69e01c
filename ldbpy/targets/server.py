"""A real server as the place where scripts run: its own EVAL, and its debugger for a dry run."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from ldbpy.errors import BackendError, ConnectError, ServerRefusedError, UsageError
from ldbpy.flavors import Flavor
from ldbpy.model.changes import KeyState
from ldbpy.model.runs import RunProblem, RunReport, RunStats
from ldbpy.resp import ErrorReply, Reply
from ldbpy.script.source import Script
from ldbpy.store.server import (
    MOST_REDIRECTIONS,
    Nodes,
    ServerClient,
    ServerStore,
    SilentServerError,
    crashed,
    is_forgotten,
    is_refusal,
    redirection_in,
    refusal_hint,
    refused_in_exec,
)
from ldbpy.targets.run_options import RunOptions, Sending

__all__ = ["ServerTarget", "problem_in"]

_POSITION: Final = re.compile(rb"(?:, on | on |\): )@(?:user_script|user_function):(\d+)")
_CHUNK: Final = re.compile(rb"@?user_(?:script|function):(?: (?=\d))?(\d+): ?")
_SUFFIX: Final = re.compile(rb" script: (?:[^ ]+, )?on @user_(?:script|function):-?\d+\.\Z")
_OLD_PREFIX: Final = re.compile(
    rb"ERR Error running script \(call to [^)]*\): (?:@(?:user_script|err_handler_def):\d+: )?"
)


class ServerTarget:
    """Runs scripts on a server."""

    def __init__(self, url: str, *, timeout: float | None = None) -> None:
        """Connect; see ``ServerStore`` for what it raises."""
        self.nodes: Final = Nodes(ServerStore(url, timeout=timeout))
        """The server and, in a cluster, the others."""
        self.store = self.nodes.entry
        """The server; in a cluster the node of the keys that were last asked for."""
        self._timeout: Final = timeout

    @property
    def flavor(self) -> Flavor:
        """The flavor nearest to the server."""
        return self.store.flavor

    @property
    def description(self) -> str:
        """What and where it is, for people."""
        return self.store.description

    def notes(self, keys: Sequence[bytes]) -> Sequence[str]:
        """See ``Target``."""
        return tuple(self.nodes.notes(keys))

    def call(self, argv: list[bytes]) -> Reply:
        """Run a command."""
        return self.store.call(argv)

    def interrupt(self) -> None:
        """Stop waiting for a script; it may go on there."""
        self.store.interrupt()

    def close(self) -> None:
        """End the connections."""
        self.nodes.close()

    def run(self, script: Script, keys: Sequence[bytes], args: Sequence[bytes], options: RunOptions) -> RunReport:
        """Run a script with EVAL or EVALSHA, or their read-only kin."""
        self._check(options)
        self.store = self.nodes.of_keys(keys)
        tail = [b"%d" % len(keys), *keys, *args]
        suffix = b"_RO" if options.read_only else b""
        by_text = [b"EVAL" + suffix, script.body, *tail]
        if options.dry_run:
            return self._told(partial(self._dry_run, by_text))
        if options.sending is Sending.TEXT:
            return self._with_changes(options, by_text)
        report = self._with_changes(options, [b"EVALSHA" + suffix, script.sha1.encode(), *tail])
        unknown = isinstance(report.reply, ErrorReply) and report.reply.code == b"NOSCRIPT"
        if unknown and options.sending is Sending.SHA_THEN_TEXT:
            return self._with_changes(options, by_text)
        return report

    def call_function(
        self, name: bytes, keys: Sequence[bytes], args: Sequence[bytes], options: RunOptions
    ) -> RunReport:
        """Run a function the server has with FCALL or FCALL_RO."""
        self._check(options)
        if options.dry_run:
            raise UsageError("a server's debugger runs no functions, so there is no dry run of one there")
        self.store = self.nodes.of_keys(keys)
        suffix = b"_RO" if options.read_only else b""
        return self._with_changes(options, [b"FCALL" + suffix, name, b"%d" % len(keys), *keys, *args])

    def _check(self, options: RunOptions) -> None:
        """Refuse what only the embedded server can do."""
        inside = "a server tells nothing of the inside of a script"
        unseen = "a server makes the changes of a dry run in a copy of itself and throws them away unseen"
        for asked, option, why in (
            (options.trace, "--trace", inside),
            (options.strict_keys, "--strict-keys", inside),
            (options.dry_run and options.changes, "--diff with --dry-run", unseen),
        ):
            if asked:
                raise UsageError(
                    f"{option} needs the embedded server: {why}",
                    hint="with --local the script runs here, with the server's data",
                )

    def _with_changes(self, options: RunOptions, argv: list[bytes]) -> RunReport:
        if not options.changes:
            return self._told(partial(self._call, argv))
        before = _Before()
        report = self._told(partial(self._call, argv, before))
        changes = self.store.changes(before.states, asking=before.asking)
        return replace(report, changes=tuple(changes), now=self.store.now())

    def _call(self, argv: list[bytes], before: _Before | None = None) -> Reply:
        try:
            return self._followed(argv, before)
        except SilentServerError as error:
            hint = "the script may still be running there: ldbpy script kill stops one that has not written"
            raise ConnectError(str(error), hint=hint) from None
        except ConnectError as error:
            hint = error.hint or "the script may have run, or a part of it: look at its keys before you run it again"
            raise ConnectError(str(error), hint=hint) from None

    def _followed(self, argv: list[bytes], before: _Before | None) -> Reply:
        """Run a command on the node that takes it; ``before`` is told what its keys hold there."""
        asking = False
        for _ in range(MOST_REDIRECTIONS + 1):
            if before is not None:
                before.asking, before.states = asking, self.store.states_of(argv, asking=asking)
            if asking:
                self.store.call([b"ASKING"])
            reply = self.store.call(argv)
            redirection = redirection_in(reply) if self.store.is_cluster else None
            if redirection is None:
                break
            self.store, asking = self.nodes.follow(redirection), redirection.is_once
        return reply

    def _told(self, run: Callable[[], Reply]) -> RunReport:
        """Run a script, and tell how that went.

        Raises:
            ServerRefusedError: the server would not run it.
        """
        start = time.perf_counter()
        try:
            reply = run()
        except _OutOfTimeError as error:
            message = str(error)
            problem = RunProblem("stopped", message, None, "time", hint=_LEFT_BEHIND)
            return RunReport(ErrorReply(b"ERR " + message.encode()), problem)
        stats = RunStats(seconds=time.perf_counter() - start)
        if isinstance(reply, ErrorReply):
            self._raise_refusal(reply)
        return RunReport(reply, problem_in(reply), stats=stats)

    def _raise_refusal(self, reply: ErrorReply) -> None:
        if is_refusal(reply.message):
            told = f"{self.store.label} refuses to run the script: {_text(reply.message)}"
            raise ServerRefusedError(told, hint=refusal_hint(reply.message))

    def _dry_run(self, argv: list[bytes]) -> Reply:
        """Run a script in the server's debugger, which forks, and throws what it changed away."""
        client = self.store.client()
        try:
            answer = client.call([b"SCRIPT", b"DEBUG", b"YES"])
            if isinstance(answer, ErrorReply):
                told = answer.message.decode("utf-8", "backslashreplace")
                raise ServerRefusedError(
                    f"{self.store.label} refuses its debugger, which a dry run needs: {told}",
                    hint="run it embedded: leave --target out",
                )
            return self._run_in_copy(client, argv)
        except SilentServerError:
            raise _OutOfTimeError(f"the script ran longer than {self._timeout or 0:g} s") from None
        except ConnectError as error:
            raise crashed(error, argv) from None
        finally:
            client.close()

    def _run_in_copy(self, client: ServerClient, argv: list[bytes]) -> Reply:
        if not is_forgotten(argv):
            client.send(argv)
            return self._last_reply(client, client.read)
        for each in ([b"MULTI"], argv):
            answer = client.call(each)
            if isinstance(answer, ErrorReply):
                return answer
        client.send([b"EXEC"])
        return self._last_reply(client, client.read_executed)

    def _last_reply(self, client: ServerClient, read: Callable[[], Reply]) -> Reply:
        """Let a debugged script run to its end; its reply, which ``read`` reads.

        The debugger stops one that takes longer than ``busy-reply-threshold`` again and again. The fork ends when it
        finds the connection closed.
        """
        deadline = None if self._timeout is None else time.monotonic() + self._timeout
        while deadline is None or time.monotonic() < deadline:
            told = client.read()
            refused = told if isinstance(told, ErrorReply) else refused_in_exec(told)
            if refused is not None:
                return refused
            if not isinstance(told, list):
                raise BackendError(f"{self.store.label} did not start its debugger", hint="run it embedded")
            if b"<endsession>" in told:
                return read()
            client.send([b"continue"])
        raise SilentServerError("")


_LEFT_BEHIND: Final = "the server's fork ends when it notices; on Valkey 9 it runs on until somebody kills its process"


@dataclass(slots=True)
class _Before:
    """What keys held before a command ran."""

    states: dict[bytes, KeyState | None] = field(default_factory=dict)
    asking: bool = False
    """See ``ServerStore.peek``."""


class _OutOfTimeError(Exception):
    """A dry run took longer than it may."""


def problem_in(reply: Reply) -> RunProblem | None:
    """The problem behind an error reply of EVAL or FCALL, None if there is none.

    An error the script returned, rather than raised, has no position and is no problem of the script's.
    """
    if not isinstance(reply, ErrorReply):
        return None
    message = reply.message
    if _SHEBANG.match(message):
        return RunProblem("shebang", _text(message.removeprefix(b"ERR ")), 1)
    if message.startswith(_FLAGS):
        return RunProblem("error", _text(message.partition(b" ")[2]), None)
    compiling = message.startswith((b"ERR Error compiling", b"ERR Error registering"))
    place = _CHUNK.search(message) if compiling else _POSITION.search(message)
    if place is None and not compiling and _OLD_PREFIX.match(message) is None:
        return None
    text = _OLD_PREFIX.sub(b"", _SUFFIX.sub(b"", message)).removeprefix(b"ERR ")
    text = _CHUNK.sub(b"", text, count=1)
    if compiling:
        text = text.partition(b": ")[2] or text
    line = int(place[1]) if place is not None else None
    return RunProblem("compile" if compiling else "error", _text(text), line)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


_SHEBANG: Final = re.compile(
    rb"ERR (?:(?:Invalid|Invalid engine in|Unexpected engine in|Unexpected flag in) script shebang|"
    rb"Could not find scripting engine|Unknown lua shebang option)"
)
_FLAGS: Final = (
    b"ERR Can not execute a script with write flag",
    b"OOM allow-oom flag is not set",
    b"ERR Can not run script on cluster",
)
