from __future__ import annotations

import time

import pytest

from ldbpy.assist.secrets import holds_secret


@pytest.mark.parametrize(
    "text",
    [
        "AUTH hunter2",
        "auth default hunter2",
        ".redis AUTH hunter2",
        "redis auth 'hunter2'",
        "HELLO 3 AUTH default hunter2",
        "hello 3 setname x auth default hunter2",
        "ACL SETUSER bob on >hunter2",
        "acl  setuser bob",
        "CONFIG SET requirepass hunter2",
        "config set maxmemory 1 masterauth hunter2",
        "config set tls-key-file-pass hunter2",
        "MIGRATE h 1 k 0 10 AUTH hunter2 KEYS a",
        "migrate h 1 k 0 10 AUTH2 user hunter2",
        "SENTINEL SET m auth-pass hunter2",
        "requirepass hunter2",
        "ldbpy eval -t redis://:hunter2@host/0",
        "local u = 'rediss://user:hunter2@host'",
        "redis.call('AUTH', 'hunter2')",
        'redis.pcall("config", "set", "requirepass", p)',
        "redis.call('AU' .. 'TH', 'hunter2')",
        "redis.call('\\65UTH', 'hunter2')",
        'redis "\\x41UTH" hunter2',
        "x = 1\nAUTH hunter2",
        "redis.call('ACL', 'SETUSER', 'bob', '>hunter2')",
    ],
)
def test_secret(text: str) -> None:
    """A line with a password is known as one, in whatever language and spelling."""
    assert holds_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "GET auth",
        "local auth = 1",
        "if auth == 'x' then return 1 end",
        "CONFIG GET requirepass",
        "config set maxmemory 100mb",
        "acl whoami",
        "HSET user:1 name bob",
        "SET author bob",
        "redis.call('GET', 'redis://host/0')",
        "HELLO 3",
        "b on AUTH",
    ],
)
def test_no_secret(text: str) -> None:
    """Lines that only look a little like it are kept."""
    assert not holds_secret(text)


@pytest.mark.parametrize("piece", ["config set ", "a://b:", "x", "\\x41", "'..'", "auth "])
def test_time_is_bounded(piece: str) -> None:
    """The longest text that is looked at takes no longer than one does not notice."""
    started = time.process_time()
    holds_secret(piece * (10_000 // len(piece)))
    assert time.process_time() - started < 0.5
