"""The page of a rule in parts: the tests run its examples."""

from __future__ import annotations

import re
import shlex
from typing import Final, NamedTuple

from ldbpy.lint.findings import Rule
from ldbpy.lint.registry import page_of

__all__ = ["Example", "Page", "page"]

_FENCE: Final = re.compile(r"^```lua(?P<info>[^\n]*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


class Example(NamedTuple):
    """A script on a page, and how it is to be run.

    ``info``: ``fails`` or ``differs`` (from the one to use instead), ``keys``, ``args``, ``setup`` (commands with ``;``
    between them), ``target``. ``files``: what stands beside it, by name: blocks before it that say ``file=name``.
    """

    code: str
    claim: str | None
    info: dict[str, str]
    files: dict[str, str]


class Page(NamedTuple):
    """The parts of a page."""

    summary: str
    sections: dict[str, str]

    def examples(self, section: str) -> list[Example]:
        """The scripts in a section."""
        found = []
        files: dict[str, str] = {}
        for match in _FENCE.finditer(self.sections.get(section, "")):
            example = _example(match, files)
            if "file" in example.info:
                files[example.info["file"]] = example.code
            else:
                found.append(example)
                files = {}
        return found


def _example(match: re.Match[str], files: dict[str, str]) -> Example:
    claim, info = None, {}
    for word in shlex.split(match["info"]):
        name, equals, value = word.partition("=")
        if equals:
            info[name] = value
        else:
            claim = word
    return Example(match["code"], claim, info, files)


def page(rule: Rule) -> Page:
    """The page of a rule, in parts."""
    text = page_of(rule)
    summary, *rest = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    sections = {title: body.strip() for title, body in zip(rest[::2], rest[1::2], strict=True)}
    return Page(summary.strip(), sections)
