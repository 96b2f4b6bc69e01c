"""Which lines hold a password, and so are kept nowhere.

A line is looked at as words, in whatever language: ``AUTH x`` and ``redis.call('AUTH', 'x')`` are the same. Rather one
line too many is forgotten than one too few.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["holds_secret"]

_ESCAPE: Final = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|([0-9]{1,3}))")
_BETWEEN: Final = re.compile(r"""["'`,;()\[\]{}\s]+""")
_JOINED: Final = re.compile(r"""["']\s*\.\.\s*["']""")
_URL: Final = re.compile(r"://[^\s/@:]*:[^\s@]*@")
_SECRET: Final = re.compile(
    r"""(?:^|\s)(?:
      auth2?\s+(?![=~<>]=?\s)\S                        # AUTH, HELLO 3 AUTH, MIGRATE ... AUTH, not auth = 1
    | acl\s+setuser\s+\S
    | config\s+set\s.*(?:pass|auth|secret|key)         # requirepass, masterauth, tls-key-file-pass, ...
    | sentinel\s+(?:set|config)\s.*(?:pass|auth)
    | (?:requirepass|masterauth|primaryauth)\s+\S      # the lines of redis.conf
    )""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_LONGEST: Final = 10_000
"""Characters that are looked at. What is longer was pasted, and may hold anything."""


def holds_secret(text: str) -> bool:
    """Whether a line, or several, may hold a password. Takes any text."""
    if len(text) > _LONGEST:
        return True
    plain = _JOINED.sub("", _ESCAPE.sub(_unescaped, text))
    return _URL.search(plain) is not None or _SECRET.search(_BETWEEN.sub(" ", plain)) is not None


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else chr(min(int(match[2]), 255))
