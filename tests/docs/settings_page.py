"""The page of settings, made from the table of what can be set."""

from __future__ import annotations

from ldbpy.settings.settings import KEYS, Key
from tests.docs.pages import page, table

__all__ = ["settings"]

_ORDER = """
Options of the command line go before environment variables, those before the project's file, and that before your
own; each key by itself. The project's file is the nearest `ldbpy.toml`, or `pyproject.toml` with `[tool.ldbpy]`, in
the current folder or above it; your own is `~/.config/ldbpy/config.toml` (`$XDG_CONFIG_HOME/ldbpy/config.toml`).
`ldbpy config show` tells what is set, and by whom; `ldbpy config init` writes a file to begin with. Files set options
only: nothing in them is run.
"""
_WRONG = """
## What is wrong

A key that is not known, or a value that is none, is told with file, line and key. `eval`, `lint`, and `debug` where
nobody types, end with exit code 2; at a terminal the default is used, with a warning.
"""
_VARIABLES = """
## Other variables

`NO_COLOR` (anything): no colours, whatever is set. `FORCE_COLOR` (anything): colours in pipes too. `TERM=dumb`:
neither colours nor screens. `COLORFGBG` and `COLORTERM` tell which theme fits.
"""
_TABLES = """
## Tables

`[lint]`, or `[tool.ldbpy.lint]` in a pyproject.toml: [settings of the linter](lint-settings.md). `[concatenate]`:
which files make one script, see [scripts in parts](../how-to/scripts-in-parts.md).
"""
_KEPT = """
## What is kept

Under `~/.local/state/ldbpy` (`$XDG_STATE_HOME/ldbpy`), readable by you alone: what was typed at prompts, without
lines that hold passwords (`history = false` keeps none), and for each script its breakpoints and displays, which the
debugger offers again, and how the screen was arranged (`remember = false` keeps neither; `--no-remember` leaves out a
script once).
"""


def settings() -> str:
    """docs/reference/settings.md."""
    head = ["key", "environment", "meaning", "values", "default"]
    return page(
        "Settings", _ORDER, table(head, [_row(key) for key in KEYS.values()]), _WRONG, _VARIABLES, _TABLES, _KEPT
    )


def _row(key: Key) -> list[str]:
    meaning = key.doc if key.project else f"{key.doc} *Not in the file of a project.*"
    values = ", ".join(f"`{each}`" for each in key.kind.choices) or key.kind.told
    return [f"`{key.name}`", f"`{key.variable}`", meaning, values, f"`{key.written(key.default)}`"]
