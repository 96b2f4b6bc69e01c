"""MULTI, EXEC and WATCH on two connections: the embedded server answers as the real ones."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import pytest

from ldbpy.resp import MapReply, Reply
from ldbpy.resp.quoting import split_words
from ldbpy.targets.embedded import EmbeddedServer
from tests.servers.fixtures import RealServer

SEQUENCES = {
    "a transaction": "a: MULTI | a: SET k 1 | a: INCR k | b: GET k | a: EXEC | b: GET k",
    "nothing queued": "a: MULTI | a: EXEC",
    "MULTI with words": "a: MULTI x | a: EXEC",
    "nested": "a: MULTI | a: MULTI | a: SET k 1 | a: EXEC | a: GET k",
    "WATCH inside": "a: MULTI | a: WATCH k | a: SET k 1 | a: EXEC | a: GET k",
    "UNWATCH inside": "a: WATCH k | a: SET k 1 | a: MULTI | a: UNWATCH | a: EXEC | a: MULTI | a: UNWATCH | a: EXEC",
    "without MULTI": "a: EXEC | a: DISCARD | a: UNWATCH | a: EXEC x | a: DISCARD x",
    "EXEC with words": "a: MULTI | a: SET k 1 | a: EXEC x | a: EXEC | a: GET k",
    "DISCARD": "a: MULTI | a: SET k 1 | a: DISCARD | a: EXEC | a: GET k",
    "DISCARD with words": "a: MULTI | a: SET k 1 | a: DISCARD x | a: EXEC | a: EXEC | a: GET k",
    "DISCARD after an error": "a: MULTI | a: NOPE | a: DISCARD | a: MULTI | a: PING | a: EXEC",
    "unknown command": "a: MULTI | a: NOPE x | a: SET k 1 | a: EXEC | a: EXEC | a: GET k",
    "wrong arity": "a: MULTI | a: GET | a: SET k 1 | a: EXEC | a: GET k",
    "WATCH with wrong arity": "a: WATCH | a: MULTI | a: WATCH | a: EXEC",
    "unknown subcommand": "a: MULTI | a: OBJECT NOPE | a: SET k 1 | a: EXEC | a: EXEC",
    "errors are elements": "a: MULTI | a: SET k x | a: INCR k | a: LPUSH k 1 | a: GET k | a: EXEC",
    "scripts": "a: MULTI | a: EVAL 'return {1, {ARGV[1]}}' 0 x | a: EVAL 'redis.call(\"INCR\", KEYS[1])' 1 n"
    " | a: EVALSHA nope 0 | a: EVAL 'return redis.error_reply(\"MY no\")' 0 | a: EXEC | a: GET n",
    "a script of the wrong arity": "a: MULTI | a: EVAL x | a: EXEC",
    "scripts have none": 'a: EVAL \'return redis.call("MULTI")\' 0 | a: EVAL \'return redis.call("WATCH", "k")\' 0',
    "watched and changed here": "a: WATCH k | a: SET k 1 | a: MULTI | a: GET k | a: EXEC | a: MULTI | a: EXEC",
    "watched and changed there": "a: WATCH j k | b: SET k 1 | a: MULTI | a: GET k | a: EXEC | a: GET k",
    "watched and changed while queueing": "a: WATCH k | a: MULTI | a: SET k 1 | b: SET k 2 | a: EXEC | a: GET k",
    "watched and changed by a script": "a: WATCH k | b: EVAL 'redis.call(\"SET\", KEYS[1], 1)' 1 k | a: MULTI"
    " | a: EXEC",
    "watched and changed in EXEC": "a: WATCH k | b: MULTI | b: SET k 1 | b: EXEC | a: MULTI | a: EXEC",
    "watched and not changed": "a: WATCH k | b: SET j 1 | b: GET k | b: DEL k | b: SREM k x | a: MULTI | a: EXEC",
    "nothing was changed": "a: SADD e m | a: PFADD p x | a: SET k 1 | a: WATCH e p k | b: SADD e m | b: SREM e x"
    " | b: PFADD p x | b: GETEX k PERSIST | b: SMOVE e e m | b: ZADD z XX 1 m | a: MULTI | a: EXEC",
    "the same bits": "a: SET k a | a: WATCH k | b: SETBIT k 1 1 | b: BITFIELD k SET u8 0 97 | a: MULTI | a: EXEC",
    "bits there and back": "a: SET k a | a: WATCH k | b: BITFIELD k SET u8 0 98 SET u8 0 97 | a: MULTI | a: EXEC",
    "more bits": "a: SET k a | a: WATCH k | b: SETBIT k 900 0 | a: MULTI | a: EXEC",
    "nothing trimmed": "a: RPUSH k a b | a: WATCH k | b: LTRIM k 0 -1 | a: MULTI | a: EXEC",
    "moved to where it is": "a: SADD e m | a: SADD f m | a: WATCH f | b: SMOVE e f m | a: MULTI | a: EXEC",
    "groups of a stream": "a: XADD x 1-0 f v | a: WATCH x | b: XGROUP CREATE x g 0"
    " | b: XREADGROUP GROUP g c STREAMS x >"
    " | b: XACK x g 1-0 | a: MULTI | a: EXEC | a: WATCH y | b: XGROUP CREATE y g 0 MKSTREAM | a: MULTI | a: EXEC",
    "set to what it was": "a: SET k 1 | a: WATCH k | b: SET k 1 | a: MULTI | a: EXEC",
    "UNWATCH": "a: WATCH j k | b: SET k 1 | a: UNWATCH | a: MULTI | a: GET k | a: EXEC",
    "DISCARD unwatches": "a: WATCH k | b: SET k 1 | a: MULTI | a: DISCARD | a: MULTI | a: GET k | a: EXEC",
    "EXEC unwatches": "a: WATCH k | a: MULTI | a: EXEC | b: SET k 1 | a: MULTI | a: EXEC",
    "WATCH when changed": "a: WATCH k | b: SET k 1 | a: WATCH j | a: UNWATCH | b: SET j 1 | a: MULTI | a: EXEC",
    "both watch": "a: WATCH k | b: WATCH k | a: MULTI | a: SET k 1 | a: EXEC | b: MULTI | b: SET k 2"
    " | b: EXEC | a: GET k",
    "changed, and an error": "a: WATCH k | b: SET k 1 | a: MULTI | a: NOPE | a: EXEC",
    "databases": "a: WATCH k | b: SELECT 1 | b: SET k 1 | a: MULTI | a: EXEC | a: WATCH k | a: SELECT 1 | b: SET k 2"
    " | a: MULTI | a: EXEC | a: WATCH k | b: DEL k | a: MULTI | a: EXEC",
    "SELECT inside": "a: MULTI | a: SELECT 1 | a: SET k 1 | a: EXEC | a: GET k | b: GET k",
    "FLUSHALL": "a: WATCH k | b: FLUSHALL | a: MULTI | a: EXEC | a: SET k 1 | a: WATCH k | b: FLUSHALL"
    " | a: MULTI | a: EXEC",
    "FLUSHDB": "a: SET k 1 | a: WATCH k | b: SELECT 1 | b: FLUSHDB | b: SELECT 0 | a: MULTI | a: EXEC | a: WATCH k"
    " | b: FLUSHDB | a: MULTI | a: EXEC",
    "SWAPDB": "b: SELECT 1 | b: SET k 1 | a: WATCH k | b: SWAPDB 0 1 | a: MULTI | a: EXEC | a: WATCH j | b: SWAPDB 0 1"
    " | a: MULTI | a: EXEC",
    "RENAME and COPY": "a: MSET k 1 j 2 | a: WATCH k | b: RENAME k i | a: MULTI | a: EXEC | a: WATCH k | b: COPY j k"
    " | a: MULTI | a: EXEC | a: WATCH j | b: COPY j h | a: MULTI | a: EXEC",
    "RESP3": "a: HELLO 3 | a: HSET h f v | a: MULTI | a: HGETALL h | a: EXEC | a: WATCH h | a: DEL h"
    " | a: MULTI | a: EXEC",
    "HELLO inside": "a: HSET h f v | a: MULTI | a: HGETALL h | a: HELLO 3 | a: HGETALL h | a: EXEC | a: MULTI"
    " | a: HGETALL h | a: HELLO 2 | a: HGETALL h | a: EXEC",
    "RESET": "a: SELECT 1 | a: HELLO 3 | a: MULTI | a: RESET | a: EXEC | a: SET k 1 | b: GET k | a: HGETALL h"
    " | a: RESET x",
    "RESET with words": "a: MULTI | a: RESET x | a: EXEC",
    "RESET unwatches": "a: WATCH k | a: RESET | b: SET k 1 | a: MULTI | a: EXEC",
    "nothing waits": "a: MULTI | a: BLPOP l 0 | a: BLMOVE l m LEFT LEFT 0 | a: BZPOPMIN z 0 | a: BRPOPLPUSH l m 0"
    " | a: XREAD BLOCK 0 STREAMS s 0 | a: WAIT 1 0 | a: EXEC",
    "out of memory while queueing": "a: SET k 1 | a: MULTI | b: CONFIG SET maxmemory 1 | a: SET k 2"
    " | a: GET k | a: MULTI"
    " | a: WATCH k | a: RESET x | a: EXEC | a: EXEC",
    "out of memory and nothing is added": "a: SET k 1 | a: CONFIG SET maxmemory 1 | a: MULTI | a: GET k | a: EXEC",
    "out of memory before EXEC": "a: SET j 1 | a: MULTI | a: SET k 1 | b: CONFIG SET maxmemory 1 | a: EXEC"
    " | a: EXEC | a: GET k",
    "out of memory before DISCARD": "a: MULTI | a: SET k 1 | b: CONFIG SET maxmemory 1 | a: DISCARD | a: EXEC",
    "queued reads when memory is out": "a: SET k 1 | a: MULTI | a: GET k | b: CONFIG SET maxmemory 1 | a: EXEC",
    "SAVE": "a: MULTI | a: SCRIPT LOAD 'return 1' | a: LASTSAVE x | a: EXEC",
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_transactions_answer_as_on_the_server(name: str, every_server: RealServer) -> None:
    """Each reply to a sequence of commands on two connections is the server's."""
    steps = [(step[0], split_words(step[3:].encode()) or []) for step in SEQUENCES[name].split(" | ")]
    with ExitStack() as stack:
        wires = {each: stack.enter_context(every_server.client()) for each in "ab"}
        stack.callback(lambda: wires["b"].call("CONFIG", "SET", "maxmemory", "0"))
        theirs = _answers(steps, lambda who, argv: wires[who].call(*argv))
    server = EmbeddedServer(every_server.flavor)
    clients = {each: server.client() for each in "ab"}
    assert _answers(steps, lambda who, argv: clients[who].call(argv)) == theirs


def _answers(steps: list[tuple[str, list[bytes]]], call: Callable[[str, list[bytes]], Reply]) -> list[str]:
    return [f"{who}: {b' '.join(argv).decode()} -> {_comparable(call(who, argv))!r}" for who, argv in steps]


def _comparable(reply: Reply) -> object:
    """The reply with its type, without the number of the connection that HELLO tells."""
    if isinstance(reply, MapReply):
        return [(key, _comparable(value)) for key, value in reply.pairs if key not in (b"id", b"modules")]
    if isinstance(reply, list) and reply[:1] == [b"server"]:
        return reply[:6]
    if isinstance(reply, list):
        return [_comparable(each) for each in reply]
    return type(reply).__name__, reply
