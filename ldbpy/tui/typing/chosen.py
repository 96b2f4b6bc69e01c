"""What the settings say of colours and history, for prompts and screens."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from prompt_toolkit.auto_suggest import AutoSuggest, AutoSuggestFromHistory

from ldbpy.settings.files import state_folder
from ldbpy.tui.background import is_dark
from ldbpy.tui.theme import Theme, detected
from ldbpy.tui.typing.history import KeptHistory

if TYPE_CHECKING:
    from ldbpy.settings.settings import Settings

__all__ = ["chosen_theme", "history_at", "suggester"]


def chosen_theme(settings: Settings, environ: Mapping[str, str]) -> Theme:
    """The theme that is set, else one that fits the terminal. NO_COLOR and a dumb terminal go before the setting."""
    fitting = detected(environ)
    if settings.theme != "auto" and fitting is not Theme.NONE:
        return Theme(settings.theme)
    if settings.color == "never" or fitting is Theme.NONE:
        return Theme.NONE
    if fitting is Theme.BASIC or environ.get("COLORFGBG"):
        return fitting
    return detected(environ, dark=is_dark(environ))


def history_at(name: str, settings: Settings, environ: Mapping[str, str]) -> KeptHistory:
    """The history of that name, kept if that is set."""
    file = os.path.join(state_folder(environ), name) if settings.history else None
    return KeptHistory(file, settings.history_size)


def suggester(settings: Settings) -> AutoSuggest | None:
    """What suggests lines from history, if that is set."""
    return AutoSuggestFromHistory() if settings.suggest else None
