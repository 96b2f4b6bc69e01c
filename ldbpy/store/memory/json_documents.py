"""JSON documents in the keyspace: finding one, changing it in place, and the errors RedisJSON gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NoReturn, TypeVar

from ldbpy.resp import Reply
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject
from ldbpy.store.memory.json_paths import Match, Path, Place, parse_path
from ldbpy.store.memory.json_text import Json, NotJsonError, read_json, write_json
from ldbpy.store.memory.values import ModuleKind, ModuleValue

__all__ = [
    "JSON",
    "NO_KEY",
    "NO_PATH",
    "ROOT",
    "argument",
    "assign",
    "copied",
    "document",
    "json_bytes",
    "needed",
    "one_or_all",
    "path_argument",
    "updating",
]

T = TypeVar("T")

ROOT: Final = b"."
"""The path where none is given: the older kind, so that the reply is one value."""
NO_PATH: Final = b"ERR Path does not exist"
NO_KEY: Final = b"ERR could not perform this operation on a key that doesn't exist"


def copied(value: Json) -> Json:
    """A copy that shares nothing that can change."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def json_bytes(value: Json) -> bytes:
    """The text of a value, on one line."""
    return write_json(value).encode("utf-8", "surrogatepass")


JSON: Final = ModuleKind(b"ReJSON-RL", copied, json_bytes)  # type: ignore[arg-type]  # its models are Json


def document(client: Client, key: bytes) -> ModuleValue | None:
    """The document at that key, None if there is no key. Its ``model`` is the Json."""
    value = client.db.get(key)
    if value is None or (isinstance(value, ModuleValue) and value.kind is JSON):
        return value
    reject(b"Existing key has wrong Redis type")


def needed(client: Client, key: bytes) -> ModuleValue:
    """The document at that key; an error if there is none."""
    found = document(client, key)
    if found is None:
        reject(NO_KEY)
    return found


def path_argument(argv: list[bytes]) -> Path:
    """The path behind the key, the root if there is none."""
    return parse_path(argv[2] if len(argv) > 2 else ROOT)


def argument(text: bytes, *, prefix: bytes = b"ERR ") -> Json:
    """A value given as JSON. Some commands put no ERR before what is wrong with it."""
    try:
        return read_json(text)
    except NotJsonError as error:
        _not_json(error, prefix)


def _not_json(error: NotJsonError, prefix: bytes) -> NoReturn:
    reject(prefix + str(error).encode())


def assign(holder: ModuleValue, place: Place, value: Json) -> None:
    """Put the value there. Nothing happens where an earlier assignment took the place away."""
    if not place:
        holder.model = value
        return
    parent = holder.model
    for step in place[:-1]:
        if not isinstance(parent, dict | list) or not _has(parent, step):
            return
        parent = parent[step]  # type: ignore[index]  # a str for a dict, an int for a list
    if isinstance(parent, dict) or (isinstance(parent, list) and _has(parent, place[-1])):
        parent[place[-1]] = value  # type: ignore[index]


def _has(parent: dict[str, Json] | list[Json], step: str | int) -> bool:
    if isinstance(parent, dict):
        return step in parent
    return isinstance(step, int) and step < len(parent)


def updating(client: Client, key: bytes, path: Path, change: Callable[[Json], tuple[Json, T] | None]) -> list[T | None]:
    """Let ``change`` make a new value and an answer of every match; the answers, None where it wants none of it."""
    holder = needed(client, key)
    matches: list[Match] = path.find(_model(holder))
    done = [change(value) for _, value in matches]
    if any(pair is not None for pair in done):
        client.db.changing(key)
        for (place, _), pair in zip(matches, done, strict=True):
            if pair is not None:
                assign(holder, place, pair[0])
    return [None if pair is None else pair[1] for pair in done]


def _model(holder: ModuleValue) -> Json:
    return holder.model  # type: ignore[return-value]  # what JSON holds


def one_or_all(path: Path, answers: Sequence[Reply], *, last: bool, none: bytes) -> Reply:
    """All answers for a JSONPath; for an older path the first or last that is one, or the error ``none``."""
    if not path.legacy:
        return list(answers)
    found = [answer for answer in answers if answer is not None]
    if not found:
        reject(none)
    return found[-1 if last else 0]
