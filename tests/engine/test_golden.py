from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.sessions import FOLDER, play, read_golden

PATHS = sorted(FOLDER.glob("*.ldb"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_golden_session(path: Path) -> None:
    """What a person types and sees is as it was."""
    golden = read_golden(path)
    assert golden.text(play(golden)) == path.read_text("utf-8")


def test_there_are_eighty() -> None:
    """The sessions are as many as is claimed."""
    assert len(PATHS) >= 80
