"""A real server as the place where scripts run: its own EVAL, and its debugger for a dry run."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from ldbpy.errors import BackendError, ServerRefusedError, UsageError
from ldbpy.flavors import Flavor
from ldbpy.model.runs import RunProblem, RunReport, RunStats
from ldbpy.resp import ErrorReply, Reply
from ldbpy.script.source import Script
from ldbpy.store.server import ServerClient, ServerStore
from ldbpy.targets.run_options import RunOptions

__all__ = ["ServerTarget"]

_POSITION: Final = re.compile(rb"(?:, on | on |\): )@(?:user_script|user_function):(\d+)")
_CHUNK: Final = re.compile(rb"user_(?:script|function):(\d+): ?")
_SUFFIX: Final = re.compile(rb" script: (?:[^ ]+, )?on @user_(?:script|function):-?\d+\.\Z")
_OLD_PREFIX: Final = re.compile(rb"ERR Error running script \(call to [^)]*\): (?:@user_script:\d+: )?")


class ServerTarget:
    """Runs scripts on a server."""

    def __init__(self, url: str, *, timeout: float | None = None) -> None:
        """Connect; see ``ServerStore`` for what it raises."""
        self.store: Final = ServerStore(url, timeout=timeout)

    @property
    def flavor(self) -> Flavor:
        """The flavor nearest to the server."""
        return self.store.flavor

    @property
    def description(self) -> str:
        """What and where it is, for people."""
        return f"{self.store.product} {self.store.version} at {self.store.label}"

    def call(self, argv: list[bytes]) -> Reply:
        """Run a command."""
        return self.store.call(argv)

    def close(self) -> None:
        """End the connection."""
        self.store.close()

    def run(self, script: Script, keys: Sequence[bytes], args: Sequence[bytes], options: RunOptions) -> RunReport:
        """Run a script with EVAL or EVAL_RO, or EVALSHA first if asked to."""
        self._check(options)
        tail = [b"%d" % len(keys), *keys, *args]
        suffix = b"_RO" if options.read_only else b""
        if options.dry_run:
            return self._timed(lambda: self._dry_run([b"EVAL" + suffix, script.body, *tail]))
        if not options.by_sha:
            return self._with_changes(options, [b"EVAL" + suffix, script.body, *tail])
        report = self._with_changes(options, [b"EVALSHA" + suffix, script.sha1.encode(), *tail])
        if isinstance(report.reply, ErrorReply) and report.reply.code == b"NOSCRIPT":
            return self._with_changes(options, [b"EVAL" + suffix, script.body, *tail])
        return report

    def call_function(
        self, name: bytes, keys: Sequence[bytes], args: Sequence[bytes], options: RunOptions
    ) -> RunReport:
        """Run a function the server has with FCALL or FCALL_RO."""
        self._check(options)
        if options.dry_run:
            raise UsageError("a server's debugger runs no functions, so there is no dry run of one there")
        suffix = b"_RO" if options.read_only else b""
        return self._with_changes(options, [b"FCALL" + suffix, name, b"%d" % len(keys), *keys, *args])

    def _check(self, options: RunOptions) -> None:
        """Refuse what only the embedded server can do."""
        asked = {"--trace": options.trace, "--strict-keys": options.strict_keys}
        if options.dry_run:
            asked["--diff with --dry-run"] = options.changes
        for name, wanted in asked.items():
            if wanted:
                raise UsageError(
                    f"{name} needs the embedded server: a server tells nothing of the inside of a script",
                    hint="leave --target out; --seed gives the embedded server data",
                )

    def _with_changes(self, options: RunOptions, argv: list[bytes]) -> RunReport:
        if not options.changes:
            return self._timed(lambda: self.store.call(argv))
        savepoint = self.store.savepoint()
        try:
            report = self._timed(lambda: self.store.call(argv))
            return replace(report, changes=tuple(self.store.changes(savepoint)), now=time.time_ns() // 1_000_000)
        finally:
            self.store.release(savepoint)

    def _timed(self, run: Callable[[], Reply]) -> RunReport:
        start = time.perf_counter()
        reply = run()
        stats = RunStats(seconds=time.perf_counter() - start)
        return RunReport(reply, problem_in(reply), stats=stats)

    def _dry_run(self, argv: list[bytes]) -> Reply:
        """Run a script in the server's debugger, which forks, and throws what it changed away."""
        client = self.store.client()
        try:
            answer = client.call([b"SCRIPT", b"DEBUG", b"YES"])
            if isinstance(answer, ErrorReply):
                raise ServerRefusedError(
                    f"{self.store.label} refuses its debugger, which a dry run needs: {answer.message.decode()}",
                    hint="run it embedded: leave --target out",
                )
            client.send(argv)
            return _last_reply(client)
        finally:
            client.close()


def _last_reply(client: ServerClient) -> Reply:
    """Let a debugged script run to its end; its reply."""
    for _ in range(100_000):
        told = client.read()
        if not isinstance(told, list):
            raise BackendError("the server did not start a debugging session", hint="run it embedded")
        if b"<endsession>" in told:
            return client.read()
        client.send([b"continue"])
    raise BackendError("the server's debugger stopped 100,000 times and did not end the script")


def problem_in(reply: Reply) -> RunProblem | None:
    """The problem behind an error reply of EVAL or FCALL, None if there is none.

    An error the script returned, rather than raised, has no position and is no problem of the script's.
    """
    if not isinstance(reply, ErrorReply):
        return None
    message = reply.message
    compiling = message.startswith((b"ERR Error compiling", b"ERR Error registering"))
    place = _CHUNK.search(message) if compiling else _POSITION.search(message)
    if place is None and not compiling:
        return None
    text = _OLD_PREFIX.sub(b"", _SUFFIX.sub(b"", message)).removeprefix(b"ERR ")
    text = _CHUNK.sub(b"", text, count=1)
    if compiling:
        text = text.partition(b": ")[2] or text
    line = int(place[1]) if place is not None else None
    return RunProblem("compile" if compiling else "error", text.decode("utf-8", "backslashreplace"), line)
