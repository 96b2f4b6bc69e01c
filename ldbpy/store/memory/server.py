"""Commands on the connection and the server itself."""

from __future__ import annotations

from collections.abc import Iterator

from ldbpy.features import Feature
from ldbpy.resp import OK, MapReply, Reply, Status
from ldbpy.store.memory.args import Argv, integer, ranged
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject, shown, syntax_error, wrong_arity
from ldbpy.store.memory.globs import glob
from ldbpy.store.memory.keys import DATABASES, database
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.sizes import size_of

__all__: list[str] = []


@command("ping")
def ping(client: Client, argv: Argv) -> Reply:
    """PING [message]."""
    if len(argv) > 2:
        wrong_arity("ping")
    return argv[1] if len(argv) == 2 else Status(b"PONG")


@command("echo")
def echo(client: Client, argv: Argv) -> Reply:
    """ECHO message."""
    return argv[1]


@command("time")
def time(client: Client, argv: Argv) -> Reply:
    """TIME: seconds and microseconds. From Redis 7.2 on it stands still inside a script."""
    frozen = Feature.TIME_STANDS_STILL in client.features
    now = client.store.now() if frozen else client.store.clock()
    return [b"%d" % (now // 1_000_000), b"%d" % (now % 1_000_000)]


@command("select")
def select(client: Client, argv: Argv) -> Reply:
    """SELECT index."""
    if Feature.SELECT_CHECKS_INT_RANGE not in client.features:
        integer(argv[1], b"ERR invalid DB index")
    client.db = database(client, argv[1])
    return OK


@command("swapdb")
def swapdb(client: Client, argv: Argv) -> Reply:
    """SWAPDB index1 index2."""
    indexes = [integer(argv[1], b"ERR invalid first DB index"), integer(argv[2], b"ERR invalid second DB index")]
    if not all(0 <= index < DATABASES for index in indexes):
        reject(b"ERR DB index is out of range")
    client.store.keyspace(indexes[0]).swap(client.store.keyspace(indexes[1]))
    return OK


def _flush_mode(argv: Argv) -> None:
    if len(argv) > 2 or (len(argv) == 2 and argv[1].upper() not in (b"SYNC", b"ASYNC")):
        syntax_error()


@command("flushdb")
def flushdb(client: Client, argv: Argv) -> Reply:
    """FLUSHDB [ASYNC | SYNC]."""
    _flush_mode(argv)
    client.db.clear()
    return OK


@command("flushall")
def flushall(client: Client, argv: Argv) -> Reply:
    """FLUSHALL [ASYNC | SYNC]."""
    _flush_mode(argv)
    for keyspace in client.store.keyspaces.values():
        keyspace.clear()
    return OK


@command("publish", "spublish")
def publish(client: Client, argv: Argv) -> Reply:
    """PUBLISH channel message: nobody listens to the embedded store."""
    return 0


@command("wait")
def wait(client: Client, argv: Argv) -> Reply:
    """WAIT numreplicas timeout: there are no replicas, so none has anything."""
    ranged(argv[1], 0, 2**31 - 1)
    timeout = integer(argv[2], b"ERR timeout is not an integer or out of range")
    if timeout < 0:
        reject(b"ERR timeout is negative")
    return 0


@command("config|get", arity=-3)
def config_get(client: Client, argv: Argv) -> Reply:
    """CONFIG GET parameter [parameter ...]: what was set, and maxmemory."""
    known = {b"maxmemory": b"0", **client.store.config}
    found = {name: known[name] for pattern in argv[2:] for name in known if glob(pattern, ignore_case=True)(name)}
    return MapReply(list(found.items()))


@command("config|set", arity=-4)
def config_set(client: Client, argv: Argv) -> Reply:
    """CONFIG SET parameter value [parameter value ...]: only maxmemory means something here."""
    if len(argv) % 2:
        wrong_arity("config|set")
    for name, value in zip(argv[2::2], argv[3::2], strict=True):
        if name.lower() == b"maxmemory":
            client.store.set_maxmemory(_memory(value))
        client.store.config[name.lower()] = value
    return OK


_UNITS = {b"": 1, b"b": 1, b"k": 1000, b"kb": 1024, b"m": 10**6, b"mb": 2**20, b"g": 10**9, b"gb": 2**30}


def _memory(text: bytes) -> int:
    """A number of bytes with a unit, as in ``redis.conf``."""
    digits = text.rstrip(b"bBkKmMgG")
    unit = text[len(digits) :].lower()
    if not digits.isdigit() or unit not in _UNITS:
        reject(b"ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory value")
    return int(digits) * _UNITS[unit]


@command("memory|usage", arity=-3)
def memory_usage(client: Client, argv: Argv) -> Reply:
    """MEMORY USAGE key [SAMPLES count]: an estimate, as the server's own is."""
    for index in range(3, len(argv), 2):
        if argv[index].upper() != b"SAMPLES" or index + 1 == len(argv) or integer(argv[index + 1]) < 0:
            syntax_error()
    value = client.db.get(argv[2])
    return None if value is None else size_of(argv[2], value)


@command("info")
def info(client: Client, argv: Argv) -> Reply:
    """INFO [section ...]: the few lines scripts look at."""
    flavor = client.flavor
    lines = [b"# Server", b"redis_version:%s" % flavor.redis_version.encode(), b"redis_mode:standalone"]
    if flavor.product == "valkey":
        lines += [b"server_name:valkey", b"valkey_version:%s" % flavor.release.encode()]
    lines += [b"", b"# Replication", b"role:master", b"connected_slaves:0", b"", b"# Keyspace"]
    for index, keyspace in sorted(client.store.keyspaces.items()):
        if len(keyspace):
            lines.append(b"db%d:keys=%d,expires=%d,avg_ttl=0" % (index, len(keyspace), len(keyspace.expires)))
    return b"\r\n".join([*lines, b""])


@command("hello")
def hello(client: Client, argv: Argv) -> Reply:
    """HELLO [protover [AUTH username password] [SETNAME name]]: there is one user, and nobody asks for names."""
    resp = integer(argv[1], b"ERR Protocol version is not an integer or out of range") if len(argv) > 1 else client.resp
    if resp not in (2, 3):
        reject(b"NOPROTO unsupported protocol version")
    index = 2
    while index < len(argv):
        word, rest = argv[index].upper(), len(argv) - index - 1
        if word == b"AUTH" and rest >= 2:
            if argv[index + 1] != b"default":
                reject(b"WRONGPASS invalid username-password pair or user is disabled.")
            index += 3
        elif word == b"SETNAME" and rest:
            if not all(b"!"[0] <= byte <= b"~"[0] for byte in argv[index + 1]):
                reject(b"ERR Client names cannot contain spaces, newlines or special characters.")
            index += 2
        else:
            reject(b"ERR Syntax error in HELLO option '%s'" % shown(argv[index]))
    client.resp = resp
    return MapReply(list(_hello(client)))


def _hello(client: Client) -> Iterator[tuple[Reply, Reply]]:
    yield b"server", client.flavor.product.encode()
    yield b"version", client.flavor.release.encode()
    yield b"proto", client.resp
    yield b"id", 1
    yield b"mode", b"standalone"
    yield b"role", b"master"
    engine = MapReply([(b"name", b"lua"), (b"ver", 1), (b"path", b"lua"), (b"args", [])])
    yield b"modules", [engine] if Feature.SCRIPTING_ENGINES in client.features else []


@command("client|id", arity=2)
def client_id(client: Client, argv: Argv) -> Reply:
    """CLIENT ID."""
    return 1


@command("client|getname", arity=2)
def client_getname(client: Client, argv: Argv) -> Reply:
    """CLIENT GETNAME: no client here has one."""
    return None


@command("command|count", arity=2)
def command_count(client: Client, argv: Argv) -> Reply:
    """COMMAND COUNT."""
    return len(client.store.table.commands)


@command("lastsave")
def lastsave(client: Client, argv: Argv) -> Reply:
    """LASTSAVE: the time the store was made."""
    return client.store.created // 1_000_000
