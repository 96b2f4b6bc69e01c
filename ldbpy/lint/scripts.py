"""The scripts that a file holds: itself, what it is put together from, or those in a Python file."""

from collections.abc import Sequence
from typing import NamedTuple

from ldbpy.script.reading import may_include, read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ldbpy.script.declared import Declared
    from ldbpy.script.origins import Include, Origins

__all__ = ["Held", "Unit", "held_in", "is_python", "made_of"]


class Unit(NamedTuple):
    """One script as a server gets it."""

    body: bytes
    origins: "Origins | None" = None
    """None: it is the file."""
    called_with: "Declared | None" = None
    """None: its name or a comment in it may say."""
    parts: tuple[str, ...] = ()
    """The files it is put together from, without those they include; none: it stands in one as it is."""

    @property
    def includes(self) -> "tuple[Include, ...]":
        """What lines that stand for files have brought into it."""
        return self.origins.includes if self.origins is not None else ()


class Held(NamedTuple):
    """What a file holds."""

    source: bytes
    """Its text, which positions are counted in."""
    units: tuple[Unit, ...]
    built: tuple[int, ...] = ()
    """Lines where a script is put together when the program runs."""


def is_python(path: str) -> bool:
    """Whether a file is Python, by its name."""
    return path.endswith((".py", ".pyi"))


def held_in(path: str, source: bytes, *, includes: bool) -> Held:
    """The scripts in a file.

    Raises:
        ScriptFileError: what it includes cannot be read; it is no Python.
    """
    if is_python(path):
        return _in_python(path, source)
    if not includes or not may_include(source):
        return Held(source, (Unit(source),))
    from ldbpy.script.includes import assemble, has_includes  # for the few that need it

    if not has_includes(source):
        return Held(source, (Unit(source),))
    assembled = assemble([(path, source)], read_file)
    return Held(source, (Unit(assembled.body, assembled.origins, parts=(path,)),))


def _in_python(path: str, source: bytes) -> Held:
    from ldbpy.script.python_calls import may_hold_scripts

    if not may_hold_scripts(source):
        return Held(source, ())
    from ldbpy.script.python_scripts import scripts_in  # with ast, which takes a while

    found = scripts_in(path, source)
    return Held(found.source, tuple(Unit(*each) for each in found.scripts), found.built)


def made_of(parts: Sequence[str], *, includes: bool) -> Held:
    """The script that is made by putting files one behind the other.

    Raises:
        ScriptFileError: one of them cannot be read.
    """
    from ldbpy.script.includes import assemble

    assembled = assemble([(part, read_file(part)) for part in parts], read_file, includes=includes)
    return Held(b"", (Unit(assembled.body, assembled.origins, parts=tuple(parts)),))
