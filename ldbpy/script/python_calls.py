"""A quick look at Python files, which do not have to be parsed when they hold no script."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["may_hold_scripts"]

_CALLS: Final = re.compile(rb"\.\s*(?:register_script|script_load|function_load|eval|eval_ro|execute_command)\s*\(")


def may_hold_scripts(source: bytes) -> bool:
    """Whether something is called that takes a script."""
    return _CALLS.search(source) is not None
