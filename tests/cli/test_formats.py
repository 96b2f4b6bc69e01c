"""``--format``: how a reply is printed, compared with what the servers' own client prints."""

from __future__ import annotations

import json

import pytest

from ldbpy.render.replies import ReplyFormat, render_reply
from ldbpy.resp import ErrorReply
from tests.cli.program import ldbpy
from tests.servers.clients import Cli, found_cli
from tests.servers.fixtures import RealServer

REPLIES = [
    "return 1",
    "return -9007199254740993",
    "return 3.99",
    "return 'text'",
    "return ''",
    "return 'a b \"q\" \\\\ \\n\\r\\t\\a\\b\\0\\255 é 日本'",
    "return nil",
    "return false",
    "return true",
    "return {ok = 'FINE'}",
    "return redis.status_reply('')",
    "return {}",
    "return {{}}",
    "return {1}",
    "return {1, 'a', false, true, {ok = 'OK'}, {err = 'ERR no'}, {}, 2.5}",
    "return {{1, {2, {3, 'x'}}}, {'y', {}, {false}}, 4}",
    "local t = {} for i = 1, 12 do t[i] = {i, {i}} end return t",
    "local t = {} for i = 1, 101 do t[i] = 'v' .. i end return t",
    "return {1, 2, nil, 4}",
    "return {{{{{{{{}}}}}}}}",
    "return {'a\\nb', {'c\\nd'}}",
    "return {{err = 'ERR a'}, {err = 'ERR b'}}",
    "return cjson.encode({a = 1})",
]
REPLIES_3 = [
    "return {double = 3.5}",
    "return {double = 1e300}",
    "return {map = {a = 1}}",
    "return {map = {}}",
    "return {map = {a = {1, 2}}}",
    "return {map = {a = {map = {b = {map = {c = 1}}}}}}",
    "return {set = {x = true}}",
    "return {set = {}}",
    "return true",
    "return false",
    "return nil",
    "return {map = {a = {map = {b = 1, c = 2}}}}",
    "return {map = {a = {{1, 2}}}}",
    "return {map = {a = {map = {b = {map = {}}}}}}",
    "return {map = {a = {set = {x = true, y = true}}, b = {{{1}}}}}",
    "return {map = {a = {verbatim_string = {string = 'a\\nb', format = 'txt'}}}}",
    "return {verbatim_string = {string = 'a\\nb', format = 'txt'}}",
    "return {1, {double = 0.1}, {map = {k = {set = {m = true}}}}, {set = {x = true}}, false, true}",
    "return {{map = {[1] = {1, {2}}}}}",
]


@pytest.fixture
def cli() -> Cli:
    """The client."""
    found = found_cli()
    if found is None:
        pytest.skip("no redis-cli or valkey-cli on this machine")
    return found


@pytest.mark.parametrize("code", REPLIES)
def test_as_the_client_prints_it(code: str, cli: Cli, any_server: RealServer) -> None:
    """``tty`` is what the client prints on a terminal, ``raw`` what it prints into a pipe."""
    for form, option in (("tty", "--no-raw"), ("raw", "--raw")):
        expected = cli(any_server.socket, option, "eval", code, "0")
        assert ldbpy("eval", "-e", code, "--format", form).out == expected
        assert ldbpy("eval", "-e", code, "--format", form, "--target", any_server.url).out == expected


@pytest.mark.parametrize("code", REPLIES_3)
def test_protocol_three_as_the_client_prints_it(code: str, cli: Cli, any_server: RealServer) -> None:
    """So are the types of RESP3, which a target may come to speak."""
    code = f"redis.setresp(3) {code}"
    with any_server.client() as client:
        client.call("HELLO", "3")
        reply = client.call("EVAL", code, "0")
    assert render_reply(reply, ReplyFormat.TTY) == cli(any_server.socket, "-3", "--no-raw", "eval", code, "0")
    assert render_reply(reply, ReplyFormat.RAW) == cli(any_server.socket, "-3", "--raw", "eval", code, "0")


@pytest.mark.parametrize("code", REPLIES)
def test_resp_is_what_goes_over_the_wire(code: str, any_server: RealServer) -> None:
    """``resp`` is byte for byte what a server sends."""
    with any_server.client() as client:
        wire = client.raw("EVAL", code, "0")
    assert ldbpy("eval", "-e", code, "--format", "resp").out == wire
    assert ldbpy("eval", "-e", code, "--format", "resp", "--target", any_server.url).out == wire


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("return 1", 1),
        ("return 'é日'", "é日"),
        ("return 'a\\0\"\\n'", 'a\0"\n'),
        ("return '\\255x'", "\udcffx"),
        ("return nil", None),
        ("return false", None),
        ("return {}", []),
        ("return {1, {false, 'a'}, {ok = 'OK'}, {err = 'ERR no'}}", [1, [None, "a"], "OK", {"error": "ERR no"}]),
    ],
)
def test_json(code: str, value: object) -> None:
    """One line of ASCII, which every JSON reader takes."""
    ran = ldbpy("eval", "-e", code, "--format", "json")
    assert (ran.code, ran.err) == (0, b"")
    assert json.loads(ran.out.decode("ascii")) == value
    assert ran.out.count(b"\n") == 1


@pytest.mark.parametrize("form", ["auto", "tty", "raw"])
def test_error_reply_is_talk(form: str) -> None:
    """An error the script returns is told on standard error; there is no data."""
    ldbpy("eval", "-e", "return {err = 'QUOTA no more'}", "--format", form).failed(
        1, "the script returned QUOTA no more"
    )


def test_error_reply_is_data_too() -> None:
    """For programs it is data as well."""
    code = "return {err = 'QUOTA no more'}"
    ran = ldbpy("eval", "-e", code, "--format", "json")
    assert (ran.code, ran.out) == (1, b'{"error": "QUOTA no more"}\n')
    ran = ldbpy("eval", "-e", code, "--format", "resp")
    assert (ran.code, ran.out, ran.error) == (1, b"-QUOTA no more\r\n", "the script returned QUOTA no more")


def test_auto_is_raw_in_a_pipe() -> None:
    """As redis-cli does. (On a terminal: see the tests with one.)"""
    code = "return {1, 'a'}"
    assert ldbpy("eval", "-e", code).out == ldbpy("eval", "-e", code, "-f", "raw").out == b"1\na\n"


def test_deep_reply() -> None:
    """A reply nested thousands of levels deep is printed in every format."""
    code = "local t = {} for i = 1, 5000 do t = {t} end return t"
    for form in ("tty", "raw", "json", "resp"):
        ran = ldbpy("eval", "-e", code, "--format", form)
        assert (ran.code, ran.err) == (0, b""), form


def test_large_reply() -> None:
    """Ten million bytes come out, every one."""
    ran = ldbpy("eval", "-e", "return ('x'):rep(1e7)")
    assert ran.out == b"x" * 10**7 + b"\n"


def test_everything_as_json() -> None:
    """With ``--trace``, ``--diff`` or ``--stats``, json is one object; standard error stays for people."""
    code = (
        "redis.log(redis.LOG_WARNING, 'low')\nredis.call('SET', KEYS[1], '\\255')\nreturn redis.pcall('INCR', KEYS[1])"
    )
    ran = ldbpy("eval", "-e", code, "k", "--format", "json", "--trace", "--diff", "--stats")
    told = json.loads(ran.out)
    assert ran.code == 1
    assert told["reply"] == {"error": "ERR value is not an integer or out of range"}
    assert [(call["line"], call["command"], call["reply"]) for call in told["calls"]] == [
        (2, ["SET", "k", "\udcff"], "OK"),
        (3, ["INCR", "k"], {"error": "ERR value is not an integer or out of range"}),
    ]
    assert told["logs"] == [{"file": "<code>", "line": 1, "level": "warning", "text": "low"}]
    assert told["changes"] == [
        {
            "key": "k",
            "db": 0,
            "kind": "created",
            "before": None,
            "after": {"type": "string", "value": "\udcff", "expires_at": None},
        }
    ]
    assert told["problem"] is None
    assert told["stats"]["commands"] == 2


def test_problem_as_json() -> None:
    """A failure in the one object: kind, message, file and line."""
    ran = ldbpy("eval", "-e", "\nreturn nosuch", "--format", "json", "--diff")
    told = json.loads(ran.out)
    assert ran.code == 1
    assert told["problem"] == {
        "kind": "error",
        "message": "Script attempted to access nonexistent global variable 'nosuch'",
        "file": "<code>",
        "line": 2,
    }
    assert told["reply"]["error"].startswith("ERR user_script:2: Script attempted")


def test_changes_of_every_type_as_json() -> None:
    """Fields, members and scores as JSON has them."""
    code = """
    redis.call('HSET', 'h', 'f', 'v') redis.call('ZADD', 'z', 1.5, 'm', '+inf', 'n')
    redis.call('XADD', 's', '1-1', 'f', 'v') redis.call('SET', 'e', 1, 'PXAT', 99999999999999)
    """
    ran = ldbpy("eval", "-e", code, "--format", "json", "--diff")
    told = json.loads(ran.out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert [change["after"]["value"] for change in told["changes"]] == [
        [["f", "v"]],
        [["m", 1.5], ["n", "inf"]],
        [["1-1", [["f", "v"]]]],
        "1",
    ]
    assert told["changes"][3]["after"]["expires_at"] == 99999999999999


def test_error_reply_is_no_json_of_ours() -> None:
    """An error inside of a list does not fail the run."""
    assert ldbpy("eval", "-e", "return {{err = 'ERR x'}}").code == 0
    assert render_reply(ErrorReply(b"ERR x"), ReplyFormat.TTY) == b"(error) ERR x\n"
