from __future__ import annotations

import os
import termios
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from ldbpy.tui import background
from ldbpy.tui.background import answer_in, is_dark

XTERM = {"TERM": "xterm-256color"}
ATTRIBUTES = b"\x1b[?62;22c"


@pytest.mark.parametrize(
    ("data", "dark", "rest"),
    [
        (b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\" + ATTRIBUTES, False, b""),
        (b"\x1b]11;rgb:1e1e/1e1e/1e1e\x07" + ATTRIBUTES, True, b""),
        (b"\x1b]11;rgba:ff/ff/ff/80\x07" + ATTRIBUTES, False, b""),
        (ATTRIBUTES, None, b""),
        (b"", None, b""),
        (b"ls\x1b]11;rgb:0/0/0\x07x" + ATTRIBUTES + b"\r", True, b"lsx\r"),
        (b"\x1b]11;rgb:zz/0/0\x07", None, b"\x1b]11;rgb:zz/0/0\x07"),
    ],
)
def test_answers(data: bytes, dark: bool | None, rest: bytes) -> None:
    """The colour is read in the forms terminals give it in; what else came was typed."""
    assert answer_in(data) == (dark, rest)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """Both ends of a terminal that standard input and output are on, the person's first."""
    near, far = os.openpty()
    with ExitStack() as stack:
        stack.callback(os.close, near)
        both = stack.enter_context(os.fdopen(far, "r+b", buffering=0))
        monkeypatch.setattr(background, "sys", SimpleNamespace(stdin=both, stdout=both))  # pytest has its own streams
        background._asked.cache_clear()
        yield near, far
        background._asked.cache_clear()


def test_terminal_that_answers(terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal is asked once, and its modes are as they were."""
    monkeypatch.setattr(background, "_PATIENCE", 20.0)

    def answer() -> None:
        asked = b""
        while not asked.endswith(b"\x1b[c"):
            asked += os.read(terminal[0], 100)
        os.write(terminal[0], b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\" + ATTRIBUTES)

    before = termios.tcgetattr(terminal[0])
    thread = threading.Thread(target=answer)
    thread.start()
    assert is_dark(XTERM) is False
    thread.join()
    assert is_dark(XTERM) is False
    assert termios.tcgetattr(terminal[0]) == before


def test_terminal_that_does_not_answer(terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that says nothing is not waited for."""
    monkeypatch.setattr(background, "_PATIENCE", 0.001)
    assert is_dark(XTERM) is None


def test_terminal_where_something_is_typed(terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was typed before it is asked is kept for the prompt."""
    monkeypatch.setattr(background, "_PATIENCE", 0.001)
    kept: list[bytes] = []
    monkeypatch.setattr(background, "_give_back", kept.append)
    os.write(terminal[0], b"ls\r")
    assert is_dark(XTERM) is None
    assert kept == [b"ls\n"]


@pytest.mark.parametrize("environ", [{}, {"TERM": "dumb"}, {"TERM": "linux"}, {**XTERM, "PROMPT_TOOLKIT_NO_CPR": "1"}])
def test_terminals_not_asked(environ: dict[str, str], terminal: tuple[int, int]) -> None:
    """Terminals that are known not to answer are not asked."""
    assert is_dark(environ) is None


def test_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal there is nothing to ask."""
    background._asked.cache_clear()
    monkeypatch.setattr(background, "sys", SimpleNamespace(stdin=None, stdout=None))
    assert is_dark(XTERM) is None
    background._asked.cache_clear()
