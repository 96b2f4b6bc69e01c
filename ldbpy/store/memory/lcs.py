"""LCS: the longest common subsequence of two strings (``lcsCommand`` of ``t_string.c``)."""

from __future__ import annotations

from ldbpy.resp import MapReply, Reply
from ldbpy.store.memory.args import Argv, integer
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject, syntax_error
from ldbpy.store.memory.registry import command

__all__: list[str] = []


@command("lcs")
def lcs(client: Client, argv: Argv) -> Reply:
    """LCS key1 key2 [LEN] [IDX] [MINMATCHLEN len] [WITHMATCHLEN]."""
    values = [client.db.get(key) for key in argv[1:3]]
    if any(value is not None and not isinstance(value, bytes | bytearray) for value in values):
        reject(b"ERR The specified keys must contain string values")
    length = indexes = with_length = False
    minimum = 0
    index = 3
    while index < len(argv):
        word = argv[index].upper()
        if word == b"IDX":
            indexes = True
        elif word == b"LEN":
            length = True
        elif word == b"WITHMATCHLEN":
            with_length = True
        elif word == b"MINMATCHLEN" and index + 1 < len(argv):
            minimum = max(integer(argv[index + 1]), 0)
            index += 1
        else:
            syntax_error()
        index += 1
    if indexes and length:
        reject(b"ERR If you want both the length and indexes, please just use IDX.")
    first, second = (bytes(value) if isinstance(value, bytes | bytearray) else b"" for value in values)
    return _answer(first, second, length, indexes, with_length, minimum)


def _answer(first: bytes, second: bytes, length: bool, indexes: bool, with_length: bool, minimum: int) -> Reply:
    common, ranges = _longest_common(first, second)
    if length:
        return len(common)
    if not indexes:
        return common
    matches: list[Reply] = []
    for (a_start, a_end), (b_start, b_end) in ranges:
        size = a_end - a_start + 1
        if size >= minimum:
            match: list[Reply] = [[a_start, a_end], [b_start, b_end]]
            matches.append([*match, size] if with_length else match)
    return MapReply([(b"matches", matches), (b"len", len(common))])


_Range = tuple[int, int]


def _longest_common(a: bytes, b: bytes) -> tuple[bytes, list[tuple[_Range, _Range]]]:
    """The longest common subsequence and its runs, last run first, as the server walks its table back."""
    table = [[0] * (len(b) + 1)]
    for char in a:
        above, row = table[-1], [0]
        for j, other in enumerate(b):
            row.append(above[j] + 1 if char == other else max(above[j + 1], row[j]))
        table.append(row)
    i, j = len(a), len(b)
    common = bytearray()
    ranges: list[tuple[_Range, _Range]] = []
    while i > 0 and j > 0:
        if a[i - 1] == b[j - 1]:
            common.append(a[i - 1])
            if ranges and ranges[-1][0][0] == i and ranges[-1][1][0] == j:
                (_, a_end), (_, b_end) = ranges[-1]
                ranges[-1] = ((i - 1, a_end), (j - 1, b_end))
            else:
                ranges.append(((i - 1, i - 1), (j - 1, j - 1)))
            i, j = i - 1, j - 1
        elif table[i - 1][j] > table[i][j - 1]:
            i -= 1
        else:
            j -= 1
    common.reverse()
    return bytes(common), ranges
