"""Geohashes and distances as the servers reckon them: pure arithmetic, every operation in their order.

Sources: ``geohash.c`` and ``geohash_helper.c`` of Redis 6.2 to 8.x and Valkey 8 and 9. A hash interleaves the bits of
a longitude and a latitude, longitude first; ``step`` is the number of bits of each. Angles are in degrees, distances
in metres.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple, TypeAlias

__all__ = [
    "LATITUDE_MAX",
    "LATITUDE_MIN",
    "LONGITUDE_MAX",
    "LONGITUDE_MIN",
    "STEP_MAX",
    "Bounds",
    "Cell",
    "Point",
    "bounding_box",
    "cell_of",
    "decode",
    "distance",
    "encode",
    "estimate_step",
    "geohash_text",
    "latitude_distance",
    "move",
    "polygon_centre",
    "score_bits",
]

LONGITUDE_MIN: Final = -180.0
LONGITUDE_MAX: Final = 180.0
LATITUDE_MIN: Final = -85.05112878
LATITUDE_MAX: Final = 85.05112878
"""Of EPSG:900913: there is no place nearer to a pole."""
STEP_MAX: Final = 26

_EARTH_RADIUS: Final = 6372797.560856
_MERCATOR_MAX: Final = 20037726.37
_RADIAN: Final = math.pi / 180.0
_ALPHABET: Final = b"0123456789bcdefghjkmnpqrstuvwxyz"
_EVEN_BITS: Final = 0x5555555555555555
_ODD_BITS: Final = 0xAAAAAAAAAAAAAAAA
_WORD: Final = 0xFFFFFFFF

Point: TypeAlias = tuple[float, float]
"""Longitude and latitude."""


class Bounds(NamedTuple):
    """The edges of an area."""

    west: float
    south: float
    east: float
    north: float


class Cell(NamedTuple):
    """One cell of the grid of ``step`` bits."""

    bits: int
    step: int

    @property
    def scores(self) -> tuple[int, int]:
        """The scores of what is in the cell: from the first to below the second."""
        shift = 2 * STEP_MAX - 2 * self.step
        return self.bits << shift, (self.bits + 1) << shift

    @property
    def bounds(self) -> Bounds:
        """Where its edges are."""
        return _cell_bounds(self.bits, self.step)


# -- hashes


def _spread(value: int) -> int:
    """Put the 32 bits of a number in the even places."""
    value &= _WORD
    for shift, mask in ((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F)):
        value = (value | value << shift) & mask
    value = (value | value << 2) & 0x3333333333333333
    return (value | value << 1) & _EVEN_BITS


def _gather(value: int) -> int:
    """The bits in the even places of a 64-bit number, brought together."""
    value &= _EVEN_BITS
    value = (value | value >> 1) & 0x3333333333333333
    value = (value | value >> 2) & 0x0F0F0F0F0F0F0F0F
    for shift, mask in ((4, 0x00FF00FF00FF00FF), (8, 0x0000FFFF0000FFFF), (16, _WORD)):
        value = (value | value >> shift) & mask
    return value


def encode(point: Point, step: int = STEP_MAX, latitudes: tuple[float, float] = (LATITUDE_MIN, LATITUDE_MAX)) -> int:
    """The bits of the cell the point is in. ``latitudes``: -90 and 90 for hashes the rest of the world can read."""
    south, north = latitudes
    x = (point[0] - LONGITUDE_MIN) / (LONGITUDE_MAX - LONGITUDE_MIN) * (1 << step)
    y = (point[1] - south) / (north - south) * (1 << step)
    return _spread(int(y)) | _spread(int(x)) << 1


def cell_of(point: Point, step: int) -> Cell:
    """The cell the point is in."""
    return Cell(encode(point, step), step)


def _cell_bounds(bits: int, step: int) -> Bounds:
    y, x = _gather(bits), _gather(bits >> 1)
    scale = float(1 << step)
    width, height = LONGITUDE_MAX - LONGITUDE_MIN, LATITUDE_MAX - LATITUDE_MIN
    return Bounds(
        LONGITUDE_MIN + x / scale * width,
        LATITUDE_MIN + y / scale * height,
        LONGITUDE_MIN + ((x + 1) & _WORD) / scale * width,
        LATITUDE_MIN + ((y + 1) & _WORD) / scale * height,
    )


def decode(bits: int) -> Point:
    """The middle of the smallest cell."""
    bounds = _cell_bounds(bits, STEP_MAX)
    longitude = (bounds.west + bounds.east) / 2
    latitude = (bounds.south + bounds.north) / 2
    return min(max(longitude, LONGITUDE_MIN), LONGITUDE_MAX), min(max(latitude, LATITUDE_MIN), LATITUDE_MAX)


def score_bits(score: float) -> int:
    """Any score as the 64 bits of a hash: what x86-64 makes of a double where C leaves the conversion undefined."""
    if math.isinf(score):
        return 0 if score > 0 else 1 << 63
    whole = int(score)
    if whole >= 1 << 63:
        return whole if whole < 1 << 64 else 0
    return whole & 0xFFFFFFFFFFFFFFFF if whole >= -(1 << 63) else 1 << 63


def geohash_text(point: Point) -> bytes:
    """The standard geohash, 11 characters: the last one is always 0, for there are but 52 bits."""
    bits = encode(point, latitudes=(-90.0, 90.0))
    return bytes(_ALPHABET[bits >> 47 - 5 * i & 31] for i in range(10)) + b"0"


def move(cell: Cell, east: int, north: int) -> Cell:
    """The cell that many (-1, 0 or 1) to the east and to the north; round the world, and over the poles."""
    low, high = _EVEN_BITS & (1 << 2 * cell.step) - 1, _ODD_BITS & (1 << 2 * cell.step) - 1
    x, y = cell.bits & _ODD_BITS, cell.bits & _EVEN_BITS
    if east:
        x = (x + low + 1 if east > 0 else (x | low) - (low + 1)) & high
    if north:
        y = (y + high + 1 if north > 0 else (y | high) - (high + 1)) & low
    return Cell(x | y, cell.step)


# -- distances


def latitude_distance(latitude1: float, latitude2: float) -> float:
    """The distance of two latitudes on one meridian."""
    return _EARTH_RADIUS * abs(latitude2 * _RADIAN - latitude1 * _RADIAN)


def distance(point1: Point, point2: Point, *, same_meridian: float = 0.0) -> float:
    """The great-circle distance by the haversine formula; NaN for points so opposite that the formula fails.

    Later servers take the shorter formula on one meridian, and the last digits differ. ``same_meridian``: up to which
    sine of half the difference of the longitudes they do; a negative one: never.
    """
    longitude1, longitude2 = point1[0] * _RADIAN, point2[0] * _RADIAN
    v = math.sin((longitude2 - longitude1) / 2)
    if abs(v) <= same_meridian:
        return latitude_distance(point1[1], point2[1])
    latitude1, latitude2 = point1[1] * _RADIAN, point2[1] * _RADIAN
    u = math.sin((latitude2 - latitude1) / 2)
    root = math.sqrt(u * u + math.cos(latitude1) * math.cos(latitude2) * v * v)
    return 2.0 * _EARTH_RADIUS * math.asin(root) if root <= 1.0 else math.nan


def estimate_step(radius: float, latitude: float) -> int:
    """The number of bits of cells so large that nine of them cover a circle, in most cases."""
    if radius == 0:
        return STEP_MAX
    step = 1
    while radius < _MERCATOR_MAX:
        radius *= 2
        step += 1
    step -= 2
    if abs(latitude) > 66:
        step -= 2 if abs(latitude) > 80 else 1
    return min(max(step, 1), STEP_MAX)


def bounding_box(centre: Point, half_width: float, half_height: float) -> Bounds:
    """The box around a circle or a rectangle. Values are NaN or out of range where it has no end.

    The width is taken where the meridians are nearest to each other: at the northern edge in the northern hemisphere.
    """
    longitude, latitude = centre
    height = half_height / _EARTH_RADIUS / _RADIAN
    edge = latitude - height if latitude < 0 else latitude + height
    width = half_width / _EARTH_RADIUS / _cosine(edge * _RADIAN) / _RADIAN
    return Bounds(longitude - width, latitude - height, longitude + width, latitude + height)


def _cosine(angle: float) -> float:
    return math.nan if math.isinf(angle) else math.cos(angle)


def polygon_centre(vertices: list[Point]) -> Point:
    """The place below the centre of gravity of the vertices."""
    x = y = z = 0.0
    for longitude, latitude in vertices:
        a, b = longitude * _RADIAN, latitude * _RADIAN
        x += math.cos(b) * math.cos(a)
        y += math.cos(b) * math.sin(a)
        z += math.sin(b)
    return math.atan2(y, x) / _RADIAN, math.atan2(z, math.sqrt(x * x + y * y)) / _RADIAN
