"""``Script`` and ``ScriptRO`` on every target."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import ldbpy
from ldbpy.resp import ErrorReply, Status
from tests.servers.fixtures import RealServer
from tests.servers.scripted import scripted_server

INCR = "return redis.call('INCR', KEYS[1])"


def test_eval(connection: ldbpy.Connection) -> None:
    """The text is sent, every time."""
    script = ldbpy.Script(INCR, connection)
    assert [script.eval(["n"]), script.eval(keys=["n"]), script.eval(("n",))] == [1, 2, 3]


def test_evalsha(connection: ldbpy.Connection) -> None:
    """Unknown at first, known once it was sent, unknown again after SCRIPT FLUSH."""
    script = ldbpy.Script(INCR, connection)
    with pytest.raises(ldbpy.ScriptError) as caught:
        script.evalsha(["n"])
    assert caught.value.reply.startswith(b"NOSCRIPT No matching script.")
    assert type(caught.value) is ldbpy.ScriptError
    assert script.eval(["n"]) == 1
    assert script.evalsha(["n"]) == 2
    connection.call("SCRIPT", "FLUSH")
    with pytest.raises(ldbpy.ScriptError, match="NOSCRIPT"):
        script.evalsha(["n"])


def test_exec(connection: ldbpy.Connection) -> None:
    """The text is sent when the server does not know it, and only then."""
    script = ldbpy.Script(INCR, connection)
    assert [script.exec(["n"]), script.exec(["n"])] == [1, 2]
    connection.call("SCRIPT", "FLUSH")
    assert script.exec(["n"]) == 3
    assert connection.call("SCRIPT", "EXISTS", script.sha1) == [1]


def test_exec_sends_the_text_once() -> None:
    """What goes over the wire."""
    answers = {b"INFO": b"$0\r\n\r\n", b"EVALSHA": b"-NOSCRIPT No matching script.\r\n", b"EVAL": b":1\r\n"}
    with scripted_server(answers) as server, ldbpy.connect(server.url) as connection:
        script = ldbpy.Script("return 1", connection)
        assert script.exec(["k"], ["a"]) == 1
        tail = [b"1", b"k", b"a"]
        assert server.asked[1:] == [[b"EVALSHA", script.sha1.encode(), *tail], [b"EVAL", b"return 1", *tail]]


def test_noscript_of_the_script_itself(connection: ldbpy.Connection) -> None:
    """A NOSCRIPT that the script returns is no reason to send it again."""
    code = "redis.call('INCR', KEYS[1]) return redis.error_reply('NOSCRIPT mine')"
    script = ldbpy.Script(code, connection)
    with pytest.raises(ldbpy.ScriptError, match="NOSCRIPT mine"):
        script.eval(["n"])
    assert connection.call("GET", "n") == b"1"


def test_sha1_at_once() -> None:
    """Without asking anyone: of the bytes, whatever they are."""
    for source in ("return 1", "return 'é'", "", b"\xff\x00", "#!lua\nreturn 1"):
        body = source if isinstance(source, bytes) else source.encode()
        assert ldbpy.Script(source).sha1 == hashlib.sha1(body).hexdigest()
        assert ldbpy.ScriptRO(source).sha1 == ldbpy.AsyncScript(source).sha1 == ldbpy.AsyncScriptRO(source).sha1


def test_read_only(connection: ldbpy.Connection, request: pytest.FixtureRequest) -> None:
    """EVAL_RO and EVALSHA_RO run what reads, and refuse what writes. Redis 6.2 has neither."""
    reads = ldbpy.ScriptRO("return redis.call('GET', KEYS[1])", connection)
    writes = ldbpy.ScriptRO(INCR, connection)
    if "redis-6.2" in request.node.name:
        for call in (reads.eval_ro, reads.evalsha_ro, reads.exec):
            with pytest.raises(ldbpy.ServerRefusedError, match="unknown command"):
                call(["n"])
        return
    with pytest.raises(ldbpy.ScriptError, match="NOSCRIPT"):
        reads.evalsha_ro(["n"])
    connection.call("SET", "n", 5)
    assert [reads.exec(["n"]), reads.eval_ro(["n"]), reads.evalsha_ro(["n"])] == [b"5", b"5", b"5"]
    for refused in (writes.eval_ro, writes.evalsha_ro, writes.exec):
        with pytest.raises(ldbpy.ScriptRuntimeError, match="Write commands are not allowed from read-only scripts"):
            refused(["n"])
    assert connection.call("GET", "n") == b"5"


def test_read_only_where_it_is_not_known() -> None:
    """The embedded 6.2 has none either."""
    with ldbpy.connect(server="redis-6.2") as connection, pytest.raises(ldbpy.UsageError, match="no read-only scripts"):
        ldbpy.ScriptRO("return 1", connection).eval_ro()


def test_values_in(connection: ldbpy.Connection) -> None:
    """Bytes as they are, text as UTF-8, numbers as Python writes them."""
    script = ldbpy.Script(
        "return {KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[2], ARGV[3], ARGV[4], #KEYS, #ARGV}", connection
    )
    given = script.eval([b"\xff\x00", "é", 7], [1.5, -0.0, 10**30, ""])
    assert given == [b"\xff\x00", b"\xc3\xa9", b"7", b"1.5", b"-0.0", str(10**30).encode(), b"", 3, 4]


def test_values_from_any_iterable(connection: ldbpy.Connection) -> None:
    """Lists, tuples, generators, and many of them."""
    script = ldbpy.Script("return {#KEYS, #ARGV}", connection)
    assert script.eval((str(i) for i in range(3000)), range(2000)) == [3000, 2000]


def test_values_out(connection: ldbpy.Connection) -> None:
    """Replies are plain Python values, or the types of ``ldbpy.resp``."""
    script = ldbpy.Script("return {1, 'a', false, {ok = 'OK'}, {err = 'ERR no'}, {}, 2.9, '\\0\\255'}", connection)
    reply = script.eval()
    assert reply == [1, b"a", None, Status(b"OK"), ErrorReply(b"ERR no"), [], 2, b"\0\xff"]
    assert isinstance(reply, list)
    assert type(reply[3]) is Status


@pytest.mark.parametrize("wrong", [True, None, [1], {"a": 1}, bytearray(b"x"), object()])
def test_wrong_type_of_a_value(wrong: object) -> None:
    """What is no key or argument is told by its type."""
    script = ldbpy.Script("return 1")
    message = f"a key or argument is bytes, str, int or float, not {type(wrong).__name__}"
    with pytest.raises(TypeError, match=message):
        script.eval([wrong])  # type: ignore[list-item]
    with pytest.raises(TypeError, match=message):
        script.exec(args=[wrong])  # type: ignore[list-item]


@pytest.mark.parametrize("wrong", ["abc", b"abc", None, 5])
def test_wrong_type_of_the_list(wrong: object) -> None:
    """One text is no list of its letters."""
    script = ldbpy.Script("return 1")
    with pytest.raises(TypeError, match="keys is a list"):
        script.eval(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="args is a list"):
        script.eval([], wrong)  # type: ignore[arg-type]


def test_wrong_type_of_the_script() -> None:
    """A script is text, bytes or a path."""
    with pytest.raises(TypeError, match="a script is str, bytes or a path, not int"):
        ldbpy.Script(5)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [5, None, b"embedded"])
def test_wrong_type_of_the_target(wrong: object) -> None:
    """A target is a URL or a connection."""
    with pytest.raises(TypeError, match="a target is a URL or a Connection"):
        ldbpy.Script("return 1", wrong)  # type: ignore[arg-type]


def test_path(tmp_path: Path) -> None:
    """A path is read once; errors name it."""
    path = tmp_path / "limiter.lua"
    path.write_bytes(b"return KEYS[1]\n")
    script = ldbpy.Script(path)
    path.unlink()
    assert script.eval(["k"]) == b"k"
    with pytest.raises(ldbpy.ScriptFileError, match=r"cannot read .*limiter\.lua: no such file or directory"):
        ldbpy.Script(path)


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        ("return +", ldbpy.CompileError, "<script>:1: unexpected symbol near '+'"),
        ("\nreturn nosuch", ldbpy.ScriptRuntimeError, "<script>:2: Script attempted to access nonexistent global"),
        ("error('mine')", ldbpy.ScriptRuntimeError, "<script>:1: mine"),
        ("return {err = 'MY own'}", ldbpy.ScriptRuntimeError, "MY own"),
        (
            "redis.call('SET', 'a', 'x')\nredis.call('INCR', 'a')",
            ldbpy.ScriptRuntimeError,
            "<script>:2: value is not an",
        ),
    ],
)
def test_errors(code: str, kind: type[ldbpy.ScriptError], message: str, connection: ldbpy.Connection) -> None:
    """The right exception, with the place, and the server's own reply."""
    script = ldbpy.Script(code, connection)
    for call in (script.eval, script.exec):
        with pytest.raises(kind) as caught:
            call()
        assert type(caught.value) is kind
        assert str(caught.value).startswith(message)
        assert caught.value.reply
        assert caught.value.report is not None


def test_two_scripts_share_a_connection(connection: ldbpy.Connection) -> None:
    """One's data is the other's."""
    ldbpy.Script("return redis.call('SET', KEYS[1], ARGV[1])", connection).exec(["k"], ["v"])
    assert ldbpy.Script("return redis.call('GET', KEYS[1])", connection).exec(["k"]) == b"v"


def test_url_as_target(any_server: RealServer) -> None:
    """A URL is connected to."""
    assert ldbpy.Script(INCR, any_server.url).exec(["n"]) == 1
    assert ldbpy.run(INCR, ["n"], target=any_server.url).value == 2
