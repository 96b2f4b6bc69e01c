"""Places in sorted sets: GEOADD, GEOPOS, GEODIST, GEOHASH (``geo.c``). Searches are in ``geo_search``."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

from ldbpy.features import Feature
from ldbpy.resp import NIL_ARRAY, Double, Reply
from ldbpy.resp.longdouble import format_long_double
from ldbpy.store.memory.args import Argv
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject, syntax_error
from ldbpy.store.memory.floats import score
from ldbpy.store.memory.geohash import (
    LATITUDE_MAX,
    LATITUDE_MIN,
    LONGITUDE_MAX,
    LONGITUDE_MIN,
    Point,
    decode,
    distance,
    encode,
    geohash_text,
    score_bits,
)
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.values import ZSet
from ldbpy.store.memory.zsets import Conditions, add

__all__ = ["between", "distance_reply", "point_argument", "point_reply", "position", "unit"]

_UNITS: Final = {b"m": 1.0, b"km": 1000.0, b"ft": 0.3048, b"mi": 1609.34}
_GEOADD_OPTIONS: Final = (b"NX", b"XX", b"CH")


def position(value: float) -> Point:
    """The place a score stands for."""
    return decode(score_bits(value))


def between(client: Client, point1: Point, point2: Point) -> float:
    """The distance in metres, to the last digit the server's."""
    if Feature.GEO_NEAR_MERIDIAN_DISTANCE in client.features:
        return distance(point1, point2, same_meridian=1e-15)
    return distance(point1, point2, same_meridian=0.0 if Feature.GEO_MERIDIAN_DISTANCE in client.features else -1.0)


# -- arguments


def point_argument(client: Client, longitude: bytes, latitude: bytes) -> Point:
    """Two arguments that are a place."""
    x, y = score(client, longitude), score(client, latitude)
    if not (LONGITUDE_MIN <= x <= LONGITUDE_MAX and LATITUDE_MIN <= y <= LATITUDE_MAX):
        reject(b"ERR invalid longitude,latitude pair %f,%f" % (x, y))
    return x, y


def unit(client: Client, text: bytes) -> float:
    """A unit of length, in metres."""
    any_case = Feature.GEO_UNITS_IN_ANY_CASE in client.features
    metres = _UNITS.get(text.lower() if any_case else text)
    if metres is None:
        names = b"M, KM, FT, MI" if any_case else b"m, km, ft, mi"
        reject(b"ERR unsupported unit provided. please use " + names)
    return metres


# -- replies


def point_reply(client: Client, point: Point) -> Reply:
    """A place: longitude and latitude with 17 decimals, which is less than a small double has."""
    texts = [format_long_double(Fraction(angle)) for angle in point]
    return [Double(text) for text in texts] if client.resp == 3 else [*texts]


def distance_reply(client: Client, length: float) -> Reply:
    """A length with four decimals, a string in both protocols."""
    fixed_point = Feature.GEO_FIXED_POINT in client.features
    if math.isnan(length):
        return b"-922337203685477.5808" if fixed_point else b"-nan"
    return b"%d.%04d" % divmod(round(length * 10000.0), 10000) if fixed_point else b"%.4f" % length


# -- commands


@command("geoadd")
def geoadd(client: Client, argv: Argv) -> Reply:
    """GEOADD key [NX | XX] [CH] longitude latitude member [longitude latitude member ...]."""
    conditions = Conditions()
    first = 2
    while first < len(argv) and argv[first].upper() in _GEOADD_OPTIONS:
        setattr(conditions, argv[first].lower().decode(), True)
        first += 1
    count = len(argv) - first
    if count % 3 or not count or (conditions.nx and conditions.xx):
        syntax_error()
    pairs = []
    for i in range(first, len(argv), 3):
        point = point_argument(client, argv[i], argv[i + 1])
        pairs.append((float(encode(point)), argv[i + 2]))
    return add(client, argv[1], pairs, conditions)


@command("geopos")
def geopos(client: Client, argv: Argv) -> Reply:
    """GEOPOS key [member [member ...]]."""
    scores = _scores(client, argv[1])
    return [point_reply(client, position(scores[member])) if member in scores else NIL_ARRAY for member in argv[2:]]


@command("geohash")
def geohash(client: Client, argv: Argv) -> Reply:
    """GEOHASH key [member [member ...]]."""
    scores = _scores(client, argv[1])
    return [geohash_text(position(scores[member])) if member in scores else None for member in argv[2:]]


def _scores(client: Client, key: bytes) -> dict[bytes, float]:
    zset = client.db.get_as(key, ZSet)
    return {} if zset is None else zset.scores


@command("geodist")
def geodist(client: Client, argv: Argv) -> Reply:
    """GEODIST key member1 member2 [M | KM | FT | MI]."""
    metres = unit(client, argv[4]) if len(argv) == 5 else 1.0
    if len(argv) > 5:
        syntax_error()
    scores = _scores(client, argv[1])
    if argv[2] not in scores or argv[3] not in scores:
        return None
    length = between(client, position(scores[argv[2]]), position(scores[argv[3]]))
    return distance_reply(client, length / metres)
