from __future__ import annotations

import re
from pathlib import Path

import pytest
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import DEFAULT_ATTRS

import ldbpy
from ldbpy.settings.settings import Settings
from ldbpy.tui.theme import THEMES, Part, Theme, color_depth, detected, style_of
from ldbpy.tui.typing.chosen import chosen_theme

XTERM = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("environ", "theme"),
    [
        (XTERM, Theme.DARK),
        ({**XTERM, "COLORFGBG": "0;15"}, Theme.LIGHT),
        ({**XTERM, "COLORFGBG": "0;default;7"}, Theme.LIGHT),
        ({**XTERM, "COLORFGBG": "15;0"}, Theme.DARK),
        ({**XTERM, "COLORFGBG": "nonsense"}, Theme.DARK),
        ({**XTERM, "NO_COLOR": "1"}, Theme.NONE),
        ({**XTERM, "NO_COLOR": ""}, Theme.DARK),
        ({"TERM": "dumb"}, Theme.NONE),
        ({}, Theme.NONE),
        ({"TERM": "linux"}, Theme.BASIC),
        ({"TERM": "xterm"}, Theme.BASIC),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, Theme.DARK),
    ],
)
def test_detected(environ: dict[str, str], theme: Theme) -> None:
    """The theme fits what the terminal says of itself; NO_COLOR and a dumb terminal have none."""
    assert detected(environ) is theme


def test_what_the_terminal_said() -> None:
    """If the terminal told its background, that counts."""
    assert detected(XTERM, dark=False) is Theme.LIGHT


@pytest.mark.parametrize(
    ("settings", "environ", "theme"),
    [
        (Settings(theme="light"), XTERM, Theme.LIGHT),
        (Settings(theme="high-contrast"), {"TERM": "linux"}, Theme.HIGH_CONTRAST),
        (Settings(theme="light"), {**XTERM, "NO_COLOR": "1"}, Theme.NONE),
        (Settings(theme="light"), {"TERM": "dumb"}, Theme.NONE),
        (Settings(), XTERM, Theme.DARK),
        (Settings(color="never"), XTERM, Theme.NONE),
    ],
)
def test_chosen(settings: Settings, environ: dict[str, str], theme: Theme) -> None:
    """A setting goes before what is detected, and NO_COLOR before the setting."""
    assert chosen_theme(settings, environ) is theme


@pytest.mark.parametrize("theme", Theme)
def test_every_part_has_a_look(theme: Theme) -> None:
    """Every theme can be used, and has a look for every part."""
    assert set(THEMES[theme]) == set(Part)
    assert style_of(theme).get_attrs_for_style_str("class:error") != DEFAULT_ATTRS


def test_none_has_no_colour() -> None:
    """The theme without colours uses none, also for the parts of prompt_toolkit, and writes none."""
    style = style_of(Theme.NONE)
    classes = [*Part, "completion-menu.completion.current", "bottom-toolbar"]
    attributes = [style.get_attrs_for_style_str(f"class:{name}") for name in classes]
    assert {(each.color, each.bgcolor) for each in attributes} == {("", "")}
    assert color_depth(Theme.NONE, {"COLORTERM": "truecolor"}) is ColorDepth.DEPTH_1_BIT


@pytest.mark.parametrize("part", [Part.CURRENT, Part.ERROR, Part.CHANGED, Part.NEW, Part.MISTAKE, Part.SELECTED])
def test_meaning_without_colour(part: Part) -> None:
    """What means something differs from plain text without colours as well."""
    plain = style_of(Theme.NONE).get_attrs_for_style_str("")
    assert style_of(Theme.NONE).get_attrs_for_style_str(f"class:{part}") != plain


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("theme", "ground", "least"),
    [(Theme.DARK, "1e1e1e", 4.0), (Theme.LIGHT, "ffffff", 4.5), (Theme.HIGH_CONTRAST, "000000", 7.0)],
)
def test_contrast(theme: Theme, ground: str, least: float) -> None:
    """Text can be read: its contrast with its ground is that of WCAG 2.1 AA, and AAA in the high contrast theme."""
    for part in set(Part) - {Part.BORDER}:
        look = style_of(theme).get_attrs_for_style_str(f"class:{part}")
        if look.color and not look.reverse:
            lights = sorted((_luminance(look.color), _luminance(look.bgcolor or ground)))
            assert (lights[1] + 0.05) / (lights[0] + 0.05) >= least, part


def test_no_part_is_dead() -> None:
    """Every part is painted somewhere, by its class or by its name; suggestions by prompt_toolkit."""
    package = Path(ldbpy.__file__).parent
    text = "".join(file.read_text() for file in package.rglob("*.py") if file.name != "theme.py")
    used = {part for part in Part if f"class:{part.value}" in text or re.search(rf"Part\.{part.name}\b", text)}
    assert set(Part) - used == {Part.SUGGESTION}
