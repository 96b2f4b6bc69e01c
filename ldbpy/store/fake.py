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
import heapq
import importlib
import io
import math
import random
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ldbpy.commands.keys import find_keys
from ldbpy.model.changes import KeyContent
from ldbpy.resp import Double, DoubleStyle, ErrorReply, MapReply, Reply, Status, format_double
from ldbpy.store.memory.errors import reject, wrong_type
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
_Involved: TypeAlias = dict[bytes, ModuleValue | None]
"""What is at the keys of a command."""
_PACKAGES: Final = {  # what fakeredis needs for a family, and a method it has then
    "bf": ("bf_add", b"pyprobables"),
    "cf": ("cf_add", b"pyprobables"),
    "cms": ("cms_query", b"pyprobables"),
    "v": ("vadd", b"numpy (and jsonpath-ng)"),
}


_NO_KEY: Final = {
    "bf": b"ERR not found",
    "cf": b"ERR not found",
    "tdigest": b"ERR T-Digest: key does not exist",
    "ts": b"ERR TSDB: the key does not exist",
}


class _Engine:
    """fakeredis' parts, made once: a server with one database, empty between commands, and a socket per protocol."""

    def __init__(self) -> None:
        # fakeredis would load it so that a Lua of another version, loaded later, called its functions and crashed.
        importlib.import_module("lupa.lua51")
        import redis
        from fakeredis._core import FakeServer
        from fakeredis._core._database import Item
        from fakeredis._helpers import SimpleError, SimpleString
        from fakeredis._msgs import FLAG_LEAVE_EMPTY_VAL, INVALID_EXPIRE_MSG, WRONG_ARGS_MSG7
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
        self.bad_time: Any = INVALID_EXPIRE_MSG


@functools.cache
def _engine() -> _Engine:
    return _Engine()


def run_module_command(client: Client, argv: Argv) -> Reply:
    """Run a command of a module; the handler of all of them."""
    command = client.store.table.lookup(argv)
    assert command is not None, "the client has looked it up"
    family = command.name.partition(".")[0] if "." in command.name else "v"
    engine = _engine()
    name = command.name
    function, signature = _function(engine, name, family, client.resp)
    if name == "cf.addnx" and argv[1] not in client.db:  # fakeredis' CF.ADDNX is for a filter that is there
        function, signature = _function(engine, "cf.add", family, client.resp)
    argv = _mended_arguments(client, name, argv)
    keys = [use.key for use in find_keys(command, argv)]
    involved = _involved(client, keys, family)
    series = _all_series(client) if family == "ts" and not involved else {}
    if "write" not in command.flags:
        with engine.server.lock, _loaded(engine, {**series, **involved}):
            return _run(engine, function, signature, name, argv[1:], client.resp)[0]
    with engine.server.lock, _loaded(engine, involved):
        return _write(
            client, engine, involved, keys, lambda: _run_each(engine, function, signature, name, argv, client)
        )


def _write(
    client: Client,
    engine: _Engine,
    involved: _Involved,
    keys: list[bytes],
    run: Callable[[], tuple[Reply, set[bytes]]],
) -> Reply:
    """Run a command that writes: keep what there was for an undo, and take back what there is then.

    No change is told of keys that a refused command left alone, nor of series that no rule wrote to.
    """
    news = set(involved) - set(client.db.changed)
    before = {key: _samples(value) for key, value in involved.items() if key not in keys}
    for key, value in involved.items():
        if value is not None:
            client.db.changing(key)
    reply, touched = run()
    _take_back(client, engine, involved)
    same = {key for key, count in before.items() if count == _samples(involved[key])}
    for key in news & (same | (news - touched if isinstance(reply, ErrorReply) else set())):
        client.db.changed.pop(key, None)
    return reply


def _samples(value: ModuleValue | None) -> int:
    model: Any = value and value.model
    return len(model.sorted_list) if model else 0


def _function(engine: _Engine, name: str, family: str, protocol: int) -> tuple[Any, Any]:
    """The function of fakeredis that runs the command, and its signature."""
    with contextlib.suppress(engine.error):
        function, signature = engine.sockets[protocol]._name_to_func(name)
        if function is not None:
            return function, signature
    text = b"ERR the embedded store does not have the command '%s'" % name.encode()
    sample, package = _PACKAGES.get(family, ("", b""))
    if package and not hasattr(engine.sockets[protocol], sample):
        text += b", for want of the Python package %s" % package
    reject(text)


# -- in and out of fakeredis' database


def _involved(client: Client, keys: list[bytes], family: str) -> _Involved:
    """The values at those keys, and at those that rules of time series lead to; WRONGTYPE for another type."""
    found: _Involved = {}
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


def _all_series(client: Client) -> _Involved:
    """Every time series of the database, for the commands that look for them by label."""
    values = ((key, client.db.get(key)) for key in client.db.names())
    return {key: value for key, value in values if isinstance(value, ModuleValue) and value.type_name == _TIME_SERIES}


@contextlib.contextmanager
def _loaded(engine: _Engine, values: _Involved) -> Iterator[None]:
    """Let fakeredis' database hold those values, and nothing afterwards.

    It finds series by the names in a class attribute, which is left as others in this process may have it.
    """
    items, names = engine.db._dict, engine.time_series._timeseries_keys
    for key, value in values.items():
        if value is not None:
            items[key] = engine.item(value.model)
    series = {key: item.value for key, item in items.items() if type(item.value).__name__ == "TimeSeries"}
    engine.time_series._timeseries_keys = set(series)
    _link(series)
    try:
        yield
    finally:
        items.clear()
        engine.time_series._timeseries_keys = names


def _link(series: dict[bytes, Any]) -> None:
    """Let time series know their own names, and rules the series there are now: a copy or a pre-image does not."""
    for key, model in series.items():
        model.name = key
        for rule in model.rules:
            rule.source_key = model
            rule.dest_key = series.get(rule.dest_key.name, rule.dest_key)


def _take_back(client: Client, engine: _Engine, involved: _Involved) -> None:
    """Let the keyspace hold what the command left; times of expiry stay."""
    for key, value in involved.items():
        item = engine.db._dict.get(key)
        if item is None:
            client.db.remove(key)
            continue
        if type(item.value).__name__ == "TimeSeries":
            _mend_series(item.value)
        if value is None:
            client.db.put(key, ModuleValue(_kind(item.value), item.value))
        else:
            value.model = item.value


# -- running


def _run_each(
    engine: _Engine, function: Any, signature: Any, name: str, argv: Argv, client: Client
) -> tuple[Reply, set[bytes]]:
    """Run the command; one that counts the top items, item by item, as fakeredis lists one twice if given it twice."""
    args, protocol = argv[1:], client.resp
    size = {"topk.add": 1, "topk.incrby": 2}.get(name)
    if size is None or len(args) % size != 1 % size:
        return _run(engine, function, signature, name, args, protocol)
    expelled: list[Reply] = []
    reply: Reply = None
    touched: set[bytes] = set()
    for index in range(1, len(args), size):
        reply, touched = _run(engine, function, signature, name, [args[0], *args[index : index + size]], protocol)
        if not isinstance(reply, list):
            return reply, touched
        expelled += reply
        _mend_top(engine.db._dict[args[0]].value)
    return expelled, touched


def _run(
    engine: _Engine, function: Any, signature: Any, name: str, args: list[bytes], protocol: int
) -> tuple[Reply, set[bytes]]:
    """Call fakeredis' function as its ``_run_command`` does; the reply, and the keys it changed.

    Not that method itself, which writes doubles as no server has done since Redis 7.2.
    """
    items: list[Any] = []
    state = random.getstate() if name == "topk.reserve" else None  # which sets the seed of Python's own generator
    try:
        applied = signature.apply(args, engine.db, _REDIS)
        if len(applied) == 1:
            result = applied[0]
        else:
            arguments, items = applied
            result = function(*arguments)
    except engine.error as error:
        result = error
    except Exception as error:  # an oversight of fakeredis must not end the session
        return _accident(name, error, missing=args[0] not in engine.db._dict), set(args[:1])
    finally:
        if state is not None:
            random.setstate(state)
    for item in items:
        item.writeback(remove_empty_val=engine.leave_empty not in signature.flags)
    if isinstance(result, engine.error):
        return ErrorReply(_error_text(engine, name, result.value)), {item.key for item in items if item.is_modified}
    return _reply(engine, result, samples=name.startswith("ts.") and protocol == 2), set(args[:1])


def _accident(name: str, error: Exception, *, missing: bool) -> ErrorReply:
    """What to answer if fakeredis stumbled: over a missing key, as a rule."""
    text = _NO_KEY.get(name.partition(".")[0])
    if missing and text:
        return ErrorReply(text)
    return ErrorReply(_one_line(f"ERR the embedded store could not run '{name}': {type(error).__name__}: {error}"))


def _error_text(engine: _Engine, name: str, text: str) -> bytes:
    """The error with what fakeredis left blank filled in."""
    if text == engine.bad_arity:
        return b"ERR wrong number of arguments for '%s' command" % name.encode()
    if text == engine.bad_time:
        return b"ERR TSDB: invalid timestamp"
    text = {"...": "ERR not found", "CMS key already set": "CMS: key already exists"}.get(text, text)
    # A client library does not show the ERR, so fakeredis leaves it out; sketches and top items have none.
    prefix = "" if text.startswith(("ERR ", "WRONGTYPE ", "CMS: ", "TopK: ", "TOPK: ")) else "ERR "
    return _one_line(prefix + text.replace("{}", name))


def _one_line(text: str) -> bytes:
    return " ".join(text.split()).encode("utf-8", "replace")


def _reply(engine: _Engine, value: Any, *, samples: bool) -> Reply:
    """What fakeredis answers, as ours. ``samples``: doubles are simple strings, as TS.GET sends them in RESP2."""
    if isinstance(value, engine.status):
        return Status(value.value)
    if isinstance(value, engine.error):
        return ErrorReply(_error_text(engine, "", value.value))
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


# -- mending


def _mended_arguments(client: Client, name: str, argv: Argv) -> Argv:
    """The arguments with the store's time where fakeredis looks at the clock, and in the case it looks for."""
    now = b"%d" % client.db.now
    if name == "ts.createrule":
        return [*argv[:4], *(arg.lower() for arg in argv[4:5]), *argv[5:]]
    if name == "ts.madd":
        return [now if index % 3 == 2 and arg == b"*" else arg for index, arg in enumerate(argv)]
    if name == "ts.add":
        argv = [*argv[:2], now if argv[2] == b"*" else argv[2], *argv[3:]]
        return _after(argv, b"ON_DUPLICATE", bytes.lower)
    if name in ("ts.incrby", "ts.decrby"):
        if b"TIMESTAMP" not in (arg.upper() for arg in argv):
            return [*argv[:3], b"TIMESTAMP", now, *argv[3:]]
        return _after(argv, b"TIMESTAMP", lambda text: now if text == b"*" else text)
    return argv


def _after(argv: Argv, word: bytes, change: Callable[[bytes], bytes]) -> Argv:
    """The arguments with the one after ``word`` changed."""
    return [change(arg) if argv[index - 1].upper() == word else arg for index, arg in enumerate(argv)]


def _mend_series(series: Any) -> None:
    """Put the samples of a time series in order: fakeredis appends those of the past, and forgets places in TS.DEL."""
    samples = series.sorted_list
    places = series.ts_ind_map
    if samples != sorted(samples) or any(places.get(sample[0]) != i for i, sample in enumerate(samples)):
        samples.sort()
        series.ts_ind_map = {timestamp: i for i, (timestamp, _) in enumerate(samples)}
    series.max_timestamp = samples[-1][0] if samples else 0


def _mend_top(top: Any) -> None:
    """Leave each item once among the top ones, with its highest count."""
    counts: dict[bytes, int] = {}
    for count, item in top.min_heap:
        counts[item] = max(count, counts.get(item, 0))
    top.min_heap = [(count, item) for item, count in counts.items()]
    heapq.heapify(top.min_heap)


# -- the types


@functools.cache
def _kind_named(type_name: bytes) -> ModuleKind:
    return ModuleKind(type_name, _copy, _content)


def _kind(model: Any) -> ModuleKind:
    """The type of a model; a vector set does not know its own."""
    return _kind_named(getattr(model, "_model_type", _TYPES["v"]))


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
