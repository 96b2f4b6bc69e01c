"""Scripts read from files, with what they include."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ldbpy.errors import ScriptFileError, reason_of
from ldbpy.script.source import Script, SourceMap, may_include

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ldbpy.script.includes import Assembled

__all__ = ["read_assembled", "read_file", "script_from"]


def read_file(path: str) -> bytes:
    """The bytes of a file.

    Raises:
        ScriptFileError: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the path
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        raise ScriptFileError(f"cannot read {path or repr(path)}: {reason}") from None


def script_from(name: str, body: bytes, *, includes: bool = True) -> Script:
    """The script of a file's text, with what it includes.

    Raises:
        ScriptFileError: something it includes is not there, or includes it in turn.
    """
    if not includes or not may_include(body):
        return Script(body, SourceMap(name))
    from ldbpy.script.includes import assemble, has_includes  # for the few that need it

    if not has_includes(body):
        return Script(body, SourceMap(name))
    return _script(name, assemble([(name, body)], read_file))


def read_assembled(name: str, parts: Sequence[str], *, includes: bool = True) -> Script:
    """The script that is made by putting files one behind the other.

    Raises:
        ScriptFileError: one of them cannot be read.
    """
    from ldbpy.script.includes import assemble

    texts = [(os.path.normpath(part), read_file(part)) for part in parts]
    return _script(name, assemble(texts, read_file, includes=includes))


def _script(name: str, assembled: Assembled) -> Script:
    return Script(assembled.body, SourceMap(name, assembled.origins.places(assembled.body)))
