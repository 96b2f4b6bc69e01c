"""The names a script can reach, by server. A test holds this against the runtime's, which is held against servers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ldbpy.flavors import Flavor

__all__ = ["GIVES_ONLY", "LIBRARIES", "common_globals", "fields_of", "globals_of"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GLOBALS: Final = _words(
    "_G _VERSION assert bit cjson cmsgpack collectgarbage coroutine error gcinfo getmetatable ipairs load loadstring "
    "math next pairs pcall rawequal rawget rawset redis select setmetatable string struct table tonumber tostring "
    "type unpack xpcall"
)
_SCRIPT_GLOBALS: Final = _GLOBALS | {"KEYS", "ARGV"}
_HANDLERS: Final = frozenset({"__redis__err__handler", "__server__err__handler"})

LIBRARIES: Final[dict[str, frozenset[str]]] = {
    name: _words(fields)
    for name, fields in {
        "string": "byte char dump find format gfind gmatch gsub len lower match rep reverse sub upper",
        "table": "concat foreach foreachi getn insert maxn remove setn sort",
        "math": "abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10 max min mod modf "
        "pi pow rad random randomseed sin sinh sqrt tan tanh",
        "coroutine": "create resume running status wrap yield",
        "os": "clock",
        "bit": "arshift band bnot bor bswap bxor lshift rol ror rshift tobit tohex",
        "struct": "pack size unpack",
        "cmsgpack": "pack unpack unpack_one unpack_limit _NAME _VERSION _COPYRIGHT _DESCRIPTION",
        "cjson": "encode decode new null encode_keep_buffer encode_max_depth decode_max_depth encode_number_precision "
        "encode_sparse_array encode_invalid_numbers decode_invalid_numbers _NAME _VERSION",
        "redis": "call pcall error_reply status_reply sha1hex log setresp set_repl LOG_DEBUG LOG_VERBOSE LOG_NOTICE "
        "LOG_WARNING REPL_NONE REPL_AOF REPL_SLAVE REPL_REPLICA REPL_ALL",
    }.items()
}
"""The fields that every server has in each table."""

GIVES_ONLY: Final = _words(
    "tonumber tostring type unpack string.format string.sub string.lower string.upper string.rep string.reverse "
    "string.len math.floor math.ceil math.max math.min math.abs table.concat cjson.encode cmsgpack.pack struct.pack "
    "redis.error_reply redis.status_reply redis.sha1hex select next ipairs pairs"
)
"""Functions that change nothing, and whose result is all they are called for."""

_SCRIPT_ONLY: Final = frozenset({"breakpoint", "debug", "replicate_commands"})


def common_globals(*, library: bool) -> frozenset[str]:
    """The globals of scripts, or of the functions of a library, that every server has."""
    return _GLOBALS if library else _SCRIPT_GLOBALS


@cache
def globals_of(flavor: Flavor, *, library: bool) -> frozenset[str]:
    """The globals of scripts, or of the functions of a library."""
    from ldbpy.features import Feature  # only where a script has a name that not every server has

    found = set(common_globals(library=library))
    features = flavor.features
    if not library:
        found |= _HANDLERS
    if Feature.LUA_ENVIRONMENTS in features:
        found |= {"getfenv", "setfenv", "newproxy"}
    if Feature.LUA_PRINT in features:
        found.add("print")
    if Feature.LUA_OS in features:
        found.add("os")
    if flavor.product == "valkey":
        found.add("server")
    return frozenset(found)


@cache
def fields_of(table: str, flavor: Flavor, *, library: bool) -> frozenset[str] | None:
    """The fields of a table the server provides; None for one that is not known."""
    from ldbpy.features import Feature

    fields = LIBRARIES.get(table)
    if fields is None:
        return None
    features = flavor.features
    if table == "cjson" and Feature.CJSON_ARRAY_MT in features:
        return fields | {"decode_array_with_array_mt"}
    if table == "redis":
        return fields | _api_fields(flavor, library=library)
    return fields


def _api_fields(flavor: Flavor, *, library: bool) -> frozenset[str]:
    from ldbpy.features import Feature

    found = {"register_function"} if library else set(_SCRIPT_ONLY)
    if Feature.ACL_CHECK_CMD in flavor.features:
        found.add("acl_check_cmd")
    if Feature.VERSION_CONSTANTS in flavor.features:
        found |= {"REDIS_VERSION", "REDIS_VERSION_NUM"}
    if flavor.product == "valkey":
        found |= {"VALKEY_VERSION", "VALKEY_VERSION_NUM", "SERVER_NAME"}
    return frozenset(found)
