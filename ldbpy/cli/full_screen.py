"""``ldbpy debug`` on the whole screen of a terminal."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ldbpy.cli.streams import print_text, said, say
from ldbpy.cli.typeahead import release
from ldbpy.console.commands.kept import offer
from ldbpy.settings.files import state_folder
from ldbpy.settings.remembered import Remembered, keep, recall
from ldbpy.tui.debugger.layout import arrangement_of, layout_of
from ldbpy.tui.debugger.looks import Looks
from ldbpy.tui.debugger.screen import Screen
from ldbpy.tui.theme import color_depth, style_of
from ldbpy.tui.typing.chosen import chosen_theme, history_at, suggester

if TYPE_CHECKING:
    from ldbpy.assist.records import Language
    from ldbpy.console.console import Console
    from ldbpy.flavors import Flavor
    from ldbpy.settings.settings import Settings
    from ldbpy.tui.debugger.panes.console import ConsolePane
    from ldbpy.tui.typing.history import KeptHistory

__all__ = ["show"]


def show(
    console: Console,
    feed: ConsolePane,
    begin: Callable[[], None],
    settings: Settings,
    leaving: Callable[[], None],
) -> None:
    """Show a session until the person is through; how the script ended is printed when the screen is gone.

    ``feed`` is where ``console`` writes; ``leaving`` is called before the script is ended.
    """
    history = history_at("history", settings, os.environ)
    looks = _looks(settings, history, console.session.backend.flavor)

    def first() -> None:
        begin()
        offer(console)

    for told in said():
        feed.tell(told)
    screen = Screen(console, feed, looks, leaving=leaving)
    place = os.path.join(state_folder(os.environ), "screen") if settings.remember else None
    before = recall(os.environ, place).layout if place is not None else {}
    screen.debugger.arrangement = arrangement_of(before)
    try:
        screen.run(first)
    finally:
        release()
        if console.session.ended is not None:
            for line in console.story.ended_lines(console.session.ended):
                print_text(line)
    after = layout_of(screen.debugger.arrangement)
    if place is not None and after != before:
        keep(os.environ, place, Remembered(layout=after))
    if history.problem is not None:
        say(f"warning: {history.problem}")


def _looks(settings: Settings, history: KeptHistory, flavor: Flavor) -> Looks:
    theme = chosen_theme(settings, os.environ)

    def language(aliases: Mapping[str, str]) -> Language:
        from ldbpy.assist.debugger import debugger_language  # the first screen does without

        return debugger_language(flavor, aliases)

    return Looks(
        style_of(theme),
        color_depth(theme, os.environ),
        vi=settings.editing_mode == "vi",
        mouse=settings.mouse,
        history=history,
        suggest=suggester(settings),
        language=language,
        check=settings.check,
        hints=settings.hints,
        complete_while_typing=settings.complete_while_typing,
    )
