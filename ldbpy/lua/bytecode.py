"""Lua 5.1 bytecode, as ``string.dump`` writes it: the few changes the runtime makes to it.

The prelude's functions stand in for functions that are C on the server. In Lua 5.1 a tail call of a C function keeps
the caller's frame, a tail call of a Lua function does not, and with the frame goes the position an error names. So a
script's tail calls become plain calls (``OP_TAILCALL`` and ``OP_CALL`` differ in nothing else; an ``OP_RETURN`` of all
results follows either), except where the callee is a function of the script's own: those may recurse for ever.

Layout: ``lundump.c`` and ``lopcodes.h`` of Lua 5.1.5.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

__all__ = ["Prepared", "Reader", "prepare", "strip", "with_plain_calls"]

_HEADER = 12
_BOOLEAN, _NUMBER, _STRING = 1, 3, 4  # kinds of constants that take room; nil takes none


class Op(IntEnum):
    """The instructions looked for."""

    MOVE = 0
    GETUPVAL = 4
    GETGLOBAL = 5
    GETTABLE = 6
    SETGLOBAL = 7
    SETUPVAL = 8
    SETTABLE = 9
    SELF = 11
    CALL = 28
    TAILCALL = 29
    SETLIST = 34
    CLOSURE = 36


_LOADS_NOTHING = frozenset((7, 8, 9, 22, 23, 24, 25, 26, 30, 34, 35))
"""Instructions whose first operand is no register they load: stores, jumps, tests, RETURN, SETLIST, CLOSE."""


class _Proto:
    """One function of a chunk, and where its parts are."""

    __slots__ = ("code", "code_at", "constants", "debug_at", "end", "lives", "loads", "locals", "protos", "upvalues")

    def __init__(self, code: array[int], code_at: int) -> None:
        self.code = code
        self.code_at = code_at
        self.debug_at = self.end = 0
        self.constants: list[bytes | None] = []
        """The texts among its constants; None in place of the others."""
        self.loads: list[tuple[int, int]] = []
        """(instruction, register it loads) in order."""
        self.protos: list[_Proto] = []
        self.locals: list[tuple[bytes, int, int]] = []
        """(name, first instruction, one past the last) in order of declaration."""
        self.upvalues: list[bytes] = []
        self.lives: dict[int, list[tuple[int, int, bytes]]] | None = None
        """(first instruction, one past the last, name) of the variables in each register, made when asked for."""

    def ops(self) -> Iterator[tuple[int, int]]:
        """Each instruction with its place, without the bare numbers that follow some."""
        bare = False
        for pc, op in enumerate(self.code):
            if not bare:
                yield pc, op
            bare = not bare and op & 0x3F == Op.SETLIST and not op >> 14 & 0x1FF


class Prepared(NamedTuple):
    """A chunk made fit to run."""

    code: bytes | None
    """The changed bytecode; None if nothing had to change."""
    writes_globals: bool
    """Whether it assigns to a global somewhere."""


class Reader:
    """Reads one chunk."""

    def __init__(self, chunk: bytes) -> None:
        self.chunk = chunk
        order = "<" if chunk[6] else ">"
        self.int = struct.Struct(order + {4: "i", 8: "q"}[chunk[7]])
        self.size = struct.Struct(order + {4: "I", 8: "Q"}[chunk[8]])
        self.number_size = chunk[10]
        self.at = _HEADER

    def read_int(self) -> int:
        """The next number."""
        value: int = self.int.unpack_from(self.chunk, self.at)[0]
        self.at += self.int.size
        return value

    def read_string(self) -> bytes:
        """The next text."""
        length: int = self.size.unpack_from(self.chunk, self.at)[0]
        start = self.at + self.size.size
        self.at = start + length
        return self.chunk[start : self.at - 1] if length else b""

    def read_proto(self) -> _Proto:
        """The next function, with those in it."""
        self.read_string()
        self.at += 2 * self.int.size + 4
        code = array("I")
        count = self.read_int()
        code_at = self.at
        self.at += 4 * count
        code.frombytes(self.chunk[code_at : self.at])
        proto = _Proto(code, code_at)
        self.read_constants(proto)
        for _ in range(self.read_int()):
            proto.protos.append(self.read_proto())
        proto.debug_at = self.at
        self.read_debug(proto)
        proto.end = self.at
        return proto

    def read_constants(self, proto: _Proto) -> None:
        """The constants of a function, with the functions in it."""
        for _ in range(self.read_int()):
            kind = self.chunk[self.at]
            self.at += 1
            proto.constants.append(self.read_string() if kind == _STRING else None)
            if kind == _NUMBER:
                self.at += self.number_size
            elif kind == _BOOLEAN:
                self.at += 1

    def read_debug(self, proto: _Proto) -> None:
        """What a function has for debuggers: lines, local variables, upvalues."""
        lines = self.read_int()
        self.at += self.int.size * lines
        for _ in range(self.read_int()):
            proto.locals.append((self.read_string(), self.read_int(), self.read_int()))
        for _ in range(self.read_int()):
            proto.upvalues.append(self.read_string())


def _find_loads(proto: _Proto) -> None:
    pc = 0
    while pc < len(proto.code):
        op = proto.code[pc]
        if op & 0x3F not in _LOADS_NOTHING:
            proto.loads.append((pc, op >> 6 & 0xFF))
        if op & 0x3F == Op.CLOSURE:
            pc += len(proto.protos[op >> 14].upvalues)  # what follows says which variables it captures
        pc += 1


def _walk(proto: _Proto) -> list[_Proto]:
    found = [proto]
    for inner in proto.protos:
        found.extend(_walk(inner))
    return found


def prepare(chunk: bytes, own_globals: frozenset[bytes] = frozenset()) -> Prepared:
    """Turn the tail calls of functions that are not the script's own into plain calls.

    ``own_globals``: global variables that hold functions of the script's own, as in a REPL.
    """
    protos = _walk(Reader(chunk).read_proto())
    writes_globals = any(op & 0x3F == Op.SETGLOBAL for proto in protos for _, op in proto.ops())
    tail_calls = [(proto, [pc for pc, op in proto.ops() if op & 0x3F == Op.TAILCALL]) for proto in protos]
    if not any(places for _, places in tail_calls):
        return Prepared(None, writes_globals)
    own = _Own(own_globals)
    for proto in protos:
        _find_loads(proto)
        own.find(proto)
    changed = bytearray(chunk)
    for proto, places in tail_calls:
        for pc in places:
            if not own.called(proto, pc):
                op = proto.code[pc] & ~0x3F | Op.CALL
                struct.pack_into("=I", changed, proto.code_at + 4 * pc, op)
    return Prepared(bytes(changed), writes_globals)


def _local_name(proto: _Proto, register: int, pc: int) -> bytes | None:
    """The name of the local variable in a register at an instruction, as ``luaF_getlocalname`` finds it."""
    if proto.lives is None:
        proto.lives = _lives(proto)
    lives = proto.lives.get(register, [])
    place = bisect_right(lives, pc, key=lambda life: life[0]) - 1
    return lives[place][2] if place >= 0 and pc < lives[place][1] else None


def _lives(proto: _Proto) -> dict[int, list[tuple[int, int, bytes]]]:
    """The variables of each register, one after the other: a block's are gone before the next block's begin."""
    found: dict[int, list[tuple[int, int, bytes]]] = {}
    ends: list[int] = []
    for name, start, end in proto.locals:
        while ends and ends[-1] <= start:
            ends.pop()
        if start < end:
            found.setdefault(len(ends), []).append((start, end, name))
            ends.append(end)
    return found


class _Own:
    """The functions of the script's own, as far as names tell."""

    def __init__(self, own_globals: frozenset[bytes] = frozenset()) -> None:
        self.own_globals = own_globals
        self.variables: set[bytes] = set()
        """Variables a function written in the script is assigned to."""
        self.fields: set[bytes | None] = set()
        """Fields of tables one is assigned to; None: an index that is no text, or not written out."""
        self.aliases: set[bytes] = set()
        """Variables a global is assigned to: libraries and their functions."""

    def find(self, proto: _Proto) -> None:
        """Take note of the functions written in that one."""
        named: dict[int, list[bytes]] = {}
        for name, start, _ in proto.locals:
            named.setdefault(start, []).append(name)
        for pc, register in proto.loads:
            op = proto.code[pc]
            if op & 0x3F == Op.GETGLOBAL:
                self.aliases.update(named.get(pc + 1, ()))
            elif op & 0x3F == Op.CLOSURE:
                self._find_use(proto, pc, register)

    def _find_use(self, proto: _Proto, pc: int, register: int) -> None:
        after = pc + 1 + len(proto.protos[proto.code[pc] >> 14].upvalues)
        name = _local_name(proto, register, after) or _local_name(proto, register, pc)
        if name is not None:
            self.variables.add(name)
            return
        following = proto.code[after] if after < len(proto.code) else 0
        if following & 0x3F == Op.SETUPVAL and following >> 6 & 0xFF == register:
            self.variables.add(proto.upvalues[following >> 23])
        elif following & 0x3F == Op.SETTABLE and following >> 14 & 0x1FF == register:
            self.fields.add(_text(proto, following >> 23))
        else:
            self.fields.add(None)

    def called(self, proto: _Proto, pc: int) -> bool:
        """Whether the call at ``pc`` is one of a function of the script's own."""
        register = proto.code[pc] >> 6 & 0xFF
        at = _loaded_at(proto, register, pc)
        op = proto.code[at] if at is not None else 0
        match op & 0x3F if at is not None else None:
            case Op.MOVE | Op.GETUPVAL:
                return self._variable(proto, op, at or 0) in self.variables
            case Op.GETGLOBAL:
                return proto.constants[op >> 14] in self.own_globals
            case Op.CLOSURE | Op.CALL:
                return True
            case Op.GETTABLE | Op.SELF:
                return _text(proto, op >> 14 & 0x1FF) in self.fields and not self._is_library(proto, op >> 23, at or 0)
            case _:
                return False

    def _variable(self, proto: _Proto, op: int, pc: int) -> bytes | None:
        return proto.upvalues[op >> 23] if op & 0x3F == Op.GETUPVAL else _local_name(proto, op >> 23, pc)

    def _is_library(self, proto: _Proto, register: int, pc: int) -> bool:
        """Whether the table in a register is a global or a variable one was assigned to."""
        name = _local_name(proto, register, pc)
        at = _loaded_at(proto, register, pc) if name is None else None
        if at is not None:
            op = proto.code[at]
            if op & 0x3F == Op.GETGLOBAL:
                return True
            name = proto.upvalues[op >> 23] if op & 0x3F == Op.GETUPVAL else None
        return name in self.aliases


def _text(proto: _Proto, operand: int) -> bytes | None:
    """The text of an operand that is a constant."""
    return proto.constants[operand & 0xFF] if operand & 0x100 else None


def _loaded_at(proto: _Proto, register: int, pc: int) -> int | None:
    """The last instruction before ``pc`` that loads the register."""
    return next((at for at, loaded in reversed(proto.loads) if loaded == register and at < pc), None)


def with_plain_calls(chunk: bytes) -> bytes:
    """The chunk with every tail call as a plain call."""
    changed = bytearray(chunk)
    for proto in _walk(Reader(chunk).read_proto()):
        for pc, op in proto.ops():
            if op & 0x3F == Op.TAILCALL:
                struct.pack_into("=I", changed, proto.code_at + 4 * pc, op & ~0x3F | Op.CALL)
    return bytes(changed)


def strip(chunk: bytes) -> bytes:
    """The chunk without line numbers and names of variables."""
    parts: list[bytes] = []
    reader = Reader(chunk)
    zero = reader.int.pack(0)
    done = 0
    for proto in sorted(_walk(reader.read_proto()), key=lambda each: each.debug_at):
        parts.extend((chunk[done : proto.debug_at], zero * 3))
        done = proto.end
    parts.append(chunk[done:])
    return b"".join(parts)
