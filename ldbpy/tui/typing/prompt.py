"""A prompt with everything that helps: completion, marks, colours, hints, suggestions, history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app_or_none
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.filters import FilterOrBool
from prompt_toolkit.formatted_text import StyleAndTextTuples

from ldbpy.tui.theme import color_depth, style_of
from ldbpy.tui.typing.chosen import chosen_theme, suggester
from ldbpy.tui.typing.history import KeptHistory
from ldbpy.tui.typing.typing import Colours, HelpfulCompleter, Marks, Typing, hint_line

if TYPE_CHECKING:
    from prompt_toolkit.input import Input
    from prompt_toolkit.key_binding import KeyBindingsBase
    from prompt_toolkit.output import Output

    from ldbpy.settings.settings import Settings

__all__ = ["make_prompt"]


_MENU: Final = 8
"""Rows for completions to choose from."""


class _Prompt(PromptSession[str]):
    """A prompt whose menu takes no more rows than the terminal has beside a line to type in and the hint."""

    @property
    def reserve_space_for_menu(self) -> int:
        """Rows for the menu, asked for at each drawing."""
        return min(_MENU, max(self.app.output.get_size().rows - 2, 0))

    @reserve_space_for_menu.setter
    def reserve_space_for_menu(self, rows: int) -> None:
        """The library sets its own default."""


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

    return _Prompt(
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
