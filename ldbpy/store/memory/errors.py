"""The error replies that more than one command gives, word for word, and the exception that carries them."""

from __future__ import annotations

from typing import Final, NoReturn

from ldbpy.resp import c_string, one_line

__all__ = [
    "INDEX_OUT_OF_RANGE",
    "MUST_BE_POSITIVE",
    "NAN_OR_INFINITY",
    "NOT_FLOAT",
    "NOT_INTEGER",
    "NO_SUCH_KEY",
    "OUT_OF_MEMORY",
    "OUT_OF_RANGE",
    "OVERFLOW",
    "STRING_TOO_LONG",
    "SYNTAX",
    "CommandError",
    "reject",
    "shown",
    "shown_last",
    "syntax_error",
    "wrong_arity",
    "wrong_type",
]

NOT_INTEGER: Final = b"ERR value is not an integer or out of range"
NOT_FLOAT: Final = b"ERR value is not a valid float"
OUT_OF_RANGE: Final = b"ERR value is out of range"
MUST_BE_POSITIVE: Final = b"ERR value is out of range, must be positive"
NO_SUCH_KEY: Final = b"ERR no such key"
INDEX_OUT_OF_RANGE: Final = b"ERR index out of range"
SYNTAX: Final = b"ERR syntax error"
WRONG_TYPE: Final = b"WRONGTYPE Operation against a key holding the wrong kind of value"
STRING_TOO_LONG: Final = b"ERR string exceeds maximum allowed size (proto-max-bulk-len)"
NAN_OR_INFINITY: Final = b"ERR increment would produce NaN or Infinity"
OUT_OF_MEMORY: Final = b"OOM command not allowed when used memory > 'maxmemory'."
OVERFLOW: Final = b"ERR increment or decrement would overflow"


class CommandError(Exception):
    """A command's error reply on its way out. ``message`` is the reply without its leading ``-``."""

    def __init__(self, message: bytes) -> None:
        super().__init__(message)
        self.message = message


def reject(message: bytes) -> NoReturn:
    """Answer with that error."""
    raise CommandError(message)


def shown(text: bytes) -> bytes:
    """A text as an error reply shows it: up to a zero byte, in one line."""
    return one_line(c_string(text))


def shown_last(text: bytes) -> bytes:
    """A text as the last thing an error reply shows, whose end is cleared of line breaks."""
    return one_line(c_string(text).rstrip(b"\r\n"))


def syntax_error() -> NoReturn:
    """Answer ``ERR syntax error``."""
    raise CommandError(SYNTAX)


def wrong_type() -> NoReturn:
    """Answer ``WRONGTYPE …``."""
    raise CommandError(WRONG_TYPE)


def wrong_arity(name: str) -> NoReturn:
    """Answer that the number of arguments is wrong; ``name`` in lower case, ``container|sub`` if it has one."""
    raise CommandError(b"ERR wrong number of arguments for '%s' command" % name.encode())
