"""A prompt with everything that helps: completion, marks, colours, hints, suggestions, history."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app_or_none
from prompt_toolkit.auto_suggest import AutoSuggest, AutoSuggestFromHistory
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.filters import FilterOrBool
from prompt_toolkit.formatted_text import StyleAndTextTuples

from ldbpy.settings.files import state_folder
from ldbpy.tui.background import is_dark
from ldbpy.tui.theme import Theme, color_depth, detected, style_of
from ldbpy.tui.typing.history import KeptHistory
from ldbpy.tui.typing.typing import Colours, HelpfulCompleter, Marks, Typing, hint_line

if TYPE_CHECKING:
    from prompt_toolkit.input import Input
    from prompt_toolkit.key_binding import KeyBindingsBase
    from prompt_toolkit.output import Output

    from ldbpy.settings.settings import Settings

__all__ = ["chosen_theme", "history_at", "make_prompt", "suggester"]


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


def make_prompt(
    typing: Typing,
    settings: Settings,
    history: KeptHistory,
    environ: Mapping[str, str],
    *,
    multiline: FilterOrBool = False,
    key_bindings: KeyBindingsBase | None = None,
    terminal: tuple[Input, Output] | None = None,
) -> PromptSession[str]:
    """A prompt. Ctrl-R searches the history; ``terminal`` is what to read and write instead of the real one."""
    theme = chosen_theme(settings, environ)

    def toolbar() -> StyleAndTextTuples:
        app = get_app_or_none()
        if app is None:
            return []
        document = app.current_buffer.document
        return hint_line(typing.hint(document.text, document.cursor_position), app.output.get_size().columns - 1)

    return PromptSession(
        history=history,
        lexer=Colours(typing),
        completer=HelpfulCompleter(typing),
        complete_while_typing=settings.complete_while_typing,
        auto_suggest=suggester(settings),
        enable_history_search=not settings.complete_while_typing,  # prompt_toolkit can do one of them
        input_processors=[Marks(typing)] if settings.check else [],
        bottom_toolbar=toolbar if settings.hints else None,
        editing_mode=EditingMode.VI if settings.editing_mode == "vi" else EditingMode.EMACS,
        style=style_of(theme),
        color_depth=color_depth(theme, environ),
        multiline=multiline,
        key_bindings=key_bindings,
        input=terminal[0] if terminal else None,
        output=terminal[1] if terminal else None,
    )
