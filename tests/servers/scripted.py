"""A server that says what a test tells it to, for answers no real one can be brought to give."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import BinaryIO

__all__ = ["ScriptedServer", "scripted_server"]

_WAIT = 10.0
"""Seconds after which a wait ends that a broken test would make endless."""


class ScriptedServer:
    """Answers each command by its name; ``None``: not at all, and no name: as ``b""`` says, or ``+OK``."""

    def __init__(self, listener: socket.socket, path: str, answers: Mapping[bytes, bytes | None]) -> None:
        self.url = f"unix://{path}"
        self.asked: list[list[bytes]] = []
        self._heard = threading.Condition()
        self._listener = listener
        self._answers = answers
        self._open: list[socket.socket] = []
        self._talkers: list[threading.Thread] = []
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # closed: the test is over
                return
            connection.settimeout(_WAIT)
            self._open.append(connection)
            talker = threading.Thread(target=self._talk, args=(connection,), daemon=True)
            self._talkers.append(talker)
            talker.start()

    def _talk(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as file:
            self._answer(connection, file)

    def _answer(self, connection: socket.socket, file: BinaryIO) -> None:
        try:
            while head := file.readline():
                command = [file.read(int(file.readline()[1:]) + 2)[:-2] for _ in range(int(head[1:]))]
                with self._heard:
                    self.asked.append(command)
                    self._heard.notify_all()
                answer = self._answers.get(command[0].upper(), self._answers.get(b"", b"+OK\r\n"))
                if answer == b"":
                    connection.shutdown(socket.SHUT_RDWR)
                    return
                if answer is not None:
                    connection.sendall(answer)
        except OSError:
            return

    def wait_for(self, name: bytes) -> None:
        """Wait until a command was asked."""
        with self._heard:
            assert self._heard.wait_for(lambda: any(command[0] == name for command in self.asked), _WAIT)

    def stop(self) -> None:
        """Close every connection."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in (self.thread, *self._talkers):
            thread.join(_WAIT)
        for connection in self._open:
            connection.close()


@contextmanager
def scripted_server(answers: Mapping[bytes, bytes | None]) -> Iterator[ScriptedServer]:
    """Serve connections on a unix socket. ``b""`` as an answer ends the connection."""
    with tempfile.TemporaryDirectory(prefix="ldbpy-") as folder:
        path = f"{folder}/s"
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen()
        server = ScriptedServer(listener, path, answers)
        server.thread.start()
        try:
            yield server
        finally:
            server.stop()
