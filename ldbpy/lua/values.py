"""Lua values as records: what a debugger or a REPL shows of them, asked of the state they are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from ldbpy.model.debugging import Page, Value, ValueKind, Variable

__all__ = ["Values", "call_one", "variables_in"]

_PARTS: Final = 7
_KINDS: Final = {kind.value.encode(): kind for kind in ValueKind}
_DEPTH: Final = 2
_ELEMENTS: Final = 12
"""How deep and how many elements of a table are told when nobody can ask for them later."""


def call_one(functions: Mapping[bytes, Any], name: str, *args: Any) -> Any:
    """What a function of the prelude's gives: one value, behind what lies on the stack while a coroutine runs."""
    value = functions[name.encode()](*args)
    return value[-1] if isinstance(value, tuple) else value


class Values:
    """Describes values of one state. Belongs to the thread that runs it; no code of the script's runs."""

    def __init__(self, functions: Mapping[bytes, Any]) -> None:
        """``functions``: those of ``prelude/values.lua``."""
        self._functions: Final = functions

    def elements(self, handle: int, start: int, count: int) -> Page | None:
        """Elements of a table; None if the handle is no longer good."""
        told = call_one(self._functions, "elements", handle, start, count)
        if told is None:
            return None
        found, more = told.values()
        return Page(tuple(variables_in(found)), start, more)

    def mark(self) -> int:
        """Where the handles given from now on begin."""
        return int(call_one(self._functions, "mark"))

    def described(self, values: Sequence[Any]) -> tuple[Value, ...]:
        """Values that Lua handed over, with what is in tables: as they are shown when the script has gone on."""
        mark = self.mark()
        return self.whole(
            [each.value for each in variables_in(call_one(self._functions, "describe_all", *values))], mark
        )

    def whole(self, values: Sequence[Value], mark: int) -> tuple[Value, ...]:
        """The values with what is in them, and without the handles given since ``mark``."""
        filled = tuple(self._filled(value, _DEPTH) for value in values)
        call_one(self._functions, "release", mark)
        return filled

    def _filled(self, value: Value, depth: int) -> Value:
        page = self.elements(value.handle, 0, _ELEMENTS) if value.handle and depth else None
        if page is None:
            return replace(value, handle=0)
        items = tuple(replace(item, value=self._filled(item.value, depth - 1)) for item in page.items)
        return replace(value, handle=0, page=replace(page, items=items))


def variables_in(flat: Any) -> list[Variable]:
    """Names and descriptions as ``add`` of ``prelude/values.lua`` writes them, one after the other."""
    parts = list(flat.values())
    return [Variable(parts[at], _value(*parts[at + 1 : at + _PARTS])) for at in range(0, len(parts), _PARTS)]


def _value(kind: bytes, data: Any, size: int, length: int, handle: int, counted: bool) -> Value:
    shown = None if data is False and kind != b"boolean" else data
    if kind == b"float":
        return Value(ValueKind.NUMBER, shown, is_float=True)
    return Value(_KINDS[kind], shown, size, length, handle, counted)
