"""JSON documents. Replies and errors are those RedisJSON of Redis 8 sends, not what a client library makes of them."""

from __future__ import annotations

import shlex

import pytest

from ldbpy.resp import Double, ErrorReply, Reply, Status
from ldbpy.store.memory.json_paths import parse_path
from ldbpy.store.memory.json_text import NotJsonError, read_json, write_json
from tests.unit.store import servers
from tests.unit.store.servers import OK, SYNTAX

WRONG_TYPE = ErrorReply(b"Existing key has wrong Redis type")
NO_KEY = ErrorReply(b"ERR could not perform this operation on a key that doesn't exist")
NO_PATH = ErrorReply(b"ERR Path does not exist")
DOCUMENT = '{"a":1,"b":[1,2,{"c":"é"}],"f":1.5,"o":{"a":{"a":2}},"t":true,"s":"text","n":null}'


class Server(servers.Server):
    """A server called with one line, quoted as in a shell; d is DOCUMENT, l the array [1,2,3,1]."""

    def __init__(self, *setup: str, resp: int = 2) -> None:
        given = (f"JSON.SET d $ '{DOCUMENT}'", "JSON.SET l $ [1,2,3,1]", "SET string v")
        super().__init__("redis-8", *given, *setup, resp=resp)

    def __call__(self, line: str) -> Reply:
        """Run a command."""
        return self.client.call([word.encode() for word in shlex.split(line)])


# -- reading


@pytest.mark.parametrize(
    ("rest", "reply"),
    [
        ("", DOCUMENT),
        (".", DOCUMENT),
        ("$", f"[{DOCUMENT}]"),
        (".a", "1"),
        ("a", "1"),
        ("$.a", "[1]"),
        ("$..a", '[1,{"a":2},2]'),
        ("$.nope", "[]"),
        ("b[2].c", '"é"'),
        ("$.b[-1].c", '["é"]'),
        (".a .f", '{".a":1,".f":1.5}'),
        ("$.a .f", '{"$.a":[1],".f":[1.5]}'),
        ("NOESCAPE .a", "1"),
    ],
)
def test_json_get(rest: str, reply: str) -> None:
    """JSON.GET answers text without spaces: a list for a JSONPath, one value for an older path."""
    assert Server()(f"JSON.GET d {rest}") == reply.encode()


def test_json_get_laid_out() -> None:
    """INDENT, NEWLINE and SPACE say what goes between the tokens; what is empty stays on one line."""
    server = Server('JSON.SET k $ \'{"a":[1,{}],"b":[]}\'')
    reply = server("JSON.GET k INDENT '  ' NEWLINE '\n' SPACE ' ' .")
    assert reply == b'{\n  "a": [\n    1,\n    {}\n  ],\n  "b": []\n}'


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("JSON.GET none", None),
        ("JSON.GET none $.a", None),
        ("JSON.GET d .nope", NO_PATH),
        ("JSON.GET string", WRONG_TYPE),
        ("JSON.GET d $[", ErrorReply(b"ERR Error occurred on position 2")),
        ("JSON.MGET d l string none $.a", [b"[1]", b"[]", None, None]),
        ("JSON.MGET d l .a", [b"1", None]),
        ("JSON.TYPE d", b"object"),
        ("JSON.TYPE d $.*", [b"integer", b"array", b"number", b"object", b"boolean", b"string", b"null"]),
        ("JSON.TYPE d .nope", None),
        ("JSON.TYPE none", None),
        ("JSON.RESP l", [Status(b"["), 1, 2, 3, 1]),
        ("JSON.RESP d $.o", [[Status(b"{"), b"a", [Status(b"{"), b"a", 2]]]),
        ("JSON.RESP d .f", b"1.5"),
    ],
)
def test_other_readers(line: str, reply: Reply) -> None:
    """JSON.MGET, JSON.TYPE and JSON.RESP, and keys that are not there."""
    assert Server()(line) == reply


def test_json_type_in_resp3() -> None:
    """JSON.TYPE has one more array around it in RESP3."""
    server = Server(resp=3)
    assert server("JSON.TYPE d") == [b"object"]
    assert server("JSON.TYPE d $.a") == [[b"integer"]]


# -- setting


@pytest.mark.parametrize(
    ("line", "reply", "after"),
    [
        ("JSON.SET k $ 5", OK, b"5"),
        ("JSON.SET k . null", OK, b"null"),
        ("JSON.SET k $ 5 XX", None, None),
        ("JSON.SET k $.a 5", ErrorReply(b"ERR new objects must be created at the root"), None),
        ("JSON.SET k $ {", ErrorReply(b"expected value at line 1 column 2"), None),
        ("JSON.SET k $ 5 NX XX", SYNTAX, None),
        ("JSON.SET k $ 5 FOO", SYNTAX, None),
    ],
)
def test_json_set_new_key(line: str, reply: Reply, after: Reply) -> None:
    """A new document is set at the root."""
    server = Server()
    assert server(line) == reply
    assert server("JSON.GET k") == after


@pytest.mark.parametrize(
    ("path", "value", "reply", "after"),
    [
        ("$.a", "9", OK, b'{"a":9,"o":{"a":2},"l":[1,2]}'),
        (".l[0]", "9", OK, b'{"a":1,"o":{"a":2},"l":[9,2]}'),
        ("$..a", "9", OK, b'{"a":9,"o":{"a":9},"l":[1,2]}'),
        ("$.new", "9", OK, b'{"a":1,"o":{"a":2},"l":[1,2],"new":9}'),
        ("$.o.new", "{}", OK, b'{"a":1,"o":{"a":2,"new":{}},"l":[1,2]}'),
        ("$", "[]", OK, b"[]"),
        ("$.x.y", "9", None, b'{"a":1,"o":{"a":2},"l":[1,2]}'),
        ("$.a.y", "9", None, b'{"a":1,"o":{"a":2},"l":[1,2]}'),
        ("$.l[5]", "9", ErrorReply(b"ERR array index out of range"), b'{"a":1,"o":{"a":2},"l":[1,2]}'),
        ("$..nope", "9", ErrorReply(b"Err wrong static path"), b'{"a":1,"o":{"a":2},"l":[1,2]}'),
    ],
)
def test_json_set_within(path: str, value: str, reply: Reply, after: bytes) -> None:
    """Values are replaced where they are, and members added to objects that are there."""
    server = Server('JSON.SET k $ \'{"a":1,"o":{"a":2},"l":[1,2]}\'')
    assert server(f"JSON.SET k {path} {value}") == reply
    assert server("JSON.GET k") == after


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("JSON.SET d $.a 2 NX", None),
        ("JSON.SET d $.a 2 XX", OK),
        ("JSON.SET d $.z 2 NX", OK),
        ("JSON.SET d $.z 2 XX", None),
        ("JSON.SET string $ 1", WRONG_TYPE),
    ],
)
def test_json_set_conditions(line: str, reply: Reply) -> None:
    """NX and XX are about the path, not the key."""
    assert Server()(line) == reply


def test_json_set_keeps_the_time_to_live() -> None:
    """Setting the root of a document that is there changes it in place."""
    assert Server("EXPIRE d 100", "JSON.SET d $ 1")("TTL d") == 100


@pytest.mark.parametrize(
    ("line", "reply", "key", "after"),
    [
        ("JSON.MSET x $ 1 y $ 2", OK, "y", b"2"),
        ("JSON.MSET x $ 1 d $.x.y 2", None, "x", b"1"),
        ("JSON.MSET x $ 1 y $.a 2", ErrorReply(b"ERR new objects must be created at the root"), "x", None),
        ("JSON.MSET x $ 1 y $", ErrorReply(b"ERR wrong number of arguments for 'json.mset' command"), "x", None),
        ("JSON.MERGE x $ '{\"a\":null}'", OK, "x", b'{"a":null}'),
        ('JSON.MERGE l $ \'{"a":null,"b":1}\'', OK, "l", b'{"b":1}'),
        ('JSON.MERGE d $.o \'{"a":null,"z":[1]}\'', OK, "d .o", b'{"z":[1]}'),
        ("JSON.MERGE d $.z '{\"a\":1}'", OK, "d .z", b'{"a":1}'),
    ],
)
def test_json_mset_and_merge(line: str, reply: Reply, key: str, after: Reply) -> None:
    """JSON.MSET is all or nothing if there is an error; in JSON.MERGE null takes a member away."""
    server = Server()
    assert server(line) == reply
    assert server(f"JSON.GET {key}") == after


@pytest.mark.parametrize(
    ("line", "reply", "after"),
    [
        ("JSON.DEL k", 1, None),
        ("JSON.FORGET k $", 1, None),
        ("JSON.DEL k $.a", 1, b'{"l":[1,2,3],"o":{"a":2}}'),
        ("JSON.DEL k $..a", 2, b'{"l":[1,2,3],"o":{}}'),
        ("JSON.DEL k $.l[0,2]", 2, b'{"a":1,"l":[2],"o":{"a":2}}'),
        ("JSON.DEL k .nope", 0, b'{"a":1,"l":[1,2,3],"o":{"a":2}}'),
        ("JSON.DEL k $.*", 3, None),
        ("JSON.DEL none", 0, b'{"a":1,"l":[1,2,3],"o":{"a":2}}'),
    ],
)
def test_json_del(line: str, reply: Reply, after: Reply) -> None:
    """JSON.DEL counts what it takes away; an emptied document is no key."""
    server = Server('JSON.SET k $ \'{"a":1,"l":[1,2,3],"o":{"a":2}}\'')
    assert server(line) == reply
    assert server("JSON.GET k") == after


@pytest.mark.parametrize(
    ("line", "reply", "after"),
    [
        ("JSON.CLEAR d $.*", 4, b'{"a":0,"b":[],"f":0,"o":{},"t":true,"s":"text","n":null}'),
        ("JSON.TOGGLE d $.t", [0], None),
        ("JSON.TOGGLE d .t", b"false", None),
        ("JSON.TOGGLE d $.a", [None], None),
        ("JSON.TOGGLE d .a", ErrorReply(b"ERR Path does not exist or not a bool"), None),
        ("JSON.TOGGLE none $", NO_KEY, None),
        ("JSON.CLEAR none", NO_KEY, None),
    ],
)
def test_json_clear_and_toggle(line: str, reply: Reply, after: Reply) -> None:
    """JSON.CLEAR empties containers and zeroes numbers, JSON.TOGGLE turns booleans."""
    server = Server()
    assert server(line) == reply
    assert after is None or server("JSON.GET d") == after


# -- parts


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("JSON.ARRLEN d $.*", [None, 3, None, None, None, None, None]),
        ("JSON.ARRLEN d .b", 3),
        ("JSON.ARRLEN d .a", ErrorReply(b"ERR Path does not exist or not an array")),
        ("JSON.ARRLEN d .nope", NO_PATH),
        ("JSON.ARRLEN none", None),
        ("JSON.ARRLEN none $", NO_KEY),
        ("JSON.OBJLEN d", 7),
        ("JSON.OBJLEN d .a", ErrorReply(b"WRONGTYPE wrong type of path value - expected object")),
        ("JSON.OBJLEN d .nope", None),
        ("JSON.OBJLEN none $", ErrorReply(b"ERR Path does not exist or not an object")),
        ("JSON.OBJKEYS d $.o", [[b"a"]]),
        ("JSON.OBJKEYS d .o", [b"a"]),
        ("JSON.OBJKEYS d .a", ErrorReply(b"ERR Path does not exist or not an object")),
        ("JSON.STRLEN d .b[2].c", 2),
        ("JSON.STRLEN d $.s", [4]),
        ("JSON.STRLEN d .a", ErrorReply(b"WRONGTYPE wrong type of path value - expected string")),
        ("JSON.STRAPPEND d $.s '\"é\"'", [6]),
        ("JSON.STRAPPEND d .s 1", ErrorReply(b"WRONGTYPE wrong type of path value - expected string")),
        ("JSON.STRAPPEND d .a '\"x\"'", ErrorReply(b"ERR Path does not exist or not a string")),
    ],
)
def test_lengths_and_strings(line: str, reply: Reply) -> None:
    """Lengths are null or an error for values of another type."""
    assert Server()(line) == reply


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("JSON.NUMINCRBY d $.a 2", b"[3]"),
        ("JSON.NUMINCRBY d .a 2", b"3"),
        ("JSON.NUMINCRBY d .a 2.0", b"3.0"),
        ("JSON.NUMINCRBY d .f 1", b"2.5"),
        ("JSON.NUMINCRBY d $.* 1", b"[2,null,2.5,null,null,null,null]"),
        ("JSON.NUMINCRBY d .a 9223372036854775807", b"-9223372036854775808"),
        ("JSON.NUMINCRBY d .s 1", ErrorReply(b"ERR Path does not exist or does not contains a number")),
        ("JSON.NUMINCRBY d .a true", ErrorReply(b"bad input number")),
        ("JSON.NUMINCRBY d .a x", ErrorReply(b"ERR expected value at line 1 column 1")),
        ("JSON.NUMINCRBY d $.s x", b"[null]"),
        ("JSON.NUMINCRBY none $ 1", NO_KEY),
        ("JSON.NUMMULTBY d .a 7", b"7"),
        ("JSON.NUMMULTBY d .f 1e308", b"1.5e308"),
        ("JSON.NUMMULTBY d .f 1.7e308", ErrorReply(b"ERR result is not a number")),
        ("JSON.NUMPOWBY l [1] 10", b"1024"),
        ("JSON.NUMPOWBY l [1] -1", b"0"),
        ("JSON.NUMPOWBY l [1] 0.5", b"1.4142135623730951"),
    ],
)
def test_numbers(line: str, reply: Reply) -> None:
    """Two integers make an integer, which wraps around; the reply is JSON text."""
    assert Server()(line) == reply


def test_numbers_in_resp3() -> None:
    """In RESP3 the reply is an array of numbers."""
    server = Server(resp=3)
    assert server("JSON.NUMINCRBY d $.* 1") == [2, None, Double(2.5), None, None, None, None]
    assert server("JSON.NUMINCRBY d .a 1") == [3]


@pytest.mark.parametrize(
    ("line", "reply", "after"),
    [
        ("JSON.ARRAPPEND l $ 4 [5]", [6], b"[1,2,3,1,4,[5]]"),
        ("JSON.ARRAPPEND l . 4", 5, b"[1,2,3,1,4]"),
        ("JSON.ARRAPPEND l . x", ErrorReply(b"expected value at line 1 column 1"), b"[1,2,3,1]"),
        ("JSON.ARRINSERT l . 1 9 8", 6, b"[1,9,8,2,3,1]"),
        ("JSON.ARRINSERT l . -1 9", 5, b"[1,2,3,9,1]"),
        ("JSON.ARRINSERT l . 4 9", 5, b"[1,2,3,1,9]"),
        ("JSON.ARRINSERT l . 5 9", ErrorReply(b"ERR index out of bounds"), b"[1,2,3,1]"),
        ("JSON.ARRTRIM l . 1 2", 2, b"[2,3]"),
        ("JSON.ARRTRIM l . -2 -1", 2, b"[3,1]"),
        ("JSON.ARRTRIM l . 3 1", 0, b"[]"),
        ("JSON.ARRTRIM l . 0 99", 4, b"[1,2,3,1]"),
        ("JSON.ARRPOP l", b"1", b"[1,2,3]"),
        ("JSON.ARRPOP l $ 1", [b"2"], b"[1,3,1]"),
        ("JSON.ARRPOP l . -99", b"1", b"[2,3,1]"),
        ("JSON.ARRPOP l . 99", b"1", b"[1,2,3]"),
        ("JSON.ARRPOP l $[0]", [None], b"[1,2,3,1]"),
        ("JSON.ARRPOP l [0]", ErrorReply(b"ERR Path does not exist or not an array"), b"[1,2,3,1]"),
        ("JSON.ARRINDEX l $ 1", [0], b"[1,2,3,1]"),
        ("JSON.ARRINDEX l . 1 1", 3, b"[1,2,3,1]"),
        ("JSON.ARRINDEX l . 1 1 3", -1, b"[1,2,3,1]"),
        ("JSON.ARRINDEX l . 1 9", 3, b"[1,2,3,1]"),
        ("JSON.ARRINDEX l . 1.0", -1, b"[1,2,3,1]"),
        ("JSON.ARRINDEX l $[0] 1", [None], b"[1,2,3,1]"),
        ("JSON.ARRINDEX l [0] 1", ErrorReply(b"WRONGTYPE wrong type of path value - expected array"), b"[1,2,3,1]"),
        ("JSON.ARRINDEX none $ 1", NO_PATH, None),
    ],
)
def test_arrays(line: str, reply: Reply, after: Reply) -> None:
    """The array commands: what they answer and what they leave."""
    server = Server()
    assert server(line) == reply
    assert after is None or server("JSON.GET l") == after


def test_array_pop_of_an_empty_array() -> None:
    """There is nothing to pop, and no error."""
    server = Server("JSON.SET k $ []")
    assert server("JSON.ARRPOP k") is None
    assert server("JSON.ARRPOP k $") == [None]


# -- undo, events, other flavors


@pytest.mark.parametrize(
    "line", ["JSON.SET d $.o.a 1", "JSON.DEL d $.b[0]", "JSON.CLEAR d", "JSON.DEL d", "JSON.MERGE d $ '{\"z\":1}'"]
)
def test_rollback(line: str) -> None:
    """A rollback brings the document back."""
    server = Server()
    savepoint = server.store.savepoint()
    server(line)
    server.store.rollback(savepoint)
    assert server("JSON.GET d") == DOCUMENT.encode()


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("JSON.SET d $.a 2", [b"d"]),
        ("JSON.SET d $.a 2 NX", []),
        ("JSON.SET d $.x.y 2", []),
        ("JSON.NUMINCRBY d $.s 1", []),
        ("JSON.DEL d $.nope", []),
        ("JSON.ARRPOP l", [b"l"]),
        ("JSON.GET d", []),
    ],
)
def test_change_events(line: str, changed: list[bytes]) -> None:
    """Listeners hear of a key only if its document changed."""
    assert Server().changed_by(line) == changed


def test_copy_is_apart() -> None:
    """A copied document goes its own way."""
    server = Server("COPY d e", "JSON.SET d $.o.a 5")
    assert server("JSON.GET e") == DOCUMENT.encode()


# -- paths and text


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.b[*]", [1, 2, {"c": "é"}]),
        ("$.b[0:2]", [1, 2]),
        ("$.b[::2]", [1, {"c": "é"}]),
        ("$.b[-2:]", [2, {"c": "é"}]),
        ('$["a","f"]', [1, 1.5]),
        ("$['a']", [1]),
        ("$..[0]", [1]),
        ("$.b[?(@>1)]", [2]),
        ("$.b[?(@.c=='é')]", [{"c": "é"}]),
        ("$.b[?(@.c)]", [{"c": "é"}]),
        ("$.b[?(!@.c)]", [1, 2]),
        ("$.b[?(@.c =~ '^.$')].c", ["é"]),
        ("$.b[?(@==$.a || @==2)]", [1, 2]),
        ("$.b[?(@>=1 && (@<2 || @==2))]", [1, 2]),
        ("$[?(@==true)]", [True]),
        ("$[?(@==null)]", [None]),
        ("$.o..a", [{"a": 2}, 2]),
        ("['a']", [1]),
        (".o.a.a", [2]),
    ],
)
def test_paths(path: str, found: list[object]) -> None:
    """What the paths match in DOCUMENT."""
    assert [value for _, value in parse_path(path.encode()).find(read_json(DOCUMENT.encode()))] == found


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1.0", "1.0"),
        ("1e16", "1e16"),
        ("1e15", "1000000000000000.0"),
        ("-2e-5", "-0.00002"),
        ("1e-6", "1e-6"),
        ("18446744073709551615", "18446744073709551615"),
        ("18446744073709551616", "1.8446744073709552e19"),
        ("-0", "-0.0"),
        ('"\\u00e9\\n\\u0001/"', '"é\\n\\u0001/"'),
        ('{ "b" : 1, "a" : [ ] }', '{"b":1,"a":[]}'),
    ],
)
def test_text(text: str, written: str) -> None:
    """Numbers and strings are written as the server writes them."""
    assert write_json(read_json(text.encode())) == written


@pytest.mark.parametrize("text", [b"", b"NaN", b"Infinity", b"{'a':1}", b"[1,]", b"1 2", b"\xff", b"1e999"])
def test_text_that_is_none(text: bytes) -> None:
    """What is not JSON is refused."""
    with pytest.raises(NotJsonError):
        read_json(text)
