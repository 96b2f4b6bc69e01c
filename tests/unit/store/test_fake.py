"""Commands of modules that fakeredis runs: the replies of its own client, and what the keyspace adds to them.

Filters, sketches and vector sets need packages that are no dependency; their tests are skipped without them.
"""

from __future__ import annotations

import importlib.util
import math
import random
import subprocess
import sys
from typing import Any

import pytest

from ldbpy.flavors import FLAVORS
from ldbpy.model.changes import KeyState
from ldbpy.resp import Double, ErrorReply, MapReply, Reply, Status
from tests.unit.store import servers
from tests.unit.store.servers import NOW, WRONG_TYPE

HAS_PROBABLES = importlib.util.find_spec("probables") is not None
HAS_VECTORS = all(importlib.util.find_spec(name) is not None for name in ("numpy", "jsonpath_ng"))
needs_probables = pytest.mark.skipif(not HAS_PROBABLES, reason="pyprobables is not installed")
needs_vectors = pytest.mark.skipif(not HAS_VECTORS, reason="numpy or jsonpath-ng is not installed")


class Server(servers.Server):
    """A Redis 8, or another server."""

    def __init__(self, flavor: str = "redis-8", *setup: str, resp: int = 2) -> None:
        super().__init__(flavor, *setup, resp=resp)


def plain(value: Any) -> Any:
    """A reply of either side in Python's own types: numbers as floats, errors as their text without ERR."""
    if isinstance(value, ErrorReply | Exception):
        text = value.message.decode() if isinstance(value, ErrorReply) else str(value)
        return ("error", text.removeprefix("ERR "))
    if isinstance(value, MapReply):
        return [plain(item) for pair in value.pairs for item in pair]
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, bytes | int | float):
        try:
            number = float(value)
        except ValueError:
            return bytes(value) if isinstance(value, bytes) else value
        return "nan" if math.isnan(number) else number
    return value


SERIES = """TS.CREATE t RETENTION 0 LABELS area 1 kind x
TS.CREATE t
TS.CREATE u LABELS area 1
TS.ADD t 1000 1.5
TS.ADD t 2000 2.5
TS.ADD t 2000 9
TS.ADD v 5 1 LABELS area 2
TS.MADD t 3000 3 u 3000 4 none 1 1
TS.GET t
TS.RANGE t - +
TS.RANGE t 1500 + COUNT 1
TS.RANGE t - + AGGREGATION sum 2000
TS.REVRANGE t - +
TS.MGET FILTER area=1
TS.MGET WITHLABELS FILTER area=1
TS.MRANGE - + FILTER area=1
TS.MREVRANGE - + WITHLABELS FILTER area=2
TS.QUERYINDEX area=1
TS.QUERYINDEX area=1 kind=x
TS.INCRBY t 5 TIMESTAMP 4000
TS.DECRBY t 1 TIMESTAMP 5000
TS.ALTER t LABELS area 3
TS.DEL t 1000 2000
TS.CREATERULE t u AGGREGATION avg 1000
TS.CREATERULE t u AGGREGATION avg 1000
TS.CREATERULE t none AGGREGATION avg 1000
TS.ADD t 10000 1
TS.ADD t 12000 2
TS.RANGE u - +
TS.INFO u
TS.DELETERULE t u
TS.DELETERULE t u
TS.RANGE t - + AGGREGATION nonsense 1000"""
DIGESTS = """TDIGEST.CREATE d
TDIGEST.CREATE d
TDIGEST.ADD d 1 2 3.5 10 20
TDIGEST.MIN d
TDIGEST.MAX d
TDIGEST.QUANTILE d 0 0.5 1
TDIGEST.CDF d 2 100
TDIGEST.RANK d 2 100
TDIGEST.REVRANK d 2
TDIGEST.BYRANK d 0 9
TDIGEST.BYREVRANK d 0
TDIGEST.TRIMMED_MEAN d 0.1 0.9
TDIGEST.INFO d
TDIGEST.MERGE e 1 d
TDIGEST.MAX e
TDIGEST.RESET d
TDIGEST.MIN d
TDIGEST.MIN none
TDIGEST.QUANTILE d 2"""
TOP = """TOPK.RESERVE k 3 50 4 0.9
TOPK.RESERVE k 3
TOPK.ADD k a
TOPK.LIST k
TOPK.QUERY k a z
TOPK.INFO k
TOPK.ADD none a
TOPK.COUNT k z"""
FILTERS = """BF.RESERVE b 0.01 100
BF.RESERVE b 0.01 100
BF.ADD b x
BF.ADD b x
BF.MADD b x y
BF.EXISTS b x
BF.MEXISTS b x q
BF.INSERT b ITEMS x w
BF.CARD b
BF.INFO b
BF.ADD made x
CF.ADD c x
CF.ADDNX c x
CF.EXISTS c x
CF.MEXISTS c x q
CF.COUNT c x
CF.DEL c x
CF.DEL none x
CF.RESERVE c2 100
CF.INSERT c2 ITEMS a b
CMS.INITBYDIM m 20 5
CMS.INCRBY m a 3 b 1
CMS.QUERY m a b z
CMS.INFO m
CMS.INITBYPROB n 0.1 0.1
CMS.QUERY none a"""
VECTORS = """VADD s VALUES 3 1 0 0 x
VADD s VALUES 3 0 1 0 y
VCARD s
VDIM s
VEMB s x
VSETATTR s x {"a":1}
VGETATTR s x
VREM s y
VISMEMBER s x
VDIM none"""


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(SERIES, id="time series"),
        pytest.param(DIGESTS, id="t-digests"),
        pytest.param(TOP, id="top items"),
        pytest.param(FILTERS, id="filters and sketches", marks=needs_probables),
        pytest.param(VECTORS, id="vector sets", marks=needs_vectors),
    ],
)
def test_replies_are_those_of_fakeredis(lines: str) -> None:
    """Command by command the replies are those its own client gets."""
    ours = Server()
    ours("TS.INFO none")  # sees to it that fakeredis brings no Lua of its own into this process

    import fakeredis
    import redis

    theirs: Any = fakeredis.FakeRedis(server=fakeredis.FakeServer(version=(8, 6)), protocol=2)
    theirs.response_callbacks.clear()
    for line in lines.splitlines():
        try:
            expected: Any = theirs.execute_command(*line.split(" "))
        except redis.ResponseError as error:
            expected = error
        assert (line, plain(ours(line))) == (line, plain(expected))


# -- replies


def test_samples_are_simple_strings_in_resp2() -> None:
    """TS.GET sends a value as a simple string, in RESP3 as a double."""
    lines = ("TS.ADD t 1000 1.5",)
    reply = Server("redis-8", *lines)("TS.GET t")
    assert isinstance(reply, list)
    assert isinstance(reply[1], Status)
    assert reply == [1000, Status(b"1.5")]
    assert Server("redis-8", *lines, resp=3)("TS.GET t") == [1000, Double(1.5)]


def test_doubles_are_the_shortest() -> None:
    """Doubles are written as Redis 8 writes them."""
    assert Server("redis-8", "TDIGEST.CREATE d", "TDIGEST.ADD d 0.1")("TDIGEST.MIN d") == b"0.1"


def test_maps_in_resp3() -> None:
    """A dictionary is a map in RESP3 and a flat array in RESP2."""
    lines = ("TOPK.RESERVE k 3 8 7 0.9",)
    pairs: list[tuple[Reply, Reply]] = [(b"k", 3), (b"width", 8), (b"depth", 7), (b"decay", Double(0.9))]
    assert Server("redis-8", *lines, resp=3)("TOPK.INFO k") == MapReply(pairs)
    assert Server("redis-8", *lines)("TOPK.INFO k") == [b"k", 3, b"width", 8, b"depth", 7, b"decay", b"0.9"]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("TS.GET none", b"ERR TSDB: the key does not exist"),
        ("TDIGEST.MIN none", b"ERR T-Digest: key does not exist"),
        ("TDIGEST.INFO none", b"ERR T-Digest: key does not exist"),
        ("TOPK.LIST none", b"TopK: key does not exist"),
        ("TS.ADD t soon 1", b"ERR TSDB: invalid timestamp"),
        ("TDIGEST.ADD d", b"ERR wrong number of arguments for 'tdigest.add' command"),
        ("TOPK.INCRBY k a", b"ERR wrong number of arguments for 'topk.incrby' command"),
    ],
)
def test_errors_are_those_on_the_wire(line: str, error: bytes) -> None:
    """Errors have the ERR that a client library does not show."""
    assert Server()(line) == ErrorReply(error)


@pytest.mark.parametrize("line", ["FT.SEARCH index query", "JSON.DEBUG MEMORY k", "FT.CREATE index SCHEMA f TEXT"])
def test_commands_there_are_none_of(line: str) -> None:
    """A command of a module that nobody runs is refused by name."""
    name = line.split(" ")[0].lower().encode()
    assert Server()(line) == ErrorReply(b"ERR the embedded store does not have the command '%s'" % name)


@pytest.mark.parametrize(
    ("module", "line", "package"),
    [("probables", "BF.ADD b x", "pyprobables"), ("numpy", "VADD v VALUES 1 1 a", "numpy (and jsonpath-ng)")],
)
def test_missing_package_is_named(module: str, line: str, package: str) -> None:
    """Without the package fakeredis needs, the error says which it is."""
    code = f"""
import sys
from ldbpy.flavors import FLAVORS
from ldbpy.store.memory import MemoryStore
sys.modules[{module!r}] = None  # so that it cannot be imported
print(MemoryStore(FLAVORS["redis-8"]).client().call({line!r}.encode().split()).message.decode())
"""
    told = subprocess.run([sys.executable, "-c", code], check=True, timeout=60, capture_output=True, text=True).stdout
    name = line.split()[0].lower()
    assert told.strip() == (
        f"ERR the embedded store does not have the command '{name}', for want of the Python package {package}"
    )


@pytest.mark.parametrize("flavor", ["redis-7.4", "redis-7.2", "valkey-9", "dragonfly"])
def test_flavors_without_modules(flavor: str) -> None:
    """Only Redis 8 brings modules."""
    reply = Server(flavor)("TS.ADD t 1 1")
    assert isinstance(reply, ErrorReply)
    assert b"unknown command" in reply.message


# -- what is mended


def test_series_samples_are_in_order() -> None:
    """A sample of the past is listed in its place."""
    server = Server("redis-8", "TS.ADD t 3000 3", "TS.ADD t 1000 1", "TS.ADD t 2000 2")
    assert server("TS.RANGE t - +") == [[1000, b"1"], [2000, b"2"], [3000, b"3"]]


def test_series_goes_on_after_a_deletion() -> None:
    """After TS.DEL the last sample is still found."""
    server = Server("redis-8", "TS.ADD t 1000 1", "TS.ADD t 2000 2", "TS.ADD t 3000 3", "TS.DEL t 1000 1000")
    assert server("TS.GET t") == [3000, b"3"]


@pytest.mark.parametrize(("policy", "value"), [("MAX", b"5"), ("min", b"1"), ("LAST", b"1"), ("FIRST", b"5")])
def test_series_on_duplicate_in_any_case(policy: str, value: bytes) -> None:
    """ON_DUPLICATE may be upper case."""
    server = Server("redis-8", "TS.ADD t 1000 5", f"TS.ADD t 1000 1 ON_DUPLICATE {policy}")
    assert server("TS.GET t") == [1000, value]


@pytest.mark.parametrize("line", ["TS.ADD t * 1", "TS.INCRBY t 1", "TS.DECRBY t 1", "TS.INCRBY t 1 TIMESTAMP *"])
def test_series_go_by_the_clock_of_the_store(line: str) -> None:
    """The time of a sample is the store's, not the machine's."""
    assert Server()(line) == NOW


def test_series_madd_goes_by_the_clock_of_the_store() -> None:
    """TS.MADD takes * as well."""
    assert Server("redis-8", "TS.CREATE t")("TS.MADD t * 1") == [NOW]


def test_top_items_are_listed_once() -> None:
    """An item given twice is one item."""
    server = Server("redis-8", "TOPK.RESERVE k 3 1000 5 0.9", "TOPK.ADD k a b a", "TOPK.INCRBY k b 5")
    assert server("TOPK.LIST k WITHCOUNT") == [b"b", 6, b"a", 2]


def test_top_items_leave_random_alone() -> None:
    """Making one does not set the seed of Python's own generator."""
    random.seed(7)
    first = random.random()
    random.seed(7)
    Server("redis-8", "TOPK.RESERVE k 3")
    assert random.random() == first


def test_other_users_of_fakeredis_are_left_alone() -> None:
    """The series of another fakeredis in the process are still found."""
    import fakeredis

    theirs: Any = fakeredis.FakeRedis(server=fakeredis.FakeServer(version=(8, 6)))
    theirs.execute_command("TS.CREATE", "theirs", "LABELS", "a", "1")
    Server("redis-8", "TS.CREATE k LABELS a 1", "TS.QUERYINDEX a=1")
    assert theirs.execute_command("TS.QUERYINDEX", "a=1") == [b"theirs"]


@needs_probables
def test_cuckoo_filter_made_by_addnx() -> None:
    """CF.ADDNX makes the filter."""
    server = Server()
    assert [server("CF.ADDNX c x"), server("CF.ADDNX c x")] == [1, 0]


# -- in the keyspace


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("TS.CREATE k", b"TSDB-TYPE"),
        ("TOPK.RESERVE k 3", b"TopK-TYPE"),
        ("TDIGEST.CREATE k", b"TDIS-TYPE"),
        ("JSON.SET k $ 1", b"ReJSON-RL"),
        pytest.param("BF.ADD k x", b"MBbloom--", marks=needs_probables),
        pytest.param("CF.ADD k x", b"MBbloomCF", marks=needs_probables),
        pytest.param("CMS.INITBYDIM k 5 5", b"CMSk-TYPE", marks=needs_probables),
        pytest.param("VADD k VALUES 2 1 2 x", b"vectorset", marks=needs_vectors),
    ],
)
def test_type_of_a_module_value(line: str, name: bytes) -> None:
    """TYPE names the module's type, OBJECT ENCODING is raw."""
    server = Server("redis-8", line)
    assert server("TYPE k") == Status(name)
    assert server("OBJECT ENCODING k") == b"raw"


@pytest.mark.parametrize("line", ["GET k", "HGET k f", "LPUSH k x", "SADD k x", "TDIGEST.ADD k 1", "TOPK.ADD k x"])
def test_wrong_type_for_others(line: str) -> None:
    """Other commands refuse a key that holds a time series."""
    assert Server("redis-8", "TS.CREATE k")(line) == WRONG_TYPE


@pytest.mark.parametrize("line", ["TS.ADD k 1 1", "TS.CREATE k", "TS.INFO k", "TDIGEST.CREATE k", "TOPK.RESERVE k 3"])
def test_wrong_type_for_modules(line: str) -> None:
    """Commands of modules refuse a key that holds a string."""
    server = Server("redis-8", "SET k v")
    assert server(line) == WRONG_TYPE
    assert server("GET k") == b"v"


def test_set_overwrites_a_module_value() -> None:
    """SET and DEL take no notice of the type."""
    server = Server("redis-8", "TS.CREATE k", "SET k v")
    assert server("GET k") == b"v"


def test_expiry_of_a_module_value() -> None:
    """The key expires as any other, and a write leaves its time."""
    server = Server("redis-8", "TS.ADD k 1 1", "EXPIRE k 10", "TS.ADD k 2 2")
    assert server("TTL k") == 10
    server.sleep(10_001)
    assert server("EXISTS k") == 0
    assert server("TS.GET k") == ErrorReply(b"ERR TSDB: the key does not exist")


def test_copy_is_apart() -> None:
    """A copy goes its own way, under its own name."""
    server = Server("redis-8", "TS.ADD k 1 1 LABELS a 1", "COPY k c", "TS.ADD k 2 2")
    assert server("TS.RANGE c - +") == [[1, b"1"]]
    assert server("TS.QUERYINDEX a=1") == [b"c", b"k"]


def test_rename_changes_the_name() -> None:
    """A renamed series is found under its new name."""
    server = Server("redis-8", "TS.ADD k 1 1 LABELS a 1", "RENAME k r")
    assert server("TS.QUERYINDEX a=1") == [b"r"]


def test_databases_are_apart() -> None:
    """A search by label finds the series of its own database."""
    server = Server("redis-8", "TS.CREATE k LABELS a 1", "SELECT 1", "TS.CREATE m LABELS a 1")
    assert server("TS.QUERYINDEX a=1") == [b"m"]


def test_stores_are_apart() -> None:
    """Two stores share nothing."""
    first = Server("redis-8", "TS.CREATE k LABELS a 1")
    second = Server("redis-8", "TS.CREATE m LABELS a 1")
    assert second("TS.QUERYINDEX a=1") == [b"m"]
    assert first("TS.QUERYINDEX a=1") == [b"k"]


def test_memory_usage() -> None:
    """MEMORY USAGE is an estimate that grows with the value."""
    server = Server("redis-8", "TDIGEST.CREATE k")
    small = server("MEMORY USAGE k")
    server("TDIGEST.ADD k " + " ".join(str(number) for number in range(100)))
    large = server("MEMORY USAGE k")
    assert isinstance(small, int)
    assert isinstance(large, int)
    assert small < large


@pytest.mark.parametrize(
    ("lines", "content"),
    [
        (["TS.ADD k 5 1.5"], ((b"5", 1.5),)),
        (["TOPK.RESERVE k 3 100 5 0.9", "TOPK.ADD k a"], ((b"a", 1.0),)),
        (["TDIGEST.CREATE k", "TDIGEST.ADD k 1.5"], (b"1.5",)),
        (['JSON.SET k $ {"a":[1,2]}'], b'{"a":[1,2]}'),
    ],
)
def test_state_of_a_module_value(lines: list[str], content: object) -> None:
    """A reader of the store is shown what the value holds."""
    state = Server("redis-8", *lines).store.peek(0, b"k")
    assert isinstance(state, KeyState)
    assert state.content == content


# -- undo and events


@pytest.mark.parametrize(
    "line", ["TS.ADD k 9 9", "TS.DEL k 0 100", "TS.INCRBY k 1 TIMESTAMP 5", "DEL k", "SET k v", "TS.ALTER k LABELS a 1"]
)
def test_rollback_of_a_series(line: str) -> None:
    """A rollback brings the samples back, and the series works on."""
    server = Server("redis-8", "TS.ADD k 5 1.5")
    savepoint = server.store.savepoint()
    server(line)
    server.store.rollback(savepoint)
    assert server("TS.RANGE k - +") == [[5, b"1.5"]]
    assert server("TS.ADD k 6 2") == 6


def test_rollback_removes_what_was_made() -> None:
    """A series made since the savepoint goes."""
    server = Server()
    savepoint = server.store.savepoint()
    server("TS.ADD k 5 1")
    assert [change.kind for change in server.store.changes(savepoint)] == ["created"]
    server.store.rollback(savepoint)
    assert server("EXISTS k") == 0


def test_rollback_of_a_series_written_by_a_rule() -> None:
    """The series a rule writes to is brought back too, and the rule still writes to it."""
    server = Server("redis-8", "TS.CREATE s", "TS.CREATE d", "TS.CREATERULE s d AGGREGATION SUM 10", "TS.ADD s 1 1")
    savepoint = server.store.savepoint()
    server("TS.ADD s 11 2")
    server("TS.ADD s 21 3")
    before = server("TS.RANGE d - +")
    server.store.rollback(savepoint)
    assert server("TS.RANGE d - +") == []
    server("TS.ADD s 11 2")
    server("TS.ADD s 21 3")
    assert server("TS.RANGE d - +") == before


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("TS.ADD k 9 9", [b"k"]),
        ("TS.ADD new 9 9", [b"new"]),
        ("TS.ADD k 5 9", []),
        ("TS.CREATE k", []),
        ("TS.GET k", []),
        ("TS.MGET FILTER a=1", []),
        ("TS.ADD s 1 1", []),
    ],
)
def test_change_events(line: str, changed: list[bytes]) -> None:
    """Listeners hear of keys that were written to, not of those a refused command left alone."""
    assert Server("redis-8", "TS.ADD k 5 1.5", "SET s 1").changed_by(line) == changed


def test_change_events_of_a_rule() -> None:
    """A rule's series is told of when the rule writes to it."""
    server = Server("redis-8", "TS.CREATE s", "TS.CREATE d", "TS.CREATERULE s d AGGREGATION sum 10", "TS.ADD s 1 1")
    assert server.changed_by("TS.ADD s 2 1") == [b"s"]
    assert sorted(server.changed_by("TS.ADD s 31 1")) == [b"d", b"s"]


@needs_probables
@pytest.mark.parametrize(
    ("setup", "line", "check"),
    [
        ("BF.ADD k x", "BF.ADD k y", "BF.EXISTS k y"),
        ("CF.ADD k x", "CF.ADD k y", "CF.EXISTS k y"),
        ("CMS.INITBYDIM k 50 5", "CMS.INCRBY k y 3", "CMS.QUERY k y"),
    ],
)
def test_rollback_of_filters_and_sketches(setup: str, line: str, check: str) -> None:
    """A rollback brings their bits back."""
    server = Server("redis-8", setup)
    before = server(check)
    savepoint = server.store.savepoint()
    server(line)
    assert server(check) != before
    server.store.rollback(savepoint)
    assert server(check) == before


@needs_vectors
def test_rollback_of_a_vector_set() -> None:
    """A rollback takes a vector out again."""
    server = Server("redis-8", "VADD k VALUES 2 1 2 x")
    savepoint = server.store.savepoint()
    server("VADD k VALUES 2 2 1 y")
    server.store.rollback(savepoint)
    assert server("VCARD k") == 1


# -- in the command table, and when it is loaded


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("JSON.SET k $ 1", [b"k"]),
        ("JSON.MGET a b $", [b"a", b"b"]),
        ("JSON.MSET a $ 1 b $ 2", [b"a", b"b"]),
        ("TS.MADD a 1 1 b 2 2", [b"a", b"b"]),
        ("TS.CREATERULE a b AGGREGATION avg 1", [b"a", b"b"]),
        ("TDIGEST.MERGE d 2 a b", [b"a", b"b", b"d"]),
        ("CMS.MERGE d 2 a b WEIGHTS 1 2", [b"a", b"b", b"d"]),
        ("TS.MRANGE - + FILTER a=1", []),
        ("VADD k VALUES 2 1 2 x", [b"k"]),
    ],
)
def test_keys_of_module_commands(line: str, keys: list[bytes]) -> None:
    """The table tells the keys of a call."""
    from ldbpy.commands import load_table
    from ldbpy.commands.keys import find_keys

    argv = line.encode().split(b" ")
    command = load_table(FLAVORS["redis-8"].table).lookup(argv)
    assert command is not None
    assert sorted(use.key for use in find_keys(command, argv)) == keys


def test_fakeredis_is_loaded_with_the_first_such_command() -> None:
    """Neither the store nor JSON loads fakeredis or redis-py."""
    code = """
import sys
from ldbpy.flavors import FLAVORS
from ldbpy.store.memory import MemoryStore
client = MemoryStore(FLAVORS["redis-8"]).client()
client.call([b"JSON.SET", b"k", b"$", b"1"])
assert not {"fakeredis", "redis"} & set(sys.modules)
client.call([b"TS.ADD", b"t", b"1", b"1"])
assert "fakeredis" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_another_lua_after_it() -> None:
    """A module brings Lua 5.1 along; scripts in Lua 5.4 run all the same. A process of its own: it may crash."""
    code = (
        "from ldbpy.flavors import FLAVORS\n"
        "from ldbpy.targets.embedded import EmbeddedServer\n"
        "EmbeddedServer(FLAVORS['redis-8']).client().call([b'TS.CREATE', b't'])\n"
        "server = EmbeddedServer(FLAVORS['dragonfly'])\n"
        "assert server.client().call([b'EVAL', b'return 7 // 2', b'0']) == 3\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
