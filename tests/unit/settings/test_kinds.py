from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from ldbpy.settings.kinds import FLAG, Kind, one_of, read_seconds, read_size, size_text, whole


def _is_refused(read: Callable[[object], object], given: object) -> bool:
    """Whether it raises ``ValueError``: what it says is for nobody, who reads tells what was wanted."""
    try:
        read(given)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize(
    ("given", "size"),
    [
        *(
            ("0", 0),
            (7, 7),
            ("7", 7),
            ("7b", 7),
            ("7k", 7_000),
            ("7kb", 7_168),
            ("7m", 7_000_000),
            ("7MB", 7 * 2**20),
        ),
        *(("7g", 7_000_000_000), ("7gb", 7 * 2**30), (str(2**62 - 1), 2**62 - 1)),
    ],
)
def test_size(given: object, size: int) -> None:
    """Units are those of redis.conf: ``k`` is a thousand, ``kb`` is 1024."""
    assert read_size(given) == size


@pytest.mark.parametrize("given", ["", "kb", "-1", "1.5mb", "1 mb", "1tb", 1.0, True, None, str(2**62), "9" * 31])
def test_size_refused(given: object) -> None:
    """What is no whole number of bytes, or more than fit, is none."""
    assert _is_refused(read_size, given)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0"),
        (7, "7"),
        (1000, "1000"),
        (1024, "1kb"),
        (1536 * 1024, "1536kb"),
        (2**26, "64mb"),
        (2**30, "1gb"),
    ],
)
def test_size_as_text(size: int, text: str) -> None:
    """A size is written with the largest unit it is a whole number of, and is read as what it was."""
    assert (size_text(size), read_size(size_text(size))) == (text, size)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("0", 0.0), (0, 0.0), ("0.5", 0.5), (60, 60.0), (1.5, 1.5), ("inf", math.inf), (10**400, math.inf)],
)
def test_seconds(given: object, seconds: float) -> None:
    """A number from 0 on, written or counted; what is beyond all floats is without end."""
    assert read_seconds(given) == seconds


@pytest.mark.parametrize("given", ["", "x", "-1", -0.1, "nan", True, None])
def test_seconds_refused(given: object) -> None:
    """Less than nothing is no time, and true is no number."""
    assert _is_refused(read_seconds, given)


@pytest.mark.parametrize(
    ("words", "flag"), [((True, "1", "true", "YES", "On"), True), ((False, "0", "false", "No", "OFF"), False)]
)
def test_flag(words: tuple[object, ...], flag: bool) -> None:
    """The words people write for true and false, in any case."""
    assert [FLAG.read(word) for word in words] == [flag] * len(words)


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [(whole(2, 9), "2", 2), (whole(2, 9), 9, 9), (one_of(["light", "dark"]), "Dark", "dark")],
)
def test_other_kinds(kind: Kind, given: object, value: object) -> None:
    """Ranges have both their ends; words are known in any case."""
    assert kind.read(given) == value


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        *((FLAG, "2"), (FLAG, 1), (FLAG, None)),
        *((whole(2, 9), 1), (whole(2, 9), "10"), (whole(2, 9), "x"), (whole(0, 9), True), (whole(2, 9), 2.5)),
        *((one_of(["light", "dark"]), "dim"), (one_of(["1"]), 1)),
    ],
)
def test_other_kinds_refused(kind: Kind, given: object) -> None:
    """What is of another kind, or out of range, is refused."""
    assert _is_refused(kind.read, given)
