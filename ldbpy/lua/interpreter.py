"""A Lua in which nothing but what the server offers is there, made anew for every script.

The prelude (``prelude/*.lua``) builds what a script sees out of the real library; ``ScriptHost`` answers what it asks
of Python. See ``docs/explanation/sandbox.md`` for why this holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, NoReturn

from ldbpy.features import Feature
from ldbpy.flavors import Flavor
from ldbpy.lua.engines import engine_for
from ldbpy.lua.host import ScriptHost
from ldbpy.lua.limits import HOOK_STEP, StopReason
from ldbpy.lua.replies import ReturnValue
from ldbpy.resp import DoubleStyle, Reply
from ldbpy.script.shebang import ScriptFlag

__all__ = ["CompileFailure", "Failure", "Interpreter", "Outcome", "RegisteredFunction"]

_LIBRARIES: Final = {
    "cjson": ("calls", "cjson_encode", "cjson_decode"),
    "cmsgpack": ("calls", "floats"),
    "struct": ("calls", "floats"),
    "bit": (),
}
"""The libraries Redis adds, each with the files of the prelude it is made of besides its own."""
_HEADROOM: Final = 2 * 1024 * 1024
"""Bytes beyond the limit that Lua may take while a reply is handed over: running out of memory there would be fatal."""
_DEEPEST_REPLY: Final = 7995
_SLICE: Final = 4000
_ITEM: Final = 72
"""Bytes an item of a list takes besides its own, while the list grows."""


class CompileFailure(Exception):
    """A text is no Lua. ``message`` is Lua's own, with its position."""

    def __init__(self, message: bytes) -> None:
        super().__init__(message.decode("utf-8", "backslashreplace"))
        self.message = message


class Failure(NamedTuple):
    """How a script failed: the text of the error, and where it was raised as the server's error handler finds it."""

    text: bytes
    source: bytes | None
    line: int | None
    handled: bool = True
    """Whether the server's error handler got hold of it; if not, there was no room on the stack."""


class Outcome(NamedTuple):
    """How a run ended: with a reply, with an error, or stopped (both None)."""

    reply: Reply
    failure: Failure | None
    stopped: StopReason | None


class RegisteredFunction(NamedTuple):
    """A function of a library."""

    name: bytes
    callback: Any
    description: bytes | None
    flags: frozenset[ScriptFlag]


def _registered(entry: Any) -> RegisteredFunction:
    flags = entry[b"flags"]
    names = () if flags is None else tuple(flags.values())
    return RegisteredFunction(
        entry[b"function_name"],
        entry[b"callback"],
        entry[b"description"],
        frozenset(ScriptFlag(name.decode("ascii")) for name in names),
    )


def _refuse_attribute(obj: object, name: object, setting: bool) -> NoReturn:
    raise AttributeError("Lua may not look into Python objects")


class Interpreter:
    """One Lua state. It belongs to the thread that made it."""

    def __init__(self, host: ScriptHost, *, memory: int = 0, tell_lines: bool = False) -> None:
        """Make a state of up to ``memory`` bytes (0: any); with ``tell_lines`` the host is told lines."""
        self._flavor: Final = host.flavor
        self._engine: Final = engine_for(host.flavor.lua)
        self._host: Final = host
        self._limit: Final = memory
        self._tell_lines: Final = tell_lines
        self._lua: Final[Any] = self._engine.module.LuaRuntime(
            encoding=None,
            register_eval=False,
            register_builtins=False,
            unpack_returned_tuples=True,
            attribute_filter=_refuse_attribute,
            max_memory=0,
        )
        host.attach(self._lua.table_from, self._room_for)
        self._kit: Final[Any] = self._load_prelude()
        self._run: Final[Any] = self._kit[b"run"]
        self._remove_hook: Final[Any] = self._kit[b"real"][b"debug"][b"sethook"]

    # -- building

    def _load_prelude(self) -> Any:
        lua = self._lua
        table = lua.table_from
        features = table({feature.value.encode(): True for feature in self._flavor.features})
        before, kit_name, *after = self._engine.prelude
        if before:
            self._load(before)()
        functions = self._host.functions() | {b"code": self._host.guarded(self._library_code)}
        kit = self._load(kit_name)(table(functions), features, self._facts())
        globals_ = lua.globals()
        for hidden in (b"python", b"debug"):
            globals_[hidden] = None
        for name in after:
            kit[name.encode()] = self._load(name)(kit)
        for name, parts in _LIBRARIES.items():
            kit[b"add_library"](name.encode(), kit[b"opener"](name.encode(), table([part.encode() for part in parts])))
        return kit

    def _library_code(self, name: bytes) -> bytes:
        """A file of the prelude, for a library that a script looks into: most look into none."""
        return self._engine.code(name.decode())

    def _load(self, name: str) -> Callable[..., Any]:
        """A file of the prelude as a function of this state."""
        function: Callable[..., Any] = self._lua.compile(self._engine.code(name), name=b"=[C]")
        return function

    def _facts(self) -> Any:
        table = self._lua.table_from
        flavor, texts = self._flavor, self._host.texts
        return table(
            {
                b"api_name": texts.api_name.encode(),
                b"bad_log_level": texts.bad_log_level.encode(),
                b"set_repl_arity": texts.set_repl_arity.encode(),
                b"api_values": table(dict(_api_values(flavor))),
                b"reply_depth": _DEEPEST_REPLY,
                b"hook_step": HOOK_STEP,
                b"memory_soft_limit": self._limit / 1024 if self._limit else 1e300,
                b"tell_lines": self._tell_lines,
                b"lines_before": self._engine.lines_before,
                b"numbers_as_g17": flavor.doubles is DoubleStyle.G17,
                b"msgpack_copyright": _msgpack_copyright(flavor),
                b"function_flags": table({flag.value.encode(): True for flag in ScriptFlag}),
            }
        )

    @property
    def lua(self) -> str:
        """The version of Lua."""
        return self._engine.version

    @property
    def lines_before(self) -> int:
        """How many lines further down a script's lines are for Lua."""
        return self._engine.lines_before

    @property
    def memory_used(self) -> int:
        """Bytes of Lua values."""
        used: int = self._lua.get_memory_used()
        return used

    def _room_for(self, size: int) -> bool:
        if not self._limit or self._lua.get_memory_used() + size <= self._limit:
            return True
        self._lua.gccollect()
        fits: bool = self._lua.get_memory_used() + size <= self._limit
        return fits

    def list_table(self, values: Sequence[bytes]) -> Any:
        """A table of them, empty if they do not fit: Lua must not run out of memory here, that would be fatal."""
        if not self._room_for(sum(map(len, values)) + _ITEM * len(values)):
            self._host.out_of_memory()
            values = ()
        return self._lua.table_from(list(values))

    # -- running

    def open(self, names: Mapping[bytes, Any]) -> None:
        """Make the environment of scripts: the sandbox, the API, and ``names``, whose lists become tables."""
        more = {name: self.list_table(value) for name, value in names.items()}
        self._kit[b"open_script"](self._lua.table_from(more))

    def open_debugger(self) -> Any:
        """What a debugger needs inside this state: the table of ``prelude/debugger.lua``."""
        self.open_values()
        return self._load("debugger")(self._kit)

    def open_values(self) -> Any:
        """What describes values of this state: the table of ``prelude/values.lua``."""
        self._kit[b"values"] = values = self._load("values")(self._kit)
        return values

    def open_session(self) -> Any:
        """What a REPL needs inside this state, once it is open: the table of ``prelude/session.lua``."""
        return self._load("session")(self._kit)

    @property
    def table(self) -> Callable[[Any], Any]:
        """Makes a table of this state out of a list or a dict."""
        made: Callable[[Any], Any] = self._lua.table_from
        return made

    def open_library(self) -> None:
        """Make the environment of a function library, as it is while the library is loaded."""
        self._load("library")(self._kit)
        self._kit[b"open_library"]()

    def library_loaded(self) -> list[RegisteredFunction]:
        """End the loading of a library: the functions it registered."""
        entries = self._kit[b"library_loaded"]()
        return [_registered(entry) for entry in entries.values()]

    def compile(self, source: bytes, chunk_name: bytes, *, instrumented: bool = False) -> Any:
        """Compile a script into a function that runs in the environment; an ``instrumented`` one takes arguments.

        Raises:
            CompileFailure: it is no Lua.
        """
        try:
            compiled = self._lua.compile(self._engine.wrapped(source, instrumented=instrumented), name=chunk_name)
            return self._kit[b"adopt"](compiled)
        except self._engine.module.LuaSyntaxError as error:
            rewritten = self._host.without_nesting(source, error.args[0])
            if rewritten is None:
                raise CompileFailure(error.args[0]) from None
            return self.compile(rewritten, chunk_name, instrumented=instrumented)
        except self._engine.module.LuaMemoryError:
            raise CompileFailure(b"not enough memory") from None
        except self._engine.module.LuaError:
            if self._host.watch.reason is StopReason.MEMORY:
                raise CompileFailure(b"not enough memory") from None
            raise

    def run(self, body: Any, args: Sequence[Sequence[bytes]] = ()) -> Outcome:
        """Run a compiled function under the limits; ``args`` become tables."""
        tables = [self.list_table(arg) for arg in args]
        if not self._room_for(0):
            self._host.out_of_memory()
        if self._host.watch.reason is not None:  # what it was given does not fit
            return Outcome(None, None, self._host.watch.reason)
        # The limit is in force while the script runs: what Python asks of Lua besides must not fail, that is fatal.
        if self._limit:
            self._lua.set_max_memory(self._limit + _HEADROOM)
        try:
            result = self._run(body, *tables)
        except self._engine.module.LuaMemoryError:
            result = (False, b"handler", b"not enough memory")
        except self._engine.module.LuaError as error:
            result = (False, b"handler", str(error).encode("latin-1"))
        finally:
            self._lua.set_max_memory(0)
        self._remove_hook()  # a stopped script may have left one that ends whatever runs next
        if self._host.fault is not None:
            raise self._host.fault
        return self._outcome(*result) if isinstance(result, tuple) else self._outcome(result)

    def _outcome(self, ok: bool, value: Any = None, *rest: Any) -> Outcome:
        if ok:
            returned = ReturnValue(self._host.runner.resp)
            if rest:
                return Outcome(returned.table(self._list(rest[0])), None, None)
            return Outcome(returned.simple(value), None, None)
        if value == b"abort" or self._host.watch.reason is not None:
            return Outcome(None, None, self._host.watch.reason or StopReason.INTERRUPTED)
        text, source, line = (*rest, None, None, None)[:3]
        if text == b"not enough memory":
            return Outcome(None, None, StopReason.MEMORY)
        text = text if isinstance(text, bytes) else b"%.14g" % text
        return Outcome(None, Failure(text, source, line, value != b"handler"), None)

    def _list(self, flat: Any) -> list[Any]:
        """A long Lua list as a Python list, a slice at a time."""
        items: list[Any] = []
        size = len(flat)
        for start in range(1, size + 1, _SLICE):
            piece = self._kit[b"slice"](flat, start, min(start + _SLICE - 1, size))
            items.extend(piece if isinstance(piece, tuple) else (piece,))
        return items


def _api_values(flavor: Flavor) -> Mapping[bytes, bytes | int]:
    """The constants of the ``redis`` table that tell versions."""
    values: dict[bytes, bytes | int] = {}
    if Feature.VERSION_CONSTANTS in flavor.features:
        values[b"REDIS_VERSION"] = flavor.redis_version.encode()
        values[b"REDIS_VERSION_NUM"] = _version_number(flavor.redis_version)
    if flavor.product == "valkey":
        values[b"SERVER_NAME"] = b"valkey"
        values[b"VALKEY_VERSION"] = flavor.release.encode()
        values[b"VALKEY_VERSION_NUM"] = _version_number(flavor.release)
    return values


def _version_number(version: str) -> int:
    major, minor, patch = map(int, version.split("."))
    return major << 16 | minor << 8 | patch


def _msgpack_copyright(flavor: Flavor) -> bytes:
    holder = b"Redis Ltd." if flavor.product == "valkey" else b"Salvatore Sanfilippo"
    return b"Copyright (C) 2012, " + holder
