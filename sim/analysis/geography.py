"""Where the members lie: the shipped outlines, projected, and a grid with one tile for each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

import numpy as np

from ..scenario._tables import data_file

#: Radius of the sphere that has the surface of the Earth, km.
EARTH_KM = 6371.007

#: Column and row of each member, so that neighbours are near each other and all are equally large.
TILES = {
    "CAN": (0, 2), "USA": (0, 3),
    "ISL": (3, 0), "NOR": (6, 0), "SWE": (7, 0), "FIN": (8, 0),
    "EST": (8, 1),
    "GBR": (3, 2), "DNK": (6, 2), "LVA": (8, 2),
    "BEL": (4, 3), "NLD": (5, 3), "DEU": (6, 3), "POL": (7, 3), "LTU": (8, 3),
    "FRA": (4, 4), "LUX": (5, 4), "CZE": (6, 4), "SVK": (7, 4),
    "PRT": (2, 5), "ESP": (3, 5), "ITA": (5, 5), "SVN": (6, 5), "HUN": (7, 5), "ROU": (8, 5),
    "HRV": (6, 6), "MNE": (7, 6), "BGR": (8, 6),
    "ALB": (6, 7), "MKD": (7, 7), "TUR": (9, 7),
    "GRC": (7, 8),
}  # fmt: skip


@dataclass(frozen=True)
class Outline:
    """The shape of a state.

    Attributes
    ----------
    code, name
        ISO 3166-1 alpha-3 code, as in a scenario, and name.
    member
        Whether it was a member of NATO in 2025.
    rings
        Closed lines, each of shape (points, 2): longitude and latitude, degrees.
    """

    code: str
    name: str
    member: bool
    rings: tuple[np.ndarray, ...]


@cache
def outlines() -> tuple[Outline, ...]:
    """The 32 members of 2025 and the states around them (Natural Earth, 1:50 million)."""
    text = data_file("nato_map.geojson").read_text(encoding="utf-8")
    found = []
    for feature in json.loads(text)["features"]:
        about, shape = feature["properties"], feature["geometry"]
        polygons = shape["coordinates"]
        if shape["type"] == "Polygon":
            polygons = [polygons]
        rings = tuple(np.array(ring, dtype=float) for polygon in polygons for ring in polygon)
        found.append(Outline(about["iso3"], about["name"], about["member"], rings))
    return tuple(found)


def equal_area(degrees: np.ndarray, centre: tuple[float, float]) -> np.ndarray:
    """Lambert's azimuthal equal-area projection of the sphere.

    With longitude l and latitude b, those of the centre l0 and b0, and R the radius,

        k = sqrt(2 / (1 + sin b0 sin b + cos b0 cos b cos(l - l0)))
        x = R k cos b sin(l - l0)
        y = R k (cos b0 sin b - sin b0 cos b cos(l - l0)).

    Parameters
    ----------
    degrees
        Longitude and latitude, shape (points, 2); not opposite to the centre.
    centre
        Longitude and latitude of the point that becomes (0, 0).

    Returns
    -------
    ndarray, shape (points, 2)
        x to the east and y to the north, km.

    References
    ----------
    Snyder, J. P. (1987). Map Projections: A Working Manual. US Geological Survey Professional
    Paper 1395, equations 22-4, 24-2, 24-13 and 24-14. DOI 10.3133/pp1395.
    """
    east = np.radians(degrees[:, 0] - centre[0])
    north, middle = np.radians(degrees[:, 1]), np.radians(centre[1])
    ahead = np.cos(north) * np.cos(east)
    k = np.sqrt(2 / (1 + np.sin(middle) * np.sin(north) + np.cos(middle) * ahead))
    x = k * np.cos(north) * np.sin(east)
    y = k * (np.cos(middle) * np.sin(north) - np.sin(middle) * ahead)
    return EARTH_KM * np.column_stack([x, y])


def ring_area(ring: np.ndarray) -> float:
    """Area within a closed line, shape (points, 2), in the square of its unit (shoelace formula).

    It is positive where the line runs counter-clockwise.
    """
    x, y = ring[:, 0], ring[:, 1]
    return 0.5 * float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))


def ring_middle(ring: np.ndarray) -> np.ndarray:
    """Centroid of the area within a closed line, shape (2,)."""
    x, y = ring[:, 0], ring[:, 1]
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    sums = [np.sum((v[:-1] + v[1:]) * cross) for v in (x, y)]
    return np.array(sums) / (6 * ring_area(ring))
