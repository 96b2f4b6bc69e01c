"""The first line of a script or library: ``#!lua flags=no-writes`` or ``#!lua name=mylib``.

Follows ``evalExtractShebangFlags`` (``eval.c``) and ``functionExtractLibMetaData`` (``functions.c``), and for
Dragonfly's ``--!df flags=allow-undeclared-keys`` its ``script_mgr.cc``.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from ldbpy.features import Feature
from ldbpy.flavors import Flavor
from ldbpy.resp.quoting import split_words

__all__ = ["LibraryHeader", "ScriptFlag", "ScriptHeader", "ShebangError", "library_header", "script_header"]


class ScriptFlag(StrEnum):
    """What a script or function declares of itself."""

    NO_WRITES = "no-writes"
    ALLOW_OOM = "allow-oom"
    ALLOW_STALE = "allow-stale"
    NO_CLUSTER = "no-cluster"
    ALLOW_CROSS_SLOT_KEYS = "allow-cross-slot-keys"


class ShebangError(Exception):
    """The server refuses the first line. The message is the server's, without a code."""

    def __init__(self, message: bytes) -> None:
        super().__init__(message.decode("utf-8", "backslashreplace"))
        self.message = message


class ScriptHeader(NamedTuple):
    """What a script's first line says."""

    flags: frozenset[ScriptFlag] | None
    """None: there is no shebang, and the server is lenient (its "compatibility mode")."""
    length: int
    """How much of the body the shebang takes; the newline after it still counts for line numbers."""
    declared_keys_only: bool = False
    """Whether commands may touch no key but those in KEYS."""


class LibraryHeader(NamedTuple):
    """What a library's first line says."""

    name: bytes
    engine: bytes
    length: int


def script_header(body: bytes, flavor: Flavor) -> ScriptHeader:
    """Read the shebang of a script, if it has one and the flavor knows shebangs.

    Raises:
        ShebangError: the server would not run it.
    """
    if Feature.DECLARED_KEYS_ONLY in flavor.features:
        return ScriptHeader(None, 0, declared_keys_only=not _allows_undeclared_keys(body))
    if not body.startswith(b"#!") or Feature.SHEBANGS not in flavor.features:
        return ScriptHeader(None, 0)
    line = _first_line(body)
    if line is None:
        raise ShebangError(b"Invalid script shebang")
    words = split_words(line)
    if not words:
        raise ShebangError(b"Invalid engine in script shebang")
    engines = Feature.SCRIPTING_ENGINES in flavor.features
    if not engines and words[0] != b"#!lua":
        raise ShebangError(b"Unexpected engine in script shebang: " + words[0])
    flags: set[ScriptFlag] = set()
    for word in words[1:]:
        if not word.startswith(b"flags="):
            raise ShebangError(b"Unknown lua shebang option: " + word)
        for flag in word[6:].split(b",") if len(word) > 6 else ():
            flags.add(_flag(flag))
    if engines and words[0][2:].lower() != b"lua":
        raise ShebangError(b"Could not find scripting engine '%s'" % words[0][2:])
    return ScriptHeader(frozenset(flags), len(line))


_DRAGONFLY_FLAGS = re.compile(rb"\s*?--!df flags=([^\s]*)\s")


def _allows_undeclared_keys(body: bytes) -> bool:
    match = _DRAGONFLY_FLAGS.match(body)
    flags = [flag for flag in re.split(rb"[,;]", match[1]) if flag] if match else []
    for flag in flags:
        if flag not in (b"allow-undeclared-keys", b"disable-atomicity"):
            raise ShebangError(b"Invalid flag: " + flag)
    return b"allow-undeclared-keys" in flags


def _first_line(body: bytes) -> bytes | None:
    """The first line, None if no newline ends it. The server looks no further than a zero byte."""
    end = body.split(b"\0", 1)[0].find(b"\n")
    return None if end < 0 else body[:end]


def _flag(text: bytes) -> ScriptFlag:
    try:
        return ScriptFlag(text.decode("ascii"))
    except ValueError:
        raise ShebangError(b"Unexpected flag in script shebang: " + text) from None


def library_header(code: bytes) -> LibraryHeader:
    """Read the first line of a function library.

    Raises:
        ShebangError: the server would not load it.
    """
    if not code.startswith(b"#!"):
        raise ShebangError(b"Missing library metadata")
    line = _first_line(code)
    words = split_words(line) if line is not None else None
    if line is None or not words:
        raise ShebangError(b"Invalid library metadata")
    name: bytes | None = None
    for word in words[1:]:
        if word[:5].lower() != b"name=":
            raise ShebangError(b"Invalid metadata value given: " + word)
        if name is not None:
            raise ShebangError(b"Invalid metadata value, name argument was given multiple times")
        name = word[5:]
    if name is None:
        raise ShebangError(b"Library name was not given")
    return LibraryHeader(name, words[0][2:], len(line))
