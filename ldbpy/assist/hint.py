"""What the call at the cursor takes."""

from __future__ import annotations

from ldbpy.assist.commands import command_hint
from ldbpy.assist.lines import read_line
from ldbpy.assist.lua import Call, What, find_spot, is_command_call
from ldbpy.assist.names import NOTHING
from ldbpy.assist.records import Hint, Language, Names, Operand, Verb
from ldbpy.assist.signatures import FunctionSignature, signature_of
from ldbpy.assist.words import words_of

__all__ = ["hint"]

_PLAIN = Language()


def hint(text: str, cursor: int, names: Names = NOTHING, language: Language = _PLAIN) -> Hint | None:
    """The signature of the innermost call around the cursor that is known, None if there is none. Takes any text."""
    cursor = max(0, min(cursor, len(text)))
    line = read_line(text, cursor, language)
    found = None
    if line.operand is Operand.REDIS:
        words = words_of(text[:cursor], line.start)
        typed = words.pop().text if len(words) > 1 and not text[cursor - 1].isspace() else ""
        found = command_hint([word.text for word in words], language, typed)
    elif line.operand in (Operand.LUA, Operand.PLACE):
        found = _in_lua(text[line.start :], cursor - line.start, names, language)
    if found is None and line.verb is not None:
        return _of_verb(line.verb, language)
    return found


def _of_verb(verb: Verb, language: Language) -> Hint:
    return Hint(f"{language.marker}{verb.names[0]} {verb.usage}".rstrip(), None, verb.summary)


def _in_lua(code: str, cursor: int, names: Names, language: Language) -> Hint | None:
    spot = find_spot(code, cursor)
    for call in reversed(spot.calls):
        if is_command_call(call, code):
            found = command_hint(call.args, language, spot.word if spot.what is What.STRING else "")
            return found or _of_function(signature_of(("redis", "call")), len(call.args))
        signature, place = _function(call, names)
        if signature is not None:
            return _of_function(signature, place)
    return None


def _function(call: Call, names: Names) -> tuple[FunctionSignature | None, int]:
    """The function that is called, and which of its parameters is at the cursor."""
    if call.method:  # of the methods there are, those of strings are known
        return signature_of(("string", call.path[-1])), len(call.args) + 1
    own = any(name.text == call.path[0] for name in names.variables(call.path[0]))
    return (None if own else signature_of(call.path)), len(call.args)


def _of_function(signature: FunctionSignature | None, place: int) -> Hint | None:
    if signature is None:
        return None
    start = len(signature.name) + 1
    current = None
    for index, parameter in enumerate(signature.parameters):
        last = index == len(signature.parameters) - 1 and "..." in parameter
        if index == place or (last and place > index):
            current = (start, start + len(parameter))
        start += len(parameter) + len(", ")
    return Hint(signature.text, current, f"since {signature.since}" if signature.since else "")
