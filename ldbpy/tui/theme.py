"""Themes: what each part of the screen looks like, and which theme a terminal gets.

A part is named by a class, in one vocabulary for all screens (``Part``). No meaning is carried by colour alone: every
state that has a colour has a sign or a word as well, and the theme ``none`` shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prompt_toolkit.output import ColorDepth
    from prompt_toolkit.styles import BaseStyle

__all__ = ["THEMES", "Part", "Theme", "color_depth", "detected", "is_dumb", "style_of"]


class Part(StrEnum):
    """The classes of style: ``class:source.current`` and so on."""

    # Frames
    BORDER = "border"
    BORDER_FOCUSED = "border.focused"
    TITLE = "title"
    TITLE_FOCUSED = "title.focused"
    BAR = "bar"
    BAR_KEY = "bar.key"
    OVERLAY = "overlay"
    SELECTED = "selected"
    # Source
    NUMBER = "source.number"
    CURRENT = "source.current"
    FRAME = "source.frame"
    CURSOR = "source.cursor"
    BREAKPOINT = "source.breakpoint"
    DISABLED = "source.disabled"
    EXECUTED = "source.executed"
    FOUND = "source.found"
    # Values
    NAME = "value.name"
    STRING = "value.string"
    NUMERIC = "value.number"
    NOTHING = "value.nil"
    NEW = "value.new"
    CHANGED = "value.changed"
    REMOVED = "value.removed"
    # Words
    ERROR = "error"
    WARNING = "warning"
    DIM = "dim"
    GOOD = "good"
    PROMPT = "prompt"
    # Typing
    MISTAKE = "mistake"
    SUGGESTION = "auto-suggestion"
    SIGNATURE = "signature"
    SIGNATURE_CURRENT = "signature.current"
    # Lua, and Redis commands
    KEYWORD = "code.keyword"
    CODE_STRING = "code.string"
    CODE_NUMBER = "code.number"
    COMMENT = "code.comment"
    BUILTIN = "code.builtin"
    OPERATOR = "code.operator"


class Theme(StrEnum):
    """The themes, as the setting names them."""

    DARK = "dark"
    LIGHT = "light"
    HIGH_CONTRAST = "high-contrast"
    BASIC = "16"
    """For terminals with 16 colours, in the terminal's own shades."""
    NONE = "none"
    """Bold, underlined and reversed, no colour."""


_PLAIN: Final[Mapping[Part, str]] = {
    Part.BORDER: "",
    Part.BORDER_FOCUSED: "bold",
    Part.TITLE: "",
    Part.TITLE_FOCUSED: "bold reverse",
    Part.BAR: "reverse",
    Part.BAR_KEY: "reverse bold",
    Part.OVERLAY: "",
    Part.SELECTED: "reverse",
    Part.NUMBER: "",
    Part.CURRENT: "reverse",
    Part.FRAME: "bold",
    Part.CURSOR: "underline",
    Part.BREAKPOINT: "bold",
    Part.DISABLED: "",
    Part.EXECUTED: "",
    Part.FOUND: "underline",
    Part.NAME: "",
    Part.STRING: "",
    Part.NUMERIC: "",
    Part.NOTHING: "",
    Part.NEW: "bold",
    Part.CHANGED: "bold",
    Part.REMOVED: "",
    Part.ERROR: "bold",
    Part.WARNING: "bold",
    Part.DIM: "",
    Part.GOOD: "",
    Part.PROMPT: "bold",
    Part.MISTAKE: "underline",
    Part.SUGGESTION: "italic",
    Part.SIGNATURE: "",
    Part.SIGNATURE_CURRENT: "bold underline",
    Part.KEYWORD: "bold",
    Part.CODE_STRING: "",
    Part.CODE_NUMBER: "",
    Part.COMMENT: "italic",
    Part.BUILTIN: "",
    Part.OPERATOR: "",
}
"""How each part looks without colours. Those with colours are laid over it."""


def _over(colours: Mapping[Part, str]) -> dict[Part, str]:
    return {part: colours.get(part, plain) for part, plain in _PLAIN.items()}


THEMES: Final[Mapping[Theme, Mapping[Part, str]]] = {
    Theme.NONE: _PLAIN,
    Theme.DARK: _over(
        {
            Part.BORDER: "#5c6370",
            Part.BORDER_FOCUSED: "#61afef bold",
            Part.TITLE: "#9aa2b1",
            Part.TITLE_FOCUSED: "#61afef bold reverse",
            Part.BAR: "bg:#2c313a #d7dae0",
            Part.BAR_KEY: "bg:#2c313a #61afef bold",
            Part.OVERLAY: "bg:#21252b #d7dae0",
            Part.SELECTED: "bg:#3e4451 #ffffff",
            Part.NUMBER: "#7f8694",
            Part.CURRENT: "bg:#264f78 #ffffff",
            Part.FRAME: "bg:#3a3d41",
            Part.CURSOR: "underline",
            Part.BREAKPOINT: "#e06c75 bold",
            Part.DISABLED: "#7f8694",
            Part.EXECUTED: "#98c379",
            Part.FOUND: "bg:#614d00 #ffffff underline",
            Part.NAME: "#9cdcfe",
            Part.STRING: "#98c379",
            Part.NUMERIC: "#d19a66",
            Part.NOTHING: "#9aa2b1",
            Part.NEW: "#98c379 bold",
            Part.CHANGED: "#e5c07b bold",
            Part.REMOVED: "#e06c75",
            Part.ERROR: "#f4757f bold",
            Part.WARNING: "#e5c07b bold",
            Part.DIM: "#8b92a0",
            Part.GOOD: "#98c379",
            Part.PROMPT: "#61afef bold",
            Part.MISTAKE: "underline #f4757f",
            Part.SUGGESTION: "#7f8694",
            Part.SIGNATURE: "#9aa2b1",
            Part.SIGNATURE_CURRENT: "#ffffff bold underline",
            Part.KEYWORD: "#c678dd",
            Part.CODE_STRING: "#98c379",
            Part.CODE_NUMBER: "#d19a66",
            Part.COMMENT: "#8b92a0 italic",
            Part.BUILTIN: "#61afef",
            Part.OPERATOR: "#56b6c2",
        }
    ),
    Theme.LIGHT: _over(
        {
            Part.BORDER: "#767676",
            Part.BORDER_FOCUSED: "#0550ae bold",
            Part.TITLE: "#57606a",
            Part.TITLE_FOCUSED: "#0550ae bold reverse",
            Part.BAR: "bg:#dfe3e8 #1f2328",
            Part.BAR_KEY: "bg:#dfe3e8 #0550ae bold",
            Part.OVERLAY: "bg:#f6f8fa #1f2328",
            Part.SELECTED: "bg:#b6d7ff #000000",
            Part.NUMBER: "#6e7781",
            Part.CURRENT: "bg:#b6d7ff #000000",
            Part.FRAME: "bg:#e6e9ed",
            Part.CURSOR: "underline",
            Part.BREAKPOINT: "#b3151f bold",
            Part.DISABLED: "#6e7781",
            Part.EXECUTED: "#116329",
            Part.FOUND: "bg:#fff1a8 #000000 underline",
            Part.NAME: "#0550ae",
            Part.STRING: "#116329",
            Part.NUMERIC: "#953800",
            Part.NOTHING: "#57606a",
            Part.NEW: "#116329 bold",
            Part.CHANGED: "#7a4e00 bold",
            Part.REMOVED: "#b3151f",
            Part.ERROR: "#b3151f bold",
            Part.WARNING: "#7a4e00 bold",
            Part.DIM: "#6e7781",
            Part.GOOD: "#116329",
            Part.PROMPT: "#0550ae bold",
            Part.MISTAKE: "underline #b3151f",
            Part.SUGGESTION: "#6e7781",
            Part.SIGNATURE: "#57606a",
            Part.SIGNATURE_CURRENT: "#000000 bold underline",
            Part.KEYWORD: "#8250df",
            Part.CODE_STRING: "#116329",
            Part.CODE_NUMBER: "#953800",
            Part.COMMENT: "#6e7781 italic",
            Part.BUILTIN: "#0550ae",
            Part.OPERATOR: "#0b6e79",
        }
    ),
    Theme.HIGH_CONTRAST: _over(
        {
            Part.BORDER: "#ffffff",
            Part.BORDER_FOCUSED: "#ffff00 bold",
            Part.TITLE: "#ffffff",
            Part.TITLE_FOCUSED: "bg:#ffff00 #000000 bold",
            Part.BAR: "bg:#ffffff #000000",
            Part.BAR_KEY: "bg:#ffffff #000000 bold underline",
            Part.OVERLAY: "bg:#000000 #ffffff",
            Part.SELECTED: "bg:#ffffff #000000 bold",
            Part.NUMBER: "#ffffff",
            Part.CURRENT: "bg:#ffff00 #000000 bold",
            Part.FRAME: "bg:#ffffff #000000",
            Part.BREAKPOINT: "#ff8080 bold",
            Part.DISABLED: "#ffffff",
            Part.EXECUTED: "#80ff80",
            Part.FOUND: "bg:#00ffff #000000 underline",
            Part.NAME: "#ffffff bold",
            Part.STRING: "#80ff80",
            Part.NUMERIC: "#ffff80",
            Part.NEW: "#80ff80 bold underline",
            Part.CHANGED: "#ffff00 bold underline",
            Part.REMOVED: "#ff8080 bold",
            Part.ERROR: "#ff8080 bold",
            Part.WARNING: "#ffff00 bold",
            Part.GOOD: "#80ff80",
            Part.PROMPT: "#ffff00 bold",
            Part.MISTAKE: "underline bold #ff8080",
            Part.SUGGESTION: "#c0c0c0 italic",
            Part.SIGNATURE: "#ffffff",
            Part.SIGNATURE_CURRENT: "bg:#ffffff #000000 bold",
            Part.KEYWORD: "#ffff00 bold",
            Part.CODE_STRING: "#80ff80",
            Part.CODE_NUMBER: "#ffff80",
            Part.COMMENT: "#c0c0c0 italic",
            Part.BUILTIN: "#80ffff",
        }
    ),
    Theme.BASIC: _over(
        {
            Part.BORDER_FOCUSED: "ansicyan bold",
            Part.TITLE_FOCUSED: "ansicyan bold reverse",
            Part.CURRENT: "bg:ansicyan ansiblack",
            Part.BREAKPOINT: "ansired bold",
            Part.EXECUTED: "ansigreen",
            Part.FOUND: "bg:ansiyellow ansiblack",
            Part.STRING: "ansigreen",
            Part.NUMERIC: "ansimagenta",
            Part.NEW: "ansigreen bold",
            Part.CHANGED: "ansiyellow bold",
            Part.REMOVED: "ansired",
            Part.ERROR: "ansired bold",
            Part.WARNING: "ansiyellow bold",
            Part.GOOD: "ansigreen",
            Part.PROMPT: "ansicyan bold",
            Part.MISTAKE: "underline ansired",
            Part.SUGGESTION: "ansibrightblack",
            Part.KEYWORD: "ansimagenta",
            Part.CODE_STRING: "ansigreen",
            Part.CODE_NUMBER: "ansicyan",
            Part.COMMENT: "ansibrightblack italic",
            Part.BUILTIN: "ansiblue",
        }
    ),
}


def is_dumb(environ: Mapping[str, str]) -> bool:
    """Whether the terminal can do no more than print lines."""
    return environ.get("TERM", "") in ("", "dumb", "unknown")


def detected(environ: Mapping[str, str], *, dark: bool | None = None) -> Theme:
    """The theme for a terminal, if no setting names one.

    ``dark`` is what the terminal itself said of its background, if it was asked. Without that, COLORFGBG tells, which
    rxvt, Konsole and others set to the numbers of the colours; most terminals are dark.
    """
    if environ.get("NO_COLOR") or is_dumb(environ):
        return Theme.NONE
    if not _has_many_colours(environ):
        return Theme.BASIC
    if dark is None:
        ground = environ.get("COLORFGBG", "").rpartition(";")[2]
        dark = ground not in ("7", "15")
    return Theme.DARK if dark else Theme.LIGHT


def _has_many_colours(environ: Mapping[str, str]) -> bool:
    if environ.get("COLORTERM", "") in ("truecolor", "24bit"):
        return True
    term = environ.get("TERM", "")
    return not (term in ("linux", "xterm", "screen", "ansi", "vt100", "vt220", "rxvt") or term.endswith("-16color"))


def color_depth(theme: Theme, environ: Mapping[str, str]) -> ColorDepth:
    """How many colours to write: none for the theme without any, all there are with COLORTERM."""
    from prompt_toolkit.output import ColorDepth

    if theme is Theme.NONE:
        return ColorDepth.DEPTH_1_BIT
    if theme is Theme.BASIC:
        return ColorDepth.DEPTH_4_BIT
    many = environ.get("COLORTERM", "") in ("truecolor", "24bit")
    return ColorDepth.DEPTH_24_BIT if many else ColorDepth.DEPTH_8_BIT


def style_of(theme: Theme) -> BaseStyle:
    """The style sheet of a theme, prompt_toolkit's own parts included."""
    from prompt_toolkit.styles import Style

    parts = THEMES[theme]
    rules = {part.value: look for part, look in parts.items()}
    rules |= {
        "completion-menu": parts[Part.OVERLAY] or "reverse",
        "completion-menu.completion.current": f"noreverse {parts[Part.SELECTED]}".replace("noreverse reverse", "bold"),
        "completion-menu.meta.completion": parts[Part.OVERLAY] or "reverse",
        "completion-menu.meta.completion.current": parts[Part.SELECTED],
        "bottom-toolbar": f"noreverse {parts[Part.SIGNATURE]}",
        "search": parts[Part.FOUND],
    }
    return Style.from_dict(rules)
