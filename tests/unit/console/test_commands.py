"""Every command with what is wrong with it: one clear error, a hint where there is one, and the session goes on."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldbpy.console.registry import COMMANDS, all_commands, find, number_in
from ldbpy.engine.backend import Capability, Support
from ldbpy.engine.session import State
from ldbpy.testing import Calls
from tests.unit.console.consoles import STEPS, told_by

_LEAVING = ("abort", "a", "quit", "q", "exit", "continue", "c", "cont", "finish", "out", "fin", "until", "to", "source")
"""Commands after which the script may be over, or that read files."""
MALFORMED = [
    *(
        "break )",
        "break 9",
        "break 0x1",
        "break 1 if",
        "break 1 if )",
        "break 1 hits x",
        "break 1 hits 0",
        "break nosuch",
    ),
    *("break on", "break on nosuch", "break on @nosuch", 'break on "', "break on * a b", "break key", "break key a b"),
    *("break other.lua:1", "break -3", "break -99999999999999999999", "break 9" + "9" * 5000, "break ²", "break :1:"),
    *(
        "tbreak",
        "tbreak if n",
        "log",
        "log 1",
        'log 1 "',
        'log 1 ""',
        'log 1 "{"',
        'log 1 "{}"',
        'log 1 "{)}"',
        'log "x"',
    ),
    *("watch", "watch )", "watch n = 1", "catch nosuch", "delete x", "delete 1", "delete ²", "delete 1 x"),
    *(
        "enable 1",
        "disable 1",
        "enable x",
        "condition",
        "condition 1",
        "condition x",
        "ignore",
        "ignore 1",
        "ignore 1 1",
    ),
    *(
        "list x",
        "list 99",
        "list 1 -1",
        "list ²",
        "list --1",
        "list 1 x",
        "elements",
        "elements )",
        "whatis",
        "whatis )",
    ),
    *("set", "set n", "set n =", "set = 1", "set 1 = 1", "set n == 1", "display )", "undisplay 1", "undisplay x"),
    *("up 9", "up x", "down", "frame 9", "frame x", "frame -1", "bt x", "bt 0", "bt -1", "print )", "eval", "eval )"),
    *("step x", "step 0", "next -1", "until", "until x", "until 99", "continue x", "continue 99", "run"),
    *(
        'keys "',
        "redis",
        'redis "',
        "help nosuch",
        "info nosuch",
        "source",
        "source /nosuch/file",
        "source /",
        "alias x",
    ),
    *("alias next step", "maxlen x", "maxlen -1", "config x", "config context", "config context x", "config maxlen x"),
    *("nosuch", "nosuch 1", "=nosuch", "= )", "1 +", ")", "'", "\x00", "é", "\x1b[31m", "break \x1b[31m"),
]


@pytest.mark.parametrize("line", MALFORMED)
def test_malformed_command_is_one_error(line: str) -> None:
    """One error, at most one hint, nothing else, nothing a terminal would obey; the script stands where it stood."""
    with told_by() as told:
        told.lines.clear()
        lines = told.by(line)
        kinds = [text.partition(":")[0] for text in lines]
        assert kinds in (["error"], ["error", "hint"]), lines
        assert all(text.isprintable() for text in lines), lines
        assert not any("(ldbpy)" in text or "Traceback" in text for text in lines), lines
        assert told.session.state is State.STOPPED
        assert told.by("=n") == ["1"]


@pytest.mark.parametrize(
    "command", [each.name for each in all_commands() if each.name not in ("run", "restart", "quit")]
)
@pytest.mark.parametrize("state", [State.CREATED, State.ENDED])
def test_command_without_a_stopped_script(command: str, state: State) -> None:
    """Every command says what is missing, or does what needs no stopped script."""
    with told_by(start=state is State.ENDED) as told:
        told.by(*(["continue"] if state is State.ENDED else []))
        for rest in ("", " 1", " n", " key k"):
            for line in told.by(command + rest):
                assert not re.match("error: cannot [a-z]+: the script is ", line), (
                    line
                )  # the words of the engine, which are for programs


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_names_are_taken_in_any_case(command: str) -> None:
    """Every name works in capitals; only KEYS is the script's table."""
    assert find(command.upper()) is (None if command == "keys" else find(command))
    assert find(command.title()) is find(command)


def test_every_command_has_a_summary() -> None:
    """Help tells each command in one sentence that ends with a full stop."""
    for each in all_commands():
        assert each.summary.endswith("."), each.name
        assert len(each.summary) <= 120


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("0", 0), ("007", 7), ("9" * 5000, 10**15), ("", None), ("-1", None), ("²", None)]
)
def test_number_in(text: str, number: int | None) -> None:
    """Digits are numbers, however many; nothing else is."""
    assert number_in(text) == number


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(st.text(max_size=30), st.sampled_from(["", *(f"{name} " for name in sorted(COMMANDS) if name not in _LEAVING)]))
def test_any_text_is_survived(text: str, command: str) -> None:
    """Whatever is typed, the console goes on."""
    with told_by() as told:
        told.by(command + text.replace("\n", " "))
        assert told.by("why")


def test_condition_is_checked_by_what_the_backend_can() -> None:
    """What a backend cannot do is refused where it is asked for."""
    support = dict.fromkeys(Capability, Support.NATIVE)
    lines = {
        Capability.CONDITIONS: "break 1 if n",
        Capability.COMMAND_BREAKPOINTS: "break on set",
        Capability.KEY_BREAKPOINTS: "break key k",
        Capability.VARIABLE_BREAKPOINTS: "watch n",
        Capability.ERROR_BREAKPOINTS: "catch reply",
        Capability.ASSIGN: "set n = 1",
        Capability.STEP_OVER: "next",
        Capability.STEP_OUT: "finish",
    }
    for capability, line in lines.items():
        with told_by(support=support | {capability: Support.NONE}) as told:
            assert told.by(line) == [f"error: {capability.value}: not here", "hint: use the embedded server"]


def test_breakpoint_that_is_there_already() -> None:
    """The same breakpoint is not set twice; one with another condition is another one."""
    with told_by() as told:
        told.by("break 2", "break 2", "tbreak 2", "break 2 if n == 2", "break 2 if n == 2", "break f", "break f")
        assert len(told.session.breakpoints) == 4


def test_subcommands_are_told_from_patterns_of_keys() -> None:
    """The second word is a subcommand only of a command that has some."""
    with told_by([*STEPS, Calls((b"SET", b"create"), keys=(b"create",))]) as told:
        assert told.by("break on set create") == ["breakpoint 1 before any SET create"]
        assert told.by("break on after SET") == ["breakpoint 2 after any SET"]
