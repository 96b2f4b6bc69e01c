"""Scripts inside Python files: what is given to ``register_script``, ``eval`` and their like.

Only what stands in the file is read: literals, what they are joined to with ``+``, names and attributes that are given
one value, ``textwrap.dedent`` and ``strip``. Nothing is imported or run.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Final, NamedTuple

from ldbpy.errors import ScriptFileError
from ldbpy.script.declared import Declared
from ldbpy.script.origins import Origins
from ldbpy.script.python_literals import PythonText, Unit, dedented, pieces_of, stripped
from ldbpy.script.python_names import Scope, Scoped, find_calls

__all__ = ["PythonScript", "PythonScripts", "scripts_in"]

_LOADS: Final = frozenset({"register_script", "script_load", "function_load"})
_EVALS: Final = frozenset({"eval", "eval_ro"})
_DEEPEST: Final = 50
"""Names that stand for names, and so on."""


class PythonScript(NamedTuple):
    """A script in a Python file."""

    body: bytes
    origins: Origins
    called_with: Declared


class PythonScripts(NamedTuple):
    """What a file holds."""

    scripts: tuple[PythonScript, ...]
    built: tuple[int, ...]
    """The lines of calls whose script is put together when the program runs: nothing is known of it."""
    source: bytes
    """The file in UTF-8, which positions are counted in."""


class _Numbers(NamedTuple):
    """How many keys and arguments one call gives; None where that is not told."""

    keys: int | None
    args: int | None
    line: int


def scripts_in(path: str, source: bytes) -> PythonScripts:
    """The scripts in a Python file.

    Raises:
        ScriptFileError: the file is no Python.
    """
    try:
        tree = _parsed(source)
        text = PythonText(_decoded(source))
    except SyntaxError as error:
        raise ScriptFileError(f"{path}:{error.lineno or 1}: this is no Python: {error.msg}") from None
    except (ValueError, LookupError) as error:  # a zero byte, bytes of no encoding
        raise ScriptFileError(f"{path}: this is no Python: {error}") from None
    except (RecursionError, MemoryError):
        raise ScriptFileError(f"{path}: this is nested too deeply for Python itself") from None
    return _Reader(path, text, find_calls(tree)).read()


def _parsed(source: bytes) -> ast.Module:
    import warnings

    with warnings.catch_warnings():  # about escapes, say, which are not for those who lint
        warnings.simplefilter("ignore")
        return ast.parse(source)


def _decoded(source: bytes) -> str:
    import io
    import tokenize

    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    return source.decode(encoding)


class _Reader:
    def __init__(self, path: str, text: PythonText, calls: Sequence[Scoped]) -> None:
        self._path: Final = path
        self._text: Final = text
        self._calls: Final = calls
        self._found: Final[dict[tuple[Unit, ...], list[_Numbers]]] = {}
        self._built: Final[list[int]] = []

    def read(self) -> PythonScripts:
        for call, scope in self._calls:
            given = _script_of(call)
            if given is None:
                continue
            units = self._units(given, scope)
            if units:
                self._found.setdefault(tuple(units), []).extend(self._numbers(call))
            elif units is None and self._is_built(given, scope):
                self._built.append(call.lineno)
        scripts = tuple(self._script(units, numbers) for units, numbers in self._found.items())
        return PythonScripts(scripts, tuple(sorted(set(self._built))), self._text.data)

    def _script(self, units: Sequence[Unit], numbers: Sequence[_Numbers]) -> PythonScript:
        body = b"".join(unit.data for unit in units)
        origins = Origins(list(pieces_of(units, self._path)), {self._path: self._text.data}, fixable=False)
        keys, args = ({each[index] for each in numbers} for index in (0, 1))
        where = f"the call on line {numbers[0].line}" if numbers else ""
        return PythonScript(
            body,
            origins,
            Declared(keys.pop() if len(keys) == 1 else None, args.pop() if len(args) == 1 else None, where),
        )

    # -- texts

    def _units(self, node: ast.expr, scope: Scope, depth: int = 0) -> list[Unit] | None:
        """The units of an expression; None if its value is not to be seen."""
        if depth > _DEEPEST:
            return None
        match node:
            case ast.Constant(value=str() | bytes()):
                return self._text.units(node)
            case ast.BinOp(op=ast.Add()):
                return self._joined(node, scope, depth)
            case ast.Name() | ast.Attribute():
                found = scope.value(node)
                return None if found is None else self._units(*found, depth + 1)
            case ast.Call():
                return self._changed(node, scope, depth)
        return None

    def _joined(self, node: ast.expr, scope: Scope, depth: int) -> list[Unit] | None:
        parts = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):  # long chains are deep on the left
            parts.append(node.right)
            node = node.left
        units: list[Unit] = []
        for part in (node, *reversed(parts)):
            more = self._units(part, scope, depth + 1)
            if more is None:
                return None
            units += more
        return units

    def _changed(self, node: ast.Call, scope: Scope, depth: int) -> list[Unit] | None:
        """``dedent(text)``, ``text.strip()`` and ``text.encode()``."""
        match node:
            case ast.Call(func=ast.Name(id="dedent") | ast.Attribute(attr="dedent"), args=[text], keywords=[]):
                units = self._units(text, scope, depth + 1)
                return None if units is None else dedented(units)
            case ast.Call(func=ast.Attribute(attr="strip" | "lstrip" | "rstrip" as how, value=text), args=[]):
                units = self._units(text, scope, depth + 1)
                return None if units is None else stripped(units, left=how != "rstrip", right=how != "lstrip")
            case ast.Call(func=ast.Attribute(attr="encode", value=text), args=[]):
                return self._units(text, scope, depth + 1)
        return None

    def _is_built(self, node: ast.expr, scope: Scope, depth: int = 0) -> bool:
        """Whether it is a text that is put together: an f-string, ``format``, ``%``, a sum with unknown parts."""
        match node:
            case ast.JoinedStr():
                return True
            case ast.BinOp(op=ast.Add() | ast.Mod()):
                return True
            case ast.Call(func=ast.Attribute(attr="format" | "join" | "replace")):
                return True
            case ast.Name() | ast.Attribute() if depth <= _DEEPEST:
                found = scope.value(node)
                return found is not None and self._is_built(*found, depth + 1)
        return False

    # -- numbers

    def _numbers(self, call: ast.Call) -> list[_Numbers]:
        """What the call, or the calls of what it registers, give."""
        if isinstance(call.func, ast.Attribute) and call.func.attr == "register_script":
            return [
                _given(each)
                for each, scope in self._calls
                if (found := scope.value(each.func)) is not None and found[0] is call
            ]
        if _is_load(call):
            return []
        offset = 1 if _method(call) == "execute_command" else 0
        return [_evaluated(call, offset)]


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _is_load(call: ast.Call) -> bool:
    return _method(call) in _LOADS


def _script_of(call: ast.Call) -> ast.expr | None:
    """The argument that is a script."""
    method = _method(call)
    named = {each.arg: each.value for each in call.keywords}
    if method in _LOADS:
        name = "code" if method == "function_load" else "script"
        return call.args[0] if call.args else named.get(name)
    if method in _EVALS:  # others have methods eval too, but give them no number of keys
        if len(call.args) >= 2 or (call.args and named.keys() & {"numkeys", "keys"}):
            return call.args[0]
        return named.get("script") if named.keys() & {"numkeys", "keys"} else None
    if method == "execute_command" and len(call.args) >= 3:
        command = call.args[0]
        if isinstance(command, ast.Constant) and str(command.value).upper() in ("EVAL", "EVAL_RO"):
            return call.args[1]
    return None


def _evaluated(call: ast.Call, offset: int) -> _Numbers:
    """Of ``eval(script, numkeys, *keys_and_args)``; ``offset``: how many arguments stand before the script."""
    named = {each.arg: each.value for each in call.keywords}
    if "keys" in named:
        return _given(call)
    rest = call.args[1 + offset :]
    number = rest[0] if rest else named.get("numkeys")
    keys = number.value if isinstance(number, ast.Constant) and type(number.value) is int else None
    is_open = any(isinstance(each, ast.Starred) for each in rest) or None in named
    args = None if keys is None or is_open or not rest else len(rest) - 1 - keys
    return _Numbers(keys, args if args is not None and args >= 0 else None, call.lineno)


def _given(call: ast.Call) -> _Numbers:
    """Of ``script(keys=[...], args=[...])``."""
    named = {each.arg: each.value for each in call.keywords}
    given = dict(zip(("keys", "args"), call.args, strict=False)) | named
    is_open = None in named or any(isinstance(each, ast.Starred) for each in call.args)
    keys, args = (None if is_open else _length(given.get(name)) for name in ("keys", "args"))
    return _Numbers(keys, args, call.lineno)


def _length(node: ast.expr | None) -> int | None:
    if node is None:
        return 0
    if not isinstance(node, ast.List | ast.Tuple) or any(isinstance(each, ast.Starred) for each in node.elts):
        return None
    return len(node.elts)
