"""Sorted sets as a server keeps them: small ones in one listpack (or ziplist), others as skip lists.

The difference shows in OBJECT ENCODING, in -0 (a listpack keeps it as 0) and in some odd cases of the ranges.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ldbpy.features import Feature
from ldbpy.resp import Double, Reply
from ldbpy.store.memory.values import ZSet

if TYPE_CHECKING:
    from ldbpy.store.memory.client import Client

__all__ = ["MOST_SMALL_ENTRIES", "MOST_SMALL_LENGTH", "insert", "new_zset", "scored_reply", "store"]

MOST_SMALL_ENTRIES: Final = 128
MOST_SMALL_LENGTH: Final = 64


def insert(client: Client, zset: ZSet, member: bytes, score: float) -> None:
    """Put the member in, or move it to another score (``zsetAdd``). The caller said that the value changes."""
    if not zset.big:
        new = member not in zset.scores
        if new and (len(zset) >= MOST_SMALL_ENTRIES or len(member) > MOST_SMALL_LENGTH):
            zset.big = True
        elif score == 0 and Feature.LISTPACKS in client.features:
            score = 0.0  # -0 is lost
    zset.add(member, score)


def new_zset(client: Client, scores: dict[bytes, float]) -> ZSet:
    """A sorted set made at once, as the commands that store a result make theirs."""
    big = len(scores) > MOST_SMALL_ENTRIES or any(len(member) > MOST_SMALL_LENGTH for member in scores)
    if not big and Feature.LISTPACKS in client.features:
        scores = {member: score or 0.0 for member, score in scores.items()}
    zset = ZSet(scores)
    zset.big = big
    return zset


def store(client: Client, key: bytes, zset: ZSet) -> int:
    """Let the key hold that result, or remove the key if there is none; how many members it has."""
    if zset:
        client.db.put(key, zset)
    else:
        client.db.remove(key)
    return len(zset)


def scored_reply(client: Client, pairs: Iterable[tuple[float, bytes]], scores: bool, nested: bool = False) -> Reply:
    """Members, with their scores if asked: each a pair in RESP3 or where ``nested``, else one after the other."""
    if not scores:
        return [member for _, member in pairs]
    if nested or client.resp == 3:
        return [[member, Double(score)] for score, member in pairs]
    return [item for score, member in pairs for item in (member, Double(score))]
