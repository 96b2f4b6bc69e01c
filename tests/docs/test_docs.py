from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.consoles import Console, consoles, play, scrubbed
from tests.docs.generated import PAGES


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_generated_page_is_fresh(path: Path) -> None:
    """A page made from the code says what the code says now."""
    assert path.read_text("utf-8") == PAGES[path]()


@pytest.mark.parametrize("console", consoles(), ids=str)
def test_console_block_runs(console: Console, tmp_path: Path) -> None:
    """What a page shows on the terminal is what the program prints."""
    assert scrubbed(play(console, tmp_path)) == scrubbed(console.text)


def test_docs_have_consoles() -> None:
    """The pages do show the program at work."""
    assert len(consoles()) >= 12
