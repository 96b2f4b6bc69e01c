"""``--server``: the embedded server tells, word for word, what the one it imitates would."""

from __future__ import annotations

import pytest

from ldbpy.flavors import FLAVORS
from tests.cli.program import ldbpy

_SHA1 = "100e7d6e08587ed416717dc6d703eca312809a20"
_GLOBAL = "Script attempted to access nonexistent global variable 'nosuch'"
ANSWERS = {
    "redis-6.2": f"ERR Error running script (call to f_{_SHA1}): @user_script:1: user_script:1: {_GLOBAL}",
    "redis-7.0": f"ERR user_script:1: {_GLOBAL} script: {_SHA1}, on @user_script:1.",
    "redis-7.2": f"ERR user_script:1: {_GLOBAL} script: {_SHA1}, on @user_script:1.",
    "redis-7.4": f"ERR user_script:1: {_GLOBAL} script: {_SHA1}, on @user_script:1.",
    "redis-8": f"ERR user_script:1: {_GLOBAL} script: {_SHA1}, on @user_script:1.",
    "valkey-8": f"ERR user_script:1: {_GLOBAL} script: {_SHA1}, on @user_script:1.",
    "valkey-9": f"ERR user_script:1: {_GLOBAL} script: on @user_script:1.",
}


@pytest.mark.parametrize("flavor", FLAVORS)
def test_every_flavor_runs(flavor: str) -> None:
    """Each runs a script with a command and tells the same of a mistake."""
    ran = ldbpy("eval", "-e", "return redis.call('INCR', KEYS[1])", "k", "--server", flavor)
    assert (ran.code, ran.out, ran.err) == (0, b"1\n", b"")
    ran = ldbpy("eval", "-e", "return ARGV[1].x.y", ",", "a", "--server", flavor)
    assert (ran.code, ran.out) == (1, b"")
    assert ran.error.startswith("<code>:1: attempt to index ")


@pytest.mark.parametrize(("flavor", "answer"), ANSWERS.items())
def test_answer_of_the_server(flavor: str, answer: str) -> None:
    """The message is the same; what the server would answer is each one's own."""
    ran = ldbpy("eval", "-e", "return nosuch", "--server", flavor)
    assert ran.error == f"<code>:1: {_GLOBAL}"
    assert ran.lines[-1] == f"the server would answer: {answer}"


def test_flavor_in_the_environment() -> None:
    """``LDBPY_SERVER``; the option has the last word."""
    code = "return redis.REDIS_VERSION or 'none'"
    assert ldbpy("eval", "-e", code, env={"LDBPY_SERVER": "redis-6.2"}).out == b"none\n"
    assert ldbpy("eval", "-e", code, "-s", "redis-7.0", env={"LDBPY_SERVER": "redis-6.2"}).out.startswith(b"7.0.")


@pytest.mark.parametrize("command", ["eval", "debug"])
def test_flavor_where_the_place_is_in_the_environment(command: str) -> None:
    """``LDBPY_TARGET=embedded`` leaves the flavor as it is asked for."""
    code = "return redis.REDIS_VERSION or 'none'"
    batch = ["--batch", "--ex", "c"] if command == "debug" else []
    ran = ldbpy(command, "-e", code, "-s", "redis-6.2", *batch, env={"LDBPY_TARGET": "embedded"})
    assert b"none" in ran.out, ran.err


def test_default_flavor() -> None:
    """Redis 8 unless told otherwise."""
    assert ldbpy("eval", "-e", "return redis.REDIS_VERSION").out.startswith(b"8.")


def test_undeclared_key_on_dragonfly() -> None:
    """Dragonfly's own rule for keys."""
    ran = ldbpy("eval", "-e", "return redis.call('GET', 'x')", "--server", "dragonfly")
    assert (ran.code, ran.error) == (1, "<code>:1: script tried accessing undeclared key")
