"""Which of a script's files use what other files bring, and which lines that include could go."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from ldbpy.lint.analysis.effects import Part
from ldbpy.script import ast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ldbpy.lint.analysis.program import Program

__all__ = ["unused_includes"]


def unused_includes(program: Program) -> set[int]:
    """The numbers of the includes without which the script would do what it does, told of each alone."""
    return _Inclusion(program).unused()


class _Inclusion:
    """The files that includes have brought, each known by its include's number; None is what the script begins with.

    A file that was named before brings nothing, but whoever names a file that it uses can do without others doing so.
    """

    def __init__(self, program: Program) -> None:
        self._program: Final = program
        self._all: Final = program.includes
        self._blocks: Final = dict(_blocks_around(program))
        self._used: Final[set[int]] = set()
        self._in: Final[dict[int | None, list[int]]] = {}
        """The includes whose lines stand in a file that came once."""
        self._named: Final[dict[str, list[int]]] = {}
        """The same for all times it came."""
        self._bringing: Final[dict[str, list[int]]] = {}
        """The includes that brought a file."""
        self._repeated: Final[dict[tuple[int | None, str], list[int]]] = {}
        """Those that did not, by where they stand and the file."""
        for number, include in enumerate(self._all):
            self._in.setdefault(include.around, []).append(number)
            self._named.setdefault(include.line.file, []).append(number)
            if include.end > include.start:
                self._bringing.setdefault(include.file, []).append(number)
            else:
                self._repeated.setdefault((include.around, include.file), []).append(number)
        self._led: Final[dict[tuple[int | None, str], set[int]]] = {}
        self._needs: Final[dict[int, set[int]]] = {}
        """What names in each file stand for, by what brought that."""
        self._leaned: Final[dict[int, set[int]]] = {}
        self._reached: Final[dict[str, set[str]]] = {}
        self._idle: Final[dict[int, bool]] = {}

    def unused(self) -> set[int]:
        uses = list(self._uses())
        for declared, user, _ in uses:
            if user is not None:
                self._needs.setdefault(user, set()).add(declared)
        for declared, user, name in uses:
            self._note(declared, user, name)
        return {number for number in range(len(self._all)) if number not in self._used and self._does_nothing(number)}

    # -- uses

    def _uses(self) -> Iterator[tuple[int, int | None, ast.Name]]:
        """What was brought, who uses it, and the name in there. One of those alike is enough."""
        for variable in self._program.resolved.variables:
            declared = self._file_at(variable.declared.start)
            if declared is None:
                continue
            told: set[int | None] = {declared}
            for name in (*variable.reads, *variable.mutations, *(write.name for write in variable.writes)):
                user = self._file_at(name.start)
                if user not in told:
                    yield declared, user, name
                    if (user, self._all[declared].file) not in self._repeated:
                        told.add(user)

    def _note(self, declared: int, user: int | None, name: ast.Name) -> None:
        """Note what brings a variable to where it is used: the user's own line for its file if there is one."""
        brought = self._all[declared].file
        around = {self._all[number].line for number in self._chain(user)}
        bringing = (number for number in self._chain(declared) if self._all[number].line not in around)
        repeated = self._repeated.get((user, brought), [])
        if self._all[declared].around == user:
            self._used.update(bringing)
            self._used.update(repeated)
        elif any(self._would_reach(number, name) for number in repeated):
            self._used.update(set(bringing) & self._leaned_on(declared))
            self._used.update(repeated)
        else:
            self._used.update(bringing)
            self._used.update(self._ways(user, brought))

    def _would_reach(self, number: int, name: ast.Name) -> bool:
        """Whether a name would see what an include brought, if it brought something."""
        return self._all[number].start <= name.start and name.end <= self._blocks[number].end

    def _ways(self, user: int | None, brought: str) -> set[int]:
        """The includes through which a file would bring another that it does not name, if that had not come before."""
        if (user, brought) not in self._led:
            found: set[int] = set()
            came = {each for number in self._bringing[brought] for each in self._chain(number)}
            for number in self._in.get(user, ()):
                files = self._reached_from(self._all[number].file)
                if brought in files and number not in came:
                    found.add(number)
                    inner = (each for file in files for each in self._named.get(file, ()))
                    found.update(each for each in inner if brought in self._reached_from(self._all[each].file))
            self._led[user, brought] = found
        return self._led[user, brought]

    def _leaned_on(self, number: int) -> set[int]:
        """The includes around one that bring what its file needs, and does not name itself."""
        if number not in self._leaned:
            found: set[int] = set()
            named = self._reached_from(self._all[number].file)
            todo, seen = [number], set()
            while todo:
                each = todo.pop()
                if each not in seen:
                    seen.add(each)
                    todo.extend(self._needs.get(each, ()))
                    if self._all[each].file not in named:
                        found.update(self._chain(each))
            self._leaned[number] = found
        return self._leaned[number]

    def _chain(self, number: int | None) -> Iterator[int]:
        """The include and those around it."""
        while number is not None:
            yield number
            number = self._all[number].around

    def _reached_from(self, file: str) -> set[str]:
        """A file, and those that come with it."""
        if file not in self._reached:
            found: set[str] = set()
            todo = [file]
            while todo:
                each = todo.pop()
                if each not in found:
                    found.add(each)
                    todo.extend({self._all[number].file for number in self._named.get(each, ())})
            self._reached[file] = found
        return self._reached[file]

    def _file_at(self, offset: int) -> int | None:
        """The include that brought that byte of the script itself, not with others in turn."""
        offsets, files = self._borders
        return files[bisect_right(offsets, offset) - 1]

    @cached_property
    def _borders(self) -> tuple[list[int], list[int | None]]:
        """Where a file begins or goes on, and which one."""
        borders: list[tuple[int, int, int | None]] = [(0, 0, None)]
        for numbers in self._bringing.values():
            for number in numbers:
                start, end = self._all[number][:2]
                # The last at a place counts: of several that end there the outermost, before those that begin there,
                # of which it is the innermost.
                borders += [(end, -number, self._all[number].around), (start, number, number)]
        borders.sort(key=lambda border: border[:2])
        return [offset for offset, *_ in borders], [number for *_, number in borders]

    # -- effects

    def _does_nothing(self, number: int) -> bool:
        """Whether what an include brings has statements, which do nothing but name values."""
        include = self._all[number]
        if include.end > include.start:
            return self._is_idle(number)
        files = [self._bringing.get(file, []) for file in self._reached_from(include.file)]
        return all(files) and all(self._is_idle(each) for numbers in files for each in numbers)

    def _is_idle(self, number: int) -> bool:
        if number not in self._idle:
            start, end = self._all[number][:2]
            part = Part(self._program, start, end)
            statements = part.statements(self._blocks[number])
            has_shebang = self._program.chunk.shebang is not None and start == 0
            named = not has_shebang and bool(statements) and all(part.only_names(each) for each in statements)
            self._idle[number] = named
        return self._idle[number]


def _blocks_around(program: Program) -> Iterator[tuple[int, ast.Block]]:
    """The innermost block around each include."""
    blocks = sorted(program.of(ast.Block), key=attrgetter("start"), reverse=True)
    around: list[ast.Block] = []
    for number, include in sorted(enumerate(program.includes), key=lambda each: each[1].start):
        while blocks and blocks[-1].start <= include.start:
            block = blocks.pop()
            while around and around[-1].end <= block.start:
                around.pop()
            around.append(block)
        holding = (block for block in reversed(around) if block.end >= include.end)
        yield number, next(holding, program.chunk.body)  # which starts with the first word, not with comments
