"""Every command that a script may call on a live server: undone, asked about, or one that changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from ldbpy.commands import Command, load_table
from ldbpy.errors import ServerRefusedError
from ldbpy.flavors import FLAVORS
from ldbpy.lua.limits import Limits
from ldbpy.resp import ErrorReply
from ldbpy.script.source import Script
from ldbpy.store.server import ServerStore, server_time
from ldbpy.store.undo import LiveStore
from ldbpy.store.undo.fingerprint import fingerprint
from ldbpy.store.undo.lasting import WHOLE, is_lasting
from ldbpy.targets.run_options import RunOptions
from ldbpy.targets.script_server import ScriptServer
from tests.backends.random_writes import DATABASES, fill
from tests.servers.fixtures import RealServer
from tests.servers.found import SERVER_FLAVORS
from tests.servers.wire import WireClient

_WRITES: Final = """
APPEND string x
BITFIELD bits SET u8 0 7
BITOP NOT new bits
BLMOVE list new LEFT RIGHT 0.01
BLMPOP 0.01 1 list LEFT
BLPOP list 0.01
BRPOP list 0.01
BRPOPLPUSH list new 0.01
BZMPOP 0.01 1 zset MIN
BZPOPMAX zset 0.01
BZPOPMIN zset 0.01
COPY string new
COPY string number REPLACE
COPY hash hash DB 2
DECR number
DECRBY number 5
DEL string list
DELIFEQ string text
EXPIRE list 100
EXPIREAT list 4000000000
GEOADD geo 1 1 here
GEORADIUS geo 14 38 500 km STORE new
GEORADIUSBYMEMBER geo Palermo 500 km STOREDIST zset
GEOSEARCHSTORE new geo FROMMEMBER Palermo BYRADIUS 500 km
GETDEL string
GETEX string PERSIST
GETSET string x
HDEL hash f
HEXPIRE hash 100 FIELDS 1 f
HEXPIREAT hash 4000000000 FIELDS 1 f
HGETDEL hash FIELDS 2 f g
HGETEX hash EX 100 FIELDS 1 f
HINCRBY hash g 1
HINCRBYFLOAT hash g 0.5
HMSET hash n 1
HPERSIST table FIELDS 1 f1
HPEXPIRE hash 100000 FIELDS 1 f
HPEXPIREAT hash 4000000000000 FIELDS 1 f
HSET hash n 1
HSETEX hash EX 100 FIELDS 1 f x
HSETNX hash n 1
INCR number
INCRBY number 5
INCRBYFLOAT number 1.5
LINSERT list BEFORE b x
LMOVE list new LEFT RIGHT
LMPOP 1 list LEFT
LPOP list
LPUSH list x
LPUSHX list x
LREM list 0 a
LSET list 0 x
LTRIM list 1 2
MOVE string 2
MSET string 1 new 2
MSETEX 2 string 1 new 2 EX 100
MSETNX new 1 more 2
PERSIST string
PEXPIRE list 100000
PEXPIREAT string 4000000000000
PFADD hll z
PFDEBUG GETREG hll
PFMERGE new hll
PSETEX string 100000 x
RENAME string new
RENAMENX string new
RESTORE new 0 DUMP
RESTORE string 0 DUMP REPLACE
RESTORE-ASKING new 0 DUMP
RPOP list
RPOPLPUSH list new
RPUSH list x
RPUSHX list x
SADD set 9
SDIFFSTORE new set words
SET string x
SETBIT bits 3 1
SETEX string 100 x
SETNX new x
SETRANGE string 1 X
SINTERSTORE new set set
SMOVE set words 1
SORT list ALPHA STORE new
SPOP set
SREM set 1
SUNIONSTORE new set words
UNLINK string
XACK stream group 1-1
XADD stream 9-1 f v
XAUTOCLAIM stream group other 0 0
XCLAIM stream group other 0 1-1
XDEL stream 1-1
XGROUP CREATE stream more 0
XGROUP CREATECONSUMER stream group more
XGROUP DELCONSUMER stream group me
XGROUP DESTROY stream group
XGROUP SETID stream group 2-1
XREADGROUP GROUP group me COUNT 1 STREAMS stream >
XSETID stream 500-0
XTRIM stream MAXLEN 1
ZADD zset 9 z
ZDIFFSTORE new 2 zset ranks
ZINCRBY zset 1 a
ZINTERSTORE new 2 zset zset
ZMPOP 1 zset MIN
ZPOPMAX zset
ZPOPMIN zset
ZRANGESTORE new zset 0 1
ZREM zset a
ZREMRANGEBYLEX zset - +
ZREMRANGEBYRANK zset 0 0
ZREMRANGEBYSCORE zset 0 2
ZUNIONSTORE new 2 zset ranks
"""
"""Each changes something of what there is, and no time of expiry to one less than a minute away."""
_ASKED: Final = """
FLUSHALL
FLUSHDB
SWAPDB 0 1
MIGRATE 127.0.0.1 1 string 0 10
CLUSTER FLUSHSLOT 1
CLUSTER ADDSLOTS 1
CLUSTER FAILOVER
PUBLISH c m
SPUBLISH c m
SLOWLOG RESET
COMMANDLOG RESET slow
"""
_TELLING: Final = """
asking cluster cluster|count-failure-reports cluster|countkeysinslot cluster|getkeysinslot cluster|getslotmigrations
cluster|info cluster|keyslot cluster|links cluster|myid cluster|myshardid cluster|nodes cluster|replicas cluster|shards
cluster|slaves cluster|slot-stats cluster|slots command command|count command|docs command|getkeys
command|getkeysandflags command|info command|list commandlog|get commandlog|len echo info lastsave memory|doctor
memory|malloc-stats memory|purge memory|stats pfselftest ping pubsub pubsub|channels pubsub|numpat pubsub|numsub
pubsub|shardchannels pubsub|shardnumsub readonly readwrite select slowlog slowlog|get slowlog|len time wait waitaof
"""
"""What a script may call that is flagged neither as reading nor as writing, and changes nothing that lasts. In Redis
6.2 ``cluster`` and ``slowlog`` are one command each, and asked about by their second word."""

_TRICKY: Final = """
sort list alpha store new Store more
SORT list BY STORE GET STORE ALPHA STORE new
SORT list GET STORE LIMIT 0 2 ALPHA STORE STORE
SORT list BY nosort STORE
GEORADIUS geo 14 38 500 km STORE new STORE more
GEORADIUS geo 14 38 500 km STORE new STOREDIST more
georadius geo 14 38 500 km count 1 asc storedist store
GEORADIUSBYMEMBER geo Palermo 500 km STORE geo
COPY hash new DB 1 DB 2
COPY hash DB DB 2
COPY hash hash db 2 replace DB 1
COPY hash new REPLACE DB
MOVE string 02
MOVE string +2
MOVE string 99
MOVE string 99999999999999999999
MOVE string DIGITS
ZUNIONSTORE new DIGITS zset
COPY hash new DB DIGITS
COPY hash new DB 99
COPY hash new DB 2 DB 99999999999999999999
MOVE hash 2
XREADGROUP GROUP group STREAMS STREAMS stream >
XREADGROUP GROUP STREAMS STREAMS STREAMS stream >
XREADGROUP NOACK GROUP group me COUNT 1 NOACK STREAMS stream new stream > > >
XREADGROUP GROUP group me BLOCK 1 STREAMS stream >
XGROUP CREATE new STREAMS $ MKSTREAM
XGROUP create new group $
XAUTOCLAIM stream group STREAMS 0 0 COUNT 1 JUSTID
LMPOP 3 list list string LEFT COUNT 2
ZMPOP 2 zset zset MIN COUNT 9
ZUNIONSTORE zset 2 zset zset WEIGHTS 1 2
ZUNIONSTORE new 1000000 zset
ZDIFFSTORE zset 1 zset
BITOP XOR bits bits bits
SMOVE set set 1
RENAME string string
RENAMENX string number
RPOPLPUSH list list
LMOVE list list LEFT RIGHT
MSET string 1 string 2 string 3
MSETNX new 1 string 2
MSETEX 1000000 string 1
PFCOUNT hll hll
PFMERGE hll
PFDEBUG TODENSE hll
PFDEBUG ENCODING hll
SPOP set 100
BITFIELD bits GET u8 0 OVERFLOW FAIL INCRBY u1 7 5
SET string x KEEPTTL GET
SET string x PXAT 1
GETEX string PXAT 1
EXPIRE string -1
RESTORE string 1 DUMP REPLACE ABSTTL
RESTORE new 100000 DUMP IDLETIME 5
OBJECT ENCODING hash
TOUCH string nosuch
SELECT 1
"""
"""Words that look like options, keys that come twice, what deletes by a time that is past, what may fail."""


def _lines(text: str) -> list[str]:
    return text.strip().split("\n")


def _callable(command: Command) -> Iterator[Command]:
    for each in command.subcommands.values() or (command,):
        if "noscript" not in each.flags:
            yield each


@pytest.mark.parametrize("name", SERVER_FLAVORS)
def test_every_command_has_its_place(name: str) -> None:
    """One that a server has and nobody here has thought of is noticed."""
    flavor = FLAVORS[name]
    table = load_table(flavor.table, flavor.table_until)
    known = set()
    for line in _lines(_WRITES) + _lines(_ASKED):
        command = table.lookup([word.encode() for word in line.split()])
        known |= {command.name} if command is not None else set()
    everything = [each for command in table.commands.values() for each in _callable(command)]
    writes = {each.name for each in everything if "write" in each.flags}
    assert writes - known == set()
    others = {each.name for each in everything if each.flags.isdisjoint(("write", "readonly"))}
    asked = {each.name for each in everything if each.name not in WHOLE and is_lasting(each, [])}
    assert {name for name in others - asked if not name.endswith("|help")} <= set(_TELLING.split())


Times: TypeAlias = dict[tuple[int, bytes], int]
"""When keys expire, in milliseconds since 1970."""
Found: TypeAlias = tuple[list[dict[bytes, object]], Times]


class _Runs:
    """Single commands, each a script, and what there is afterwards."""

    def __init__(self, server: RealServer, folder: Path) -> None:
        self.server = server
        self.store = LiveStore(ServerStore(server.url, timeout=10), folder)
        self._scripts = ScriptServer(self.store.flavor, self.store, limits=Limits(seconds=20))
        self.changed: Found = ([], {})

    def run(self, words: list[bytes]) -> object:
        """The reply; what it has changed is looked at, and undone."""
        savepoint = self.store.savepoint()
        try:
            source = Script(b"return redis.pcall(unpack(ARGV))")
            return self._scripts.run(source, [], words, RunOptions()).reply
        finally:
            self.changed = self.all()
            self.store.rollback(savepoint)

    def all(self) -> Found:
        """What all keys hold, and when those that expire do. All of a database is asked at once: it is asked often."""
        held: list[dict[bytes, object]] = []
        ends: Times = {}
        with self.server.client() as client:
            for db in DATABASES:
                _, keys = client.pipeline([[b"SELECT", b"%d" % db], [b"KEYS", b"*"]])
                assert isinstance(keys, list)
                names = [key for key in keys if isinstance(key, bytes)]
                asked = [[word, key] for key in names for word in (b"DUMP", b"PTTL")]
                *told, now = client.pipeline([*asked, [b"TIME"]])
                dumps = [dump for dump in told[::2] if isinstance(dump, bytes)]
                held.append(dict(zip(names, map(fingerprint, dumps), strict=True)))
                for key, left in zip(names, told[1::2], strict=True):
                    if isinstance(left, int) and left >= 0:
                        ends[db, key] = server_time(now) + left
        return held, ends


def _prepared(client: WireClient) -> bytes:
    """Fill the server; a dump of a key."""
    fill(client)
    client.call("HPEXPIREAT", "table", 4_000_000_000_000, "FIELDS", 1, "f1")
    client.call("XREADGROUP", "GROUP", "group", "me", "COUNT", 1, "STREAMS", "stream", ">")
    dump = client.call("DUMP", "hash")
    assert isinstance(dump, bytes)
    return dump


def test_every_write_is_undone(every_server: RealServer, tmp_path: Path) -> None:
    """It succeeds, changes something, and everything is what it was, with times of expiry; no key is left alone."""
    runs = _Runs(every_server, tmp_path)
    with every_server.client() as client:
        dump = _prepared(client)
        before, ends = runs.all()
        ran = set()
        for line in _lines(_WRITES):
            words = [dump if word == "DUMP" else word.encode() for word in line.split()]
            command = runs.store.table.lookup(words)
            if command is None or "noscript" in command.flags:
                continue
            reply = runs.run(words)
            assert not isinstance(reply, ErrorReply), (line, reply)
            changed, changed_ends = runs.changed
            ran.add(command.name)
            assert changed != before or _apart(ends, changed_ends), line
            assert runs.store.left == (), line
            after, after_ends = runs.all()
            assert after == before, line
            assert not _apart(ends, after_ends), line
    runs.store.close()
    assert len(ran) > 80
    assert not list(tmp_path.iterdir())


def test_tricky_words(every_server: RealServer, tmp_path: Path) -> None:
    """Whether they succeed or not: everything is what it was."""
    runs = _Runs(every_server, tmp_path)
    with every_server.client() as client:
        dump = _prepared(client)
        before, ends = runs.all()
        for line in _lines(_TRICKY):
            known = {"DUMP": dump, "DIGITS": b"9" * 5000}
            runs.run([known.get(word, word.encode()) for word in line.split()])
            after, after_ends = runs.all()
            assert after == before, line
            assert not _apart(ends, after_ends), line
            assert runs.store.left == (), line
    runs.store.close()
    assert not list(tmp_path.iterdir())


def _apart(one: Times, other: Times) -> bool:
    """Whether times differ by more than it takes to ask for them."""
    return one.keys() != other.keys() or any(abs(one[at] - other[at]) > 1000 for at in one)


def test_what_is_not_undone_is_asked_about(every_server: RealServer, tmp_path: Path) -> None:
    """And not run if nobody is there to say yes."""
    runs = _Runs(every_server, tmp_path)
    with every_server.client() as client:
        _prepared(client)
        client.call("CONFIG", "SET", "slowlog-log-slower-than", 0)
        client.call("CONFIG", "SET", "slowlog-log-slower-than", 10_000)
        before = runs.all()[0]
        for line in _lines(_ASKED):
            words = [word.encode() for word in line.split()]
            if runs.store.table.lookup(words) is None:
                continue
            for _ in range(2):  # the second time as well
                with pytest.raises(ServerRefusedError, match=f"calls {' '.join(line.split()[:1])}.*cannot be undone"):
                    runs.run(words)
            assert runs.all()[0] == before, line
        assert client.call("SLOWLOG", "LEN")
        for line in ("SLOWLOG GET", "CLUSTER INFO", "CLUSTER KEYSLOT k"):
            runs.run([word.encode() for word in line.split()])
        with pytest.raises(ServerRefusedError):
            runs.run([b"slowlog", b"reset"])
    runs.store.close()
