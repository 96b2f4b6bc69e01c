"""JSON documents as a whole: JSON.SET, JSON.GET and their relatives (RedisJSON).

Implemented here and not by fakeredis, whose replies are made for a client library: ``JSON.GET key`` is ``{}`` there.
A JSONPath (``$...``) answers a list, an older path (``.a``) one value. Errors were taken from Redis 8.
"""

from __future__ import annotations

from typing import cast

from ldbpy.resp import OK, Reply, Status
from ldbpy.store.memory.args import Argv
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject, syntax_error, wrong_arity
from ldbpy.store.memory.json_documents import (
    JSON,
    NO_PATH,
    ROOT,
    argument,
    assign,
    copied,
    document,
    json_bytes,
    needed,
    one_or_all,
    path_argument,
    updating,
)
from ldbpy.store.memory.json_paths import Name, Path, Place, parse_path
from ldbpy.store.memory.json_text import Format, Json, write_json
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.values import ModuleValue

__all__: list[str] = []

_NOT_BOOLEAN = b"ERR Path does not exist or not a bool"


# -- reading


@command("json.get")
def json_get(client: Client, argv: Argv) -> Reply:
    """JSON.GET key [INDENT text] [NEWLINE text] [SPACE text] [path ...]."""
    words = {b"INDENT": "", b"NEWLINE": "", b"SPACE": ""}
    index = 2
    while index < len(argv):
        word = argv[index].upper()
        if word in words and index + 1 < len(argv):
            words[word] = argv[index + 1].decode("utf-8", "replace")
            index += 1
        elif word != b"NOESCAPE":
            break
        index += 1
    form = Format(words[b"INDENT"], words[b"NEWLINE"], words[b"SPACE"])
    paths = [parse_path(text) for text in argv[index:] or [ROOT]]
    holder = document(client, argv[1])
    return None if holder is None else _texts(holder, paths, form)


def _texts(holder: ModuleValue, paths: list[Path], form: Format) -> bytes:
    """What the paths match: one as it is, several as an object. One JSONPath makes lists of them all."""
    root = cast("Json", holder.model)
    legacy = all(path.legacy for path in paths)
    found: dict[str, Json] = {}
    for path in paths:
        values = [value for _, value in path.find(root)]
        if legacy and not values:
            reject(NO_PATH)
        found[path.text.decode("utf-8", "replace")] = values[0] if legacy else values
    value = found if len(paths) > 1 else next(iter(found.values()))
    return write_json(value, form).encode("utf-8", "surrogatepass")


@command("json.mget")
def json_mget(client: Client, argv: Argv) -> Reply:
    """JSON.MGET key [key ...] path: null for what is no document, or has no such path."""
    path = parse_path(argv[-1])
    texts: list[Reply] = []
    for key in argv[1:-1]:
        value = client.db.get(key)
        is_document = isinstance(value, ModuleValue) and value.kind is JSON
        found = [item for _, item in path.find(value.model)] if is_document else []  # type: ignore[union-attr, arg-type]
        if not path.legacy:
            texts.append(json_bytes(found) if is_document else None)
        else:
            texts.append(json_bytes(found[0]) if found else None)
    return texts


@command("json.type")
def json_type(client: Client, argv: Argv) -> Reply:
    """JSON.TYPE key [path]: ``integer`` and ``number`` are two."""
    path = path_argument(argv)
    holder = document(client, argv[1])
    if holder is None:
        return [None] if client.resp == 3 else None
    names: list[Reply] = [_type_of(value) for _, value in path.find(cast("Json", holder.model))]
    reply: Reply = names if not path.legacy else next(iter(names), None)
    return [reply] if client.resp == 3 else reply


def _type_of(value: Json) -> bytes:
    match value:
        case bool():
            return b"boolean"
        case int():
            return b"integer"
        case float():
            return b"number"
        case str():
            return b"string"
        case list():
            return b"array"
        case dict():
            return b"object"
        case None:
            return b"null"


@command("json.resp")
def json_resp(client: Client, argv: Argv) -> Reply:
    """JSON.RESP key [path]: the document as replies; an object is an array that begins with ``{``."""
    path = path_argument(argv)
    holder = document(client, argv[1])
    if holder is None:
        return None
    found = [_as_reply(value) for _, value in path.find(cast("Json", holder.model))]
    if not path.legacy:
        return found
    if not found:
        reject(NO_PATH)
    return found[0]


def _as_reply(value: Json) -> Reply:
    match value:
        case bool():
            return Status(b"true" if value else b"false")
        case int() | None:
            return value
        case float():
            return json_bytes(value)
        case str():
            return value.encode("utf-8", "surrogatepass")
        case list():
            return [Status(b"["), *(_as_reply(item) for item in value)]
        case dict():
            parts = (part for pair in value.items() for part in pair)
            return [Status(b"{"), *(_as_reply(part) for part in parts)]


# -- setting


@command("json.set")
def json_set(client: Client, argv: Argv) -> Reply:
    """JSON.SET key path value [NX | XX]: a path that is not there yet has to be a new member of an object."""
    words = {word.upper() for word in argv[4:]}
    if len(argv) > 5 or not words <= {b"NX", b"XX"}:  # at most one of them
        syntax_error()
    path = parse_path(argv[2])
    value = argument(argv[3], prefix=b"")
    holder = document(client, argv[1])
    if holder is not None or path.is_root:
        there = holder is not None and bool(path.find(cast("Json", holder.model)))
        if words and (b"NX" in words) == there:
            return None
    places = _places(client, argv[1], path)
    _store(client, argv[1], places, value)
    return OK if places else None


def _places(client: Client, key: bytes, path: Path) -> list[Place]:
    """Where a value for that path goes: its matches, or the one place it names; none if its parent is no object."""
    holder = document(client, key)
    if holder is None:
        if not path.is_root:
            reject(b"ERR new objects must be created at the root")
        return [()]
    root = cast("Json", holder.model)
    places = [place for place, _ in path.find(root)]
    if places:
        return places
    if not path.is_definite:
        reject(b"Err wrong static path")
    last = path.steps[-1]
    if not isinstance(last, Name):
        reject(b"ERR array index out of range")
    parents = path.parent().find(root)
    return [(*place, last.name) for place, parent in parents if isinstance(parent, dict)]


def _store(client: Client, key: bytes, places: list[Place], value: Json) -> None:
    holder = document(client, key)
    if not places:
        return
    if holder is None:
        client.db.put(key, ModuleValue(JSON, value))
        return
    client.db.changing(key)
    for place in places:
        assign(holder, place, copied(value))


@command("json.mset")
def json_mset(client: Client, argv: Argv) -> Reply:
    """JSON.MSET key path value [key path value ...]: nothing is set if one of them is an error."""
    if len(argv) % 3 != 1:
        wrong_arity("json.mset")
    triples = [
        (argv[index], parse_path(argv[index + 1]), argument(argv[index + 2], prefix=b""))
        for index in range(1, len(argv), 3)
    ]
    planned = [(key, _places(client, key, path), value) for key, path, value in triples]
    for key, places, value in planned:
        _store(client, key, places, value)
    return OK if all(places for _, places, _ in planned) else None


@command("json.merge")
def json_merge(client: Client, argv: Argv) -> Reply:
    """JSON.MERGE key path value: a merge patch (RFC 7396), in which null takes a member away."""
    path = parse_path(argv[2])
    patch = argument(argv[3], prefix=b"")
    places = _places(client, argv[1], path)
    holder = document(client, argv[1])
    matches = [] if holder is None else path.find(cast("Json", holder.model))
    if holder is None or not matches:
        _store(client, argv[1], places, patch)
        return OK if places else None
    client.db.changing(argv[1])
    for place, value in reversed(matches):  # what lies within another match first
        assign(holder, place, _merged(value, patch))
    return OK


def _merged(value: Json, patch: Json) -> Json:
    if not isinstance(patch, dict):
        return copied(patch)
    merged: dict[str, Json] = value if isinstance(value, dict) else {}
    for key, item in patch.items():
        if item is None:
            merged.pop(key, None)
        else:
            merged[key] = _merged(merged.get(key), item)
    return merged


@command("json.del", "json.forget")
def json_del(client: Client, argv: Argv) -> Reply:
    """JSON.DEL key [path]: how many values; JSON.FORGET the same. The key goes with the document's last member."""
    path = path_argument(argv)
    holder = document(client, argv[1])
    if holder is None:
        return 0
    if path.is_root:
        return int(client.db.remove(argv[1]))
    root = cast("Json", holder.model)
    places = {place for place, _ in path.find(root)}
    outermost = [place for place in places if not any(place[:end] in places for end in range(len(place)))]
    if outermost:
        client.db.changing(argv[1])
    for place in sorted(outermost, key=lambda place: [(isinstance(step, int), step) for step in place], reverse=True):
        _take_away(root, place)
    if outermost and not root:
        client.db.remove(argv[1])
    return len(outermost)


def _take_away(root: Json, place: Place) -> None:
    parent = root
    for step in place[:-1]:
        parent = parent[step]  # type: ignore[index]  # it was found there
    del parent[place[-1]]  # type: ignore[union-attr, arg-type]


@command("json.clear")
def json_clear(client: Client, argv: Argv) -> Reply:
    """JSON.CLEAR key [path]: objects and arrays to empty ones, numbers to 0; how many were not so already."""

    def cleared(value: Json) -> tuple[Json, bool] | None:
        if isinstance(value, dict | list) and value:
            return type(value)(), True
        if isinstance(value, int | float) and not isinstance(value, bool) and (value or isinstance(value, float)):
            return 0, True
        return None

    return sum(bool(done) for done in updating(client, argv[1], path_argument(argv), cleared))


@command("json.toggle")
def json_toggle(client: Client, argv: Argv) -> Reply:
    """JSON.TOGGLE key path: 1 and 0 for a JSONPath, ``true`` and ``false`` for an older path."""
    path = parse_path(argv[2])
    needed(client, argv[1])

    def toggled(value: Json) -> tuple[Json, int] | None:
        return (not value, int(not value)) if isinstance(value, bool) else None

    reply = one_or_all(path, updating(client, argv[1], path, toggled), last=True, none=_NOT_BOOLEAN)
    return (b"true" if reply else b"false") if path.legacy else reply
