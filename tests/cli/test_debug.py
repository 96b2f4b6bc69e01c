"""``ldbpy debug`` without a terminal: commands given on the command line and on standard input, JSON, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ldbpy.render.events_json import EVENT_FIELDS
from tests.cli.program import Ran, ldbpy

SCRIPT = b"""local n = redis.call('INCR', KEYS[1])
if n > 1 then
  error('too many')
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return n
"""


@pytest.fixture
def limiter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A script that fails the second time, in the working directory."""
    monkeypatch.chdir(tmp_path)
    Path("limiter.lua").write_bytes(SCRIPT)
    return "limiter.lua"


def debug(*args: str, stdin: bytes = b"") -> Ran:
    """Run it."""
    return ldbpy("debug", *args, stdin=stdin)


def told(ran: Ran) -> list[str]:
    """The lines after the header."""
    return ran.out.decode().splitlines()[1:]


def events(ran: Ran) -> list[dict[str, Any]]:
    """The events of ``--json``."""
    return [json.loads(line) for line in ran.out.decode().splitlines()]


def test_header_tells_keys_and_arguments(limiter: str) -> None:
    """The first line says what runs where, with the keys and arguments as they were understood."""
    header = debug(limiter, "rl", "a b", ",", "60", "--batch").out.decode().splitlines()[0]
    assert header.endswith('· redis-8, embedded store, rolled back at the end · KEYS 1 rl 2 "a b" · ARGV 1 60')
    assert "kept at the end" in debug(limiter, "--batch", "--commit").out.decode().splitlines()[0]


def test_batch_carries_out_commands_in_order(limiter: str, tmp_path: Path) -> None:
    """Files first, then single commands; then the script ends where it stands, without a prompt."""
    commands = tmp_path / "some commands.ldb"
    commands.write_text("# a comment\nb 5\n\nc\n")
    ran = debug(limiter, "k", ",", "9", "--batch", "-x", str(commands), "--ex", "p n", "--ex", "diff", stdin=b"p 77\n")
    assert ran.code == 0
    assert told(ran)[4:] == [
        "breakpoint 1 at limiter.lua:5",
        "● breakpoint 1   limiter.lua:5",
        "       3    error('too many')",
        "       4  end",
        "● →    5  redis.call('EXPIRE', KEYS[1], ARGV[1])",
        "       6  return n",
        "1",
        'changed   + k   string "1"',
    ]


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--ex", "c"), 0),
        ((), 0),
        (("--ex", "n"), 0),
        (("--ex", "redis INCR k", "--ex", "c"), 1),
        (("--ex", "redis INCR k", "--ex", "c", "--ex", "c"), 1),
        (("--ex", "redis INCR k", "--ex", "c", "--ex", "restart"), 0),
        (("--ex", "redis INCR k", "--ex", "c", "--ex", "abort"), 0),
        (("--ex", "nosuch", "--ex", "c"), 0),
        (("--no-stop-on-entry",), 0),
        (("--ex", "quit", "--ex", "nosuch"), 0),
    ],
)
def test_exit_code_is_the_scripts(limiter: str, args: tuple[str, ...], code: int) -> None:
    """0 if the script ended well or did not end, 1 if it failed or stands in the error that ends it."""
    ran = debug(limiter, "k", ",", "9", "--batch", *args)
    assert (ran.code, ran.err) == (code, b"")


def test_error_reply_is_a_failure() -> None:
    """A script that returns an error has failed."""
    assert debug("-e", "return redis.error_reply('no')", "--batch", "--ex", "c").code == 1


def test_script_that_does_not_compile(tmp_path: Path) -> None:
    """The error is told once, breakpoints do not hide it, and the exit code is that of eval."""
    ran = debug("-e", "local n = = 1", "--batch", "--break", "1", "--ex", "c")
    assert ran.code == 1
    assert told(ran)[0] == "error: <code>:1: unexpected symbol near '='"


@pytest.mark.parametrize(
    ("place", "message", "hint"),
    [
        ("99", "--break: there is nothing to stop at on line 99 or after it", "the script has 6 lines"),
        ("nosuch", "--break: the script has no function nosuch", "break on COMMAND stops at a Redis command"),
        ("2 if )", "--break: ')' is no expression of Lua", None),
        ("on nosuch", "--break: there is no command NOSUCH", "break on HSET user:*, break on @write, break on *"),
    ],
)
def test_bad_break_is_misuse(limiter: str, place: str, message: str, hint: str | None) -> None:
    """A breakpoint that cannot be set ends the program before the script has begun."""
    ran = debug(limiter, "--break", "2", "--break", place, "--batch", "--ex", "c")
    assert (ran.code, ran.error) == (2, message)
    assert [line for line in ran.lines if line.startswith("hint:")] == ([f"hint: {hint}"] if hint else [])
    assert b"finished" not in ran.out


def test_breaks_are_set_before_the_script_begins(limiter: str) -> None:
    """Several breakpoints, of all kinds, met without a stop on entry."""
    ran = debug(
        *(limiter, "k", ",", "9", "--batch", "--no-stop-on-entry"),
        *("--break", "2 if n == 1", "--break", "on EXPIRE", "--break", "key k", "--ex", "c", "--ex", "c", "--ex", "c"),
    )
    stops = [line.split("   ")[0] for line in told(ran) if line.startswith("●  ") is False and line.startswith("● ")]
    headlines = [line for line in stops if "breakpoint" in line]
    assert headlines == [
        "● data breakpoint 3, after INCR k → 1",
        "● breakpoint 1",
        "● command breakpoint 2, before EXPIRE k 9",
        "● data breakpoint 3, after EXPIRE k 9 → 1",
    ]


def test_commands_on_standard_input(limiter: str) -> None:
    """Without a terminal commands are read line by line and repeated; the end of input is quit."""
    ran = debug(limiter, "k", ",", "9", stdin=b"n\n\np n\nnosuch\n")
    assert ran.code == 0
    assert told(ran)[4:] == [
        "ldb> n",
        "     INCR k → 1",
        "  →    2  if n > 1 then      n = 1 new",
        "ldb>",
        "  →    5  redis.call('EXPIRE', KEYS[1], ARGV[1])",
        "ldb> p n",
        "1",
        "ldb> nosuch",
        "error: there is no variable or command nosuch",
        "hint: help tells the commands",
        "aborted        rolled back",
    ]


def test_closed_standard_input(limiter: str) -> None:
    """Where there is no standard input nobody has commands: the session ends at its first stop."""
    ran = ldbpy("debug", limiter, "k", ",", "9", stdin=None)
    assert (ran.code, told(ran)[0]) == (0, "● entry   limiter.lua:1"), ran.talk


def test_standard_input_that_is_no_text(limiter: str) -> None:
    """Bytes that are no UTF-8 are an error of theirs, not of the program."""
    ran = debug(limiter, "k", ",", "9", stdin=b"p '\xff\xfe'\nn\n")
    assert ran.code == 0
    assert b"INCR k" in ran.out


@pytest.mark.parametrize("name", ["nosuch.ldb", "."])
def test_file_of_commands_that_cannot_be_read(limiter: str, name: str) -> None:
    """That is told before anything runs."""
    ran = debug(limiter, "--batch", "-x", name)
    assert ran.code == 2
    assert ran.error.startswith(f"--commands: cannot read {name}: ")


def test_json_tells_every_event(limiter: str) -> None:
    """A line an event, with the fields that are documented, rising numbers, and the end in any case."""
    ran = debug(
        *(limiter, "k", ",", "9", "--batch", "--json", "--break", "on EXPIRE", "--ex", "n"),
        *("--ex", "catch reply", "--ex", "log 2 'n is {n}'", "--ex", "restart", "--ex", "c", "--ex", "p n"),
    )
    found = events(ran)
    for event in found:
        unknown = set(event) - {"event", "seq"} - set(EVENT_FIELDS[event["event"]])
        assert not unknown, event
    numbers = [event["seq"] for event in found if "seq" in event]
    assert numbers == sorted(set(numbers))
    assert [event["event"] for event in found if event["event"] != "console"] == [
        *("stopped", "output", "stopped", "ended"),
        *("stopped", "output", "stopped", "ended"),
    ]
    stops = [event for event in found if event["event"] == "stopped"]
    assert stops[-1]["reason"] == "command breakpoint"
    assert stops[-1]["call"] == {"argv": ["EXPIRE", "k", "9"], "file": "limiter.lua", "line": 5}
    assert found[-1]["event"] == "ended"
    assert found[-1]["aborted"] is True


def test_json_of_an_error(limiter: str) -> None:
    """An error is an event of its own, and the end tells the reply a client would get."""
    found = events(debug(limiter, "k", "--batch", "--json", "--ex", "redis INCR k", "--ex", "c", "--ex", "c"))
    stopped, ended = found[-2:]
    assert (stopped["reason"], stopped["error"]["kind"], stopped["line"]) == ("exception", "uncaught", 3)
    assert ended["error"].startswith("ERR user_script:3: too many script: ")
    assert ended["problem"] == {"kind": "error", "message": "too many", "file": "limiter.lua", "line": 3}
    assert ended["kept"] is False


def test_json_of_bytes_and_values() -> None:
    """What is no UTF-8 is escaped; values come with their kind."""
    code = "redis.debug('\\255', 1.5, nil, {1}) redis.log(redis.LOG_WARNING, 'w') return {1, 'x', false}"
    found = events(debug("-e", code, "--batch", "--json", "--ex", "c"))
    values, log, ended = found[1:4]
    assert values["values"] == [
        {"kind": "string", "value": "\\xff", "size": 1},
        {"kind": "number", "value": 1.5},
        {"kind": "nil", "value": None},
        {"kind": "table", "value": None, "size": 1},
    ]
    assert (log["kind"], log["level"], log["text"]) == ("log", "warning", "w")
    assert ended["reply"] == [1, "x", None]


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("nosuch.lua",), 2, "cannot read nosuch.lua"),
        ((), 2, ""),
        (("-e", "return 1", "--server", "nosuch", "--batch"), 2, "nosuch"),
        (("-e", "#!lua name=l", "--function", "f", "--server", "dragonfly"), 2, "dragonfly has no function libraries"),
        (("-e", "return 1", "--nosuch"), 2, "nosuch"),
    ],
)
def test_misuse(args: tuple[str, ...], code: int, words: str) -> None:
    """Each kind of misuse has its exit code and one message."""
    ran = debug(*args)
    assert ran.code == code
    assert words in ran.error


def test_restart_begins_anew(limiter: str) -> None:
    """What was changed before is undone, and breakpoints stay."""
    ran = debug(limiter, "k", ",", "9", stdin=b"b 2\nc\nrestart\nc\np n\n")
    assert told(ran).count("● entry   limiter.lua:1") == 2
    assert told(ran)[-2:] == ["1", "aborted        rolled back"]
