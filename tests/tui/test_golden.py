from __future__ import annotations

import pytest

from tests.tui.scenes import SCENES, golden_path, play


@pytest.mark.parametrize("name", SCENES)
def test_golden_screen(name: str) -> None:
    """What is on the screen after these keys is as it was."""
    assert play(SCENES[name]) == golden_path(name).read_text("utf-8")


def test_no_golden_screen_is_left_over() -> None:
    """Every screen that is kept belongs to a scene."""
    kept = {path.stem for path in golden_path("x").parent.glob("*.txt")}
    assert kept == set(SCENES)
