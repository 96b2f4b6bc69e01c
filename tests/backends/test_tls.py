"""Servers with TLS, users and passwords: sessions on them, and who learns of the secrets."""

from __future__ import annotations

import contextlib
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme

from tests.cli.processes import started
from tests.cli.program import ldbpy
from tests.servers.cluster import free_port
from tests.servers.found import Found, found_servers, running
from tests.servers.tls import tls_front
from tests.servers.wire import WireClient

SECRET = "s3cr:t@/%"
SPELLED = "s3cr%3At%40%2F%25"


class Secured(NamedTuple):
    """A server that wants TLS and a login."""

    server: Found
    url: str
    socket: str


@pytest.fixture(scope="module", params=found_servers(), ids=str)
def secured(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """Each server, with a certificate of an authority of the test's own: its own TLS, or one in front of it."""
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate = authority.issue_cert("localhost")
    with contextlib.ExitStack() as stack:
        if b"SSL_CTX_new" in request.param.binary.read_bytes():
            port = free_port()
            certificate.private_key_pem.write_to_path(folder / "key.pem")
            certificate.cert_chain_pems[0].write_to_path(folder / "cert.pem")
            options = [
                "--tls-port",
                str(port),
                "--tls-auth-clients",
                "no",
                "--tls-ca-cert-file",
                str(folder / "ca.pem"),
            ]
            options += ["--tls-cert-file", str(folder / "cert.pem"), "--tls-key-file", str(folder / "key.pem")]
            path = stack.enter_context(running(request.param, *options))
        else:
            path = stack.enter_context(running(request.param))
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            certificate.configure_cert(context)
            port = stack.enter_context(tls_front(path, context))
        with WireClient(path) as client:
            client.call("ACL", "SETUSER", "bob", "on", f">{SECRET}", "~*", "&*", "+@all")
        url = f"rediss://bob:{SPELLED}@localhost:{port}/0?ssl_ca_certs={folder}/ca.pem"
        yield Secured(request.param, url, path)


def test_eval(secured: Secured) -> None:
    """A script runs, with the certificate checked and the login given."""
    ran = ldbpy("eval", "-e", "return redis.call('SET', KEYS[1], 'v')", "tls", "-t", secured.url, "-f", "raw")
    assert ran.text == "OK\n", ran.talk


def test_session_in_the_server(secured: Secured) -> None:
    """--sync: the whole session over TLS, and what the script changed is kept."""
    words = ["--sync", "--yes", "--batch", "--ex", "n", "--ex", "p n", "--ex", "c"]
    code = "local n = redis.call('INCR', KEYS[1])\nreturn n"
    ran = ldbpy("debug", "-e", code, "counter", "-t", secured.url, *words)
    assert ran.code == 0, ran.text + ran.talk
    assert "INCR counter → 1" in ran.text
    with WireClient(secured.socket) as client:
        assert client.call("GETDEL", "counter") == b"1"


def test_session_in_a_fork(secured: Secured) -> None:
    """A forked session over TLS works, or says why it cannot and what can; the data stays as it was."""
    with WireClient(secured.socket) as client:
        client.call("SET", "forked", "old")
    code = "redis.call('SET', KEYS[1], 'new')\nreturn 1"
    ran = ldbpy("debug", "-e", code, "forked", "-t", secured.url, "--batch", "--ex", "n", "--ex", "c")
    if ran.code:
        assert ran.code == 4
        assert (
            "a server whose connection has TLS cannot hand it to the copy that runs the script" in ran.text + ran.talk
        )
    else:
        assert "SET forked new → OK" in ran.text
    with WireClient(secured.socket) as client:
        assert client.call("GET", "forked") == b"old"


def test_session_here(secured: Secured, tmp_path: Path) -> None:
    """--local works over TLS on every server."""
    code = "redis.call('SET', KEYS[1], 'new')\nreturn redis.call('GET', KEYS[1])"
    state = {"XDG_STATE_HOME": str(tmp_path)}
    ran = ldbpy(
        "debug", "-e", code, "here", "-t", secured.url, "--local", "--batch", "--ex", "n", "--ex", "c", env=state
    )
    assert ran.code == 0, ran.text + ran.talk
    assert "SET here new → OK" in ran.text
    with WireClient(secured.socket) as client:
        assert client.call("EXISTS", "here") == 0


def test_authority_that_is_not_trusted(secured: Secured) -> None:
    """Without the test's authority the certificate is refused, in words."""
    ran = ldbpy("eval", "-e", "return 1", "-t", secured.url.partition("?")[0])
    assert ran.code == 4
    assert "certificate verify failed" in ran.error
    assert "a certificate this machine trusts" in ran.hint


ENDS = pytest.mark.parametrize("secured", found_servers()[:: max(1, len(found_servers()) - 1)], ids=str, indirect=True)
"""Two of the servers will do for what they have no part in."""


@ENDS
@pytest.mark.parametrize(
    "words",
    [
        ["eval", "-e", "return 1"],
        ["eval", "-e", "return redis.call('NOPE')"],
        ["debug", "-e", "return 1", "--batch", "--ex", "c"],
        ["debug", "-e", "return 1", "--sync", "--yes", "--batch", "--json"],
        ["debug", "-e", "return redis.call('SET', 'local', 1)", "--local", "--batch", "--ex", "n", "--ex", "c"],
        ["script", "kill"],
        ["function", "list"],
        ["snapshot", "k"],
    ],
    ids=lambda words: " ".join(word for word in words[:4] if word.replace("-", "").isalpha()),
)
def test_secret_is_told_nowhere(secured: Secured, words: list[str], tmp_path: Path) -> None:
    """Neither what works nor what fails shows the password, as in the URL or as it is, or keeps it."""
    home = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    for url in (secured.url, secured.url.replace("localhost", "127.0.0.1"), secured.url.replace("bob", "eve")):
        ran = ldbpy(*words, "-t", url, env=home)
        told = ran.text + ran.talk
        assert SECRET not in told
        assert SPELLED not in told
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert SECRET.encode() not in kept
    assert SPELLED.encode() not in kept


@ENDS
@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not let a process change its command line")
def test_list_of_processes_shows_no_password(secured: Secured) -> None:
    """While a script runs, ps shows stars in the place of the password."""
    with started("debug", "-e", "return 1", "-t", secured.url, "--sync", "--yes", stdin=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the session has begun
        told = subprocess.run(
            ["ps", "-o", "args=", "-p", str(process.pid)], capture_output=True, text=True, check=True, timeout=60
        )
        os.kill(process.pid, signal.SIGKILL)
    assert "rediss://bob:***" in told.stdout
    assert SPELLED not in told.stdout
