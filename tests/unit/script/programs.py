"""Random valid Lua 5.1 programs, from the grammar in the reference manual."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

__all__ = ["program"]

_CALL = "\0("  # a parenthesis that calls: no newline may come before it
_NAMES = ("a", "b", "c", "key", "redis", "KEYS", "_x1", "self", "arg", "e5", "x2")
_NUMBERS = ("0", "1", "42", "3.", ".5", "1e5", "2E-3", "0x1F", "0XaB", "1e+2", "007")
_STRINGS = ('"s"', "'q'", "[[l]]", "[==[ ]] ]==]", r'"\n\"\065\\"', r"'\-\z'", '""', '"\\\n"', "[[\nx]]")
_BINARY = ("+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", "<=", ">", ">=", "and", "or")
_BLANKS = (" ", " ", " ", " ", "\t", "  ")
_BREAKS = ("\n", "\n", "\r\n", " -- note\n", " --[[ x\n]]", " --[=[ ]] ]=] ", "\n\n", "\r", "\f", " --\n")


class _Writer:
    """Writes one program as tokens. ``budget`` bounds its size."""

    def __init__(self, random: Random, budget: int) -> None:
        self.random = random
        self.budget = budget
        self.out: list[str] = []
        self.loops = 0
        self.vararg = True

    def block(self) -> None:
        for count in range(self.random.randint(0, 3)):
            if count and self.out[-1] != ";" and self.random.random() < 0.2:
                self.out.append(";")
            self.statement()
        last = self.random.random()
        if last < 0.1:
            self.out.append("return")
            if self.random.random() < 0.7:
                self.list(self.expression)
        elif last < 0.2 and self.loops:
            self.out.append("break")
        else:
            return
        if self.random.random() < 0.3:
            self.out.append(";")

    def statement(self) -> None:
        self.budget -= 1
        kinds = [self.local, self.assignment, self.call_statement]
        if self.budget > 0:
            kinds += [self.do, self.loop, self.repeat, self.if_, self.numeric_for, self.generic_for]
            kinds += [self.local_function, self.function_statement]
        self.random.choice(kinds)()

    def local(self) -> None:
        self.out.append("local")
        self.list(self.name)
        if self.random.random() < 0.8:
            self.out.append("=")
            self.list(self.expression)

    def assignment(self) -> None:
        self.list(self.target)
        self.out.append("=")
        self.list(self.expression)

    def target(self) -> None:
        self.name()
        for _ in range(self.random.choice((0, 0, 1, 2))):
            self.suffix(call=self.random.random() < 0.3)
        if self.out[-1] in (")", "}") or self.out[-1] in _STRINGS:
            self.suffix(call=False)

    def call_statement(self) -> None:
        if self.out[-1:] == [";"] and self.random.random() < 0.5:
            self.out.append("(")  # only after a semicolon, or it could call what stands before it
            self.expression()
            self.out.append(")")
        else:
            self.name()
        for _ in range(self.random.choice((0, 0, 1))):
            self.suffix(call=False)
        self.suffix(call=True)

    def do(self) -> None:
        self.out.append("do")
        self.block()
        self.out.append("end")

    def loop(self) -> None:
        self.out.append("while")
        self.expression()
        self.out.append("do")
        self.loop_body()
        self.out.append("end")

    def loop_body(self) -> None:
        self.loops += 1
        self.block()
        self.loops -= 1

    def repeat(self) -> None:
        self.out.append("repeat")
        self.loop_body()
        self.out.append("until")
        self.expression()

    def if_(self) -> None:
        self.out.append("if")
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            self.expression()
            self.out.append("then")
            self.block()
            self.out.append("elseif")
        self.out.pop()
        if self.random.random() < 0.4:
            self.out.append("else")
            self.block()
        self.out.append("end")

    def numeric_for(self) -> None:
        self.out.append("for")
        self.name()
        self.out.append("=")
        self.expression()
        for _ in range(self.random.choice((1, 1, 2))):
            self.out.append(",")
            self.expression()
        self.out.append("do")
        self.loop_body()
        self.out.append("end")

    def generic_for(self) -> None:
        self.out.append("for")
        self.list(self.name)
        self.out.append("in")
        self.list(self.expression)
        self.out.append("do")
        self.loop_body()
        self.out.append("end")

    def local_function(self) -> None:
        self.out += ["local", "function"]
        self.name()
        self.function_body()

    def function_statement(self) -> None:
        self.out.append("function")
        self.name()
        for _ in range(self.random.choice((0, 0, 1, 2))):
            self.out.append(".")
            self.name()
        if self.random.random() < 0.3:
            self.out.append(":")
            self.name()
        self.function_body()

    def function_body(self) -> None:
        loops, vararg = self.loops, self.vararg
        self.loops, self.vararg = 0, self.random.random() < 0.4
        self.out.append("(")
        if self.random.random() < 0.6:
            self.list(self.name)
            if self.vararg:
                self.out += [",", "..."]
        elif self.vararg:
            self.out.append("...")
        self.out.append(")")
        self.block()
        self.out.append("end")
        self.loops, self.vararg = loops, vararg

    def name(self) -> None:
        self.out.append(self.random.choice(_NAMES))

    def list(self, item: Callable[[], None]) -> None:
        item()
        while self.random.random() < 0.3:
            self.out.append(",")
            item()

    def expression(self) -> None:
        self.budget -= 1
        leaf = self.budget <= 0 or self.random.random() < 0.5
        self.leaf() if leaf else self.random.choice((self.binary, self.unary, self.prefix, self.table, self.function))()

    def leaf(self) -> None:
        choices = [*_NAMES, self.random.choice(_NUMBERS), self.random.choice(_STRINGS), "nil", "true", "false"]
        self.out.append(self.random.choice([*choices, "..."] if self.vararg else choices))

    def binary(self) -> None:
        self.expression()
        self.out.append(self.random.choice(_BINARY))
        self.expression()

    def unary(self) -> None:
        self.out.append(self.random.choice(("-", "not", "#")))
        self.expression()

    def prefix(self) -> None:
        if self.random.random() < 0.3:
            self.out.append("(")
            self.expression()
            self.out.append(")")
        else:
            self.name()
        for _ in range(self.random.choice((0, 1, 1, 2))):
            self.suffix(call=self.random.random() < 0.5)

    def suffix(self, *, call: bool) -> None:
        if call:
            if self.random.random() < 0.2:
                self.out.append(":")
                self.name()
            self.arguments()
        elif self.random.random() < 0.5:
            self.out.append(".")
            self.name()
        else:
            self.out.append("[")
            self.expression()
            self.out.append("]")

    def arguments(self) -> None:
        form = self.random.random()
        if form < 0.15:
            self.out.append(self.random.choice(_STRINGS))
        elif form < 0.25:
            self.table()
        else:
            self.out.append(_CALL)
            if self.random.random() < 0.7:
                self.list(self.expression)
            self.out.append(")")

    def table(self) -> None:
        self.out.append("{")
        for _ in range(self.random.choice((0, 1, 2, 3))):
            form = self.random.random()
            if form < 0.3:
                self.name()
                self.out.append("=")
            elif form < 0.5:
                self.out.append("[")
                self.expression()
                self.out += ["]", "="]
            self.expression()
            self.out.append(self.random.choice((",", ";")))
        if self.out[-1] in (",", ";") and self.random.random() < 0.7:
            self.out.pop()
        self.out.append("}")

    def function(self) -> None:
        self.out.append("function")
        self.function_body()


def program(random: Random, size: int = 12, *, one_line: bool = False) -> bytes:
    """Write a random valid program of about ``size`` statements and expressions."""
    writer = _Writer(random, size)
    writer.block()
    text = ""
    before = ""
    for token in writer.out:
        blanks = _BLANKS if one_line or token == _CALL or random.random() < 0.7 else _BREAKS
        if one_line and "\n" in token:
            token = '"n"'
        token = token.lstrip("\0")
        tight = (before in "(,;{}" or token in "),;}") and before + token not in ("[[", "--")
        text += token if tight and random.random() < 0.5 else random.choice(blanks) + token
        before = token
    return text.encode("latin-1")
