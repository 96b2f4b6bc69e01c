"""What colours and typing are like on the full screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prompt_toolkit.auto_suggest import AutoSuggest
    from prompt_toolkit.history import History
    from prompt_toolkit.output import ColorDepth
    from prompt_toolkit.styles import BaseStyle

    from ldbpy.assist.records import Language

__all__ = ["Looks"]


def _lua(aliases: Mapping[str, str]) -> Language:
    from ldbpy.assist.records import Language  # takes long to import, and the first screen does without

    return Language()


@dataclass(frozen=True, slots=True)
class Looks:
    """What a person chose."""

    style: BaseStyle | None = None
    depth: ColorDepth | None = None
    vi: bool = False
    mouse: bool = True
    history: History | None = None
    suggest: AutoSuggest | None = None
    language: Callable[[Mapping[str, str]], Language] = _lua
    """What is typed at the console, by the aliases there are."""
    check: bool = True
    """Whether mistakes are underlined."""
    hints: bool = True
    """Whether it is told what a function or command takes."""
    complete_while_typing: bool = False
