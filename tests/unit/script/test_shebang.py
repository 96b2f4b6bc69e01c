"""The first line of scripts and libraries, as each server reads it. The answers were recorded from real ones."""

from __future__ import annotations

import pytest

from ldbpy.flavors import FLAVORS
from ldbpy.script.shebang import ScriptFlag, ShebangError, library_header, script_header

WITH_ENGINES = ("valkey-8", "valkey-9")
WITHOUT = ("redis-7.0", "redis-7.2", "redis-7.4", "redis-8")
REFUSED = [
    (b"#!lua", b"Invalid script shebang", None),
    (b"#!lua\0\nreturn 1", b"Invalid script shebang", None),
    (b"#!lua flags=nope\nreturn 1", b"Unexpected flag in script shebang: nope", None),
    (b"#!lua name=x\nreturn 1", b"Unknown lua shebang option: name=x", None),
    (b"#!lua flags=no-writes, allow-stale\nreturn 1", b"Unexpected flag in script shebang: ", None),
    (b'#!lua flags="no-writes\nreturn 1', b"Invalid engine in script shebang", None),
    (b"#!js\nreturn 1", b"Unexpected engine in script shebang: #!js", b"Could not find scripting engine 'js'"),
    (b"#!\nreturn 1", b"Unexpected engine in script shebang: #!", b"Could not find scripting engine ''"),
]
TAKEN = [
    (b"#!lua\nreturn 1", frozenset(), 5),
    (b"#!lua flags=\nreturn 1", frozenset(), 12),
    (b"#!lua flags=no-writes,allow-stale\nreturn 1", {ScriptFlag.NO_WRITES, ScriptFlag.ALLOW_STALE}, 33),
    (b'#!lua flags="no-writes"\nreturn 1', {ScriptFlag.NO_WRITES}, 23),
    (b"#!lua flags=no-writes\r\nreturn 1", {ScriptFlag.NO_WRITES}, 22),
    (b"#!lua flags=no-writes flags=allow-oom\n", {ScriptFlag.NO_WRITES, ScriptFlag.ALLOW_OOM}, 37),
]


@pytest.mark.parametrize("flavor", [*WITHOUT, *WITH_ENGINES])
@pytest.mark.parametrize(("body", "message", "message_with_engines"), REFUSED)
def test_refused(body: bytes, message: bytes, message_with_engines: bytes | None, flavor: str) -> None:
    """The server's words, which differ where there may be more engines than Lua."""
    with pytest.raises(ShebangError) as caught:
        script_header(body, FLAVORS[flavor])
    expected = message_with_engines if message_with_engines and flavor in WITH_ENGINES else message
    assert caught.value.message == expected


@pytest.mark.parametrize("flavor", [*WITHOUT, *WITH_ENGINES])
@pytest.mark.parametrize(("body", "flags", "length"), TAKEN)
def test_taken(body: bytes, flags: frozenset[ScriptFlag], length: int, flavor: str) -> None:
    """Flags, and how much of the text is no Lua."""
    header = script_header(body, FLAVORS[flavor])
    assert (header.flags, header.length) == (flags, length)
    assert not header.declared_keys_only


def test_engine_in_capitals() -> None:
    """One that looks engines up does so in any case."""
    assert script_header(b"#!LUA\n", FLAVORS["valkey-9"]).flags == frozenset()
    with pytest.raises(ShebangError, match="Unexpected engine in script shebang: #!LUA"):
        script_header(b"#!LUA\n", FLAVORS["redis-8"])


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize("body", [b"return 1", b"", b"\n#!lua\nreturn 1", b" #!lua\n", b"-- #!lua\n"])
def test_none(body: bytes, flavor: str) -> None:
    """Without one the server is lenient: any script may do anything."""
    header = script_header(body, FLAVORS[flavor])
    assert (header.flags, header.length) == (None, 0)


@pytest.mark.parametrize("body", [b"#!lua flags=nope\n", b"#!js\n", b"#!lua"])
def test_before_there_were_any(body: bytes) -> None:
    """To Redis 6.2 it is a syntax error like any other."""
    assert script_header(body, FLAVORS["redis-6.2"]).flags is None


@pytest.mark.parametrize(
    ("body", "declared_only"),
    [
        (b"return 1", True),
        (b"--!df flags=allow-undeclared-keys\nreturn 1", False),
        (b"  \n--!df flags=disable-atomicity,allow-undeclared-keys\n", False),
        (b"--!df flags=disable-atomicity\n", True),
    ],
)
def test_flags_of_dragonfly(body: bytes, declared_only: bool) -> None:
    """A comment of its own."""
    assert script_header(body, FLAVORS["dragonfly"]).declared_keys_only is declared_only


def test_flag_dragonfly_does_not_know() -> None:
    """Its own words."""
    with pytest.raises(ShebangError, match="Invalid flag: nope"):
        script_header(b"--!df flags=nope\n", FLAVORS["dragonfly"])


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (b"return 1", "Missing library metadata"),
        (b"", "Missing library metadata"),
        (b"#!lua name=a", "Invalid library metadata"),
        (b'#!lua name="a\n', "Invalid library metadata"),
        (b"#!lua\n", "Library name was not given"),
        (b"#!lua foo=a\n", "Invalid metadata value given: foo=a"),
        (b"#!lua name=a name=b\n", "Invalid metadata value, name argument was given multiple times"),
    ],
)
def test_library_that_is_refused(code: bytes, message: str) -> None:
    """The words of FUNCTION LOAD."""
    with pytest.raises(ShebangError) as caught:
        library_header(code)
    assert str(caught.value) == message


def test_library() -> None:
    """Name and engine, in the case they are written in."""
    assert library_header(b"#!Lua NAME=MyLib\nx") == (b"MyLib", b"Lua", 16)
