from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.layout.controls import BufferControl
from prompt_toolkit.layout.processors import TransformationInput
from prompt_toolkit.output import DummyOutput

from ldbpy.assist.names import NOTHING, KnownNames
from ldbpy.assist.records import Hint, Kind, Language, Name
from ldbpy.settings.settings import Settings
from ldbpy.tui.typing.chosen import history_at, suggester
from ldbpy.tui.typing.history import KeptHistory
from ldbpy.tui.typing.prompt import make_prompt
from ldbpy.tui.typing.typing import Colours, HelpfulCompleter, Marks, Typing, hint_line
from tests.unit.assist.test_arbitrary import TEXTS
from tests.unit.assist.test_complete import DEBUGGER, REPL

LUA = Language()
NAMES = KnownNames([Name("limit", Kind.LOCAL, "5"), Name("limits", Kind.LOCAL)], keys=["bell\x07key"])


def completions(text: str, typing: Typing, *, asked: bool = True) -> list[tuple[str, int, str]]:
    """What a text is completed with, where it begins, and what is shown beside it."""
    event = CompleteEvent(completion_requested=asked, text_inserted=not asked)
    found = HelpfulCompleter(typing).get_completions(Document(text), event)
    return [(each.text, each.start_position, each.display_meta_text) for each in found]


def test_completions() -> None:
    """Candidates stand instead of the word before the cursor, with a note or what they are beside them."""
    assert completions("x = lim", Typing(LUA, NAMES)) == [("limit", -3, "5"), ("limits", -3, "local")]


def test_names_are_replaced() -> None:
    """What is known can change between two keys, and what is typed as well."""
    typing = Typing(LUA, NOTHING)
    assert completions("lim", typing) == []
    typing.update(NAMES)
    assert len(completions("lim", typing)) == 2
    typing.update(NOTHING, Language(redis=True))
    assert completions("hgeta", typing)[0][0] == "hgetall"


def test_no_menu_before_a_word() -> None:
    """While typing, the menu comes with the first letter of a word; with Tab at once."""
    typing = Typing(LUA, NAMES)
    assert completions("x = ", typing, asked=False) == []
    assert completions("x = ", typing) != []


def test_keys_do_not_act_on_the_terminal() -> None:
    """A control character in the name of a key is not sent to the terminal."""
    assert completions("get b", Typing(Language(redis=True), NAMES))[0][0] == "bell\N{REPLACEMENT CHARACTER}key"


def marked(text: str, typing: Typing) -> list[list[str]]:
    """The parts of each line that are underlined."""
    document = Document(text)
    lexed = Colours(typing).lex_document(document)
    marks = Marks(typing)
    lines = []
    for number in range(len(document.lines)):
        given = TransformationInput(BufferControl(), document, number, lambda at: at, lexed(number), 80, 10)
        fragments = marks.apply_transformation(given).fragments
        assert "".join(piece[1] for piece in fragments) == document.lines[number]
        lines.append("".join(piece[1] if "class:mistake" in piece[0] else " " for piece in fragments).split())
    return lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("foo()", [["foo"]]),
        ("local x = 1\nreturn y", [[], ["y"]]),
        ("return 'ä' .. nosuch", [["nosuch"]]),
        ("return 1", [[]]),
        ("if x then", [[]]),
    ],
)
def test_marks(text: str, expected: list[list[str]]) -> None:
    """Mistakes are underlined where they are, on any line."""
    assert marked(text, Typing(LUA, NOTHING)) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("return 'a' -- b", LUA, [("return", "keyword"), ("'a'", "string"), ("-- b", "comment")]),
        ("KEYS[1]", LUA, [("KEYS", "builtin"), ("[", "operator"), ("1", "number"), ("]", "operator")]),
        ("x = 'open", LUA, [("=", "operator"), ("'open", "string")]),
        ('SET k "v"', Language(redis=True), [("SET", "keyword"), ('"v"', "string")]),
    ],
)  # fmt: skip
def test_colours(text: str, language: Language, expected: list[tuple[str, str]]) -> None:
    """Lua and Redis commands are coloured, also while a string is open."""
    line = Colours(Typing(language, NOTHING)).lex_document(Document(text))(0)
    assert "".join(piece[1] for piece in line) == text
    assert [(piece[1], piece[0].removeprefix("class:code.")) for piece in line if piece[0]] == expected


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (60, "SET key value [EX seconds]   2 or more"),
        (30, "SET key value [EX seconds]"),
        (22, "SET ... EX seconds]"),
        (9, "SET key v"),
        (0, ""),
    ],
)
def test_hint_line(width: int, expected: str) -> None:
    """A hint fits on its line: the note goes first, then the words that are far from what is typed."""
    line = hint_line(Hint("SET key value [EX seconds]", (18, 25), "2 or more"), width)
    shown = "".join(piece[1] for piece in line)
    assert len(shown) <= width
    assert shown.split() == expected.split() or "seconds" in shown
    assert hint_line(None, width) == []


@pytest.fixture
def prompt(tmp_path: Path) -> Callable[..., str]:
    """Types keys at a prompt with settings, and gives the line."""

    def typed(keys: str, *before: str, settings: Settings | None = None) -> str:
        history = KeptHistory(str(tmp_path / "history"), 100)
        for line in before:
            history.store_string(line)
        with create_pipe_input() as pipe, create_app_session(pipe, DummyOutput()):
            session = make_prompt(Typing(LUA, NAMES), settings or Settings(), history, {"TERM": "xterm"})
            pipe.send_text(keys)
            return session.prompt("> ")

    return typed


@pytest.mark.parametrize(
    ("keys", "settings", "line"),
    [
        ("return 1\r", Settings(), "return 1"),
        ("\x12second\r\r", Settings(), "the second"),
        ("\x1b[A\r", Settings(), "the third"),
        ("abc\x01x\r", Settings(), "xabc"),
        ("abc\x1b0ix\r", Settings(editing_mode="vi"), "xabc"),
        ("foo()\r", Settings(check=False, hints=False, suggest=False), "foo()"),
    ],
)
def test_prompt(prompt: Callable[..., str], keys: str, settings: Settings, line: str) -> None:
    """A line is typed, found again with Ctrl-R or the arrow, and edited as in emacs or vi."""
    assert prompt(keys, "the first", "the second", "the third", settings=settings) == line


def test_settings_of_the_prompt(tmp_path: Path) -> None:
    """History and suggestions can be switched off."""
    environ = {"XDG_STATE_HOME": str(tmp_path)}
    history_at("h", Settings(history=False), environ).append_string("n")
    assert list(tmp_path.iterdir()) == []
    history_at("h", Settings(), environ).append_string("n")
    assert (tmp_path / "ldbpy" / "h").read_text().endswith("+n\n")
    assert suggester(Settings(suggest=False)) is None


@given(TEXTS, st.sampled_from([LUA, Language(redis=True), REPL, DEBUGGER]), st.integers(0, 90))
@hypothesis_settings(max_examples=150, deadline=None)
def test_any_text(text: str, language: Language, width: int) -> None:
    """Whatever is typed is shown as it is, and its hint fits on the line."""
    typing = Typing(language, NAMES)
    marked(text, typing)
    shown = "".join(piece[1] for piece in hint_line(typing.hint(text, len(text)), width))
    assert len(shown) <= width
