"""A settings file to begin with: every key with what it means and its default, commented out."""

from __future__ import annotations

import textwrap

from ldbpy.settings.settings import KEYS

__all__ = ["commented"]


def commented(*, project: bool) -> str:
    """The text of the file. ``project``: for one of a project, which may not set everything."""
    where = "the scripts of this project" if project else "all your work with ldbpy"
    parts = [f"# Settings for {where}. Take the # away from what you change.\n"]
    for key in KEYS.values():
        if key.project or not project:
            about = f"{key.doc} One of: {', '.join(key.kind.choices)}." if len(key.kind.choices) > 2 else key.doc
            lines = textwrap.wrap(about, 98, break_long_words=False, break_on_hyphens=False)
            parts.append("".join(f"# {line}\n" for line in lines) + f"#{key.name} = {key.written(key.default)}\n")
    if project:
        parts.append("[lint]\n# ldbpy lint --help tells what can be set here: target, select, ignore, fail-on, ...\n")
    return "\n".join(parts)
