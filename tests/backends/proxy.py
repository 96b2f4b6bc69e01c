"""A proxy before a real server that ends each connection after so many bytes of what the server says."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

__all__ = ["CuttingProxy", "cutting_proxy"]

_WAIT = 10.0


class CuttingProxy:
    """Passes on what both sides say. ``left``: bytes of the server's that are still passed on; None: all."""

    def __init__(self, listener: socket.socket, path: str, server: str) -> None:
        self.url = f"unix://{path}"
        self.left: int | None = None
        self.passed = 0
        self._listener = listener
        self._server = server
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self._start(self._accept)

    def _start(self, work: object, *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            for each in (client, server):
                each.settimeout(_WAIT)
                self._sockets.append(each)
            self._start(self._pass, client, server, False)
            self._start(self._pass, server, client, True)

    def _pass(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if counted:
                    kept = data if self.left is None else data[: self.left]
                    self.passed += len(kept)
                    self.left = None if self.left is None else self.left - len(kept)
                    target.sendall(kept)
                    if self.left == 0:
                        break
                else:
                    target.sendall(data)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """End every connection."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(_WAIT)
        for each in self._sockets:
            each.close()


@contextmanager
def cutting_proxy(server: str) -> Iterator[CuttingProxy]:
    """A proxy before the server at a unix socket."""
    with tempfile.TemporaryDirectory(prefix="ldbpy-") as folder:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(f"{folder}/s")
        listener.listen()
        proxy = CuttingProxy(listener, f"{folder}/s", server)
        try:
            yield proxy
        finally:
            proxy.stop()
