"""The composition root: from what was asked for to the objects that do it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, NamedTuple

from ldbpy.errors import UsageError
from ldbpy.flavors import DEFAULT_FLAVOR, flavor_named
from ldbpy.lua.limits import Limits
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.target import Target

if TYPE_CHECKING:
    from pathlib import Path

    from ldbpy.engine.session import Session
    from ldbpy.flavors import Flavor
    from ldbpy.script.source import Script
    from ldbpy.store.undo import JournalFile, Outcome
    from ldbpy.targets.copying import KeyCopy
    from ldbpy.targets.live import LiveTarget
    from ldbpy.targets.run_options import RunOptions

__all__ = [
    "EMBEDDED",
    "MAX_MEMORY",
    "TIMEOUT",
    "RemoteSession",
    "checked_limits",
    "copied_keys",
    "journal_folder",
    "live_flavor",
    "open_embedded",
    "open_local_session",
    "open_local_target",
    "open_private_server",
    "open_remote_session",
    "open_session",
    "open_target",
    "put_back",
]

EMBEDDED = "embedded"
"""The target that needs no server."""
TIMEOUT = Limits().seconds
"""Seconds a script may run unless told otherwise."""
MAX_MEMORY = Limits().memory
"""Bytes the values of a script may take unless told otherwise."""
_COPY_SECONDS = 60.0
"""Seconds one answer may take where keys are copied."""
_PATIENCE = 30.0
"""Seconds a server may take to answer a command of a script that is debugged."""
_FOREVER = 10_000_000.0
"""Seconds: more than a thread or a socket can wait on every system."""


def checked_limits(seconds: float = TIMEOUT, memory: int = MAX_MEMORY) -> Limits:
    """The limits of runs. 0: none.

    Raises:
        UsageError: one makes no sense.
    """
    if not isinstance(seconds, int | float):
        raise TypeError(f"timeout is a number of seconds, 0 for no limit, not {type(seconds).__name__}")
    if not isinstance(memory, int):
        raise TypeError(f"max_memory is a whole number of bytes, 0 for no limit, not {type(memory).__name__}")
    if math.isnan(seconds) or seconds < 0:
        raise UsageError(f"a script cannot be stopped after {seconds:g} s", hint="0 or more seconds; 0 for no limit")
    if not 0 <= memory < 2**62:
        raise UsageError(f"a script cannot be kept under {memory} bytes", hint="0 or more bytes; 0 for no limit")
    return Limits(seconds=seconds if seconds <= _FOREVER else 0.0, memory=memory)


def open_embedded(flavor: str | None = None, limits: Limits | None = None) -> EmbeddedServer:
    """An empty embedded server.

    Raises:
        UsageError: there is no such flavor.
    """
    return EmbeddedServer(flavor_named(flavor or DEFAULT_FLAVOR), limits=limits)


def open_target(url: str = EMBEDDED, *, flavor: str | None = None, limits: Limits | None = None) -> Target:
    """Open what a URL names: ``embedded``, or a server.

    Raises:
        UsageError: the URL or the flavor is none, or only the embedded server could do what is asked.
        BackendError: the server cannot be used.
    """
    if url == EMBEDDED:
        return open_embedded(flavor, limits)
    limits = limits or checked_limits()
    if flavor is not None:
        raise UsageError(
            f"the flavor {flavor} is for the embedded server: a real one is what it is",
            hint="leave out the flavor, or the target",
        )
    if limits.memory != MAX_MEMORY:
        raise UsageError(
            "a limit of memory is for the embedded server: a real one keeps its own",
            hint="leave out the limit, or the target",
        )
    from ldbpy.targets.server import ServerTarget  # redis-py takes long to import

    return ServerTarget(url, timeout=limits.seconds or None)


def open_private_server(path: str | None = None, rdb: str | None = None) -> AbstractContextManager[str]:
    """A throw-away server for a while: its URL. ``path``: its program; ``rdb``: what it loads a copy of.

    Raises:
        UsageError: the program or the file is not there.
        BackendError: the server does not come up.
    """
    from ldbpy.targets.private import find_binary, private_server

    return private_server(find_binary(path), rdb=rdb)


def copied_keys(url: str, keys: Sequence[bytes], pattern: bytes | None = None) -> tuple[list[KeyCopy], str]:
    """Copies of a live server's keys, or of those that match a pattern; and its URL without a password.

    Raises:
        UsageError: the URL is none, or too many keys match.
        BackendError: the server cannot be used.
    """
    from ldbpy.store.server import Nodes, ServerStore
    from ldbpy.targets.copying import copy_key, matching_keys

    nodes = Nodes(ServerStore(url, timeout=_COPY_SECONDS))
    try:
        if pattern is not None:
            keys = [key for store in nodes.masters() for key in matching_keys(store.call, pattern)]
        return [copy_key(nodes.of_keys([key]).call, key) for key in dict.fromkeys(keys)], nodes.entry.label
    finally:
        nodes.close()


def open_session(
    server: EmbeddedServer,
    read: Callable[[], Script],
    keys: Sequence[bytes],
    args: Sequence[bytes],
    options: RunOptions,
    *,
    function: bytes | None = None,
    commit: bool = False,
) -> Session:
    """A debugging session on the embedded server. ``read`` gives the script, again for every run."""
    from ldbpy.backends.local import LocalBackend
    from ldbpy.engine.session import Session
    from ldbpy.store.memory.globs import glob

    backend = LocalBackend(server, read, keys, args, options, function=function)
    return Session(backend, lambda pattern, key: bool(glob(pattern)(key)), commit=commit)


def open_local_session(
    url: str,
    read: Callable[[], Script],
    keys: Sequence[bytes],
    args: Sequence[bytes],
    options: RunOptions,
    *,
    environ: Mapping[str, str],
    flavor: str | None = None,
    function: bytes | None = None,
    limits: Limits | None = None,
    commit: bool = False,
    may_last: Callable[[str], bool] = lambda told: False,
) -> tuple[Session, str]:
    """A debugging session here with the data of a real server; what the server is.

    ``flavor``: the server the script shall meet, if it is not that one.
    ``may_last(told)``: asked, on the thread of the script, before a command that cannot be undone.

    Raises:
        UsageError: the URL is none.
        BackendError: the server cannot be used.
    """
    from ldbpy.backends.live import LiveBackend
    from ldbpy.engine.session import Session
    from ldbpy.store.memory.globs import glob

    name = read().source_map.file
    server = open_local_target(url, keys, environ=environ, flavor=flavor, limits=limits, script=name, may_last=may_last)
    backend = LiveBackend(server, read, keys, args, options, function=function)
    session = Session(backend, lambda pattern, key: bool(glob(pattern)(key)), commit=commit)
    return session, server.description


def open_local_target(
    url: str,
    keys: Sequence[bytes],
    *,
    environ: Mapping[str, str],
    flavor: str | None = None,
    limits: Limits | None = None,
    script: str = "",
    may_last: Callable[[str], bool] = lambda told: False,
) -> LiveTarget:
    """A place where scripts run here with the data of a real server; see ``open_local_session``."""
    from ldbpy.store.server import Nodes, ServerStore
    from ldbpy.store.undo import LiveStore
    from ldbpy.targets.live import LiveTarget

    node = Nodes(ServerStore(url, timeout=_PATIENCE)).of_keys(keys)
    meant = None if flavor is None else flavor_named(flavor)
    store = LiveStore(node, journal_folder(environ), flavor=meant, script=script, may_last=may_last)
    return LiveTarget(store, limits)


def journal_folder(environ: Mapping[str, str]) -> Path:
    """Where sessions on live servers keep what they have to put back."""
    from pathlib import Path

    from ldbpy.settings.files import state_folder

    return Path(state_folder(environ), "undo")


def live_flavor(url: str) -> Flavor:
    """The flavor nearest to a real server, with the commands it has itself; named as the server.

    Raises:
        UsageError: the URL is none.
        BackendError: the server cannot be used, or does not tell its commands.
    """
    import hashlib

    from ldbpy.commands.live import names_of, read_commands
    from ldbpy.commands.table import keep_table
    from ldbpy.errors import ServerRefusedError
    from ldbpy.resp import ErrorReply
    from ldbpy.store.server import ServerStore

    store = ServerStore(url, timeout=_PATIENCE)
    try:
        reply = store.call([b"COMMAND", b"INFO", *names_of(store.call([b"COMMAND"]))])
        if isinstance(reply, ErrorReply):
            told = reply.message.decode("utf-8", "backslashreplace")
            raise ServerRefusedError(f"{store.label} does not tell its commands: {told}")
        try:
            commands = read_commands(reply, store.table.raw)
        except ValueError:
            raise ServerRefusedError(f"{store.label} does not tell its commands as Redis does") from None
        table = f"live-{hashlib.blake2b(repr(sorted(commands.items())).encode(), digest_size=16).hexdigest()}"
        keep_table(table, commands)
        return store.flavor._replace(name=store.label, table=table, table_until=None)
    finally:
        store.close()


def put_back(journal: JournalFile, url: str, *, force: bool, dry_run: bool) -> Outcome:
    """Put back on a real server what a session there has left changed; with ``dry_run`` only tell what would be done.

    It is for the caller to note that in the journal.

    Raises:
        UsageError: the URL is none, or that of another server than the journal's.
        BackendError: the server cannot be used, or refuses.
    """
    from ldbpy.store.server import ServerStore
    from ldbpy.store.undo import roll_back
    from ldbpy.store.urls import place_of

    store = ServerStore(url, timeout=_PATIENCE)
    client = store.client()
    try:
        header = journal.header
        elsewhere = header.run_id != store.run_id and place_of(store.label) != place_of(header.url)
        if elsewhere and not force and not dry_run:
            raise UsageError(
                f"{store.label} is not the server that {journal.path} is of, which was {header.server} at "
                f"{header.url}, or has been restarted since: nothing is put back",
                hint="--dry-run tells what would be done, --force does it",
            )
        outcome = roll_back(
            client.pipeline, journal.kept, tells_expiry=store.tells_expiry, force=force, dry_run=dry_run
        )
    finally:
        client.close()
        store.close()
    return outcome


class RemoteSession(NamedTuple):
    """A debugging session on a real server."""

    session: Session
    description: str
    """What the server is, and where."""
    label: str
    """Its URL without a password."""
    notes: Sequence[str]
    """What to know before it begins."""


def open_remote_session(
    url: str,
    read: Callable[[], Script],
    keys: Sequence[bytes],
    args: Sequence[bytes],
    *,
    function: str | None = None,
    read_only: bool = False,
    sync: bool = False,
) -> RemoteSession:
    """A debugging session on a real server.

    ``function``: which one of the library that ``read`` gives.

    Raises:
        UsageError: the URL is none.
        BackendError: the server cannot be used.
    """
    from ldbpy.backends.ldb import LdbBackend, LdbOptions
    from ldbpy.engine.session import Session
    from ldbpy.store.memory.globs import glob
    from ldbpy.store.server import Nodes, ServerStore

    nodes = Nodes(ServerStore(url))
    store, notes = nodes.of_keys(keys), tuple(nodes.notes(keys))
    backend = LdbBackend(store, read, keys, args, LdbOptions(sync=sync, read_only=read_only, function=function))
    nodes.close()  # until they are needed again
    session = Session(backend, lambda pattern, key: bool(glob(pattern)(key)))
    return RemoteSession(session, store.description, store.label, notes)
