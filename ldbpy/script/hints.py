"""What the author of a syntax error may have meant: spellings of other languages, and slips Lua words poorly."""

from __future__ import annotations

import re

from ldbpy.script.lexer import EOF, NAME, NUMBER, STRING, Tokens

__all__ = ["hint_for", "word_hint"]

_NOT_EQUAL = "Lua writes 'not equal' as ~="
_TEMPLATE = "this looks like a template: run it through its engine first"
_BRACES = "Lua has no { } blocks: write then ... end, or do ... end"
_COMMENT = "a Lua comment starts with --, a long one is --[[ ... ]]"
_FUNCTION = "Lua writes a function as function(x) return ... end"
_OPTIONAL = "Lua has no ?. and no ??: write x and x.y, and x or y"
_INTEGER_DIVISION = "Lua 5.1 has no //: write math.floor(a / b); a comment starts with --"
_CASES = "Lua has no switch: write if x == 1 then ... elseif x == 2 then ... end"
_ERRORS = "Lua has no try and catch: write local ok, err = pcall(f), and raise with error(...)"
_LOCAL = "Lua declares a variable with local x = ..."
_ELSEIF = "Lua writes elseif"
_ELSE_IF = "else if opens a second if, which needs an end of its own: write elseif"

# Two symbols without a space between them, the problem at either.
_PAIRS = {
    ("!", "="): _NOT_EQUAL,
    ("!", "=="): _NOT_EQUAL,
    ("<", ">"): _NOT_EQUAL,
    ("==", "="): "Lua compares with ==",
    ("+", "+"): "Lua has no ++: write x = x + 1",
    ("&", "&"): "Lua writes && as and",
    ("|", "|"): "Lua writes || as or",
    ("<", "<"): "Lua 5.1 has no <<: write bit.lshift(a, n)",
    (">", ">"): "Lua 5.1 has no >>: write bit.rshift(a, n)",
    ("*", "*"): "Lua writes a power as a ^ b",
    ("/", "*"): _COMMENT,
    ("=", ">"): _FUNCTION,
    ("-", ">"): _FUNCTION,
    (":", ":"): "Lua 5.1 has no goto and no ::labels::",
    (":", "="): "Lua assigns with =",
    ("?", "?"): _OPTIONAL,
    ("?", "."): _OPTIONAL,
    ("{", "{"): _TEMPLATE,
    ("{", "%"): _TEMPLATE,
    ("<", "%"): _TEMPLATE,
    ("%", ">"): _TEMPLATE,
    ("$", "{"): _TEMPLATE,
}
_ASSIGNING = frozenset({"+", "-", "*", "/", "%", "^", "..", "&", "|"})

# A symbol that Lua 5.1 does not have.
_SYMBOLS = {
    "!": "Lua writes ! as not",
    "&": "Lua 5.1 has no & operator: write bit.band(a, b)",
    "|": "Lua 5.1 has no | operator: write bit.bor(a, b)",
    "~": "Lua 5.1 has no ~ operator: write bit.bxor(a, b) or bit.bnot(a)",
    "?": "Lua has no ? :, write c and a or b (a must not be false or nil)",
    "`": "Lua has no backquotes: a string is '...', \"...\" or [[...]]",
    "$": "a Lua name has no $",
    "@": "Lua has no @",
    "\xef": "a byte order mark? Save the file as UTF-8 without one",
    "\xe2": "a typographic quote or dash? Lua knows only ' \" and -",
    "\xc2": "a no-break space? Replace it by a plain one",
}

# A word that other languages give a meaning. To Lua it is a name, so the problem is at the token after it.
_WORDS = {
    "continue": "Lua has no continue: put the rest of the loop body in if ... then ... end",
    "goto": "Lua 5.1 has no goto and no ::labels::",
    "switch": _CASES,
    "case": _CASES,
    "default": _CASES,
    "elif": _ELSEIF,
    "elsif": _ELSEIF,
    "let": _LOCAL,
    "var": _LOCAL,
    "const": _LOCAL,
    "my": _LOCAL,
    "int": _LOCAL,
    "fn": _FUNCTION,
    "fun": _FUNCTION,
    "func": _FUNCTION,
    "def": _FUNCTION,
    "lambda": _FUNCTION,
    "try": _ERRORS,
    "catch": _ERRORS,
    "throw": _ERRORS,
    "raise": _ERRORS,
    "foreach": "Lua writes for key, value in pairs(t) do ... end",
    "unless": "Lua writes if not ... then",
    "endif": "Lua closes a block with end",
}
_VALUES = {
    "null": "Lua writes null as nil",
    "None": "Lua writes None as nil",
    "undefined": "Lua writes undefined as nil",
    "True": "Lua writes true",
    "False": "Lua writes false",
}

_NUMBERS = (
    (r"[0-9]+\.\.+[0-9.]*", "put spaces around .. where a number stands before it"),
    (r"[0-9xXa-fA-F]+[uUlL]+", "a Lua 5.1 number has no suffix"),
    (r"[0-9]+(_[0-9]+)+", "a Lua number has no underscores"),
    (r"0[bBoO][0-7]+", "a Lua number is decimal, or hexadecimal as 0xff"),
)

# Lua's own words, by how they start, that say too little.
_MESSAGES = (
    ("unfinished string", "close the string on its line; \\n is a newline, and [[...]] may go over several lines"),
    ("unfinished long", "it is closed by as many = between the brackets as it was opened with"),
    ("nesting of [[", "not all servers take [[ inside [[ ... ]]: write [=[ ... ]=] around it"),
    ("invalid long string", "a long string starts with [[ or [=["),
    ("escape sequence too large", "\\ddd is one byte in decimal, 255 at most"),
    ("ambiguous syntax", "put the ( on the line above to call, or a ; before it to start a statement"),
    ("cannot use '...'", "only a function declared with ... has it; a function inside needs its own"),
    ("chunk has too many syntax levels", "join long .. chains with table.concat, and nest less"),
    ("function arguments expected", "x:name must be called, as x:name(...); a field is x.name"),
)


def hint_for(tokens: Tokens, index: int, message: str) -> str | None:
    """Say what the author may have meant where Lua said ``message`` of the token at ``index``, if there is a guess."""
    return (
        _pair_hint(tokens, index)
        or _construct_hint(tokens, index, message)
        or _SYMBOLS.get(tokens.kinds[index])
        or _foreign_word(tokens, index)
        or _message_hint(tokens, index, message)
    )


def word_hint(name: str) -> str | None:
    """Say what Lua writes for a name that is a keyword or constant elsewhere, as ``null``. None for other names."""
    return _WORDS.get(name) or _VALUES.get(name)


def _pair_hint(tokens: Tokens, index: int) -> str | None:
    kinds, starts, ends = tokens.kinds, tokens.starts, tokens.ends
    for first in (index, index - 1):
        if first < 0 or kinds[first] == EOF or ends[first] != starts[first + 1]:
            continue
        pair = (kinds[first], kinds[first + 1])
        if pair == ("/", "/"):
            return _COMMENT if tokens.opens_line(first) or first == 0 else _INTEGER_DIVISION
        if pair in _PAIRS:
            return _PAIRS[pair]
        if pair[1] == "=" and pair[0] in _ASSIGNING:
            return f"Lua has no {pair[0]}=: write x = x {pair[0]} y"
    return None


def _construct_hint(tokens: Tokens, index: int, message: str) -> str | None:
    """Look at the tokens around the problem for what other languages, or later Luas, write there."""
    kinds = tokens.kinds
    kind = kinds[index]
    before = kinds[index - 1] if index else ""
    earlier = kinds[index - 2] if index > 1 else ""
    if kind == "=" and message.startswith("'then'"):
        return "Lua compares with =="
    if kind == "==" and message.startswith("'='"):
        return "Lua assigns with ="
    if kind == "<" and tokens.texts[index + 1] in ("const", "close"):
        return "Lua 5.1 has no <const> and <close>: leave it out"
    if kind == "#" and (index == 0 or tokens.opens_line(index)):
        return _COMMENT
    if kind == "{" and message.startswith(("'then'", "'do'", "unexpected symbol")):
        return _BRACES
    if before == "{" and kind in ("return", "local", "if", "for", "while"):
        return _BRACES
    if before == "}" and message.startswith(("'then'", "'do'")):
        return _BRACES
    if kind == "," and message.startswith("')'") and _has_arrow(tokens, index):
        return _FUNCTION
    if kind == "=" and before == ")" and message.startswith("unexpected symbol"):
        return "a call cannot be assigned to"
    if before == "for" and kind == "(":
        return "Lua writes for i = first, last do, or for key, value in pairs(t) do"
    if message.startswith("',' expected") and tokens.texts[index] in ("to", "until", "do"):
        return "Lua writes for i = first, last do"
    if (kind == ":" and before == STRING) or (before == ":" and earlier == NAME and kind in (NUMBER, STRING, "{")):
        return "a table constructor is written { name = value } or { ['any key'] = value }"
    return _name_hint(tokens, index, before, earlier, message)


def _name_hint(tokens: Tokens, index: int, before: str, earlier: str, message: str) -> str | None:
    kind = tokens.kinds[index]
    if kind.isalpha() and not kind.isascii() and kind not in _SYMBOLS:
        return "a Lua name is made of ASCII letters, digits and _"
    if message.startswith(f"'{NAME}' expected") and kind.isalpha():
        return f"{kind} is a reserved word" + (f": write x['{kind}']" if before in (".", ":") else "")
    if message.startswith("'(' expected") and kind in (".", ":") and before == NAME and earlier == "function":
        return "a local function has a plain name: leave out local"
    end = tokens.ends[index - 1] if index else 0
    if message.startswith("'=' expected") and before == NAME and tokens.text.startswith("--", end):
        return "-- starts a comment in Lua: write x = x - 1"
    if kind == ")" and before == ",":
        return "no comma before the )"
    return None


def _has_arrow(tokens: Tokens, index: int) -> bool:
    start = tokens.starts[index]
    return "=>" in tokens.text[start : start + 200].partition("\n")[0]


def _foreign_word(tokens: Tokens, index: int) -> str | None:
    """Look for a foreign word before the problem or at the start of its line, with another word behind it."""
    kinds, texts = tokens.kinds, tokens.texts
    first = index
    while first > 0 and index - first < 50 and not tokens.opens_line(first):
        first -= 1
    for i in (index - 1, first):
        if i >= 0 and texts[i] in _WORDS and i + 1 < len(kinds) and _is_wordlike(kinds[i + 1]):
            return _WORDS[texts[i]]
    return _VALUES.get(texts[index]) or (_VALUES.get(texts[index - 1]) if index else None)


def _is_wordlike(kind: str) -> bool:
    return kind in (NAME, NUMBER, STRING, EOF) or kind.isalpha()


def _message_hint(tokens: Tokens, index: int, message: str) -> str | None:
    if message.startswith("malformed number"):
        return next((hint for form, hint in _NUMBERS if re.fullmatch(form, tokens.texts[index])), None)
    if message.startswith(("'end' expected", "'<eof>' expected")):
        return _block_hint(tokens, index)
    if message.endswith("local variables"):
        return "keep some in a table, or end their scope with do ... end"
    if message.endswith("upvalues"):
        return "keep some of the outer locals in one table"
    if message.startswith("syntax error near"):
        return "only a call can stand alone, and only a name or a field can be assigned to"
    return next((hint for start, hint in _MESSAGES if message.startswith(start)), None)


def _block_hint(tokens: Tokens, index: int) -> str | None:
    """Say why blocks do not match: an ``else if`` that opened a second one, or code after a ``return``."""
    kinds = tokens.kinds
    if kinds[index] not in (EOF, "end", "else", "elseif", "until"):
        for i in range(index - 1, max(index - 40, -1), -1):
            if kinds[i] in ("return", "break"):
                return f"nothing may follow {kinds[i]} in its block: write do {kinds[i]} ... end to leave early"
            if kinds[i] == "end":
                break
        return None
    return _else_if_hint(tokens, index)


def _else_if_hint(tokens: Tokens, index: int) -> str | None:
    """Match blocks up to ``index`` and look for an ``if`` with an ``else if`` that did not get the ``end`` it needs."""
    kinds = tokens.kinds
    blocks: list[int] = []
    suspects: set[int] = set()
    for i in range(index):
        kind = kinds[i]
        if kind in ("if", "do", "function", "repeat"):
            if kind == "if" and blocks and kinds[i - 1] == "else" and not tokens.opens_line(i):
                suspects.add(blocks[-1])
            blocks.append(i)
        elif kind in ("end", "until") and blocks:
            opener = blocks.pop()
            if opener in suspects and tokens.opens_line(i) and _column(tokens, i) < _column(tokens, opener):
                return _ELSE_IF
    return _ELSE_IF if suspects.intersection(blocks) else None


def _column(tokens: Tokens, index: int) -> int:
    start = tokens.starts[index]
    return start - tokens.text.rfind("\n", 0, start)
