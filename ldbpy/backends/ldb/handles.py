"""Values as the engine shows them, with handles that ask for what is inside."""

from __future__ import annotations

import re
from typing import Final

from ldbpy.backends.ldb.values import Node, lua_literal
from ldbpy.errors import SessionError
from ldbpy.model.debugging import Page, Value, ValueKind, Variable

__all__ = ["Handles"]

_DEPTH: Final = 3
_ELEMENTS: Final = 100
_NAME: Final = re.compile(
    rb"(?!(?:and|break|do|else|elseif|end|false|for|function|if|in|local|nil|not|or|repeat|return|then|true|until|while)$)"
    rb"[A-Za-z_]\w*"
)
_CUT: Final = b"more, which the server does not tell"


class Handles:
    """Tables that were told, by handle, until the script goes on."""

    def __init__(self) -> None:
        self._nodes: Final[dict[int, Node]] = {}
        self._last = 0

    def clear(self) -> None:
        """The script goes on: no handle is good any more, and none is given twice."""
        self._nodes.clear()

    def value(self, node: Node, *, whole: bool = False, depth: int = _DEPTH) -> Value:
        """A value as it is shown. ``whole``: with its first elements, and no handle."""
        if node.kind is not ValueKind.TABLE:
            return Value(node.kind, node.data, node.size, exact=node.exact)
        if not node.whole and not node.items:
            return Value(ValueKind.USERDATA, _CUT)
        node = _ordered(node)
        page = self._page(node, 0, _ELEMENTS, depth - 1) if whole and depth else None
        handle = 0 if whole or not node.items else self._handle(node)
        return Value(ValueKind.TABLE, None, node.size, node.length, handle, page=page)

    def _handle(self, node: Node) -> int:
        self._last += 1
        self._nodes[self._last] = node
        return self._last

    def elements(self, handle: int, start: int, count: int) -> Page:
        """Some elements of a table."""
        node = self._nodes.get(handle)
        if node is None:
            raise SessionError("that value is from an earlier stop")
        return self._page(node, start, count, None)

    def _page(self, node: Node, start: int, count: int, depth: int | None) -> Page:
        """``depth``: how many levels come along; None: they are asked for by handle."""
        items = tuple(
            Variable(_key(key), self.value(item) if depth is None else self.value(item, whole=True, depth=depth))
            for key, item in node.items[start : start + count]
        )
        return Page(items, start, more=start + count < node.size and bool(items))


def _ordered(node: Node) -> Node:
    """A table with the elements of its list part first, in order."""
    listed = {key.data: place for place, (key, _) in enumerate(node.items) if _is_listed(key, node.length)}
    if list(listed.values()) == list(range(len(listed))) and list(listed) == sorted(listed, key=_number):
        return node
    first = [node.items[listed[number]] for number in sorted(listed, key=_number)]
    rest = [item for item in node.items if not _is_listed(item[0], node.length)]
    return node._replace(items=(*first, *rest))


def _is_listed(key: Node, length: int) -> bool:
    return isinstance(key.data, float) and 1 <= key.data <= length and key.data % 1 == 0


def _number(data: object) -> float:
    return data if isinstance(data, float) else 0.0


def _key(key: Node) -> bytes:
    """A key as Lua would write it."""
    if isinstance(key.data, float):
        return b"[%.14g]" % key.data
    if isinstance(key.data, bytes) and key.kind is ValueKind.STRING and _NAME.fullmatch(key.data):
        return key.data
    told = lua_literal(key)
    shown = told if told is not None else key.data if isinstance(key.data, bytes) else key.kind.value.encode()
    return b"[%b]" % shown
