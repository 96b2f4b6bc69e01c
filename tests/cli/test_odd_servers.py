"""Servers that cannot be used: one message, what to do next, exit code 4, and never a long wait."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping

import pytest

from ldbpy.flavors import FLAVORS
from tests.cli.program import Ran, ldbpy
from tests.servers.found import found_servers, running
from tests.servers.scripted import scripted_server

INFO = b"$19\r\nredis_version:7.0.0\r\n"
RUNNING_HINT = "the script may still be running there: ldbpy script kill stops one that has not written"
LOST_HINT = "the script may have run, or a part of it: look at its keys before you run it again"
PORT_HINT = "is that the right port? One with TLS wants rediss://"
CONNECT_HINT = "is the server running, and the URL right? `--target embedded` needs no server"


def _with(answers: Mapping[bytes, bytes | None], *options: str) -> Ran:
    """A run on a server that answers so; its URL is told as ``URL``."""
    with scripted_server({b"INFO": INFO, **answers}) as server:
        ran = ldbpy("eval", "-e", "return 1", "k", *options, "--target", server.url)
        return Ran(ran.code, ran.out, ran.err.replace(server.url.encode(), b"URL"))


def test_nobody_listens() -> None:
    """A port where there is nothing, a socket that is not there, one that is a folder."""
    for url, why in (
        ("redis://127.0.0.1:1", "connection refused"),
        ("rediss://127.0.0.1:1", "connection refused"),
        ("valkey://127.0.0.1:1/2", "connection refused"),
        ("unix:///nosuch/socket", "no such file or directory"),
        ("unix:///tmp", "connection refused"),
    ):
        ldbpy("eval", "-e", "return 1", "--target", url).failed(4, f"cannot connect to {url}: {why}", CONNECT_HINT)


def test_host_that_is_not_there() -> None:
    """A name that no one knows."""
    ran = ldbpy("eval", "-e", "return 1", "--target", "redis://user:hunter2@nosuch.invalid")
    assert (ran.code, ran.out, ran.hint) == (4, b"", CONNECT_HINT)
    assert ran.error.startswith("cannot connect to redis://user:***@nosuch.invalid: ")
    assert "hunter2" not in ran.talk


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x15\x03\x01\r\n", b"%1\r\n", b":x\r\n", b"\r\n"]
)
def test_server_of_another_kind(answer: bytes) -> None:
    """It answers, but not as Redis does."""
    for command in (b"INFO", b"EVAL"):
        ran = _with({command: answer})
        assert (ran.code, ran.out, ran.hint) == (4, b"", PORT_HINT)
        line = answer.partition(b"\r\n")[0]
        assert ran.error == f"URL does not speak the protocol of Redis: it answered {line!r}"
        assert "\x15" not in ran.talk


def test_connection_closed_at_once() -> None:
    """Before anything ran."""
    _with({b"INFO": b""}).failed(4, "the connection to URL was lost: connection closed by server")


@pytest.mark.parametrize("options", [(), ("--sha",), ("--diff",)])
def test_connection_closed_before_the_reply(options: tuple[str, ...]) -> None:
    """Whether the script ran is not known, and that is told."""
    ran = _with({b"EVAL": b"", b"EVALSHA": b"-NOSCRIPT x\r\n", b"TYPE": b"+none\r\n", b"DUMP": b"$-1\r\n"}, *options)
    ran.failed(4, "the connection to URL was lost: connection closed by server", LOST_HINT)


@pytest.mark.parametrize(
    "answer", [None, b"+no end", b"$10\r\nabc", b"$99999999999999\r\n", b"*99999999999999\r\n:1\r\n"]
)
def test_reply_that_never_comes(answer: bytes | None) -> None:
    """Nothing, or the beginning of something: the wait ends after ``--timeout``."""
    _with({b"EVAL": answer}, "--timeout", "0.1").failed(4, "URL did not answer within 0.1 s", RUNNING_HINT)


def test_silence_from_the_start() -> None:
    """A port that takes connections and says nothing."""
    _with({b"INFO": None}, "--timeout", "0.1").failed(
        4,
        "URL did not answer within 0.1 s",
        "is that the right port? A server that runs a long script is silent too",
    )


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ("LOADING Redis is loading the dataset in memory", "it reads its data from disk: try again later"),
        (
            "BUSY Redis is busy running a script.",
            "another script is running there: ldbpy script kill stops one that has not written",
        ),
        ("NOPERM this user has no permissions", "the user in the URL needs the right to run it: see ACL GETUSER"),
        ("MOVED 866 127.0.0.1:7000", "in a cluster, give the URL of the node the message names"),
        (
            "CROSSSLOT Keys in request don't hash to the same slot",
            "in a cluster, all keys of a script have one hash tag: {user:1}:name, {user:1}:age",
        ),
        ("CLUSTERDOWN The cluster is down", None),
        (
            "ERR unknown command 'EVAL'",
            "read-only scripts came with Redis 7.0; some servers run no scripts at all",
        ),
        (
            "NOAUTH Authentication required.",
            "put user and password into the URL: redis://user:password@host:port/0, unix://user:password@/path",
        ),
    ],
)
def test_refusal(answer: str, hint: str | None) -> None:
    """The server would not run it: its own words, and what to do. That is not the script's fault."""
    _with({b"EVAL": f"-{answer}\r\n".encode()}).failed(4, f"URL refuses to run the script: {answer}", hint)


@pytest.mark.parametrize("code", ["LOADING", "MASTERDOWN", "NOAUTH"])
def test_refusal_from_the_start(code: str) -> None:
    """So when the connection is made."""
    ran = _with({b"INFO": f"-{code} no\r\n".encode()})
    assert (ran.code, ran.out) == (4, b"")
    assert ran.error == f"URL refuses the {'login' if code == 'NOAUTH' else 'connection'}: {code} no"


def test_server_that_hides_what_it_is() -> None:
    """INFO is not allowed everywhere: the script runs all the same."""
    for refusal in (b"-NOPERM no\r\n", b"-ERR unknown command 'INFO'\r\n", b"$0\r\n\r\n", b"*0\r\n", b":1\r\n"):
        ran = _with({b"INFO": refusal, b"EVAL": b":7\r\n"})
        assert (ran.code, ran.out, ran.err) == (0, b"7\n", b"")


def test_debugger_that_is_refused() -> None:
    """No dry run without a debugger: nothing ran, and what to do."""
    _with({b"SCRIPT": b"-ERR not allowed here\r\n"}, "--dry-run").failed(
        4,
        "URL refuses its debugger, which a dry run needs: ERR not allowed here",
        "run it embedded: leave --target out",
    )


def test_debugger_that_does_not_start() -> None:
    """A server that says yes, and then just runs the script."""
    _with({b"EVAL": b":1\r\n"}, "--dry-run").failed(4, "URL did not start its debugger", "run it embedded")


def test_debugger_that_goes_away() -> None:
    """A connection that is lost in a dry run."""
    _with({b"EVAL": b""}, "--dry-run").failed(4, "the connection to URL was lost: connection closed by server")


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word, as one without TLS does when it is greeted with TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def test_tls_to_a_port_without(silent_port: int) -> None:
    """The wait for the greeting ends, once, and the message says what TLS needs."""
    start = time.monotonic()
    ran = ldbpy("eval", "-e", "return 1", "--timeout", "0.2", "--target", f"rediss://u:hunter2@127.0.0.1:{silent_port}")
    assert time.monotonic() - start < 5
    ran.failed(
        4,
        f"cannot connect to rediss://u:***@127.0.0.1:{silent_port}: the handshake operation timed out",
        "does the server speak TLS on that port, with a certificate this machine trusts? Without: redis://",
    )


@pytest.fixture(scope="module")
def locked_server() -> Iterator[str]:
    """A server that wants a password; the path of its socket."""
    found = next((found for found in found_servers() if found.flavor is FLAVORS["redis-7.0"]), None)
    found = found or next(iter(found_servers()), None)
    if found is None:
        pytest.skip("no server binary on this machine")
    with running(found, "--requirepass", "hunter2") as path:
        yield path


@pytest.mark.parametrize(
    ("login", "told"),
    [
        ("", "NOAUTH Authentication required."),
        (":wrong@", "invalid username-password pair or user is disabled."),
        ("nobody:wrong@", "invalid username-password pair or user is disabled."),
    ],
)
def test_wrong_password(login: str, told: str, locked_server: str) -> None:
    """The server's words, where the password goes, and never the password."""
    ran = ldbpy("eval", "-e", "return 1", "--target", f"unix://{login}{locked_server}")
    shown = login.replace("wrong", "***")
    ran.failed(
        4,
        f"unix://{shown}{locked_server} refuses the login: {told}",
        "put user and password into the URL: redis://user:password@host:port/0, unix://user:password@/path",
    )
    assert "wrong" not in ran.talk


def test_right_password(locked_server: str) -> None:
    """With the password it runs, a dry run too."""
    url = f"unix://:hunter2@{locked_server}"
    assert ldbpy("eval", "-e", "return 1", "--target", url).out == b"1\n"
    assert ldbpy("eval", "-e", "return 1", "--target", url, "--dry-run").out == b"1\n"
    assert ldbpy("eval", "-e", "return nosuch", "--target", url).talk.count("hunter2") == 0
