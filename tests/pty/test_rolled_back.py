"""However a session is left, the live server that it ran on has its data back."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
import redis

from tests.pty.screen import ScreenTerminal
from tests.pty.terminal import on_terminal_of
from tests.servers.found import found_servers, running

SOURCE: Final = (
    "redis.call('SET', KEYS[1], 'mine')\nlocal n = 0\nwhile ARGV[1] == 'loop' do n = n + 1 end\nreturn n.a.b\n"
)


def _tell(number: signal.Signals) -> Callable[[ScreenTerminal], int]:
    def end(terminal: ScreenTerminal) -> int:
        terminal.process.send_signal(number)
        return terminal.leave("")

    return end


def _type(keys: str) -> Callable[[ScreenTerminal], int]:
    return lambda terminal: terminal.leave(keys)


_STATES: Final = {
    "stopped": ("once", "nn", "→  3", _type("q")),
    "running": ("loop", "c", "running", _type("\x11")),
    "in an error": ("once", "c", "● error", _type("q")),
    "in a question": ("once", "nn/", "search:", _type("\x1b\x11")),
    "in help": ("once", "nn?", "Esc closes", _type("\x11")),
    "in the palette": ("once", "nn\x10", "everything", _type("\x1b\x11")),
    "at the console": ("once", "nn:", "▶console", _type("\x04")),
    "told to end": ("loop", "c", "running", _tell(signal.SIGTERM)),
    "the line is cut": ("once", "nn", "→  3", _tell(signal.SIGHUP)),
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server of its own."""
    with running(found_servers()[0]) as socket:
        yield socket


@pytest.mark.parametrize("state", _STATES)
def test_left(state: str, server: str, tmp_path: Path) -> None:
    """The key is what it was before, and the terminal clean."""
    (tmp_path / "script.lua").write_text(SOURCE)
    argument, keys, seen, leave = _STATES[state]
    target = ("-t", f"unix://{server}", "--local", "--yes")
    client = redis.Redis(unix_socket_path=server)
    client.set("k", "theirs")
    command = ["-m", "ldbpy", "debug", "script.lua", "k", ",", argument, *target]
    with on_terminal_of(ScreenTerminal, command, tmp_path, size=(100, 30)) as terminal:
        terminal.resize(100, 30)
        terminal.see("entry")
        terminal.press(keys, seen)
        terminal.until(lambda _: client.get("k") == b"mine")
        leave(terminal)
        assert client.get("k") == b"theirs"
        assert terminal.is_clean()
        assert "Traceback" not in terminal.text()
    client.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("keys", ["n 2\r", "c\r"])
def test_left_at_the_prompt(keys: str, number: signal.Signals, server: str, tmp_path: Path) -> None:
    """The same at the line prompt, when the process is told to end: while it asks, and while the script runs."""
    (tmp_path / "script.lua").write_text(SOURCE)
    client = redis.Redis(unix_socket_path=server)
    client.set("k", "theirs")
    words = ["debug", "--plain", "script.lua", "k", ",", "loop", "-t", f"unix://{server}", "--local", "--yes"]
    with on_terminal_of(ScreenTerminal, ["-m", "ldbpy", *words], tmp_path, size=(120, 40)) as terminal:
        terminal.see("ldb>")
        terminal.type(keys)
        terminal.until(lambda _: client.get("k") == b"mine")
        terminal.process.send_signal(number)
        assert terminal.leave("") == 128 + number
        assert client.get("k") == b"theirs"
        assert terminal.is_clean()
    client.close()


@pytest.mark.parametrize("keys", ["n", "c"])
@pytest.mark.parametrize("plain", [(), ("--plain",)])
def test_the_terminal_is_gone(plain: tuple[str, ...], keys: str, server: str, tmp_path: Path) -> None:
    """When its window is closed the session ends and is undone, without a word."""
    (tmp_path / "script.lua").write_text(SOURCE)
    client = redis.Redis(unix_socket_path=server)
    client.set("k", "theirs")
    words = ["debug", *plain, "script.lua", "k", ",", "loop", "-t", f"unix://{server}", "--local", "--yes"]
    with on_terminal_of(ScreenTerminal, ["-m", "ldbpy", *words], tmp_path, size=(100, 30)) as terminal:
        terminal.see("entry", "ldb>")
        terminal.type(f"{keys}\r" if plain else keys)
        terminal.until(lambda _: client.get("k") == b"mine")
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, terminal.near)
        os.close(nothing)
        terminal.process.wait(20)
        assert client.get("k") == b"theirs"
    client.close()
