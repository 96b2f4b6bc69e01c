"""Searches for places: GEORADIUS, GEOSEARCH and their family (``geo.c``, ``geohash_helper.c``).

A search looks into the cell of the centre and its eight neighbours, in a fixed order, and gives what it finds in the
order of the cells and the scores in them, unless it is to be sorted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple, NoReturn

from ldbpy.features import Feature
from ldbpy.resp import Reply, parse_integer
from ldbpy.store.memory.args import Argv, integer
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject, shown, syntax_error
from ldbpy.store.memory.floats import score
from ldbpy.store.memory.geo import distance_reply, point_argument, point_reply, position, unit
from ldbpy.store.memory.geo_shapes import Box, Circle, Polygon, Shape, cells
from ldbpy.store.memory.geohash import Point
from ldbpy.store.memory.partial_sort import partial_sort
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.values import ZSet
from ldbpy.store.memory.zset_ranges import score_span
from ldbpy.store.memory.zset_values import new_zset, store

__all__: list[str] = []


# -- the search


class _Hit(NamedTuple):
    """A place found. ``distance`` is in metres."""

    distance: float
    score: float
    member: bytes
    point: Point


@dataclass(slots=True)
class _Query:
    """A search as it was written. ``sort``: ASC, DESC or empty."""

    shape: Shape | None = None
    centre: Point | None = None
    sort: bytes = b""
    count: int = 0
    any: bool = False
    shown: set[bytes] = field(default_factory=set)
    destination: bytes | None = None
    store_distance: bool = False


def _search(client: Client, zset: ZSet, query: _Query, shape: Shape, centre: Point) -> list[_Hit]:
    hits: list[_Hit] = []
    limit = query.count if query.any else 0
    for cell in cells(client, shape, centre):
        start, stop = score_span(zset, *cell.scores)
        for value, member in zset.order[start:stop]:
            point = position(value)
            length = shape.distance(client, centre, point)
            if length is not None:
                hits.append(_Hit(length, value, member, point))
                if len(hits) == limit:
                    break
        if limit and len(hits) >= limit:
            break
    return _sorted(hits, query)


def _sorted(hits: list[_Hit], query: _Query) -> list[_Hit]:
    wanted = min(query.count, len(hits)) if query.count else len(hits)
    order = query.sort or (b"ASC" if query.count and not query.any else b"")
    if order and wanted == len(hits):
        hits.sort(key=lambda hit: hit.distance if order == b"ASC" else -hit.distance)
    elif order:
        partial_sort(hits, _nearer if order == b"ASC" else _farther, 0, wanted - 1)
    return hits[:wanted]


def _nearer(a: _Hit, b: _Hit) -> int:
    return (a.distance > b.distance) - (a.distance < b.distance)


def _farther(a: _Hit, b: _Hit) -> int:
    return (b.distance > a.distance) - (b.distance < a.distance)


def _answer(client: Client, query: _Query, hits: list[_Hit], metres: float) -> Reply:
    if query.destination is not None:
        scores = {hit.member: hit.distance / metres if query.store_distance else hit.score for hit in hits}
        return store(client, query.destination, new_zset(client, scores))
    if not query.shown:
        return [hit.member for hit in hits]
    return [_described(client, query, hit, metres) for hit in hits]


def _described(client: Client, query: _Query, hit: _Hit, metres: float) -> Reply:
    reply: list[Reply] = [hit.member]
    if b"WITHDIST" in query.shown:
        reply.append(distance_reply(client, hit.distance / metres))
    if b"WITHHASH" in query.shown:
        reply.append(int(hit.score))
    if b"WITHCOORD" in query.shown:
        reply.append(point_reply(client, hit.point))
    return reply


# -- arguments


class _Kind(NamedTuple):
    """What a command takes."""

    may_store: bool = False
    """STORE and STOREDIST, each with a key."""
    searches: bool = False
    """The words of GEOSEARCH."""
    stores: bool = False
    """STOREDIST alone: it stores anyway."""


class _Parser:
    """Reads the options of a search. ``zset`` is the source, None if there is none."""

    def __init__(self, client: Client, argv: Argv, zset: ZSet | None, kind: _Kind) -> None:
        self.client: Final = client
        self.argv: Final = argv
        self.zset: Final = zset
        self.kind: Final = kind
        self.query: Final = _Query()
        self.from_member = False
        self.from_point = False
        self.index = 0

    def parse(self, start: int) -> _Query:
        """Read from ``start`` on."""
        self.index = start
        while self.index < len(self.argv):
            word = self.argv[self.index].upper()
            self.index += 1
            if not (self._plain(word) or self._stored(word) or self._area(word)):
                syntax_error()
        return self.query

    def _left(self) -> int:
        return len(self.argv) - self.index

    def _take(self, count: int) -> list[bytes]:
        self.index += count
        return self.argv[self.index - count : self.index]

    def _plain(self, word: bytes) -> bool:
        query = self.query
        if word in (b"WITHDIST", b"WITHHASH", b"WITHCOORD"):
            query.shown.add(word)
        elif word in (b"ASC", b"DESC"):
            query.sort = word
        elif word == b"ANY":
            query.any = True
        elif word == b"COUNT" and self._left() >= 1:
            query.count = integer(self._take(1)[0])
            if query.count <= 0:
                reject(b"ERR COUNT must be > 0")
        else:
            return False
        return True

    def _stored(self, word: bytes) -> bool:
        query = self.query
        if word in (b"STORE", b"STOREDIST") and self.kind.may_store and self._left() >= 1:
            query.destination = self._take(1)[0]
            query.store_distance = word == b"STOREDIST"
        elif word == b"STOREDIST" and self.kind.stores:
            query.store_distance = True
        else:
            return False
        return True

    def _area(self, word: bytes) -> bool:
        """The words of GEOSEARCH. A second word of the same kind replaces the first, one of another is refused."""
        if not self.kind.searches:
            return False
        client, query, shape, left = self.client, self.query, self.query.shape, self._left()
        polygon = isinstance(shape, Polygon)
        if word == b"FROMMEMBER" and left >= 1 and not self.from_point and not polygon:
            self._from_member(self._take(1)[0])
        elif word == b"FROMLONLAT" and left >= 2 and not self.from_member and not polygon:
            query.centre = point_argument(client, *self._take(2))
            self.from_point = True
        elif word == b"BYRADIUS" and left >= 2 and (shape is None or isinstance(shape, Circle)):
            query.shape = _circle(client, *self._take(2))
        elif word == b"BYBOX" and left >= 3 and (shape is None or isinstance(shape, Box)):
            query.shape = _box(client, *self._take(3))
        elif word == b"BYPOLYGON" and left >= 2 and self._polygon_allowed():
            query.shape = self._polygon()
        else:
            return False
        return True

    def _from_member(self, member: bytes) -> None:
        self.from_member = True
        if self.zset is not None:
            self.query.centre = _member_point(self.client, self.zset, member)

    def _polygon_allowed(self) -> bool:
        shape = self.query.shape
        fits = shape is None or isinstance(shape, Polygon)
        return Feature.GEO_POLYGON in self.client.features and fits and not self.from_member and not self.from_point

    def _polygon(self) -> Polygon:
        count = parse_integer(self._take(1)[0])
        if count is None or not -(2**31) <= count < 2**31:
            reject(b"ERR invalid number of vertices")
        if count < 3 or self._left() // 2 < count:
            reject(b"ERR GEOSEARCH BYPOLYGON must have at least 3 vertices")
        return Polygon([point_argument(self.client, *self._take(2)) for _ in range(count)])

    def check(self) -> None:
        """Refuse what does not go together."""
        query, name = self.query, self.argv[0]
        if query.shown and (query.destination is not None or self.kind.stores):
            self._refuse_shown()
        if self.kind.searches and not isinstance(query.shape, Polygon):
            if not (self.from_member or self.from_point):
                reject(b"ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for %s" % name)
            if query.shape is None:
                polygons = Feature.GEO_POLYGON in self.client.features
                shapes = b"BYRADIUS, BYBOX and BYPOLYGON" if polygons else b"BYRADIUS and BYBOX"
                reject(b"ERR exactly one of %s can be specified for %s" % (shapes, name))
        if query.any and not query.count:
            reject(b"ERR the ANY argument requires COUNT argument")

    def _refuse_shown(self) -> NoReturn:
        text = b"ERR %s is not compatible with WITHDIST, WITHHASH and %s options"
        if Feature.GEO_STORE_ERROR_NAMES not in self.client.features:
            reject(text % (b"STORE option in GEORADIUS", b"WITHCOORDS"))
        reject(text % (b"GEOSEARCHSTORE" if self.kind.stores else b"STORE option in GEORADIUS", b"WITHCOORD"))


def _circle(client: Client, radius: bytes, length_unit: bytes) -> Circle:
    value = score(client, radius, b"ERR need numeric radius")
    if value < 0:
        reject(b"ERR radius cannot be negative")
    return Circle(value, unit(client, length_unit))


def _box(client: Client, width: bytes, height: bytes, length_unit: bytes) -> Box:
    w = score(client, width, b"ERR need numeric width")
    h = score(client, height, b"ERR need numeric height")
    if w < 0 or h < 0:
        reject(b"ERR height or width cannot be negative")
    return Box(w, h, unit(client, length_unit))


def _member_point(client: Client, zset: ZSet, member: bytes) -> Point:
    value = zset.scores.get(member)
    if value is None:
        if Feature.GEO_MEMBER_ERROR_NAMES in client.features:
            reject(b"ERR member %s does not exist" % shown(member))
        reject(b"ERR could not decode requested zset member")
    return position(value)


# -- commands


def _run(client: Client, parser: _Parser, start: int) -> Reply:
    query = parser.parse(start)
    parser.check()
    if parser.zset is None:
        if query.destination is None:
            return []
        client.db.remove(query.destination)
        return 0
    assert query.shape is not None
    centre = query.shape.centre(query.centre or (0.0, 0.0))
    hits = _search(client, parser.zset, query, query.shape, centre)
    return _answer(client, query, hits, query.shape.metres)


@command("georadius")
def georadius(client: Client, argv: Argv) -> Reply:
    """GEORADIUS key longitude latitude radius unit [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count [ANY]]
    [ASC | DESC] [STORE key | STOREDIST key].
    """
    return _georadius(client, argv, _Kind(may_store=True))


@command("georadius_ro")
def georadius_ro(client: Client, argv: Argv) -> Reply:
    """GEORADIUS_RO: GEORADIUS without STORE and STOREDIST."""
    return _georadius(client, argv, _Kind())


def _georadius(client: Client, argv: Argv, kind: _Kind) -> Reply:
    parser = _Parser(client, argv, client.db.get_as(argv[1], ZSet), kind)
    parser.query.centre = point_argument(client, argv[2], argv[3])
    parser.query.shape = _circle(client, argv[4], argv[5])
    return _run(client, parser, 6)


@command("georadiusbymember")
def georadiusbymember(client: Client, argv: Argv) -> Reply:
    """GEORADIUSBYMEMBER key member radius unit [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC | DESC]
    [STORE key | STOREDIST key]. The radius is not looked at if there is no key.
    """
    return _georadiusbymember(client, argv, _Kind(may_store=True))


@command("georadiusbymember_ro")
def georadiusbymember_ro(client: Client, argv: Argv) -> Reply:
    """GEORADIUSBYMEMBER_RO: GEORADIUSBYMEMBER without STORE and STOREDIST."""
    return _georadiusbymember(client, argv, _Kind())


def _georadiusbymember(client: Client, argv: Argv, kind: _Kind) -> Reply:
    parser = _Parser(client, argv, client.db.get_as(argv[1], ZSet), kind)
    if parser.zset is not None:
        parser.query.centre = _member_point(client, parser.zset, argv[2])
        parser.query.shape = _circle(client, argv[3], argv[4])
    return _run(client, parser, 5)


@command("geosearch")
def geosearch(client: Client, argv: Argv) -> Reply:
    """GEOSEARCH key FROMMEMBER member | FROMLONLAT longitude latitude BYRADIUS radius unit | BYBOX width height unit
    [ASC | DESC] [COUNT count [ANY]] [WITHCOORD] [WITHDIST] [WITHHASH]; on Valkey 9 BYPOLYGON alone as well.
    """
    return _run(client, _Parser(client, argv, client.db.get_as(argv[1], ZSet), _Kind(searches=True)), 2)


@command("geosearchstore")
def geosearchstore(client: Client, argv: Argv) -> Reply:
    """GEOSEARCHSTORE destination source, then as GEOSEARCH, with [STOREDIST] in place of WITHCOORD and the like."""
    parser = _Parser(client, argv, client.db.get_as(argv[2], ZSet), _Kind(searches=True, stores=True))
    parser.query.destination = argv[1]
    return _run(client, parser, 3)
