"""The text of scripts and libraries that a server has: SCRIPT SHOW (Valkey 8.0 and later), FUNCTION LIST WITHCODE."""

from __future__ import annotations

from typing import Final, NamedTuple

from ldbpy.errors import ServerRefusedError, UsageError
from ldbpy.resp import ErrorReply, MapReply, Reply
from ldbpy.script.source import Script, SourceMap
from ldbpy.store.protocol import Call

__all__ = ["Library", "LibraryFunction", "libraries_in", "stored_library", "stored_script"]

_SHA1_DIGITS: Final = 40


class LibraryFunction(NamedTuple):
    """A function of a library."""

    name: bytes
    description: bytes | None
    flags: tuple[bytes, ...]

    @property
    def writes(self) -> bool:
        """Whether it may write."""
        return b"no-writes" not in self.flags


class Library(NamedTuple):
    """A function library."""

    name: bytes
    engine: bytes
    functions: tuple[LibraryFunction, ...]
    code: bytes | None
    """Its text, if it was asked for."""


def stored_script(call: Call, sha1: str, *, must_show: bool = True) -> Script:
    """The script a server knows by its SHA1; with ``must_show`` unset, perhaps without its text.

    Raises:
        UsageError: this is no SHA1, or the server knows no such script.
        ServerRefusedError: the server does not tell texts of scripts.
    """
    if len(sha1) != _SHA1_DIGITS or not set(sha1.lower()) <= set("0123456789abcdef"):
        raise UsageError(f"{sha1!r} is no SHA1 of a script", hint="it has 40 hexadecimal digits; SCRIPT LOAD tells it")
    source_map = SourceMap(f"<script {sha1[:8].lower()}>")
    reply = call([b"SCRIPT", b"SHOW", sha1.encode()])
    if isinstance(reply, bytes):
        return Script(bytes(reply), source_map)
    if call([b"SCRIPT", b"EXISTS", sha1.encode()]) == [0]:
        raise UsageError(f"the server knows no script {sha1}", hint="ldbpy script load FILE gives it one")
    if not must_show:
        return Script.known_by(sha1.lower(), source_map)
    told = _text(reply.message) if isinstance(reply, ErrorReply) else repr(reply)
    raise ServerRefusedError(
        f"the server does not tell the text of a script: {told}",
        hint="SCRIPT SHOW came with Valkey 8.0; elsewhere give the script's file",
    )


def stored_library(call: Call, function: str) -> tuple[Script, LibraryFunction]:
    """The library a function of the server belongs to, and the function.

    Raises:
        UsageError: the server has no such function.
        ServerRefusedError: it has no function libraries, or does not tell of them.
    """
    name = function.encode("utf-8", "surrogateescape")
    libraries = libraries_in(call([b"FUNCTION", b"LIST", b"WITHCODE"]))
    for library in libraries:
        for each in library.functions:
            if each.name == name:
                assert library.code is not None, "it was asked for with its code"
                return Script(library.code, SourceMap(f"<library {_text(library.name)}>")), each
    known = sorted(_text(each.name) for library in libraries for each in library.functions)
    hint = f"there are: {', '.join(known[:10])}" if known else "it has none: ldbpy function load FILE gives it some"
    raise UsageError(f"the server has no function {function!r}", hint=hint)


def libraries_in(reply: Reply) -> list[Library]:
    """What FUNCTION LIST answered.

    Raises:
        ServerRefusedError: it answered an error.
    """
    if isinstance(reply, ErrorReply):
        raise ServerRefusedError(
            f"the server does not tell its functions: {_text(reply.message)}",
            hint="function libraries came with Redis 7.0; the user in the URL may lack the right to see them",
        )
    return [_library(_fields(each)) for each in reply] if isinstance(reply, list) else []


def _library(fields: dict[bytes, Reply]) -> Library:
    functions = fields.get(b"functions")
    code = fields.get(b"library_code")
    return Library(
        _bytes(fields.get(b"library_name")),
        _bytes(fields.get(b"engine")),
        tuple(_function(_fields(each)) for each in functions) if isinstance(functions, list) else (),
        bytes(code) if isinstance(code, bytes) else None,
    )


def _function(fields: dict[bytes, Reply]) -> LibraryFunction:
    flags, description = fields.get(b"flags"), fields.get(b"description")
    return LibraryFunction(
        _bytes(fields.get(b"name")),
        bytes(description) if isinstance(description, bytes) else None,
        tuple(_bytes(flag) for flag in flags) if isinstance(flags, list) else (),
    )


def _fields(reply: Reply) -> dict[bytes, Reply]:
    """A map, which comes as a flat list over RESP2."""
    if isinstance(reply, MapReply):
        return {_bytes(name): value for name, value in reply.pairs}
    if isinstance(reply, list):
        return {_bytes(name): value for name, value in zip(reply[::2], reply[1::2], strict=False)}
    return {}


def _bytes(reply: Reply) -> bytes:
    return bytes(reply) if isinstance(reply, bytes) else b""


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")
