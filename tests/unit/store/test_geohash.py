"""Geohash arithmetic: the values were taken from the servers."""

from __future__ import annotations

import math

import pytest

from ldbpy.store.memory.geohash import (
    LATITUDE_MAX,
    LATITUDE_MIN,
    Bounds,
    Cell,
    bounding_box,
    cell_of,
    decode,
    distance,
    encode,
    estimate_step,
    geohash_text,
    latitude_distance,
    move,
    polygon_centre,
    score_bits,
)

PALERMO = (13.361389, 38.115556)


def test_encode() -> None:
    """A place becomes the score GEOADD gives it."""
    assert encode(PALERMO) == 3479099956230698


def test_encode_the_corners() -> None:
    """The south-western corner is 0, the north-eastern one is beyond 52 bits."""
    assert (encode((-180.0, LATITUDE_MIN)), encode((180.0, LATITUDE_MAX))) == (0, 13510798882111488)


def test_decode() -> None:
    """A score stands for the middle of its cell."""
    assert decode(3479099956230698) == (13.361389338970184, 38.1155563954963)


def test_decode_stays_in_range() -> None:
    """The cell beyond the north-eastern corner is put on it."""
    assert decode(13510798882111488) == (180.0, LATITUDE_MAX)


@pytest.mark.parametrize("place", [(0.0, 0.0), (-179.9, -85.0), (12.345678, -0.000001), (180.0, 45.0)])
def test_encode_reverses_decode(place: tuple[float, float]) -> None:
    """The middle of a cell is in that cell."""
    bits = encode(place) & (1 << 52) - 1
    assert encode(decode(bits)) == bits


@pytest.mark.parametrize(
    ("score", "bits"),
    [
        (1.7, 1),
        (-1.5, 2**64 - 1),
        (math.inf, 0),
        (-math.inf, 2**63),
        (1e300, 0),
        (-1e300, 2**63),
        (2.0**63, 2**63),
        (2.0**64, 0),
    ],
)
def test_score_bits(score: float, bits: int) -> None:
    """Scores that are no hashes are converted as x86-64 does."""
    assert score_bits(score) == bits


def test_geohash_text() -> None:
    """The standard geohash of a place, its last character always 0."""
    assert geohash_text(decode(3479099956230698)) == b"sqc8b49rny0"


def test_cell_bounds() -> None:
    """A step of one bit parts the world in four."""
    assert Cell(3, 1).bounds == Bounds(0.0, 0.0, 180.0, LATITUDE_MAX)


def test_cell_scores() -> None:
    """A cell holds the scores from its bits, shifted, to below the next cell's."""
    assert Cell(2, 1).scores == (2 << 50, 3 << 50)


def test_move_there_and_back() -> None:
    """To the north-east and back is the same cell."""
    cell = cell_of(PALERMO, 10)
    assert move(move(cell, 1, 1), -1, -1) == cell


def test_move_round_the_world() -> None:
    """East of the easternmost cell is the westernmost."""
    assert move(cell_of((179.9, 10.0), 8), 1, 0) == cell_of((-179.9, 10.0), 8)


def test_distance() -> None:
    """The great-circle distance, in metres."""
    assert round(distance(decode(3479099956230698), decode(3479447370796909)), 4) == 166274.1516


def test_distance_along_a_meridian() -> None:
    """The shorter formula and the long one differ in the last digits only."""
    short = distance((10.0, 20.0), (10.0, 21.0))
    long = distance((10.0, 20.0), (10.0, 21.0), same_meridian=-1.0)
    assert short == latitude_distance(20.0, 21.0)
    assert math.isclose(short, long, rel_tol=1e-12)


@pytest.mark.parametrize(
    ("radius", "latitude", "step"),
    [(0.0, 0.0, 26), (1.0, 0.0, 24), (200_000.0, 37.0, 6), (200_000.0, 70.0, 5), (200_000.0, -81.0, 4), (1e9, 0.0, 1)],
)
def test_estimate_step(radius: float, latitude: float, step: int) -> None:
    """Smaller circles take more bits; near the poles fewer do."""
    assert estimate_step(radius, latitude) == step


def test_bounding_box_is_widest_at_the_nearer_pole() -> None:
    """North and south of the equator the boxes mirror each other."""
    north, south = bounding_box((10.0, 60.0), 1e6, 1e6), bounding_box((10.0, -60.0), 1e6, 1e6)
    assert (north.west, north.east) == (south.west, south.east)
    assert north.north == -south.south


def test_bounding_box_without_end() -> None:
    """An infinite radius is no error."""
    assert math.isnan(bounding_box((0.0, 0.0), math.inf, math.inf).east)


def test_polygon_centre() -> None:
    """A square round the origin has its centre there."""
    longitude, latitude = polygon_centre([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)])
    assert math.isclose(longitude, 0.0, abs_tol=1e-12)
    assert math.isclose(latitude, 0.0, abs_tol=1e-12)
