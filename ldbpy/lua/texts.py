"""What the servers say about scripts, word for word, by dialect."""

from __future__ import annotations

from typing import Final, NamedTuple

from ldbpy.flavors import Flavor

__all__ = ["Texts", "texts_of"]


class Texts(NamedTuple):
    """The texts of one dialect."""

    api_name: str
    """What the API calls itself in errors: ``redis`` or ``server``."""
    no_arguments: bytes
    bad_arguments: bytes
    unknown_command: bytes
    """May have a %s for the command's name, as the next."""
    wrong_arity: bytes
    not_allowed: bytes
    bad_log_level: str
    set_repl_arity: str
    bad_function_name: bytes = (
        b"Library names can only contain letters, numbers, or underscores(_) and must be at least one character long"
    )
    read_only: bytes = b"Write commands are not allowed from read-only scripts."
    undeclared_key: bytes = b""
    failed: bytes = b"Error running script (call to f_%s): %s"
    """Of a script's name and what it raised, where the two are told in this way."""
    compile_failed: bytes = b"Error compiling script (new function): "


_REDIS_6: Final = Texts(
    api_name="redis",
    no_arguments=b"Please specify at least one argument for redis.call()",
    bad_arguments=b"Lua redis() command arguments must be strings or integers",
    unknown_command=b"Unknown Redis command called from Lua script",
    wrong_arity=b"Wrong number of args calling Redis command From Lua script",
    not_allowed=b"This Redis command is not allowed from scripts",
    bad_log_level="Invalid debug level.",
    set_repl_arity="redis.set_repl() requires two arguments.",
)

_REDIS_7: Final = Texts(
    api_name="redis",
    no_arguments=b"Please specify at least one argument for this redis lib call",
    bad_arguments=b"Lua redis lib command arguments must be strings or integers",
    unknown_command=b"Unknown Redis command called from script",
    wrong_arity=b"Wrong number of args calling Redis command from script",
    not_allowed=b"This Redis command is not allowed from script",
    bad_log_level="Invalid debug level.",
    set_repl_arity="redis.set_repl() requires two arguments.",
    failed=b"Error running script %s, %s",
)

_REDIS_8: Final = _REDIS_7._replace(
    bad_log_level="Invalid log level.",
    set_repl_arity="redis.set_repl() requires one argument.",
)

_VALKEY_8: Final = Texts(
    api_name="server",
    no_arguments=b"Please specify at least one argument for this call",
    bad_arguments=b"Command arguments must be strings or integers",
    unknown_command=b"Unknown command called from script",
    wrong_arity=b"Wrong number of args calling command from script",
    not_allowed=_REDIS_7.not_allowed,
    failed=_REDIS_7.failed,
    bad_log_level="Invalid log level.",
    set_repl_arity="server.set_repl() requires one argument.",
    bad_function_name=(
        b"Function names can only contain letters, numbers, or underscores(_) and must be at least one character long"
    ),
)

_VALKEY_9: Final = _VALKEY_8._replace(
    not_allowed=b"This Valkey command is not allowed from script",
    failed=b"Error running script, %s",
)


_DRAGONFLY: Final = _REDIS_6._replace(
    unknown_command=b"unknown command `%s`",
    wrong_arity=b"wrong number of arguments for '%s' command",
    not_allowed=_REDIS_7.not_allowed,
    read_only=b"Write commands are not allowed from read-only scripts",
    undeclared_key=b"script tried accessing undeclared key",
    failed=b"Error running script (call to %s): %s",
    compile_failed=b"",
)


def texts_of(flavor: Flavor) -> Texts:
    """The texts of a flavor's dialect."""
    if flavor.product == "dragonfly":
        return _DRAGONFLY
    if flavor.product == "valkey":
        return _VALKEY_9 if flavor.version >= (9, 0) else _VALKEY_8
    if flavor.version >= (7, 2):
        return _REDIS_8
    return _REDIS_7 if flavor.version >= (7, 0) else _REDIS_6
