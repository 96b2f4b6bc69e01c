"""Lua 5.1 source text to tokens, as ``llex.c`` reads it.

The text is the script decoded as latin-1, so a character offset is a byte offset. One regex splits the whole text; no
text is refused here: what Lua would refuse becomes a token of kind ``BROKEN``, which ``explain`` puts in Lua's words
when the parser gets there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate, chain

__all__ = [
    "BROKEN",
    "EOF",
    "KEYWORDS",
    "NAME",
    "NUMBER",
    "STRING",
    "Comment",
    "LexicalError",
    "Tokens",
    "decode_string",
    "explain",
    "near",
    "parse_number",
    "tokenize",
]

NAME = "<name>"
NUMBER = "<number>"
STRING = "<string>"
EOF = "<eof>"
BROKEN = "<broken>"
"""The kind of a token that Lua would refuse. All other kinds, those of keywords and symbols, are their own text."""

KEYWORDS = frozenset(
    {
        *("and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in"),
        *("local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while"),
    }
)

# Every alternative takes what it started, closed or not, and gives nothing back, so the split is linear.
# A possessive group must not fail behind its first characters, as by a lookahead: Python 3.11.0 to 3.11.4 would keep
# what the failed turn had read (gh-100061).
# NUL counts as a dot after a dot, and as an exponent after digits, because llex.c finds it with strchr.
_TOKEN = re.compile(
    r"""(
      [A-Za-z_][A-Za-z0-9_]*+
    | [(){}\]+*/^%\#,;:]
    | \.(?![0-9])(?:[.\0][.\0]?)?
    | [=~<>]=?
    | "[^"\\\r\n]*+ (?: \\(?:\r\n|\n\r|[\s\S]) [^"\\\r\n]*+ )*+ (?:"|\\?)
    | '[^'\\\r\n]*+ (?: \\(?:\r\n|\n\r|[\s\S]) [^'\\\r\n]*+ )*+ (?:'|\\?)
    | \.?[0-9][0-9.]*+ (?:[Ee\0][+\-\0]?)? [A-Za-z0-9_]*+
    | \[(=*+)\[ (?: [\s\S]*? \]\2\] | [\s\S]*+ )
    | \[=*+
    | [^ \t\n\v\f\r]
    )([ \t\n\v\f\r]*+ (?:
        -- (?: \[(=*+)\[ (?: [\s\S]*? \]\4\] | [\s\S]*+ ) | [^\r\n]*+ ) [ \t\n\v\f\r]*+
    )*+)""",
    re.VERBOSE,
)
_GROUPS = 4 + 1
_COMMENT = re.compile(r"--(?:\[(=*+)\[(?:[\s\S]*?\]\1\]|[\s\S]*+)|[^\r\n]*+)")
# Not compiled before there is something to match: few scripts have escapes, long strings, or numbers with a fraction.
_BRACKET = r"\[=*\["
_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|(0[xX][0-9a-fA-F]+)(?:[pP][0-9]+)?"
_ESCAPE = r"\\([0-9]{1,3}|\r\n|\n\r|[\s\S]|\Z)"
_NEWLINE = r"\r\n|\n\r|\r|\n"
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class Comment:
    """A comment: its span, its text with the dashes, and whether it is a long one (``--[[ ]]``)."""

    __slots__ = ("end", "long", "start", "text")

    def __init__(self, start: int, end: int, text: str, long: bool) -> None:
        self.start = start
        self.end = end
        self.text = text
        self.long = long

    def __repr__(self) -> str:
        return f"Comment({self.start}, {self.end}, {self.text!r}, {self.long})"


class Tokens:
    """The tokens of a text in four parallel sequences, ended by one of kind ``EOF``, and its comments apart."""

    __slots__ = ("comments", "ends", "kinds", "starts", "text", "texts")

    def __init__(
        self,
        text: str,
        kinds: list[str],
        texts: tuple[str, ...],
        starts: tuple[int, ...],
        ends: tuple[int, ...],
        comments: tuple[Comment, ...],
    ) -> None:
        self.text = text
        self.kinds = kinds
        self.texts = texts
        self.starts = starts
        self.ends = ends
        self.comments = comments

    def opens_line(self, index: int) -> bool:
        """Tell whether a newline comes between this token and the one before it."""
        before = self.text[self.ends[index - 1] if index else 0 : self.starts[index]]
        return "\n" in before or "\r" in before


class LexicalError:
    """What Lua says of a ``BROKEN`` token.

    ``message`` is Lua's text, ``at`` the offset where Lua stops reading, ``kind`` what the token was to be, and
    ``unfinished`` whether more lines could still make it whole.
    """

    __slots__ = ("at", "kind", "message", "unfinished")

    def __init__(self, message: str, at: int, kind: str, unfinished: bool = False) -> None:
        self.message = message
        self.at = at
        self.kind = kind
        self.unfinished = unfinished


_SYMBOLS = ("(", ")", "{", "}", "[", "]", "=", "==", "~=", "<", "<=", ">", ">=", "..", "...", ".", ",", ";", ":")
_KNOWN = {text: text for text in (*KEYWORDS, *_SYMBOLS, *"+-*/%^#")}


class _Kinds(dict[str, str]):
    """The kind of each token text. Texts repeat, so each distinct one is looked at once."""

    def __missing__(self, text: str) -> str:
        kind = self[text] = _classify(text)
        return kind


def tokenize(text: str, start: int = 0) -> Tokens:
    """Split ``text`` into tokens, from ``start`` on. Takes any text."""
    parts = _TOKEN.split(";" + text[start:])  # with a token in front, behind which the first comments are
    first = start + len(parts[3])
    del parts[:_GROUPS]
    texts: list[str] = parts[1::_GROUPS]
    same: dict[str, str] = {}
    texts = list(map(same.setdefault, texts, texts))  # equal texts become one, for a sixth of the memory in all
    lengths = chain.from_iterable(zip(map(len, texts), map(len, parts[3::_GROUPS]), strict=True))
    bounds = list(accumulate(lengths, initial=first))
    del parts
    starts, ends = bounds[0::2], bounds[1::2]
    comments = _comments(text, start, starts, ends)
    kinds = list(map(_Kinds(_KNOWN).__getitem__, texts))
    broken = next((comment for comment in comments if comment.long and _long_problem(comment.text)), None)
    if broken:
        # The first one is enough: Lua gets no further, and the others are comments all the same.
        index = bisect_right(starts, broken.start, hi=len(ends))
        kinds.insert(index, BROKEN)
        texts.insert(index, broken.text)
        starts.insert(index, broken.start)
        ends.insert(index, broken.end)
    kinds.append(EOF)
    texts.append("")
    ends.append(starts[-1])
    return Tokens(text, kinds, tuple(texts), tuple(starts), tuple(ends), comments)


def _comments(text: str, start: int, starts: list[int], ends: list[int]) -> tuple[Comment, ...]:
    """Find the comments: what starts with two dashes and lies in no token."""
    comments = []
    at = text.find("--", start)
    while at >= 0:
        token = bisect_right(starts, at, hi=len(ends)) - 1
        if token >= 0 and at < ends[token]:
            at = text.find("--", ends[token])
            continue
        match = _COMMENT.match(text, at)
        assert match
        comments.append(Comment(at, match.end(), match[0], match[1] is not None))
        at = text.find("--", match.end())
    return tuple(comments)


def _classify(text: str) -> str:
    first = text[0]
    if first == "_" or (first.isalpha() and first.isascii()):
        return text if text in KEYWORDS else NAME
    if first in "\"'":
        return BROKEN if _is_broken_string(text) else STRING
    if first in "-[" and len(text) > 1:
        return BROKEN if _long_problem(text) else STRING
    if first in "0123456789" or (first == "." and text[1:2].isdigit()):
        return BROKEN if parse_number(text) is None else NUMBER
    return text.replace("\0", ".") if first == "." else text


def parse_number(text: str) -> float | None:
    """Read a numeral as ``luaO_str2d`` does with C99's ``strtod``: ``0x10``, ``3.``, ``.5``. None if malformed."""
    text = text.partition("\0")[0]
    if text.isascii() and text.isdecimal():
        return float(text)
    match = re.fullmatch(_NUMBER, text)
    if not match:
        return None
    if not match[1]:
        return float(text)
    try:
        return float.fromhex(text)
    except OverflowError:
        return float("inf")


def decode_string(text: str) -> bytes:
    """Return the bytes that a string token stands for."""
    return _content(text).encode("latin-1")


def near(tokens: Tokens, index: int) -> str:
    """Return what Lua writes after ``near``: ``txtToken`` of ``llex.c``, which stops at a NUL."""
    kind, text = tokens.kinds[index], tokens.texts[index]
    if kind == STRING:
        bracket = re.match(_BRACKET, text)
        size = bracket.end() if bracket else 1
        text = text[:size] + _content(text) + text[-size:]
    elif kind not in (NAME, NUMBER):
        return f"char({ord(kind)})" if kind < " " or kind == "\x7f" else kind
    return text.partition("\0")[0]


def explain(tokens: Tokens, index: int) -> LexicalError:
    """Say of a ``BROKEN`` token what Lua says."""
    text, start, end = tokens.texts[index], tokens.starts[index], tokens.ends[index]
    if text[0] in "\"'":
        return _explain_string(text, start, end == len(tokens.text))
    if text[0] in "-[":
        message, at = _long_problem(text) or ("", 0)
        kind = "<comment>" if text[0] == "-" else STRING
        return LexicalError(message, start + at, kind, message.startswith("unfinished"))
    return LexicalError(f"malformed number near '{text.partition(chr(0))[0]}'", end, NUMBER)


def _content(text: str) -> str:
    bracket = re.match(_BRACKET, text) if text[0] == "[" else None
    if bracket:
        inner = text[bracket.end() : -bracket.end()]
        first = re.match(_NEWLINE, inner)
        return re.sub(_NEWLINE, "\n", inner[first.end() :] if first else inner)
    inner = text[1:-1]
    return re.sub(_ESCAPE, _unescape, inner) if "\\" in inner else inner


def _unescape(match: re.Match[str]) -> str:
    escape = match[1]
    if escape.isdecimal():
        return chr(int(escape) & 255)
    if escape[:1] in ("\r", "\n"):
        return "\n"
    # \x and \z are no escapes in 5.1: any other character stands for itself.
    return _ESCAPES.get(escape, escape)


def _is_broken_string(text: str) -> bool:
    if "\\" in text:
        if any(escape.isdecimal() and int(escape) > 255 for escape in re.findall(_ESCAPE, text)):
            return True
        text = re.sub(_ESCAPE, "", text)
    return len(text) < 2 or text[-1] != text[0]


def _explain_string(text: str, start: int, at_end: bool) -> LexicalError:
    escape = ""
    for match in re.finditer(_ESCAPE, text):
        escape = match[1]
        if escape.isdecimal() and int(escape) > 255:
            prefix = (text[0] + re.sub(_ESCAPE, _unescape, text[1 : match.start()])).partition("\0")[0]
            return LexicalError(f"escape sequence too large near '{prefix}'", start + match.start(), STRING)
    if at_end:
        unfinished = text.endswith("\\" + escape) and escape.strip("\r\n") == "" and "\\" in text
        return LexicalError(f"unfinished string near '{EOF}'", start + len(text), STRING, unfinished)
    prefix = (text[0] + re.sub(_ESCAPE, _unescape, text[1:])).partition("\0")[0]
    return LexicalError(f"unfinished string near '{prefix}'", start + len(text), STRING)


def _long_problem(text: str) -> tuple[str, int] | None:
    """Say what is wrong with a long string or comment, and at which offset in it Lua finds out. None if nothing is."""
    skip = 2 if text[0] == "-" else 0
    bracket = re.match(_BRACKET, text[skip:])
    if not bracket:
        return f"invalid long string delimiter near '{text}'", len(text)
    size = bracket.end()
    nested = text.find("[[", skip + size) if size == 2 else -1
    if nested >= 0:
        return "nesting of [[...]] is deprecated near '['", nested + 2
    if len(text) < skip + 2 * size or not text.endswith(bracket[0].replace("[", "]")):
        return f"unfinished long {'comment' if skip else 'string'} near '{EOF}'", len(text)
    return None
