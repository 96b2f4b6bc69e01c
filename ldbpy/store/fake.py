"""Commands of Redis' modules, run by fakeredis: Bloom and cuckoo filters, sketches, time series, vector sets.

The keyspace stays the owner of the data: fakeredis is entered below its public interface, with a database that holds
only what the command needs, and what it leaves there is taken back. So undo, expiry and change events are ours. This
is the only file that knows fakeredis' insides; it is imported, at 190 ms, with the first such command.

JSON is not among them (``ldbpy.store.memory.json_commands``).
"""

from __future__ import annotations

import contextlib
import copy
import functools
import io
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from ldbpy.commands import find_keys
from ldbpy.model.changes import KeyContent
from ldbpy.resp import Double, DoubleStyle, ErrorReply, MapReply, Reply, Status, format_double
from ldbpy.store.memory.errors import reject, wrong_arity, wrong_type
from ldbpy.store.memory.values import ModuleKind, ModuleValue

if TYPE_CHECKING:
    from ldbpy.store.memory.args import Argv
    from ldbpy.store.memory.client import Client

__all__ = ["run_module_command"]

_REDIS: Final = (8, 6)
_TIME_SERIES: Final = b"TSDB-TYPE"
_TYPES: Final = {
    "bf": b"MBbloom--",
    "cf": b"MBbloomCF",
    "cms": b"CMSk-TYPE",
    "tdigest": b"TDIS-TYPE",
    "topk": b"TopK-TYPE",
    "ts": _TIME_SERIES,
    "v": b"vectorset",
}
_PACKAGES: Final = {"bf": "pyprobables", "cf": "pyprobables", "cms": "pyprobables", "v": "numpy and jsonpath-ng"}


class _Engine:
    """fakeredis' parts, made once: a server with one database, empty between commands, and a socket per protocol."""

    def __init__(self) -> None:
        import redis
        from fakeredis._core import FakeServer
        from fakeredis._core._database import Item
        from fakeredis._helpers import SimpleError, SimpleString
        from fakeredis._msgs import FLAG_LEAVE_EMPTY_VAL, WRONG_ARGS_MSG7
        from fakeredis._socket._fakesocket import FakeSocket
        from fakeredis.stack import TimeSeriesCommandsMixin

        self.server: Any = FakeServer(version=_REDIS)
        self.db: Any = self.server.dbs[0]
        self.sockets: Any = {
            protocol: FakeSocket(self.server, 0, client_class=redis.Redis, client_info={"resp": protocol})
            for protocol in (2, 3)
        }
        self.item: Any = Item
        self.error: Any = SimpleError
        self.status: Any = SimpleString
        self.time_series: Any = TimeSeriesCommandsMixin
        self.leave_empty: Any = FLAG_LEAVE_EMPTY_VAL
        self.bad_arity: Any = WRONG_ARGS_MSG7


@functools.cache
def _engine() -> _Engine:
    return _Engine()


def run_module_command(client: Client, argv: Argv) -> Reply:
    """Run a command of a module; the handler of all of them."""
    command = client.store.table.lookup(argv)
    assert command is not None, "the client has looked it up"
    family = command.name.partition(".")[0] if "." in command.name else "v"
    engine = _engine()
    function, signature = _function(engine, command.name, family, client.resp)
    argv = _with_time(client, command.name, argv)
    involved = _involved(client, [use.key for use in find_keys(command, argv)], family)
    series = _all_series(client) if family == "ts" and not involved else {}
    writes = "write" in command.flags
    with engine.server.lock, _loaded(engine, {**series, **involved}):
        news = {key for key in involved if writes and key not in client.db.changed}
        if writes:
            for key, value in involved.items():
                if value is not None:
                    client.db.changing(key)
        reply, failed = _run(engine, function, signature, command.name, argv[1:], client.resp)
        if writes:
            _take_back(client, engine, involved, family)
        if failed:
            for key in news - _stored(engine, involved):
                client.db.changed.pop(key, None)
    return reply


def _function(engine: _Engine, name: str, family: str, protocol: int) -> tuple[Any, Any]:
    """fakeredis' function for the command, and its signature."""
    with contextlib.suppress(engine.error):
        function, signature = engine.sockets[protocol]._name_to_func(name)
        if function is not None:
            return function, signature
    text = b"ERR the embedded store does not have the command '%s'" % name.encode()
    if family in _PACKAGES and not _has_family(engine, family):
        text += b", for want of the Python package %s" % _PACKAGES[family].encode()
    reject(text)


def _has_family(engine: _Engine, family: str) -> bool:
    sample = {"bf": "bf_add", "cf": "cf_add", "cms": "cms_query", "v": "vadd"}
    return hasattr(engine.sockets[2], sample[family])


# -- in and out of fakeredis' database


def _involved(client: Client, keys: list[bytes], family: str) -> dict[bytes, ModuleValue | None]:
    """The values at those keys, and at those that rules of time series lead to; WRONGTYPE for another type."""
    found: dict[bytes, ModuleValue | None] = {}
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        if key in found:
            continue
        value = client.db.get(key)
        if value is None:
            found[key] = None
        elif isinstance(value, ModuleValue) and value.type_name == _TYPES[family]:
            found[key] = value
            model: Any = value.model
            waiting.extend(rule.dest_key.name for rule in (model.rules if family == "ts" else ()))
        elif key in keys:
            wrong_type()
    return found


def _all_series(client: Client) -> dict[bytes, ModuleValue]:
    """Every time series of the database, for the commands that look for them by label."""
    values = ((key, client.db.get(key)) for key in client.db.names())
    return {key: value for key, value in values if isinstance(value, ModuleValue) and value.type_name == _TIME_SERIES}


@contextlib.contextmanager
def _loaded(engine: _Engine, values: dict[bytes, ModuleValue | None] | dict[bytes, ModuleValue]) -> Iterator[None]:
    """Let fakeredis' database hold those values, and nothing afterwards."""
    items = engine.db._dict
    for key, value in values.items():
        if value is not None:
            items[key] = engine.item(value.model)
    _link_series(engine, items)
    try:
        yield
    finally:
        items.clear()


def _link_series(engine: _Engine, items: dict[bytes, Any]) -> None:
    """Let time series know their own names, and rules the series that are there now.

    A copied, renamed or restored series has lost them. fakeredis finds series by the names in a class attribute.
    """
    series = {key: item.value for key, item in items.items() if type(item.value).__name__ == "TimeSeries"}
    engine.time_series._timeseries_keys = set(series)
    for key, model in series.items():
        model.name = key
        for rule in model.rules:
            rule.source_key = model
            rule.dest_key = series.get(rule.dest_key.name, rule.dest_key)


def _take_back(client: Client, engine: _Engine, involved: dict[bytes, ModuleValue | None], family: str) -> None:
    """Let the keyspace hold what the command left; times of expiry stay."""
    for key, value in involved.items():
        item = engine.db._dict.get(key)
        if item is None:
            client.db.remove(key)
        elif value is None:
            client.db.put(key, ModuleValue(_kind(_TYPES[family]), item.value))
        else:
            value.model = item.value


def _stored(engine: _Engine, involved: dict[bytes, ModuleValue | None]) -> set[bytes]:
    """The keys that are there although they were not: changed even if the command failed in the end."""
    return {key for key, value in involved.items() if value is None and key in engine.db._dict}


# -- running


def _run(
    engine: _Engine, function: Any, signature: Any, name: str, args: list[bytes], protocol: int
) -> tuple[Reply, bool]:
    """Call fakeredis' function as its ``_run_command`` does; the reply, and whether it is an error.

    Not that method itself, which writes doubles as no server has done since Redis 7.2.
    """
    items: list[Any] = []
    failed = False
    try:
        applied = signature.apply(args, engine.db, _REDIS)
        if len(applied) == 1:
            result = applied[0]
        else:
            arguments, items = applied
            result = function(*arguments)
    except engine.error as error:
        result, failed = error, True
    except Exception as error:  # an oversight of fakeredis must not end the session
        text = f"ERR the embedded store could not run '{name}': {type(error).__name__}: {error}"
        return ErrorReply(_one_line(text)), True
    for item in items:
        item.writeback(remove_empty_val=engine.leave_empty not in signature.flags)
    if failed and result.value == engine.bad_arity:
        wrong_arity(name)
    return _reply(engine, result, samples=name.startswith("ts.") and protocol == 2), failed


def _one_line(text: str) -> bytes:
    return " ".join(text.split()).encode("utf-8", "replace")


def _reply(engine: _Engine, value: Any, *, samples: bool) -> Reply:
    """What fakeredis answers, as ours. ``samples``: doubles are simple strings, as TS.GET sends them in RESP2."""
    if isinstance(value, engine.status):
        return Status(value.value)
    if isinstance(value, engine.error):
        return ErrorReply(_one_line("ERR not found" if value.value == "..." else value.value))
    if value is None or isinstance(value, bytes | bool):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    if isinstance(value, dict):
        return MapReply(
            [(_reply(engine, k, samples=False), _reply(engine, v, samples=samples)) for k, v in value.items()]
        )
    if isinstance(value, list | tuple | set):
        return [_reply(engine, item, samples=samples) for item in value]
    if isinstance(value, int):
        return int(value)
    number = float(value)  # of Python or numpy
    if samples:
        return Status(b"NaN" if math.isnan(number) else format_double(number, DoubleStyle.SHORTEST))
    return Double(number)


def _with_time(client: Client, name: str, argv: Argv) -> Argv:
    """The arguments with the store's time where fakeredis would look at the clock."""
    now = b"%d" % client.db.now
    if name == "ts.add" and argv[2] == b"*":
        return [*argv[:2], now, *argv[3:]]
    if name == "ts.madd":
        return [now if index % 3 == 2 and arg == b"*" else arg for index, arg in enumerate(argv)]
    if name in ("ts.incrby", "ts.decrby"):
        words = [arg.upper() for arg in argv]
        if b"TIMESTAMP" not in words:
            return [*argv[:3], b"TIMESTAMP", now, *argv[3:]]
        place = words.index(b"TIMESTAMP") + 1
        return [now if index == place and arg == b"*" else arg for index, arg in enumerate(argv)]
    return argv


# -- the types


@functools.cache
def _kind(type_name: bytes) -> ModuleKind:
    return ModuleKind(type_name, _copy, _content)


def _copy(model: Any) -> Any:
    """A deep copy. A time series shares fakeredis' database and the series its rules write to."""
    engine = _engine()
    shared = [engine.db, *(rule.dest_key for rule in getattr(model, "rules", ()))]
    return copy.deepcopy(model, {id(thing): thing for thing in shared})


def _content(model: Any) -> KeyContent:
    """What a reader is shown: samples, items and their counts, values; else the bytes a dump has."""
    match type(model).__name__:
        case "TimeSeries":
            return tuple((b"%d" % timestamp, value) for timestamp, value in sorted(model.sorted_list))
        case "HeavyKeeper":
            return tuple((item, float(count)) for count, item in model.list())
        case "TDigest":
            return tuple(format_double(value, DoubleStyle.SHORTEST) for value in model)
        case "VectorSet":
            return tuple((vector.name, repr(list(vector.values)).encode()) for vector in model)
        case _:
            file = io.BytesIO()
            model.export(file)
            return file.getvalue()
