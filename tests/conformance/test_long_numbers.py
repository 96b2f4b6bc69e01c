"""Numbers of thousands of digits: Python reads no integer of more than 4,300, and the servers do."""

from __future__ import annotations

import pytest

from ldbpy.resp import ErrorReply
from ldbpy.targets.embedded import EmbeddedServer
from tests.servers.fixtures import RealServer

_NUMBERS = {
    "just a number": "9" * 4932,
    "too large": "1" * 4933,
    "negative": "-" + "9" * 4400,
    "a fraction": "0." + "1" * 5117,
    "too long": "0." + "1" * 5118,
    "zeros": "0" * 5000 + "7",
    "hexadecimal": "0x" + "f" * 4000,
    "an exponent": "1e4400",
    "a long exponent": "1e" + "9" * 5000,
    "large and small": "1" + "0" * 4300 + "e-4300",
}


@pytest.mark.parametrize("number", _NUMBERS.values(), ids=_NUMBERS)
def test_long_numbers(every_server: RealServer, number: str) -> None:
    """They are taken or refused as by the server, digit by digit."""
    ours = EmbeddedServer(every_server.flavor)
    with every_server.client() as client:
        for words in (
            ["INCRBYFLOAT", "k", number],
            ["HINCRBYFLOAT", "h", "f", number],
            ["INCRBY", "n", number],
            ["ZADD", "z", number, "m"],
            ["ZUNIONSTORE", "d", number, "a"],
            ["BLPOP", "nosuch", number] if len(number) > 5100 else ["PING"],  # else it waits so long
            ["GET", "k"],
        ):
            assert ours.call([word.encode() for word in words]) == client.call(*words), words[0]
        for cursor in (number, f"-{number}"):
            theirs = client.call("SCAN", cursor)
            assert isinstance(ours.call([b"SCAN", cursor.encode()]), ErrorReply) == isinstance(theirs, ErrorReply)


@pytest.mark.parametrize("number", ["9" * 5000, "-" + "9" * 5000])
def test_a_count_of_keys(every_server: RealServer, number: str) -> None:
    """Also where keys are looked for in the arguments before the command is called."""
    code = f"return redis.call('ZUNIONSTORE', 'd', '{number}', 'k')"
    with every_server.client() as client:
        ours = EmbeddedServer(every_server.flavor).call([b"EVAL", code.encode(), b"0"])
        theirs = client.call("EVAL", code, 0)
        assert isinstance(ours, ErrorReply)
        assert isinstance(theirs, ErrorReply)
