"""Sorting a part of a list as the servers do: what comes first of equal items is theirs to say.

``pqsort.c`` of the servers is the quicksort of Bentley and McIlroy, "Engineering a Sort Function" (1993), that leaves
alone the parts outside the wanted places. It is not stable, so its very steps are followed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

__all__ = ["partial_sort"]

T = TypeVar("T")

_INSERTION_BELOW = 7
_NINTHER_ABOVE = 40


def partial_sort(items: list[T], compare: Callable[[T, T], int], first: int, last: int) -> None:
    """Sort in place so far that the places from ``first`` to ``last`` hold what they would hold if all were sorted."""
    parts = [(0, len(items))]
    while parts:
        start, size = parts.pop()
        if size < _INSERTION_BELOW:
            _insertion_sort(items, compare, start, size)
            continue
        less, greater = _partition(items, compare, start, size)
        sides = ((start, less), (start + size - greater, greater))
        parts += [part for part in sides if part[1] > 1 and part[0] <= last and first < sum(part)]


def _insertion_sort(items: list[T], compare: Callable[[T, T], int], start: int, size: int) -> None:
    for end in range(start + 1, start + size):
        at = end
        while at > start and compare(items[at - 1], items[at]) > 0:
            _swap(items, at, at - 1)
            at -= 1


def _partition(items: list[T], compare: Callable[[T, T], int], start: int, size: int) -> tuple[int, int]:
    """Part into less, equal and greater than a pivot; how many are less and how many greater."""
    _swap(items, start, _pivot(items, compare, start, size))
    pivot = items[start]
    equal_left = low = start + 1
    equal_right = high = start + size - 1
    while True:
        while low <= high and (order := compare(items[low], pivot)) <= 0:
            if order == 0:
                _swap(items, equal_left, low)
                equal_left += 1
            low += 1
        while low <= high and (order := compare(items[high], pivot)) >= 0:
            if order == 0:
                _swap(items, high, equal_right)
                equal_right -= 1
            high -= 1
        if low > high:
            break
        _swap(items, low, high)
        low, high = low + 1, high - 1
    less, greater = low - equal_left, equal_right - high
    _swap_runs(items, start, low, min(equal_left - start, less))
    _swap_runs(items, low, start + size, min(greater, start + size - 1 - equal_right))
    return less, greater


def _swap_runs(items: list[T], left: int, right: int, length: int) -> None:
    """Swap the run that starts at ``left`` with the one that ends before ``right``."""
    for i in range(length):
        _swap(items, left + i, right - length + i)


def _swap(items: list[T], a: int, b: int) -> None:
    items[a], items[b] = items[b], items[a]


def _pivot(items: list[T], compare: Callable[[T, T], int], start: int, size: int) -> int:
    middle = start + size // 2
    if size == _INSERTION_BELOW:
        return middle
    low, high = start, start + size - 1
    if size > _NINTHER_ABOVE:
        step = size // 8
        low = _median(items, compare, low, low + step, low + 2 * step)
        middle = _median(items, compare, middle - step, middle, middle + step)
        high = _median(items, compare, high - 2 * step, high - step, high)
    return _median(items, compare, low, middle, high)


def _median(items: list[T], compare: Callable[[T, T], int], a: int, b: int, c: int) -> int:
    if compare(items[a], items[b]) < 0:
        if compare(items[b], items[c]) < 0:
            return b
        return c if compare(items[a], items[c]) < 0 else a
    if compare(items[b], items[c]) > 0:
        return b
    return a if compare(items[a], items[c]) < 0 else c
