from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.docs.consoles import examples, fill, play, scrubbed
from tests.docs.generated import PAGES, ROOT


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_generated_page_is_fresh(path: Path) -> None:
    """A page made from the code says what the code says now."""
    assert path.read_text("utf-8") == PAGES[path]()


@pytest.mark.parametrize("page", examples("console"), ids=lambda page: page.name)
def test_consoles_of_a_page(page: Path, tmp_path: Path) -> None:
    """What a page shows on the terminal is what the program prints, typed from the top of the page."""
    fill(tmp_path)
    for console in examples("console")[page]:
        assert scrubbed(play(console, tmp_path)) == scrubbed(console.text), f"{page}:{console.line}"


@pytest.mark.parametrize("page", examples("python"), ids=lambda page: page.name)
def test_python_of_a_page(page: Path) -> None:
    """The Python on a page runs, from the top of the page."""
    names: dict[str, object] = {}
    for block in examples("python")[page]:
        code = compile("\n" * (block.line - 1) + block.text, page, "exec")
        exec(code, names)


def test_docs_have_examples() -> None:
    """The pages do show the program at work."""
    assert sum(map(len, examples("console").values())) >= 12
    assert examples("python")


def test_layers_are_those_that_are_checked() -> None:
    """The page on the architecture lists the layers that import-linter checks, in their order."""
    page = (ROOT / "docs/explanation/architecture.md").read_text("utf-8")
    block = page.partition("```text\n")[2].partition("```")[0]
    checked = ConfigParser()
    checked.read(ROOT / ".importlinter")
    layers = checked["importlinter:contract:layers"]["layers"]
    assert re.findall(r"^\w+", block, re.MULTILINE) == re.findall(r"\w+", layers)
