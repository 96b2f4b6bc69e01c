"""Reads what servers' debuggers answered, recorded over the wire: every line is known, every value comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import pytest

from ldbpy.backends.ldb.dialect import DIALECTS
from ldbpy.backends.ldb.lines import Debugged, Other, Ran, StopCause, TraceFrame, read_log, read_trace
from ldbpy.backends.ldb.values import Node, lua_literal, read_reply, read_value, read_values
from ldbpy.model.debugging import ValueKind
from ldbpy.resp import ErrorReply, Reply, Status

_PROMPT: Final = b"lua debugger> "
_STEPS: Final = (b"", b"s", b"n", b"c", b"a")


class Answer(NamedTuple):
    """What a debugger answered to a command; the first answer of a session has none."""

    command: bytes
    lines: list[bytes]


def _recorded() -> dict[str, list[Answer]]:
    found: dict[str, list[Answer]] = {}
    for line in Path(__file__).with_name("recorded.txt").read_bytes().split(b"\n")[2:]:
        if line.startswith(b"=== "):
            found[line[4:].decode()] = answers = [Answer(b"", [])]
        elif line.startswith(_PROMPT):
            answers.append(Answer(line.removeprefix(_PROMPT), []))
        elif line:
            answers[-1].lines.append(line[3:])
    return found


RECORDED: Final = _recorded()
SERVERS: Final = {"redis-7.0.15": DIALECTS["redis"], "valkey-9.1.2": DIALECTS["valkey 9"]}


def _answer(server: str, scenario: str, command: bytes, *, nth: int = 0) -> list[bytes]:
    name = next(name for name in RECORDED if name.startswith(f"{server}: {scenario}"))
    return [each.lines for each in RECORDED[name] if each.command == command][nth]


@pytest.mark.parametrize("name", [name for name in RECORDED if not name.startswith("valkey-9.1.2: INFINITE")])
def test_every_line_of_a_step_is_known(name: str) -> None:
    """Nothing that was told while a script ran is left over, but hints."""
    for command, lines in RECORDED[name]:
        if command not in _STEPS:
            continue
        log = read_log(lines)
        unknown = [entry.text for entry in log.entries if isinstance(entry, Other)]
        assert all(text.startswith(b"<hint>") for text in unknown), (command, unknown)
        assert (log.stop is None) == log.ended, (command, lines)


@pytest.mark.parametrize("server", SERVERS)
def test_stops(server: str) -> None:
    """Lines and causes."""
    stops = [read_log(each.lines).stop for each in RECORDED[f"{server}: CONTINUE and BREAKPOINTS"] if each.lines]
    assert [(stop.line, stop.cause) for stop in stops if stop is not None] == [
        (1, StopCause.STEP),
        (4, StopCause.BREAKPOINT),
        # Where break takes several lines; and a breakpoint taken away took another with it.
        (6 if server.startswith("redis") else 9, StopCause.BREAKPOINT),
    ]


def test_causes() -> None:
    """Those of other servers, and one that nobody knows."""
    for told, cause in (
        (b"redis.breakpoint() called", StopCause.CALLED),
        (b"server.breakpoint() called", StopCause.CALLED),
        (b"timeout reached, infinite loop?", StopCause.TIMEOUT),
        (b"the moon", StopCause.OTHER),
    ):
        stop = read_log([b"* Stopped at 12, stop reason = " + told, b"-> 12  local x"]).stop
        assert stop is not None
        assert (stop.line, stop.cause) == (12, cause)


@pytest.mark.parametrize("server", SERVERS)
def test_commands(server: str) -> None:
    """With their replies: a failed one is told by two lines, in one order or the other."""
    steps = [read_log(each.lines) for each in RECORDED[f"{server}: A. 15-line script, stepped with prints"]]
    ran = [entry for log in steps for entry in log.entries if isinstance(entry, Ran)]
    expected: list[tuple[tuple[bytes, ...], Reply]] = [
        ((b"SET", b"k1", b"v7"), Status(b"OK")),
        ((b"GET", b"k1"), b"v7"),
        ((b"INCR", b"k1:c"), 1),
        ((b"GET", b"nosuchkey"), None),
        ((b"RPUSH", b"k1:l", b"a", b"b", b"c"), 3),
        ((b"LRANGE", b"k1:l", b"0", b"-1"), [b"a", b"b", b"c"]),
        (
            (b"LPUSH", b"k1", b"x"),
            ErrorReply(b"WRONGTYPE Operation against a key holding the wrong kind of value"),
        ),
        ((b"PING",), Status(b"PONG")),
    ]
    assert [(each.argv, each.reply) for each in ran][: len(expected)] == expected


def test_many_arguments_are_counted() -> None:
    """The servers count one too few."""
    (entry,) = read_log([b"<redis> MGET a b c d e f g h i ... (3 more)", b"<reply> [NULL]"]).entries
    assert entry == Ran((b"MGET", *(b"%c" % letter for letter in b"abcdefghi")), 4, [None])


@pytest.mark.parametrize("server", SERVERS)
def test_values(server: str) -> None:
    """All types; where strings are not quoted, what can be known."""
    quotes = SERVERS[server].quotes
    told = {}
    for line in _answer(server, "PRINT value rendering", b"p"):
        name, _, text = line.removeprefix(b"<value> ").partition(b" = ")
        told[name.decode()] = read_value(text, quotes=quotes)
    plain = {name: node.data for name, node in told.items() if not node.items}
    assert plain["s"] == b"plain"
    assert {name: plain[name] for name in ("n1", "n2", "n3", "n5", "b1", "b2", "nn")} == {
        "n1": 1.0,
        "n2": 1.5,
        "n3": 1e20,
        "n5": 0.1,
        "b1": True,
        "b2": False,
        "nn": None,
    }
    assert (told["n4"].data, told["n4"].exact) == (1.23457e8, False)
    assert told["co"].kind is ValueKind.THREAD
    assert not told["selfref"].whole
    assert not told["deep"].whole
    assert lua_literal(told["arr"]) == b"{[1]=1,[2]=2,[3]=3}"
    assert lua_literal(told["mixed"]) == b'{[1]=1,[2]=2,["x"]="y"}'
    assert lua_literal(told["sparse"]) == b"{[1]=1,[3]=3}"
    assert (told["empty"].kind, told["empty"].size) == (ValueKind.TABLE, 0)
    assert {key.data for key, _ in told["nkey"].items} == {1.5, True, -1.0}
    if quotes:
        assert plain["esc"] == b'a\nb\tc"q\\ \0z \x80\xff'.replace(b"\x80", b"\xc8")


@pytest.mark.parametrize("server", SERVERS)
def test_frames(server: str) -> None:
    """Functions with names, and lines."""
    assert read_trace(_answer(server, "TRACE in nested functions", b"t", nth=1)) == [
        TraceFrame(b"inner", 3, True),
        TraceFrame(b"outer", 6, False),
        TraceFrame(b"", 9, False),
    ]


@pytest.mark.parametrize("server", SERVERS)
def test_debug_lines(server: str) -> None:
    """``redis.debug`` with several values."""
    log = read_log(_answer(server, "redis.breakpoint() and redis.debug()", b"c"))
    (entry,) = log.entries
    assert isinstance(entry, Debugged)
    values = read_values(entry.text, quotes=SERVERS[server].quotes)
    assert (entry.line, [node.data for node in values[:3]], values[4].data) == (2, [b"hello", 1.0, None], True)
    assert log.stop is not None
    assert log.stop.cause is StopCause.CALLED


@pytest.mark.parametrize(
    ("told", "reply"),
    [
        (b"3", 3),
        (b"-7", -7),
        (b'"v7"', b"v7"),
        (b'"-5"', b"-5"),
        (b'"+OK"', Status(b"OK")),
        (b'"-ERR no"', ErrorReply(b"ERR no")),
        (b'"+5"', b"+5"),
        (b"NULL", None),
        (b"[]", []),
        (b'["a",["b",NULL],-1]', [b"a", [b"b", None], -1]),
        (b'{"f" => "v","g" => 1}', [b"f", b"v", b"g", 1]),
        (b'~("a")', [b"a"]),
        (b"(null)", None),
        (b"#true", True),
        (b"(double) 1.5", b"1.5"),
        (b'"a\\"b\\x00\\n"', b'a"b\0\n'),
        (b"", b""),
        (b'["cut', b'["cut'),
    ],
)
def test_replies(told: bytes, reply: Reply) -> None:
    """As they were; what cannot be read stays text."""
    assert read_reply(told) == reply


@pytest.mark.parametrize("text", [b'"open', b"{1; 2", b"{[1=2}", b"@", b"", b"{" * 5000, b'{[{}]=1; "x"'])
def test_what_cannot_be_read_is_text(text: bytes) -> None:
    """Whatever is told, nothing fails."""
    for quotes in (True, False):
        node = read_value(text, quotes=quotes)
        assert isinstance(node, Node)
        read_values(text, quotes=quotes)
    assert read_value(text, quotes=True).data == text


def test_unknown_lines_are_kept() -> None:
    """They come back as they were, and what is known around them is read."""
    log = read_log([b"<new> thing", b"* Stopped at 3, stop reason = step over", b"-> 3   x", b"more"])
    assert [entry for entry in log.entries if isinstance(entry, Other)] == [Other(b"<new> thing"), Other(b"more")]
    assert log.stop is not None
    assert (log.stop.line, log.stop.cause) == (3, StopCause.STEP)
