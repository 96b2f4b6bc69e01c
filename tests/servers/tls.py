"""TLS in front of servers that have none of their own, as managed services and stunnel put it there."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

__all__ = ["tls_front"]

_WAIT = 10.0


@contextmanager
def tls_front(path: str, context: ssl.SSLContext) -> Iterator[int]:
    """A port that speaks TLS for the server at a unix socket."""
    listener = socket.create_server(("127.0.0.1", 0))
    clients: list[socket.socket] = []
    accepting = threading.Thread(target=_accept, args=(listener, path, context, clients), daemon=True)
    accepting.start()
    try:
        yield listener.getsockname()[1]
    finally:
        for each in (listener, *clients):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join(_WAIT)


def _accept(listener: socket.socket, path: str, context: ssl.SSLContext, clients: list[socket.socket]) -> None:
    relays = []
    while True:
        try:
            plain, _ = listener.accept()
        except OSError:
            break
        clients.append(plain.dup())
        relays.append(threading.Thread(target=_serve, args=(plain, path, context), daemon=True))
        relays[-1].start()
    for relay in relays:
        relay.join(_WAIT)
    for client in clients:
        client.close()


def _serve(plain: socket.socket, path: str, context: ssl.SSLContext) -> None:
    plain.settimeout(_WAIT)
    with plain, suppress(OSError), socket.socket(socket.AF_UNIX) as server:
        server.connect(path)
        with context.wrap_socket(plain, server_side=True) as client:
            _relay(client, server)


def _relay(client: ssl.SSLSocket, server: socket.socket) -> None:
    """Pass on what both say until one ends. One thread: TLS is not to be read and written by two at once."""
    while True:
        waiting = [client] if client.pending() else select.select([client, server], [], [], _WAIT)[0]
        for source, target in ((client, server), (server, client)):
            if source in waiting:
                data = source.recv(65536)
                if not data:
                    return
                target.sendall(data)
