from __future__ import annotations

from ldbpy.repl.reading import InputLines, is_command
from ldbpy.script.pieces import read_input


def inputs(text: bytes) -> tuple[list[bytes], int]:
    """The inputs that lines make, and how often the parser was asked."""
    asked = 0

    def needs_more(so_far: bytes) -> bool:
        nonlocal asked
        asked += 1
        return read_input(so_far).is_unfinished

    lines = InputLines(needs_more)
    found = [made for line in text.split(b"\n") if (made := lines.add(line)) is not None]
    return found + ([lines.rest()] if lines.waits else []), asked


def test_lines_become_inputs() -> None:
    """What is complete is an input; what is not goes on."""
    found, _ = inputs(b"1\nfor i = 1, 2 do\n  f(i)\nend\nx +\n1\n.keys a")
    assert found == [b"1", b"for i = 1, 2 do\n  f(i)\nend", b"x +\n1", b".keys a"]


def test_rest_is_an_input() -> None:
    """What is not complete at the end is handed over as it is."""
    assert inputs(b"1\nif x then") == ([b"1", b"if x then"], 1)


def test_words_in_strings_and_comments_open_nothing() -> None:
    """Only what is Lua opens a block."""
    text = b"'function'\n\"do (\" -- if {\nx --[[ do\nrepeat ]]\ny"
    assert inputs(text)[0] == [b"'function'", b'"do (" -- if {', b"x --[[ do\nrepeat ]]", b"y"]


def test_long_strings() -> None:
    """A long string goes over lines, at its own level."""
    assert inputs(b"local s = [==[ ]]\nend ]==]\n1")[0] == [b"local s = [==[ ]]\nend ]==]", b"1"]


def test_dot_inside_an_input_is_no_command() -> None:
    """A line of a longer input may begin with a dot."""
    assert inputs(b"f(t\n.x)")[0] == [b"f(t\n.x)"]


def test_long_function_is_parsed_once() -> None:
    """The parser is not asked at every line of a long block."""
    body = b"\n".join(b"  if x then y() end" for _ in range(2000))
    found, asked = inputs(b"local function f()\n" + body + b"\nend")
    assert len(found) == 1
    assert asked == 1


def test_commands() -> None:
    """A dot and a letter is a command; a number or the rest of the arguments is Lua."""
    assert is_command(b".keys")
    assert not any(map(is_command, (b".5 + 1", b"...", b"x.y", b"", b".")))
