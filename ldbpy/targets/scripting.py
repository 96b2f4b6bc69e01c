"""EVAL, EVALSHA, SCRIPT, FCALL and FUNCTION, typed as commands against the embedded server."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from ldbpy.commands import Command
from ldbpy.lua.scripts import Library, LibraryError
from ldbpy.resp import OK, MapReply, Reply, SetReply, Status, parse_integer
from ldbpy.script.shebang import ScriptFlag, ShebangError
from ldbpy.script.source import Script, SourceMap
from ldbpy.store.memory import Client
from ldbpy.store.memory.client import legacy_refusal
from ldbpy.store.memory.errors import reject
from ldbpy.store.memory.globs import glob
from ldbpy.store.memory.registry import Handler
from ldbpy.targets.run_options import RunOptions

if TYPE_CHECKING:
    from ldbpy.targets.embedded import EmbeddedServer

__all__ = ["ServerClient"]

_HANDLERS: Final[dict[str, tuple[Handler, int]]] = {}
"""Handler and arity. Only subcommands that Redis 6.2 has need one: its command table does not list them."""

_ScriptingHandler = Callable[["ServerClient", list[bytes]], Reply]


def _command(name: str, arity: int = 0) -> Callable[[_ScriptingHandler], _ScriptingHandler]:
    def register(handler: _ScriptingHandler) -> _ScriptingHandler:
        _HANDLERS[name] = (cast("Handler", handler), arity)
        return handler

    return register


class ServerClient(Client):
    """A connection to the embedded server: a client of its store that can also run scripts."""

    __slots__ = ("server",)

    def __init__(self, server: EmbeddedServer, *, db: int = 0, resp: int = 2) -> None:
        super().__init__(server.store, db=db, resp=resp)
        self.server = server

    def handler(self, command: Command, argv: list[bytes]) -> Handler:
        """What runs the command."""
        name = command.name
        if name == "script" and len(argv) > 1:
            found, arity = _HANDLERS.get(f"script|{argv[1].lower().decode('latin-1')}", (None, 0))
            return found if found and (len(argv) == arity or len(argv) >= -arity > 0) else legacy_refusal(argv)
        found, _ = _HANDLERS.get(name, (None, 0))
        return found or super().handler(command, argv)


# -- EVAL


def _split_keys(argv: list[bytes], bad_number: bytes) -> tuple[list[bytes], list[bytes]]:
    """The keys and arguments after ``numkeys``, which is the third word."""
    count = parse_integer(argv[2])
    if count is None:
        reject(bad_number)
    if count > len(argv) - 3:
        reject(b"ERR Number of keys can't be greater than number of args")
    if count < 0:
        reject(b"ERR Number of keys can't be negative")
    return argv[3 : 3 + count], argv[3 + count :]


def _eval(client: ServerClient, argv: list[bytes], *, read_only: bool, by_sha: bool) -> Reply:
    if by_sha and len(argv[1]) != 40:
        return client.server.no_script()
    keys, args = _split_keys(argv, b"ERR value is not an integer or out of range")
    script = client.server.script(argv[1]) if by_sha else Script(argv[1], SourceMap("user_script"))
    if script is None:
        return client.server.no_script()
    return client.server.run(
        script, keys, args, RunOptions(read_only=read_only, resp=client.resp), db=client.db.index
    ).reply


@_command("eval")
def eval_(client: ServerClient, argv: list[bytes]) -> Reply:
    """EVAL script numkeys [key ...] [arg ...]."""
    return _eval(client, argv, read_only=False, by_sha=False)


@_command("eval_ro")
def eval_ro(client: ServerClient, argv: list[bytes]) -> Reply:
    """EVAL_RO script numkeys [key ...] [arg ...]."""
    return _eval(client, argv, read_only=True, by_sha=False)


@_command("evalsha")
def evalsha(client: ServerClient, argv: list[bytes]) -> Reply:
    """EVALSHA sha1 numkeys [key ...] [arg ...]."""
    return _eval(client, argv, read_only=False, by_sha=True)


@_command("evalsha_ro")
def evalsha_ro(client: ServerClient, argv: list[bytes]) -> Reply:
    """EVALSHA_RO sha1 numkeys [key ...] [arg ...]."""
    return _eval(client, argv, read_only=True, by_sha=True)


# -- SCRIPT


@_command("script|load", 3)
def script_load(client: ServerClient, argv: list[bytes]) -> Reply:
    """SCRIPT LOAD script."""
    script = Script(argv[2], SourceMap("user_script"))
    problem = client.server.check(script)
    if problem is not None:
        return problem
    client.server.remember(script, evaluated=False)
    return script.sha1.encode()


@_command("script|exists", -2)
def script_exists(client: ServerClient, argv: list[bytes]) -> Reply:
    """SCRIPT EXISTS sha1 [sha1 ...]."""
    return [int(client.server.script(sha1) is not None) for sha1 in argv[2:]]


@_command("script|flush", -2)
def script_flush(client: ServerClient, argv: list[bytes]) -> Reply:
    """SCRIPT FLUSH [ASYNC | SYNC]."""
    if len(argv) > 3 or (len(argv) == 3 and argv[2].upper() not in (b"ASYNC", b"SYNC")):
        reject(b"ERR SCRIPT FLUSH only support SYNC|ASYNC option")
    client.server.forget_scripts()
    return OK


@_command("script|show")
def script_show(client: ServerClient, argv: list[bytes]) -> Reply:
    """SCRIPT SHOW sha1 (Valkey)."""
    script = client.server.script(argv[2]) if len(argv[2]) == 40 else None
    return client.server.no_script() if script is None else script.body


@_command("script|kill", 2)
def script_kill(client: ServerClient, argv: list[bytes]) -> Reply:
    """SCRIPT KILL: a client of this server never meets a running script."""
    reject(b"NOTBUSY No scripts in execution right now.")


@_command("script|debug", 3)
def script_debug(client: ServerClient, argv: list[bytes]) -> Reply:
    """SCRIPT DEBUG NO: this server has no debugger to turn on."""
    if argv[2].upper() in (b"YES", b"SYNC"):
        reject(b"ERR the embedded server has no SCRIPT DEBUG")
    if argv[2].upper() != b"NO":
        reject(b"ERR Use SCRIPT DEBUG YES/SYNC/NO")
    return OK


# -- FCALL


def _fcall(client: ServerClient, argv: list[bytes], *, read_only: bool) -> Reply:
    if client.server.function(argv[1]) is None:
        reject(b"ERR Function not found")
    keys, args = _split_keys(argv, b"ERR Bad number of keys provided")
    return client.server.call_function(
        argv[1], keys, args, RunOptions(read_only=read_only, resp=client.resp), db=client.db.index
    ).reply


@_command("fcall")
def fcall(client: ServerClient, argv: list[bytes]) -> Reply:
    """FCALL function numkeys [key ...] [arg ...]."""
    return _fcall(client, argv, read_only=False)


@_command("fcall_ro")
def fcall_ro(client: ServerClient, argv: list[bytes]) -> Reply:
    """FCALL_RO function numkeys [key ...] [arg ...]."""
    return _fcall(client, argv, read_only=True)


# -- FUNCTION


@_command("function|load")
def function_load(client: ServerClient, argv: list[bytes]) -> Reply:
    """FUNCTION LOAD [REPLACE] code."""
    for word in argv[2:-1]:
        if word.upper() != b"REPLACE":
            reject(b"ERR Unknown option given: %s" % word)
    try:
        return client.server.load_library(argv[-1], replace=len(argv) > 3).name
    except (LibraryError, ShebangError) as error:
        reject(error.reply if isinstance(error, LibraryError) else b"ERR " + error.message)


@_command("function|delete")
def function_delete(client: ServerClient, argv: list[bytes]) -> Reply:
    """FUNCTION DELETE library."""
    if client.server.libraries.pop(argv[2], None) is None:
        reject(b"ERR Library not found")
    return OK


@_command("function|flush")
def function_flush(client: ServerClient, argv: list[bytes]) -> Reply:
    """FUNCTION FLUSH [ASYNC | SYNC]."""
    if len(argv) > 3:
        reject(b"ERR unknown subcommand or wrong number of arguments for '%s'. Try FUNCTION HELP." % argv[1])
    if len(argv) == 3 and argv[2].upper() not in (b"ASYNC", b"SYNC"):
        reject(b"ERR FUNCTION FLUSH only supports SYNC|ASYNC option")
    client.server.libraries.clear()
    return OK


@_command("function|kill")
def function_kill(client: ServerClient, argv: list[bytes]) -> Reply:
    """FUNCTION KILL: a client of this server never meets a running function."""
    reject(b"NOTBUSY No scripts in execution right now.")


@_command("function|stats")
def function_stats(client: ServerClient, argv: list[bytes]) -> Reply:
    """FUNCTION STATS."""
    libraries = client.server.libraries
    functions = sum(len(library.functions) for library in libraries.values())
    counts: list[tuple[Reply, Reply]] = [(b"libraries_count", len(libraries)), (b"functions_count", functions)]
    return MapReply([(b"running_script", None), (b"engines", MapReply([(b"LUA", MapReply(counts))]))])


@_command("function|list")
def function_list(client: ServerClient, argv: list[bytes]) -> Reply:
    """FUNCTION LIST [LIBRARYNAME pattern] [WITHCODE]."""
    pattern, with_code = None, False
    index = 2
    while index < len(argv):
        word = argv[index].upper()
        if word == b"WITHCODE" and not with_code:
            with_code = True
        elif word == b"LIBRARYNAME" and pattern is None:
            index += 1
            if index >= len(argv):
                reject(b"ERR library name argument was not given")
            pattern = argv[index]
        else:
            reject(b"ERR Unknown argument %s" % argv[index])
        index += 1
    matches = None if pattern is None else glob(pattern, ignore_case=True)
    return [
        _told(library, with_code=with_code)
        for library in client.server.libraries.values()
        if matches is None or matches(library.name)
    ]


def _told(library: Library, *, with_code: bool) -> Reply:
    functions: list[Reply] = [
        MapReply(
            [
                (b"name", function.name),
                (b"description", function.description),
                (b"flags", SetReply([Status(flag.encode()) for flag in ScriptFlag if flag in function.flags])),
            ]
        )
        for function in library.functions.values()
    ]
    fields: list[tuple[Reply, Reply]] = [
        (b"library_name", library.name),
        (b"engine", b"LUA"),
        (b"functions", functions),
    ]
    if with_code:
        fields.append((b"library_code", library.code))
    return MapReply(fields)
