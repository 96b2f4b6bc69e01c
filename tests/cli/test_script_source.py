"""Where a script comes from, and what it may look like."""

from __future__ import annotations

import builtins
from pathlib import Path

import pytest

from tests.cli.program import Ran, ldbpy


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _of_file(content: bytes, *args: str) -> Ran:
    Path("script.lua").write_bytes(content)
    return ldbpy("eval", "script.lua", *args)


def test_file() -> None:
    """A file is read and run."""
    ran = _of_file(b"return KEYS[1] .. ARGV[1]", "a", ",", "b")
    assert (ran.code, ran.out, ran.err) == (0, b"ab\n", b"")


def test_standard_input() -> None:
    """``-`` reads the script from standard input; words after it are keys and arguments."""
    ran = ldbpy("eval", "-", "k", ",", "a", stdin=b"return {KEYS[1], ARGV[1]}")
    assert (ran.code, ran.out) == (0, b"k\na\n")


def test_standard_input_error_names_it() -> None:
    """An error in a script from standard input says so."""
    assert ldbpy("eval", "-", stdin=b"\n\nerror('x')").error == "<stdin>:3: x"


def test_standard_input_that_is_closed() -> None:
    """A closed standard input is one message."""
    ldbpy("eval", "-", stdin=None).failed(2, "cannot read standard input: it is closed")


def test_code() -> None:
    """``-e`` is the script, and every word a key or argument."""
    ran = ldbpy("eval", "-e", "return {#KEYS, #ARGV}", "a", "b", ",", "c")
    assert ran.out == b"2\n1\n"


def test_code_with_a_file_of_that_name() -> None:
    """With ``-e`` a file name is a key, not a script."""
    Path("script.lua").write_bytes(b"return 'the file'")
    assert ldbpy("eval", "-e", "return KEYS[1]", "script.lua").out == b"script.lua\n"


def test_code_that_is_no_utf8() -> None:
    """Bytes of the command line reach the script as they are."""
    assert ldbpy("eval", "-e", b"return '\xff\xfe'").out == b"\xff\xfe\n"


@pytest.mark.parametrize("command", ["eval", "debug"])
def test_nothing_to_run(command: str) -> None:
    """Neither a file nor ``-e``: what there is to give, and where to read on."""
    hint = f"ldbpy {command} --help"
    ldbpy(command).failed(2, "no script: give a file, - for standard input, or -e CODE", hint)


def test_missing_file() -> None:
    """A file that is not there is named."""
    ldbpy("eval", "nosuch.lua").failed(2, "cannot read nosuch.lua: no such file or directory")


def test_empty_file_name() -> None:
    """An empty name is shown as one."""
    ldbpy("eval", "").failed(2, "cannot read '': no such file or directory")


def test_directory() -> None:
    """A folder is no script."""
    Path("scripts").mkdir()
    ldbpy("eval", "scripts").failed(2, "cannot read scripts: is a directory")


def test_link_to_itself() -> None:
    """A file that cannot be opened, whoever asks."""
    Path("loop.lua").symlink_to("loop.lua")
    ldbpy("eval", "loop.lua").failed(2, "cannot read loop.lua: too many levels of symbolic links")


def test_forbidden_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without read permission. (Root may read any, so the refusal is made here.)"""
    real = builtins.open

    def refuse(path: str, *args: object, **options: object) -> object:
        if path == "secret.lua":
            raise PermissionError(13, "Permission denied", path)
        return real(path, *args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(builtins, "open", refuse)
    ldbpy("eval", "secret.lua").failed(2, "cannot read secret.lua: permission denied")


def test_file_name_with_control_characters() -> None:
    """A name never moves the cursor of the terminal."""
    ldbpy("eval", "a\x1b[31mb").failed(2, "cannot read a\\x1b[31mb: no such file or directory")


def test_absolute_path_is_told_from_here(folder: Path) -> None:
    """A long path in the current folder is shown short."""
    Path("script.lua").write_bytes(b"error('x')")
    assert ldbpy("eval", str(folder / "script.lua")).error == "script.lua:1: x"


def test_empty_script() -> None:
    """An empty script ends well and gives nil."""
    ran = _of_file(b"", "--format", "tty")
    assert (ran.code, ran.out, ran.err) == (0, b"(nil)\n", b"")


@pytest.mark.parametrize("content", [b"\n", b"-- only a comment", b"\r\n\r\n", b"do end"])
def test_script_that_returns_nothing(content: bytes) -> None:
    """So does one that returns nothing."""
    assert _of_file(content, "--format", "tty").out == b"(nil)\n"


def test_bytes_that_are_no_utf8() -> None:
    """A script is bytes; a line that is no UTF-8 is shown escaped, the caret under the right place."""
    ran = _of_file(b'local s = "caf\xe9" .. nil')
    assert ran.lines[:3] == [
        "error: script.lua:1: attempt to concatenate a nil value",
        '   1 │ local s = "caf\\xe9" .. nil',
        "     │                        ^^^",
    ]


def test_byte_order_mark() -> None:
    """The server refuses a byte order mark; the hint says what it is."""
    ran = _of_file(b"\xef\xbb\xbfreturn 1")
    assert ran.code == 1
    assert ran.error == "script.lua:1: unexpected symbol near '\\xef'"
    assert ran.lines[1] == "   1 │ \\ufeffreturn 1"
    assert ran.lines[2].endswith("a byte order mark? Save the file as UTF-8 without one")


def test_crlf_lines() -> None:
    """Lines that end with CR and LF are counted once and shown without the CR."""
    ran = _of_file(b"local a = 1\r\n\r\nlocal b = nil + a\r\n")
    assert ran.error == "script.lua:3: attempt to perform arithmetic on a nil value"
    assert ran.lines[1:3] == ["   3 │ local b = nil + a", "     │           ^^^"]


def test_cr_alone_ends_a_line() -> None:
    """Lua counts a lone CR as the end of a line, and so do we."""
    ran = _of_file(b"local a = 1\rlocal b = nil + a")
    assert ran.lines[0].startswith("error: script.lua:2: ")
    assert ran.lines[1] == "   2 │ local b = nil + a"


def test_zero_byte_in_a_string() -> None:
    """A string may hold zero bytes, written and escaped."""
    assert _of_file(b'return "a\\0b" .. "c\0d"').out == b"a\0bc\0d\n"


def test_zero_byte_between_tokens() -> None:
    """Elsewhere a zero byte is a syntax error."""
    ran = _of_file(b"local \0 a = 1")
    assert ran.code == 1
    assert ran.error.startswith("script.lua:1: ")
    assert b"\0" not in ran.err


def test_tabs_in_the_line_shown() -> None:
    """Tabs are shown as spaces, and the caret stands under what it means."""
    ran = _of_file(b"if true then\n\tlocal\tx = nil .. 'a'\nend")
    shown, caret = ran.lines[1:3]
    assert "\t" not in shown
    assert shown.index("nil") == caret.index("^")


def test_wide_characters_in_the_line_shown() -> None:
    """Characters two columns wide take two columns of the caret line."""
    ran = _of_file("local s = '日本語' .. nil".encode())
    assert ran.lines[1:3] == ["   1 │ local s = '日本語' .. nil", "     │                       ^^^"]


def test_combining_characters_in_the_line_shown() -> None:
    """Characters that take no column of their own take none of the caret line."""
    ran = _of_file("local s = 'e\u0301e\u0301' .. nil".encode())
    assert ran.lines[2] == "     │                   ^^^"


def test_escape_sequences_in_the_line_shown() -> None:
    """A script cannot paint the terminal through its own text."""
    ran = _of_file(b"local s = '\x1b[31m\x9b' .. nil")
    assert b"\x1b" not in ran.err
    assert ran.lines[1] == "   1 │ local s = '\\x1b[31m\\x9b' .. nil"


def test_very_long_line() -> None:
    """A line of a hundred thousand characters is one message all the same."""
    ran = _of_file(b"local s = '" + b"x" * 100_000 + b"' .. nil")
    assert ran.error == "script.lua:1: attempt to concatenate a nil value"
    ran.is_calm()


def test_long_script_tells_its_line() -> None:
    """The ten-thousandth line is found."""
    ran = _of_file(b"local x\n" * 150 + b"\n" * 9_850 + b"error('here')")
    assert ran.error == "script.lua:10001: here"
    assert ran.lines[1] == "10001 │ error('here')"


def test_syntax_error() -> None:
    """A syntax error tells Lua's words, the line, and what the server would say; no word of it ran."""
    ran = _of_file(b"redis.log(3, 'ran')\nif x = 1 then\nend")
    assert (ran.code, ran.out) == (1, b"")
    assert ran.lines == [
        "error: script.lua:2: 'then' expected near '='",
        "   2 │ if x = 1 then",
        "     │      ^ Lua compares with ==",
        "the server would answer: ERR Error compiling script (new function): user_script:2: 'then' expected near '='",
    ]


def test_runtime_error() -> None:
    """A runtime error tells message, line, place and answer."""
    ran = _of_file(b"local t = {}\nreturn t.x.y")
    assert ran.code == 1
    assert ran.lines[:3] == [
        "error: script.lua:2: attempt to index field 'x' (a nil value)",
        "   2 │ return t.x.y",
        "     │        ^^^",
    ]
    assert ran.lines[3].startswith("the server would answer: ERR user_script:2: attempt to index field 'x'")
    assert len(ran.lines) == 4


def test_error_of_a_command() -> None:
    """A command's error points at the call."""
    ran = _of_file(b"redis.call('SET', 'a', 'x')\nreturn redis.call('INCR', 'a')")
    assert ran.lines[:3] == [
        "error: script.lua:2: value is not an integer or out of range",
        "   2 │ return redis.call('INCR', 'a')",
        "     │        ^^^^^^^^^^^^^^^^^^^^^^^",
    ]


def test_missing_argument_is_explained() -> None:
    """The nil comes from an element ARGV does not have: said beside the caret."""
    ran = _of_file(b"return ARGV[2] + 1", ",", "5")
    assert ran.lines[2] == "     │        ^^^^^^^ nil: ARGV has no element 2"


def test_error_text_with_escape_sequences() -> None:
    """An error's text cannot paint the terminal."""
    ran = _of_file(b"error('a\\27[31mb\\0c\\255')")
    assert ran.error == "script.lua:1: a\\x1b[31mb\\x00c\\xff"
    assert b"\x1b" not in ran.err


@pytest.mark.parametrize(
    "code", [b"loadstring('\\n\\n\\nerror(1)', '@user_script')()", b"error('x, on @user_script:99.', 0)"]
)
def test_line_that_is_not_there(code: bytes) -> None:
    """A line that a script only claims to have is told and not shown."""
    ran = _of_file(code)
    assert ran.code == 1
    assert ran.error
    ran.is_calm()


def test_shebang_flags() -> None:
    """A shebang declares flags, and lines keep their numbers."""
    ran = _of_file(b"#!lua flags=no-writes\nreturn redis.call('SET', 'a', 1)")
    assert ran.error == "script.lua:2: Write commands are not allowed from read-only scripts."


@pytest.mark.parametrize(
    ("first", "message"),
    [
        (b"#!lua flags=nope\n", "Unexpected flag in script shebang: nope"),
        (b"#!lua", "Invalid script shebang"),
        (b"#!python\n", "Unexpected engine in script shebang: #!python"),
        (b"#!lua what\n", "Unknown lua shebang option: what"),
    ],
)
def test_shebang_that_is_refused(first: bytes, message: str) -> None:
    """The server's words, the line, and what it would answer."""
    ran = _of_file(first)
    shown = first.decode().rstrip("\n")
    assert (ran.code, ran.out) == (1, b"")
    assert ran.lines == [
        f"error: script.lua:1: {message}",
        f"   1 │ {shown}",
        f"the server would answer: ERR {message}",
    ]


def test_library_run_as_a_script() -> None:
    """A function library is no script: the hint says how its functions are called."""
    ran = _of_file(b"#!lua name=stock\nredis.register_function('f', function() end)")
    assert ran.code == 1
    assert ran.error == "script.lua:1: Unknown lua shebang option: name=stock"
    assert ran.hint == "this is a function library: --function NAME calls one of its functions"
