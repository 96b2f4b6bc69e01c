"""The REPL's prompt, with keys from a pipe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from ldbpy.assist.complete import complete
from ldbpy.assist.repl import repl_language
from ldbpy.flavors import FLAVORS
from ldbpy.settings.settings import Settings
from ldbpy.tui.repl.names import SessionNames
from ldbpy.tui.repl.prompt import converse
from tests.unit.repl.sessions import Typed

LEAVE = "\x04"
CTRL_C = "\x03"
ALT_ENTER = "\x1b\r"


class Session:
    """What is typed at a prompt, and what comes of it."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.typed = Typed()
        self.ran: list[bytes] = []
        self._folder = folder
        self._settings = replace(Settings(), **settings)  # type: ignore[arg-type]

    def press(self, keys: str | bytes) -> list[str]:
        """All that is shown until the person leaves."""
        shown: list[str] = []
        write = shown.append
        self.typed.repl.write = self.typed.repl.tell = write  # type: ignore[misc]

        @contextmanager
        def running(text: bytes) -> Iterator[None]:
            self.ran.append(text)
            yield

        environ = {"XDG_STATE_HOME": str(self._folder), "TERM": "xterm"}
        with create_pipe_input() as keyboard:
            keyboard.send_bytes(keys if isinstance(keys, bytes) else keys.encode())
            self.problem = converse(
                self.typed.repl, self._settings, environ, running, lambda: None, terminal=(keyboard, DummyOutput())
            )
        return shown


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A session with a history of its own."""
    return Session(tmp_path)


def test_enter_runs_what_is_complete(session: Session) -> None:
    """Enter runs an input, and goes on in the next line while it is not complete."""
    assert session.press("1 + 1\rfor i = 1, 2 do\rend\r" + LEAVE) == ["2"]
    assert session.ran == [b"1 + 1", b"for i = 1, 2 do\nend"]


def test_next_line_is_as_far_in(session: Session) -> None:
    """A line that goes on begins below the one before."""
    session.press("for i = 1, 2 do\r  f(\r)\r" + CTRL_C + LEAVE)
    session.press("do\r  local x = {\r1}\rend\r" + LEAVE)
    assert session.ran == [b"do\n  local x = {\n  1}\n  end"]


def test_alt_enter_runs_what_is_there(session: Session) -> None:
    """Alt-Enter runs an input that is not complete, to see what is wrong with it."""
    (shown,) = session.press("if x then" + ALT_ENTER + LEAVE)
    assert shown.startswith("error: 'end' expected")


def test_alt_enter_adds_a_line(session: Session) -> None:
    """Alt-Enter adds a line to an input that is complete already."""
    session.press("1" + ALT_ENTER + "+ 1\r" + LEAVE)
    assert session.ran == [b"1\n+ 1"]


def test_enter_runs_wherever_the_cursor_is(session: Session) -> None:
    """A complete input runs though the cursor is not at its end."""
    assert session.press("1 + 1" + "\x1b[D" * 3 + "\r" + LEAVE) == ["2"]


def test_paste_of_several_lines(session: Session) -> None:
    """What is pasted stays together, whatever lines it has, until Enter."""
    paste = "\x1b[200~local x = 1\nlocal y = 2\nx + y\n\x1b[201~"
    session.press(paste + "\r" + "x + y\r" + LEAVE)
    assert session.ran[1:] == [b"x + y"]
    assert session.ran[0].startswith(b"local x = 1\nlocal y = 2")


def test_ctrl_c_drops_the_input(session: Session) -> None:
    """Ctrl-C drops what is typed, over all its lines, and the session goes on."""
    assert session.press("for i = 1, 2 do\r  nonsense" + CTRL_C + "7\r" + LEAVE) == ["7"]


def test_ctrl_d_leaves(session: Session) -> None:
    """Ctrl-D on an empty line leaves."""
    assert session.press(LEAVE) == []
    assert session.ran == []


def test_quit_leaves(session: Session) -> None:
    """.quit leaves, and nothing behind it is read."""
    session.press(".quit\r1\r")
    assert session.ran == [b".quit"]


def test_bytes_that_are_no_text(session: Session) -> None:
    """What no encoding knows reaches Lua byte for byte."""
    assert session.press(b"#'\xff\xfe'\r\x04") == ["2"]


def test_secrets_are_not_kept(tmp_path: Path) -> None:
    """A password is in no history."""
    Session(tmp_path).press(".redis AUTH hunter2\r1 + 1\r" + LEAVE)
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"1 + 1" in kept
    assert b"hunter2" not in kept


def test_history_that_cannot_be_kept(tmp_path: Path) -> None:
    """A history that cannot be written is told, and keeps nobody from typing."""
    (tmp_path / "ldbpy").write_text("in the way")
    session = Session(tmp_path)
    assert session.press("1 + 1\r" + LEAVE) == ["2"]
    assert session.problem is not None
    assert session.problem.startswith("history is not kept")


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("subto", "subtotal"),
        ("tree.bra", "branch"),
        (".pee", ".peek"),
        (".peek gree", "greeting"),
        (".redis HGETA", "HGETALL"),
        ("redis.call('GET', 'gree", "greeting"),
        (".server valkey-", "valkey-8"),
        (".help loca", "locals"),
        (".time o", "on"),
    ],
)
def test_completion(session: Session, text: str, offered: str) -> None:
    """Variables, fields, the REPL's commands, Redis commands, keys and flavors are offered."""
    session.typed.type("local subtotal, tree = 5, {branch = 1}", ".redis SET greeting hello")
    language = repl_language(FLAVORS["redis-8"])
    found = complete(text, len(text), SessionNames(session.typed.repl), language)
    assert offered in [candidate.text for candidate in found]


def test_completion_of_redis_commands(session: Session) -> None:
    """After .redis, lines are Redis commands."""
    found = complete("hgeta", 5, SessionNames(session.typed.repl), repl_language(FLAVORS["redis-8"], redis=True))
    assert [candidate.text for candidate in found] == ["hgetall"]


def test_interrupt_of_what_is_no_lua(session: Session) -> None:
    """Ctrl-C while a command runs ends that, and not the session."""

    def execute(text: bytes) -> bool:
        if text == b".keys":
            raise KeyboardInterrupt
        session.typed.repl.write("went on")
        return True

    session.typed.repl.execute = execute  # type: ignore[method-assign]
    assert session.press(".keys\r1\r" + LEAVE) == ["interrupted", "went on"]


def test_names(session: Session) -> None:
    """Variables, fields of real tables and keys are known; nothing of the session runs for it."""
    repl = session.typed.repl
    session.typed.type(
        "local trap = setmetatable({real = 1, ['not plain'] = 2}, {__index = function() error('ran') end})",
        "local tree = {branch = {leaf = 'green'}}",
        ".redis SET user:1 x",
    )
    names = SessionNames(repl)
    assert [name.text for name in names.variables("t")] == ["trap", "tree"]
    assert [name.text for name in names.members(["trap"], "")] == ["real"]
    assert [(name.text, name.note) for name in names.members(["tree", "branch"], "")] == [("leaf", '"green"')]
    assert list(names.members(["nobody"], "")) == []
    assert list(names.keys("user")) == ["user:1"]
    assert repl.failed is False
