"""What is remembered of each script from one session to the next, in files of the user's."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from ldbpy.errors import reason_of
from ldbpy.settings.files import replace_file, state_folder

__all__ = ["KeptBreakpoint", "Remembered", "keep", "recall"]

_LARGEST: Final = 1 << 18
"""Bytes of a file. What is larger was not written by us."""
_FILES: Final = 1000
"""Scripts that are remembered: of more, those looked at last."""
_SLACK: Final = 100
"""Files more than that before the oldest go."""


@dataclass(frozen=True, slots=True)
class KeptBreakpoint:
    """A breakpoint as a command that sets it."""

    command: str
    """``break 7 if n > 3``."""
    line: int = 0
    """The line of the script it is on; 0: it is on none."""
    text: str = ""
    """What stood on that line, by which it is found if the script has changed."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is remembered of one script."""

    breakpoints: tuple[KeptBreakpoint, ...] = ()
    displays: tuple[str, ...] = ()
    """The expressions that were shown at every stop."""
    layout: Mapping[str, str | int | bool] = field(default_factory=dict)
    """How the screen was arranged, in the screen's own words."""


def recall(environ: Mapping[str, str], script: str) -> Remembered:
    """What is remembered of a script, by its path; nothing if there is nothing that can be read."""
    try:
        with open(_file(environ, script), "rb") as opened:
            data = opened.read(_LARGEST + 1)
        return _remembered(json.loads(data)) if len(data) <= _LARGEST else Remembered()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Remembered()


def _remembered(data: Any) -> Remembered:
    return Remembered(
        tuple(
            KeptBreakpoint(str(each["command"]), int(each["line"]), str(each["text"])) for each in data["breakpoints"]
        ),
        tuple(map(str, data["displays"])),
        {str(name): value for name, value in data["layout"].items() if isinstance(value, str | int | bool)},
    )


def keep(environ: Mapping[str, str], script: str, remembered: Remembered) -> str | None:
    """Remember this of a script instead of what was; why that cannot be, or None."""
    file = _file(environ, script)
    data = {"script": os.path.abspath(script), **asdict(remembered)}
    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        replace_file(file, json.dumps(data, indent=1).encode())
        _drop_oldest(os.path.dirname(file))
    except OSError as error:
        return f"nothing is remembered of the script: {file}: {reason_of(error)}"
    return None


def _file(environ: Mapping[str, str], script: str) -> str:
    path = os.fsencode(os.path.realpath(script))
    name = hashlib.sha1(path, usedforsecurity=False).hexdigest()[:20]
    return os.path.join(state_folder(environ), "scripts", f"{name}.json")


def _drop_oldest(folder: str) -> None:
    with os.scandir(folder) as entries:
        files = [entry.path for entry in entries if entry.name.endswith(".json")]
    if len(files) > _FILES + _SLACK:
        files.sort(key=os.path.getmtime)
        for file in files[: len(files) - _FILES]:
            with contextlib.suppress(OSError):
                os.unlink(file)
