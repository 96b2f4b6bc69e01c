"""Places in sorted sets: the replies and the errors were taken from the servers."""

from __future__ import annotations

import pytest

from ldbpy.resp import NIL_ARRAY, Double, ErrorReply, Reply
from tests.unit.store.servers import SYNTAX, WRONG_TYPE, Server

ALL = ["redis-6.2", "redis-7.0", "redis-8", "valkey-8", "valkey-9"]


def cities(flavor: str = "valkey-9", *, resp: int = 2) -> Server:
    """A server with three cities in g."""
    server = Server(flavor, resp=resp)
    server("GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania 2.35 48.85 Paris")
    return server


# -- GEOADD


def test_geoadd_counts_new_members() -> None:
    """GEOADD answers how many members are new, CH how many changed."""
    server = cities()
    assert (server("GEOADD g 1 1 Paris 2 2 x"), server("GEOADD g CH 3 3 Paris 2 2 x")) == (1, 1)


def test_geoadd_makes_a_sorted_set() -> None:
    """The score is the hash of the place."""
    server = cities()
    assert server("ZRANGEBYSCORE g 3479099956230698 3479099956230698") == [b"Palermo"]


def test_geoadd_nx_and_xx() -> None:
    """NX adds only, XX changes only."""
    server = cities()
    server("GEOADD g NX 0 0 Paris")
    server("GEOADD g XX 0 0 new")
    assert server("GEOHASH g Paris new") == [b"u09tvkz5yg0", None]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("GEOADD g 1 2", b"ERR wrong number of arguments for 'geoadd' command"),
        ("GEOADD g 1 2 a 3", b"ERR syntax error"),
        ("GEOADD g NX XX 1 2 a", b"ERR syntax error"),
        ("GEOADD g NX CH CH", b"ERR syntax error"),
        ("GEOADD g x 2 a", b"ERR value is not a valid float"),
        ("GEOADD g 200 2 a", b"ERR invalid longitude,latitude pair 200.000000,2.000000"),
        ("GEOADD g 1 86 a", b"ERR invalid longitude,latitude pair 1.000000,86.000000"),
        ("GEOADD g inf 2 a", b"ERR invalid longitude,latitude pair inf,2.000000"),
    ],
)
def test_geoadd_refuses(line: str, error: bytes) -> None:
    """The arguments are looked at before the key."""
    server = Server()
    server("SET g x")
    assert server(line) == ErrorReply(error)


# -- GEOPOS, GEOHASH, GEODIST


def test_geopos() -> None:
    """Positions have 17 decimals less trailing zeros, missing members are null arrays."""
    reply = [[b"13.36138933897018433", b"38.11555639549629859"], NIL_ARRAY]
    assert cities()("GEOPOS g Palermo x") == reply


def test_geopos_resp3() -> None:
    """In RESP3 they are doubles, of the same decimals."""
    server = Server(resp=3)
    server("GEOADD g 0.00001 0.00001 a")
    reply = server("GEOPOS g a")
    assert reply == [[0.00000804662704468, 0.00000887152405227]]
    assert type(reply[0][0]) is Double  # type: ignore[index]


def test_geopos_missing_key() -> None:
    """A missing key has no members; no members, no positions."""
    server = cities()
    assert (server("GEOPOS none a"), server("GEOPOS g")) == ([NIL_ARRAY], [])


def test_geopos_of_any_score() -> None:
    """Scores that are no hashes have positions too."""
    server = Server()
    server("ZADD z -1.5 a inf b 1.7 c")
    assert server("GEOPOS z a b c") == [
        [b"180", b"85.0511287799999991"],
        [b"-179.99999731779098511", b"-85.05112751263942528"],
        [b"-179.99999731779098511", b"-85.05112497791824921"],
    ]


def test_geohash() -> None:
    """Standard geohashes, null for missing members."""
    assert cities()("GEOHASH g Palermo x") == [b"sqc8b49rny0", None]


@pytest.mark.parametrize(
    ("unit", "reply"),
    [("", b"1485101.1949"), (" km", b"1485.1012"), (" mi", b"922.8014"), (" ft", b"4872379.2483")],
)
def test_geodist(unit: str, reply: bytes) -> None:
    """Distances have four decimals."""
    assert cities()(f"GEODIST g Palermo Paris{unit}") == reply


def test_geodist_missing_member() -> None:
    """No distance to what is not there."""
    assert cities()("GEODIST g Palermo x") is None


@pytest.mark.parametrize("flavor", ALL)
def test_geodist_unit_in_upper_case(flavor: str) -> None:
    """Redis 6.2 takes units in lower case only."""
    old = ErrorReply(b"ERR unsupported unit provided. please use m, km, ft, mi")
    assert cities(flavor)("GEODIST g Palermo Catania KM") == (old if flavor == "redis-6.2" else b"166.2742")


def test_geodist_refuses() -> None:
    """A bad unit is refused before the key is looked at, a word too many after the unit."""
    server = Server()
    server("SET g x")
    unit = ErrorReply(b"ERR unsupported unit provided. please use M, KM, FT, MI")
    assert (server("GEODIST g a b lx"), server("GEODIST g a b m x"), server("GEODIST g a b")) == (
        unit,
        SYNTAX,
        WRONG_TYPE,
    )


# -- searches


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("BYRADIUS 2000 km", [b"Palermo", b"Catania", b"Paris"]),
        ("BYRADIUS 2000 km ASC", [b"Catania", b"Palermo", b"Paris"]),
        ("BYRADIUS 2000 km COUNT 2 DESC", [b"Paris", b"Palermo"]),
        ("BYRADIUS 2000 km COUNT 1", [b"Catania"]),
        ("BYRADIUS 2000 km COUNT 1 ANY", [b"Palermo"]),
        ("BYRADIUS 0 km", []),
        ("BYRADIUS inf km", [b"Palermo", b"Catania", b"Paris"]),
        ("BYBOX 400 400 km", [b"Palermo", b"Catania"]),
        ("BYBOX 100 400 km", [b"Catania"]),
    ],
)
@pytest.mark.parametrize("flavor", ALL)
def test_geosearch(flavor: str, words: str, reply: Reply) -> None:
    """What is found comes cell by cell, or sorted; COUNT alone sorts too, ANY takes the first found."""
    assert cities(flavor)(f"GEOSEARCH g FROMLONLAT 15 37 {words}") == reply


def test_geosearch_describes() -> None:
    """What is shown comes in one order, whatever order it was asked for in."""
    assert cities()("GEOSEARCH g FROMLONLAT 15 37 WITHHASH WITHCOORD WITHDIST BYRADIUS 100 km") == [
        [b"Catania", b"56.4413", 3479447370796909, [b"15.08726745843887329", b"37.50266842333162032"]]
    ]


def test_geosearch_across_the_antimeridian() -> None:
    """A search goes round the world."""
    server = Server()
    server("GEOADD g 179.5 36 east -179.5 36 west")
    assert server("GEOSEARCH g FROMLONLAT 179 37 BYBOX 400 400 km ASC") == [b"east", b"west"]


def test_geosearch_ties_of_a_part() -> None:
    """Where COUNT leaves some out, the servers' own sort says which of equals comes first."""
    server = Server()
    server("GEOADD g " + " ".join(f"1 1 m{number}" for number in range(9)))
    assert server("GEOSEARCH g FROMLONLAT 1 1 BYRADIUS 1 km COUNT 3") == [b"m8", b"m1", b"m2"]


def test_georadiusbymember() -> None:
    """GEORADIUSBYMEMBER searches around a member, which it finds too."""
    assert cities()("GEORADIUSBYMEMBER g Palermo 200 km") == [b"Palermo", b"Catania"]


@pytest.mark.parametrize("flavor", ALL)
def test_search_around_a_missing_member(flavor: str) -> None:
    """Valkey 9 names the member."""
    server = cities(flavor)
    error = b"ERR member x does not exist" if flavor == "valkey-9" else b"ERR could not decode requested zset member"
    assert server("GEORADIUSBYMEMBER g x 1 km") == server("GEOSEARCH g FROMMEMBER x BYRADIUS 1 km") == ErrorReply(error)


def test_georadiusbymember_missing_key() -> None:
    """Without a key the radius is not looked at."""
    assert Server()("GEORADIUSBYMEMBER none x y z") == []


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("GEORADIUS g 15 37 x km", b"ERR need numeric radius"),
        ("GEORADIUS g 15 37 -1 km", b"ERR radius cannot be negative"),
        ("GEORADIUS g 15 37 1 lx", b"ERR unsupported unit provided. please use M, KM, FT, MI"),
        ("GEORADIUS g 15 37 1 km COUNT 0", b"ERR COUNT must be > 0"),
        ("GEORADIUS g 15 37 1 km ANY", b"ERR the ANY argument requires COUNT argument"),
        ("GEORADIUS g 15 37 1 km FOO", b"ERR syntax error"),
        ("GEORADIUS_RO g 15 37 1 km STORE d", b"ERR syntax error"),
        (
            "GEORADIUS g 15 37 1 km STORE d WITHDIST",
            b"ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options",
        ),
        (
            "GEOSEARCHSTORE d g FROMLONLAT 1 1 BYRADIUS 1 km WITHDIST",
            b"ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options",
        ),
        (
            "geosearch g BYRADIUS 1 km ASC WITHDIST",
            b"ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for geosearch",
        ),
        (
            "GEOSEARCH g FROMLONLAT 1 1 ASC WITHDIST",
            b"ERR exactly one of BYRADIUS and BYBOX can be specified for GEOSEARCH",
        ),
        ("GEOSEARCH g FROMLONLAT 1 1 FROMMEMBER Paris BYRADIUS 1 km", b"ERR syntax error"),
        ("GEOSEARCH g FROMLONLAT 1 1 BYBOX 1 -1 km", b"ERR height or width cannot be negative"),
        ("GEOSEARCH g FROMLONLAT 1 1 BYBOX x -1 km", b"ERR need numeric width"),
        ("GEOSEARCH g FROMLONLAT 1 1 BYBOX 1 x km", b"ERR need numeric height"),
        ("GEOSEARCH s FOO BAR BAZ FOO BAR", b"WRONGTYPE Operation against a key holding the wrong kind of value"),
    ],
)
def test_searches_refuse(line: str, error: bytes) -> None:
    """The key is looked at first, then the arguments in order, then what does not go together."""
    server = cities("valkey-8")
    server("SET s x")
    assert server(line) == ErrorReply(error)


def test_store_error_of_6_2() -> None:
    """Redis 6.2 always says GEORADIUS, and WITHCOORDS."""
    error = ErrorReply(
        b"ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORDS options"
    )
    assert cities("redis-6.2")("GEOSEARCHSTORE d g FROMLONLAT 1 1 BYRADIUS 1 km WITHDIST") == error


# -- polygons


def test_polygon() -> None:
    """A polygon is its own centre, distances are from there."""
    reply = [[b"Palermo", b"154667.5710"], [b"Catania", b"13790.0045"]]
    assert cities()("GEOSEARCH g BYPOLYGON 4 10 35 20 35 20 40 10 40 WITHDIST") == reply


def test_polygon_leaves_out_what_is_only_in_its_box() -> None:
    """A triangle is not the box around it."""
    assert cities()("GEOSEARCH g BYPOLYGON 3 14 35 20 35 20 40") == []


def test_polygon_around_a_pole() -> None:
    """Nothing is found where the centre of the polygon is too near to a pole."""
    server = Server()
    server("GEOADD g 1 84 a")
    assert server("GEOSEARCH g BYPOLYGON 4 -170 80 -80 80 10 80 100 80") == []


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("BYPOLYGON 2 1 1 2 2 3 3", b"ERR GEOSEARCH BYPOLYGON must have at least 3 vertices"),
        ("BYPOLYGON 4 1 1 2 2 3 3", b"ERR GEOSEARCH BYPOLYGON must have at least 3 vertices"),
        ("BYPOLYGON x 1 1 2 2 3 3", b"ERR invalid number of vertices"),
        ("BYPOLYGON 2147483648 1 1 2 2 3 3", b"ERR invalid number of vertices"),
        ("FROMLONLAT 1 1 BYPOLYGON 3 1 1 2 2 3 3", b"ERR syntax error"),
        ("BYPOLYGON 3 1 1 2 2 3 3 FROMMEMBER Paris", b"ERR syntax error"),
        ("BYPOLYGON 3 1 1 2 2 3 86", b"ERR invalid longitude,latitude pair 3.000000,86.000000"),
        (
            "FROMLONLAT 1 1 ASC COUNT 1",
            b"ERR exactly one of BYRADIUS, BYBOX and BYPOLYGON can be specified for GEOSEARCH",
        ),
    ],
)
def test_polygon_refuses(words: str, error: bytes) -> None:
    """A polygon has three vertices or more, and no other centre."""
    assert cities()(f"GEOSEARCH g {words}") == ErrorReply(error)


@pytest.mark.parametrize("flavor", ["redis-7.0", "redis-8", "valkey-8"])
def test_polygons_are_valkey_9s(flavor: str) -> None:
    """Other servers have no polygons."""
    assert cities(flavor)("GEOSEARCH g BYPOLYGON 3 1 1 2 2 3 3") == SYNTAX


# -- storing


def test_geosearchstore() -> None:
    """The places found are stored with their hashes, in a small sorted set."""
    server = cities()
    assert server("GEOSEARCHSTORE d g FROMLONLAT 15 37 BYRADIUS 200 km") == 2
    assert server("GEOHASH d Palermo Catania") == [b"sqc8b49rny0", b"sqdtr74hyu0"]
    assert server("OBJECT ENCODING d") == b"listpack"


@pytest.mark.parametrize(
    "line",
    [
        "GEOSEARCHSTORE d g FROMLONLAT 15 37 BYRADIUS 200 km STOREDIST",
        "GEORADIUS g 15 37 200 km STORE x STOREDIST d",
    ],
)
def test_storedist(line: str) -> None:
    """STOREDIST stores distances, in the unit of the search."""
    server = cities("redis-7.0")
    server(line)
    scores = [b"Catania", b"56.441257870158204", b"Palermo", b"190.44242984775784"]
    assert server("ZRANGE d 0 -1 WITHSCORES") == scores


@pytest.mark.parametrize(
    "line",
    [
        "GEOSEARCHSTORE d g FROMLONLAT 80 0 BYRADIUS 1 km",
        "GEOSEARCHSTORE d none FROMMEMBER x BYRADIUS 1 km",
        "GEORADIUSBYMEMBER none x y z STORE d",
    ],
)
def test_storing_nothing_removes_the_destination(line: str) -> None:
    """Nothing found, or no source, leaves no destination behind."""
    server = cities()
    server("SET d x")
    assert (server(line), server("EXISTS d")) == (0, 0)


@pytest.mark.parametrize(
    "line",
    [
        "GEOADD g 1 1 Paris 2 2 new",
        "GEORADIUS g 15 37 200 km STORE g",
        "GEOSEARCHSTORE g g FROMLONLAT 80 0 BYRADIUS 1 km",
        "GEOSEARCHSTORE g none FROMMEMBER x BYRADIUS 1 km",
    ],
)
def test_rollback(line: str) -> None:
    """What a command did is undone, the time to live too."""
    server = cities()
    server("EXPIRE g 1000")
    before = server.store.peek(0, b"g")
    savepoint = server.store.savepoint()
    server(line)
    server.store.rollback(savepoint)
    assert server.store.peek(0, b"g") == before
