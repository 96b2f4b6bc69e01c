"""The shapes GEOSEARCH and its family search, and the cells of the grid they may touch (``geohash_helper.c``)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from ldbpy.features import Feature
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.geo import between
from ldbpy.store.memory.geohash import (
    LATITUDE_MAX,
    Bounds,
    Cell,
    Point,
    bounding_box,
    cell_of,
    estimate_step,
    latitude_distance,
    move,
    polygon_centre,
)

__all__ = ["Box", "Circle", "Polygon", "Shape", "cells"]


# -- shapes


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle. ``metres``: the unit its radius is in."""

    radius: float
    metres: float

    def centre(self, centre: Point) -> Point:
        """The centre, given what the command says of it."""
        return centre

    def bounds(self, centre: Point) -> Bounds:
        """The box around it."""
        return bounding_box(centre, self.metres * self.radius, self.metres * self.radius)

    def reach(self, client: Client, centre: Point) -> float:
        """A radius that covers it."""
        return self.radius * self.metres

    def distance(self, client: Client, centre: Point, point: Point) -> float | None:
        """How far the point is from the centre; None if it is outside."""
        length = between(client, centre, point)
        return None if length > self.radius * self.metres else length


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle. ``metres``: the unit its sides are in."""

    width: float
    height: float
    metres: float

    def centre(self, centre: Point) -> Point:
        """As ``Circle.centre``."""
        return centre

    def bounds(self, centre: Point) -> Bounds:
        """As ``Circle.bounds``."""
        return bounding_box(centre, self.metres * (self.width / 2), self.metres * (self.height / 2))

    def reach(self, client: Client, centre: Point) -> float:
        """As ``Circle.reach``."""
        half_width, half_height = self.width / 2, self.height / 2
        return math.sqrt(half_width * half_width + half_height * half_height) * self.metres

    def distance(self, client: Client, centre: Point, point: Point) -> float | None:
        """As ``Circle.distance``."""
        north_south = (
            latitude_distance(point[1], centre[1])
            if Feature.GEO_MERIDIAN_DISTANCE in client.features
            else between(client, point, (point[0], centre[1]))
        )
        if north_south > self.height * self.metres / 2:
            return None
        if between(client, point, (centre[0], point[1])) > self.width * self.metres / 2:
            return None
        return between(client, centre, point)


@dataclass(frozen=True, slots=True)
class Polygon:
    """A polygon, closed by an edge from its last vertex to the first."""

    vertices: list[Point]
    metres: float = 1.0

    def centre(self, centre: Point) -> Point:
        """As ``Circle.centre``."""
        return polygon_centre(self.vertices)

    def bounds(self, centre: Point) -> Bounds:
        """As ``Circle.bounds``."""
        longitudes, latitudes = zip(*self.vertices, strict=True)
        return Bounds(min(longitudes), min(latitudes), max(longitudes), max(latitudes))

    def reach(self, client: Client, centre: Point) -> float:
        """As ``Circle.reach``."""
        west, south, east, north = self.bounds(centre)
        corners = ((west, north), (east, north), (west, south), (east, south))
        return max(between(client, centre, corner) for corner in corners)

    def distance(self, client: Client, centre: Point, point: Point) -> float | None:
        """As ``Circle.distance``."""
        return between(client, centre, point) if self._holds(point) else None

    def _holds(self, point: Point) -> bool:
        """By the number of edges a ray to the east crosses."""
        inside = False
        x, y = point
        ax, ay = self.vertices[-1]
        for bx, by in self.vertices:
            if (by > y) != (ay > y) and x < (ax - bx) * (y - by) / (ay - by) + bx:
                inside = not inside
            ax, ay = bx, by
        return inside


Shape: TypeAlias = Circle | Box | Polygon


# -- which cells to look into


def cells(client: Client, shape: Shape, centre: Point) -> Iterator[Cell]:
    """The cell of the centre and those neighbours that may hold a part of the shape, in the order of the search."""
    if abs(centre[1]) > LATITUDE_MAX:  # a polygon around a pole: the server reads a hash it has not set,
        return  # and finds nothing as a rule
    bounds = shape.bounds(centre)
    step = estimate_step(shape.reach(client, centre), centre[1])
    cell = cell_of(centre, step)
    if step > 1 and _too_small(cell, bounds):
        step -= 1
        cell = cell_of(centre, step)
    yield cell
    last: Cell | None = None
    for east, north in _NEIGHBOURS:
        neighbour = move(cell, east, north)
        if (step >= 2 and _out_of_reach(cell.bounds, bounds, east, north)) or neighbour == last:
            continue
        yield neighbour
        last = neighbour


_NEIGHBOURS: Final = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1))


def _too_small(cell: Cell, bounds: Bounds) -> bool:
    """Whether the neighbours end before the shape does."""
    return (
        move(cell, 0, 1).bounds.north < bounds.north
        or move(cell, 0, -1).bounds.south > bounds.south
        or move(cell, 1, 0).bounds.east < bounds.east
        or move(cell, -1, 0).bounds.west > bounds.west
    )


def _out_of_reach(cell: Bounds, bounds: Bounds, east: int, north: int) -> bool:
    """Whether the shape ends in the cell of the centre before it gets to that neighbour."""
    return (
        (north < 0 and cell.south < bounds.south)
        or (north > 0 and cell.north > bounds.north)
        or (east < 0 and cell.west < bounds.west)
        or (east > 0 and cell.east > bounds.east)
    )
