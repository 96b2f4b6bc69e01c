"""HGETEX, HSETEX and HGETDEL (``t_hash.c``): fields read or set together with their times of expiry."""

from __future__ import annotations

from ldbpy.features import Feature
from ldbpy.resp import Reply
from ldbpy.store.memory.args import Argv
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.hash_args import FieldOptions, deadline, fields_of, get_or_set_arguments
from ldbpy.store.memory.hash_expiry import make_room, set_field_time
from ldbpy.store.memory.hashes import drop_field, edit_hash, set_expiry, set_field
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.values import Hash

__all__: list[str] = []


@command("hgetdel")
def hgetdel(client: Client, argv: Argv) -> Reply:
    """HGETDEL key FIELDS numfields field [field ...]: a field given twice is null the second time."""
    if Feature.FIELDS_LIKE_KEYS not in client.features:
        client.db.get_as(argv[1], Hash)
    fields = fields_of(client, argv)
    value = client.db.get_as(argv[1], Hash) or Hash()
    found: list[Reply] = []
    for field in fields:
        found.append(value.get(field))
        drop_field(client, argv[1], value, field)
    return found


@command("hgetex")
def hgetex(client: Client, argv: Argv) -> Reply:
    """HGETEX key [EX | PX | EXAT | PXAT time | PERSIST] FIELDS numfields field [field ...].

    A time in the past takes the fields away.
    """
    if Feature.FIELDS_LIKE_KEYS not in client.features:
        client.db.get_as(argv[1], Hash)
    options = get_or_set_arguments(client, argv, setting=False)
    value = client.db.get_as(argv[1], Hash)
    when = deadline(client, options.unit, options.time, "hgetex") if options.unit else None
    fields = options.fields or []
    if value is None:
        return [None for _ in fields]
    if options.unit or options.keep:
        make_room(client, argv[1], value)
    found: list[Reply] = []
    for field in fields:
        found.append(value.get(field))
        if when is not None:
            _set_time(client, argv[1], value, field, when)
        elif options.keep and field in value.expires:
            set_expiry(client, argv[1], value, field, None)
    return found


def _set_time(client: Client, key: bytes, value: Hash, field: bytes, when: int) -> None:
    if when <= client.db.now:
        drop_field(client, key, value, field)
    elif field in value:
        set_field_time(client, key, value, field, when)


@command("hsetex")
def hsetex(client: Client, argv: Argv) -> Reply:
    """HSETEX key [FNX | FXX] [EX | PX | EXAT | PXAT time | KEEPTTL] FIELDS numfields field value [field value ...].

    Valkey has NX and XX as well, for the key. With a time in the past the fields are gone afterwards.
    """
    options = get_or_set_arguments(client, argv, setting=True)
    value = client.db.get_as(argv[1], Hash)
    if options.key_condition and (options.key_condition == b"XX") != (value is not None):
        return 0
    when = deadline(client, options.unit, options.time, "hsetex") if options.unit else None
    pairs = options.fields or []
    if not _condition_holds(options, value or Hash(), pairs[::2]):
        return 0
    if when is not None and when <= client.db.now:
        for field in pairs[::2]:
            _ = value and drop_field(client, argv[1], value, field)
        return 1
    value = edit_hash(client, argv[1])
    if when is not None:
        make_room(client, argv[1], value)
    for field, text in zip(pairs[::2], pairs[1::2], strict=True):
        set_field(value, field, text)
        if when is not None:
            set_field_time(client, argv[1], value, field, when)
        elif not options.keep and field in value.expires:
            set_expiry(client, argv[1], value, field, None)
    return 1


def _condition_holds(options: FieldOptions, value: Hash, fields: list[bytes]) -> bool:
    match options.condition:
        case b"FNX":
            return not any(field in value for field in fields)
        case b"FXX":
            return all(field in value for field in fields)
        case _:
            return True
