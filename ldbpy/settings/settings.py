"""Everything that can be set, in one table: the fields of ``Settings``.

A field's name with ``-`` is the key in a settings file, with ``LDBPY_`` in front the environment variable. The fields
feed both, ``ldbpy config`` and the reference page.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Final, NamedTuple, TypeVar

from ldbpy.flavors import DEFAULT_FLAVOR, FLAVORS
from ldbpy.settings.kinds import FLAG, SECONDS, SIZE, Kind, one_of, size_text, whole

__all__ = ["KEYS", "Key", "Settings"]

T = TypeVar("T")


def _set(default: T, kind: Kind, doc: str, *, project: bool = True) -> T:
    """A field. ``project``: whether a project's file may set it, which others may have written."""
    return field(default=default, metadata={"kind": kind, "doc": doc, "project": project})


def _target(given: object) -> str:
    if not isinstance(given, str) or not given:
        raise ValueError(given)
    return given


@dataclass(frozen=True, slots=True)
class Settings:
    """What is set. Options of the command line go before it."""

    target: str = _set(
        "embedded",
        Kind("a URL such as redis://localhost, or embedded", _target),
        "Where eval, debug and repl run scripts. Not for the files of a project: whoever wrote one would choose the "
        "server that your data goes to.",
        project=False,
    )
    server: str = _set(DEFAULT_FLAVOR, one_of(tuple(FLAVORS)), "The server the embedded one imitates.")
    strict_keys: bool = _set(False, FLAG, "Whether a script is stopped at a command on a key that is not in KEYS.")
    timeout: float = _set(60.0, SECONDS, "Seconds after which eval stops a script; 0: never.")
    max_memory: int = _set(512 << 20, SIZE, "How much the values of a script may take; 0: no limit.")
    format: str = _set("auto", one_of(("auto", "tty", "raw", "json", "resp")), "How eval prints replies.")
    color: str = _set(
        "auto",
        one_of(("auto", "always", "never")),
        "Whether output has colours; NO_COLOR and FORCE_COLOR go before it.",
    )
    theme: str = _set(
        "auto",
        one_of(("auto", "dark", "light", "high-contrast", "16", "none")),
        "The colours of prompts and screens; auto asks the terminal.",
    )
    editing_mode: str = _set("emacs", one_of(("emacs", "vi")), "The keys for editing a line.")
    mouse: bool = _set(True, FLAG, "Whether the full-screen debugger uses the mouse.")
    complete_while_typing: bool = _set(False, FLAG, "Whether completion shows without Tab.")
    suggest: bool = _set(True, FLAG, "Whether a line from history is suggested while one is typed.")
    hints: bool = _set(True, FLAG, "Whether what a function or command takes is shown below the prompt.")
    check: bool = _set(True, FLAG, "Whether mistakes are underlined while typing.")
    history: bool = _set(True, FLAG, "Whether lines are kept for next time. Those with passwords never are.")
    history_size: int = _set(10_000, whole(1, 1_000_000), "How many lines of history are read.")
    remember: bool = _set(True, FLAG, "Whether breakpoints and what is displayed are kept for each script.")


class Key(NamedTuple):
    """One thing that can be set."""

    name: str
    """As in a file: ``max-memory``."""
    field: str
    kind: Kind
    default: Any
    doc: str
    project: bool
    """Whether a project's file may set it."""

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"LDBPY_{self.field.upper()}"

    def written(self, value: Any) -> str:
        """A value as it stands in a file."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if self.kind is SIZE:
            return f'"{size_text(value)}"' if value else "0"
        return f"{value:.15g}" if isinstance(value, int | float) else _quoted(str(value))


def _quoted(text: str) -> str:
    import json  # a string of JSON is one of TOML

    return json.dumps(text)


def _keys() -> dict[str, Key]:
    found = (
        Key(
            each.name.replace("_", "-"),
            each.name,
            each.metadata["kind"],
            each.default,
            each.metadata["doc"],
            each.metadata["project"],
        )
        for each in fields(Settings)
    )
    return {key.name: key for key in found}


KEYS: Final = _keys()
"""Every key by its name in a file."""
