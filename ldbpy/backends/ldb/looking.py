"""Answers questions about a script that stands on a server: variables, expressions, keys."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from ldbpy.backends.ldb.capabilities import WAY_OUT
from ldbpy.backends.ldb.dialect import Dialect
from ldbpy.backends.ldb.driver import Driver
from ldbpy.backends.ldb.evaluation import Outcome, evaluate
from ldbpy.backends.ldb.handles import Handles
from ldbpy.backends.ldb.rounding import Told, is_exact, numbers_in, settle, shifts, undecided
from ldbpy.backends.ldb.stand import Stand
from ldbpy.backends.ldb.values import Node, lua_literal, quoted_literal
from ldbpy.engine.backend import Evaluation, Scopes
from ldbpy.errors import UsageError
from ldbpy.lua.probe import reads_varargs
from ldbpy.model.changes import KeyState
from ldbpy.model.debugging import Page, Value, ValueKind, Variable
from ldbpy.resp import Reply
from ldbpy.script import ast
from ldbpy.script.parser import parse
from ldbpy.store.server import key_content

__all__ = ["Looker"]

_UNSEEN: Final = Value(ValueKind.USERDATA, b"cannot be seen from here")
_NO_VARARGS: Final = "... cannot be seen from here. A local t = {...} in the script shows it"
_PEEK: Final = (
    b"local t=redis.call('TYPE',k)t=t.ok or t local x=redis.call('%b',k)local c "
    b"if t=='string'then c=redis.call('GET',k)elseif t=='list'then c=redis.call('LRANGE',k,0,-1)"
    b"elseif t=='set'then c=redis.call('SMEMBERS',k)elseif t=='hash'then c=redis.call('HGETALL',k)"
    b"elseif t=='zset'then c=redis.call('ZRANGE',k,0,-1,'WITHSCORES')"
    b"elseif t=='stream'then c=redis.call('XRANGE',k,'-','+')end return t,x,c"
)


class Looker:
    """Answers questions while a script stands."""

    def __init__(self, driver: Driver, dialect: Dialect, stand: Callable[[], Stand], *, tells_expiry: bool) -> None:
        """``stand``: where the script stands now; ``tells_expiry``: whether there is PEXPIRETIME."""
        self._driver: Final = driver
        self._dialect: Final = dialect
        self._stand: Final = stand
        self._tells_expiry: Final = tells_expiry
        self.handles: Final = Handles()

    # -- variables

    def scopes(self, frame: int) -> Scopes:
        """See ``Backend``."""
        stand = self._stand()
        return Scopes(self._variables(stand.locals(frame)), self._variables(stand.around(frame)))

    def _variables(self, found: list[tuple[str, Node | None]]) -> tuple[Variable, ...]:
        return tuple(
            Variable(name.encode("latin-1"), _UNSEEN if node is None else self.handles.value(node))
            for name, node in found
        )

    def elements(self, handle: int, start: int, count: int) -> Page:
        """See ``Backend``."""
        return self.handles.elements(handle, start, count)

    # -- expressions

    def evaluate(self, expression: str, frame: int, *, whole: bool = False) -> Evaluation:
        """See ``Backend``."""
        source = expression.encode()
        chunk, code = parse(b"return " + source), b"return " + source
        if chunk.problems:
            chunk, code = parse(source), source
        if chunk.problems:
            return _failed(chunk.problems[0].message)
        if b"..." in source and reads_varargs(source):
            return _failed(_NO_VARARGS)
        known = self._known(chunk, frame)
        name = expression.strip()
        if name in known and (node := known[name]) is not None:
            return Evaluation((self.handles.value(node, whole=whole),))
        problem = self._problem(chunk, known)
        if problem is not None:
            return _failed(problem)
        values, error = self._computed(chunk, code, {name: node for name, node in known.items() if node is not None})
        return Evaluation(tuple(self.handles.value(node, whole=whole) for node in values), error)

    def _known(self, chunk: ast.Chunk, frame: int) -> dict[str, Node | None]:
        """The variables of the script that code names, as they are in a frame."""
        used = {node.name for node in ast.walk(chunk.body) if isinstance(node, ast.Name)}
        if not used:
            return {}
        stand = self._stand()
        found = {name: node for name, node in stand.around(frame) if name in used}
        return found | {name: node for name, node in stand.locals(frame) if name in used}

    def _problem(self, chunk: ast.Chunk, known: dict[str, Node | None]) -> str | None:
        """Why code cannot be run from here."""
        for name, node in known.items():
            if node is None:
                return self._stand().why_unseen(name)
            if lua_literal(node) is None:
                large = node.kind in (ValueKind.TABLE, ValueKind.STRING)
                what = "too deep or too large" if large else f"a {node.kind.value}"
                return f"{name} is {what}: the server's debugger computes with copies of values; {WAY_OUT}"
        changed = _assigned(chunk) & known.keys()
        if changed:
            return f"{min(changed)} cannot be set: the server's debugger computes with copies of values; {WAY_OUT}"
        return None

    def _computed(self, chunk: ast.Chunk, code: bytes, known: dict[str, Node]) -> Outcome:
        """Run code. With variables told in six digits: with all that they may be, as far as that matters."""
        if all(map(is_exact, known.values())):
            return self._run(code, known)
        if _calls_redis(chunk):
            return [], undecided(known)  # it may not be done twice, nor with a number that is a little off
        tries: list[Told] = []
        for shift in shifts(known.values(), numbers_in(chunk)):
            values, error = self._run(code, {name: shift(node) for name, node in known.items()})
            tries.append(Told(values, error))
        return settle(tries, known)

    def _run(self, code: bytes, known: dict[str, Node]) -> Outcome:
        literals = {name.encode("latin-1"): lua_literal(node) or b"nil" for name, node in known.items()}
        return evaluate(self._driver, code, literals, quotes=self._dialect.quotes)

    # -- keys

    def peek(self, key: bytes) -> KeyState | None:
        """What a key holds, for the script."""
        code = _PEEK % (b"PEXPIRETIME" if self._tells_expiry else b"PTTL")
        values, error = evaluate(self._driver, code, {b"k": quoted_literal(key)}, quotes=self._dialect.quotes)
        if error is not None:
            raise UsageError(f"the key cannot be read: {error.decode('utf-8', 'backslashreplace')}")
        nothing = Node(ValueKind.NIL)
        kind, expiry, content, *_ = [*values, nothing, nothing, nothing]
        if not isinstance(kind.data, bytes) or kind.data == b"none":
            return None
        left = int(expiry.data) if isinstance(expiry.data, float) else -1
        expires_at = None if left < 0 else left if self._tells_expiry else time.time_ns() // 1_000_000 + left
        return KeyState(kind.data.decode("utf-8", "replace"), key_content(kind.data, _reply(content)), expires_at)


def _failed(message: str) -> Evaluation:
    return Evaluation(error=message.encode())


def _calls_redis(chunk: ast.Chunk) -> bool:
    return any(isinstance(node, ast.Name) and node.name in ("redis", "server") for node in ast.walk(chunk.body))


def _assigned(chunk: ast.Chunk) -> set[str]:
    """The variables that code sets, or sets something in."""
    found = set()
    for node in ast.walk(chunk.body):
        targets = node.targets if isinstance(node, ast.Assignment) else ()
        for target in targets:
            root: ast.Node = target
            while isinstance(root, ast.Member | ast.Index):
                root = root.object
            if isinstance(root, ast.Name):
                found.add(root.name)
    return found


def _reply(node: Node) -> Reply:
    """A reply as the script got it, as the client would."""
    if node.kind is ValueKind.TABLE:
        return [_reply(item) for _, item in node.items]
    return node.data if isinstance(node.data, bytes) else None
