"""Mistakes on the command line: one message, what to do, exit code 2; and help."""

from __future__ import annotations

import re

import pytest

from ldbpy.flavors import FLAVORS
from tests.cli.program import ldbpy

HELP = "ldbpy eval --help"
EVAL = re.compile("^  eval +Run a script once and print its reply.$", re.MULTILINE)


def test_no_command_shows_help() -> None:
    """``ldbpy`` alone is no error message but the help, on standard error: nothing was done."""
    ran = ldbpy()
    assert (ran.code, ran.out) == (2, b"")
    assert ran.talk.startswith("Usage: ldbpy [OPTIONS] COMMAND")
    assert EVAL.search(ran.talk)
    assert "error" not in ran.talk


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help(option: str) -> None:
    """Help that was asked for is data."""
    ran = ldbpy(option)
    assert (ran.code, ran.err) == (0, b"")
    assert ran.out.startswith(b"Usage: ldbpy [OPTIONS] COMMAND [ARGS]...\n")
    assert EVAL.search(ran.out.decode())


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_of_eval(option: str) -> None:
    """Every option is there, and the examples stand on lines of their own."""
    ran = ldbpy("eval", option)
    assert (ran.code, ran.err) == (0, b"")
    lines = ran.out.decode().splitlines()
    assert lines[0] == "Usage: ldbpy eval [OPTIONS] SCRIPT [KEY ...] [, ARG ...]"
    assert "  ldbpy eval limiter.lua rl:42 , 5 60" in lines
    assert not any("\\b" in line or "\b" in line for line in lines)
    for name in (
        *("--code", "--key", "--arg", "--target", "--server", "--ro", "--function", "--sha", "--dry-run", "--seed"),
        *("--format", "--diff", "--trace", "--stats", "--strict-keys", "--timeout", "--max-memory"),
    ):
        assert any(name in line for line in lines), name
    assert all(flavor in ran.out.decode() for flavor in FLAVORS)


def test_version() -> None:
    """One line, on standard output."""
    ran = ldbpy("--version")
    assert (ran.code, ran.err) == (0, b"")
    assert ran.out.startswith(b"ldbpy ")
    assert ran.out.count(b"\n") == 1


def test_unknown_command() -> None:
    """What there is instead."""
    ran = ldbpy("nosuch")
    ran.failed(2, ran.error, "ldbpy --help")
    assert ran.error.startswith("there is no command 'nosuch'; there are: eval")


def test_unknown_option_of_the_program() -> None:
    """An option before the command."""
    ldbpy("--nosuch").failed(2, "no such option '--nosuch'", "ldbpy --help")


def test_unknown_option_of_eval() -> None:
    """The nearest option is named."""
    ran = ldbpy("eval", "-e", "return 1", "--formatt", "raw")
    assert (ran.code, ran.out) == (2, b"")
    assert ran.error == "no such option '--formatt'. Did you mean '--format'?"
    ran.is_calm()


@pytest.mark.parametrize("option", ["--timeout", "--seed", "-e", "-k", "--target", "--function"])
def test_option_without_its_value(option: str) -> None:
    """An option at the end that wants a value."""
    ran = ldbpy("eval", "x.lua", option)
    assert (ran.code, ran.out) == (2, b"")
    assert ran.error == f"option '{option}' requires an argument"
    assert ran.hint == HELP


@pytest.mark.parametrize("value", ["-1", "x", "", "nan", "-inf", "1s", "1,5"])
def test_timeout_that_is_none(value: str) -> None:
    """What is no number of seconds."""
    message = f"invalid value for '--timeout': {value!r} is no number of seconds, such as 0.5 or 60; 0 for no limit"
    ldbpy("eval", "-e", "return 1", f"--timeout={value}").failed(2, message, HELP)


@pytest.mark.parametrize("value", ["0", "0.5", "60", "1e3", "inf", "1e300", "1e400"])
def test_timeout_of_any_size(value: str) -> None:
    """What is one, however long."""
    ran = ldbpy("eval", "-e", "return 1", "--timeout", value)
    assert (ran.code, ran.out, ran.err) == (0, b"1\n", b"")


@pytest.mark.parametrize("value", ["x", "", "-5", "1.5gb", "5xb", "mb", "64 mb", "٣", "99999999999gb", "nan"])
def test_size_that_is_none(value: str) -> None:
    """What is no size."""
    message = f"invalid value for '--max-memory': {value!r} is no size, such as 64mb; 0 for no limit"
    ldbpy("eval", "-e", "return 1", f"--max-memory={value}").failed(2, message, HELP)


@pytest.mark.parametrize(
    "value", ["0", "67108864", "64mb", "64MB", "64m", "65536k", "65536KB", "1g", "1GB", "9000000b"]
)
def test_size_with_a_unit(value: str) -> None:
    """Units are those of redis.conf, in any case."""
    assert ldbpy("eval", "-e", "return 1", "--max-memory", value).out == b"1\n"


def test_unknown_format() -> None:
    """The formats there are."""
    ldbpy("eval", "-e", "return 1", "--format", "xml").failed(
        2, "invalid value for '-f' / '--format': 'xml' is not one of 'auto', 'tty', 'raw', 'json', 'resp'", HELP
    )


def test_unknown_flavor() -> None:
    """The flavors there are."""
    ldbpy("eval", "-e", "return 1", "--server", "redis-99").failed(
        2,
        "there is no server flavor 'redis-99'",
        "one of: redis-6.2, redis-7.0, redis-7.2, redis-7.4, redis-8, valkey-8, valkey-9, dragonfly",
    )


def test_unknown_flavor_in_the_environment() -> None:
    """So with the variable."""
    ran = ldbpy("eval", "-e", "return 1", env={"LDBPY_SERVER": "nosuch"})
    assert (ran.code, ran.error) == (2, f"LDBPY_SERVER must be one of {', '.join(FLAVORS)}, not 'nosuch'")


@pytest.mark.parametrize(
    ("url", "shown", "why"),
    [
        ("nosuch", "nosuch", "it does not begin as one"),
        ("EMBEDDED", "EMBEDDED", "it does not begin as one"),
        ("", "", "it does not begin as one"),
        ("http://localhost", "http://localhost", "it does not begin as one"),
        ("localhost:6379", "localhost:6379", "it does not begin as one"),
        ("redis://localhost/x", "redis://localhost/x", "its database is no number"),
        ("redis://localhost/1/2", "redis://localhost/1/2", "its database is no number"),
        ("unix:///s?db=x", "unix:///s", "its database is no number"),
        (
            "redis://localhost?foo=1",
            "redis://localhost",
            "it has an option that is none of client_name, db, password, username",
        ),
        ("unix://", "unix://", "it needs the full path of a socket, as in unix:///run/redis/redis.sock"),
        ("unix://run/s", "unix://run/s", "it needs the full path of a socket, as in unix:///run/redis/redis.sock"),
    ],
)
def test_url_that_is_none(url: str, shown: str, why: str) -> None:
    """What is wrong with it, and what URLs look like."""
    ldbpy("eval", "-e", "return 1", "--target", url).failed(
        2,
        f"{shown!r} is no URL of a server: {why}",
        "one of redis://host:port/db, rediss://…, valkey://…, unix:///path, or embedded",
    )


@pytest.mark.parametrize("port", ["x", "99999", "-1", "6379x"])
def test_port_that_is_none(port: str) -> None:
    """A port that is no number, or too large."""
    ran = ldbpy("eval", "-e", "return 1", "--target", f"redis://localhost:{port}/0")
    assert (ran.code, ran.out) == (2, b"")
    assert ran.error.startswith(f"'redis://localhost:{port}/0' is no URL of a server: its host or port cannot be read")


@pytest.mark.parametrize(
    "url",
    [
        "redis://user:hunter2@host:x",
        "redis://user:hun/ter2@host",
        "redis://user:hun?ter2@host",
        "redis://user:hun[ter2@host",
        "redis://user:hun:ter2@host:x",
        "redis://:hunter2@host:x",
        "redis://hunter2@host:x",
        "redis://host/x?password=hunter2",
        "redis://host/x?password=hun@ter2",
        "redis://host/0?password=hun&ter2",
        "http://user:hunter2@host",
        "user:hunter2@host",
        "unix://user:hunter2@host/s",
    ],
)
def test_url_that_is_none_keeps_its_secret(url: str) -> None:
    """However a URL is broken, no part of a password is told."""
    ran = ldbpy("eval", "-e", "return 1", "--target", url)
    assert (ran.code, ran.out) == (2, b"")
    assert "hun" not in ran.talk
    assert "ter2" not in ran.talk
    assert "is no URL of a server" in ran.error


def test_seed_with_a_real_server() -> None:
    """Test data never goes to a real server."""
    ldbpy("eval", "-e", "return 1", "--seed", "x", "--target", "redis://localhost:1").failed(
        2,
        "--seed gives data to the embedded server or a private one only, never to a real one",
        "leave out --seed, or --target and LDBPY_TARGET",
    )


def test_flavor_with_a_real_server() -> None:
    """A real server imitates nothing."""
    ldbpy("eval", "-e", "return 1", "--server", "valkey-9", "--target", "redis://localhost:1").failed(
        2,
        "the flavor valkey-9 is for the embedded server: a real one is what it is",
        "leave out the flavor, or the target",
    )


def test_memory_with_a_real_server() -> None:
    """Nor can its memory be limited from here."""
    ldbpy("eval", "-e", "return 1", "--max-memory", "64mb", "--target", "redis://localhost:1").failed(
        2,
        "a limit of memory is for the embedded server: a real one keeps its own",
        "leave out the limit, or the target",
    )
