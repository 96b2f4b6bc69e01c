"""Scripts read from files, with what they include."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ldbpy.script.reading import may_include, read_file
from ldbpy.script.source import Script, SourceMap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ldbpy.script.includes import Assembled

__all__ = ["read_assembled", "script_from"]


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
