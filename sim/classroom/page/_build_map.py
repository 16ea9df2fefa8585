"""Make ``data/map.json``, the outlines that the page draws, from the built-in ``nato_map.geojson``.

Run it as ``python sim/classroom/page/_build_map.py`` when the outlines change; a test compares the
file with what this makes. Two panels, Europe and North America, each in Lambert's azimuthal
equal-area projection (Snyder 1987, USGS Professional Paper 1395, eq. 24-2 to 24-4), so that no
state looks larger than it is. The outlines are Natural Earth 1:50m (public domain).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Ring = list[Point]

_EARTH_KM = 6371.0
_HERE = Path(__file__).parent
SOURCE = _HERE.parents[1] / "scenario" / "data" / "nato_map.geojson"
TARGET = _HERE / "data" / "map.json"

#: centre (degrees), window (km around the centre), place on the page and scale (units a km).
PANELS: dict[str, dict[str, Any]] = {
    "america": {
        "centre": (-97.0, 52.0),
        "window": (-3300.0, -4050.0, 3250.0, 2900.0),
        "origin": (0.0, 520.0),
        "scale": 0.122,
        "smallest": 60.0,
    },
    "europe": {
        "centre": (13.0, 53.0),
        "window": (-2060.0, -2130.0, 2800.0, 1990.0),
        "origin": (760.0, 0.0),
        "scale": 0.4,
        "smallest": 14.0,
    },
}
_AMERICANS = {"USA", "CAN", "GRL"}
#: Whose territory an outline of its own is; the name stands at home.
_PART_OF = {"GRL": "DNK"}
#: Below these areas (square units) a state is also marked by a dot, or has a smaller name.
_DOT_BELOW = 2100.0
_SMALL_BELOW = 16000.0
#: Names stand here (degrees) where the widest place of the outline would crowd them.
_NAMES_AT = {
    "BEL": (4.5, 50.75),
    "HRV": (16.0, 45.35),
    "SVN": (14.55, 46.2),
    "NOR": (9.3, 61.2),
    "GRC": (22.2, 39.4),
    "USA": (-98.5, 39.8),
    "DNK": (9.2, 55.9),
    "LVA": (25.6, 56.85),
    "ALB": (20.0, 40.95),
}


def projection(centre: Point) -> Callable[[float, float], Point]:
    """Lambert's azimuthal equal-area projection around a centre: degrees to km, y downwards."""
    middle, phi = (math.radians(x) for x in centre)

    def project(lon: float, lat: float) -> Point:
        east, north = math.radians(lon) - middle, math.radians(lat)
        cosine = math.sin(phi) * math.sin(north) + math.cos(phi) * math.cos(north) * math.cos(east)
        k = _EARTH_KM * math.sqrt(2 / (1 + cosine))
        up = math.cos(phi) * math.sin(north) - math.sin(phi) * math.cos(north) * math.cos(east)
        return k * math.cos(north) * math.sin(east), -k * up

    return project


def clip(ring: Ring, window: tuple[float, float, float, float]) -> Ring:
    """The part of a ring inside a window (Sutherland and Hodgman 1974)."""
    left, top, right, bottom = window
    for axis, edge, sign in ((0, left, 1), (0, right, -1), (1, top, 1), (1, bottom, -1)):
        cut: Ring = []
        for here, there in zip(ring, ring[1:] + ring[:1], strict=True):
            inside = sign * (here[axis] - edge) >= 0
            if inside:
                cut.append(here)
            if inside != (sign * (there[axis] - edge) >= 0):
                share = (edge - here[axis]) / (there[axis] - here[axis])
                cut.append(
                    (here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1]))
                )
        ring = cut
    return ring


def area(ring: Ring) -> float:
    """Area of a ring, without its sign."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def path(rings: Iterable[list[tuple[int, int]]]) -> str:
    """Rings as an SVG path of relative steps."""
    parts = []
    for ring in rings:
        x, y = ring[0]
        steps = []
        for nx, ny in ring[1:]:
            steps.append(f"{nx - x} {ny - y}")
            x, y = nx, ny
        parts.append(f"M{ring[0][0]} {ring[0][1]}l" + " ".join(steps).replace(" -", "-") + "z")
    return "".join(parts)


def middle(ring: Ring) -> Point:
    """The place inside a ring that is farthest from its edge, on a grid of 24 by 24."""
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    grid = [
        (min(xs) + (i + 0.5) / 24 * (max(xs) - min(xs)), min(ys) + (j + 0.5) / 24 * _span(ys))
        for i in range(24)
        for j in range(24)
    ]
    return max(grid, key=lambda p: _inside(p, ring) * min(math.dist(p, q) for q in ring))


def _span(values: list[float]) -> float:
    return max(values) - min(values)


def _inside(p: Point, ring: Ring) -> bool:
    hit = False
    for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
        crosses = (a[1] > p[1]) != (b[1] > p[1])
        if crosses and p[0] < (b[0] - a[0]) * (p[1] - a[1]) / (b[1] - a[1]) + a[0]:
            hit = not hit
    return hit


def outline(rings: list[Ring], panel: dict[str, Any], name_at: Point | None) -> dict[str, Any]:
    """One state in one panel; empty if it is out of the window."""
    project = projection(panel["centre"])
    ox = panel["origin"][0] - panel["window"][0] * panel["scale"]
    oy = panel["origin"][1] - panel["window"][1] * panel["scale"]

    def placed(p: Point) -> Point:
        return ox + p[0] * panel["scale"], oy + p[1] * panel["scale"]

    drawn = [[placed(p) for p in clip([project(*p) for p in r], panel["window"])] for r in rings]
    drawn = sorted((r for r in drawn if len(r) > 2), key=area, reverse=True)
    kept = [r for j, r in enumerate(drawn) if j == 0 or area(r) >= panel["smallest"]]
    whole = [_whole(r) for r in kept]
    whole = [r for r in whole if len(r) > 2]
    if not whole:
        return {}
    at = placed(project(*name_at)) if name_at else middle(kept[0])
    state: dict[str, Any] = {"d": path(whole), "at": [round(at[0]), round(at[1])]}
    size = sum(area(r) for r in kept)
    if size < _SMALL_BELOW:
        state["dot" if size < _DOT_BELOW else "small"] = True
    return state


def _whole(ring: Ring) -> list[tuple[int, int]]:
    """A ring in whole units, without repeated points and points on a straight line."""
    points: list[tuple[int, int]] = []
    for x, y in ring:
        p = (round(x), round(y))
        if points and points[-1] == p:
            continue
        if len(points) > 1 and _straight(points[-2], points[-1], p):
            points.pop()
        points.append(p)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return points


def _straight(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) == (b[1] - a[1]) * (c[0] - a[0])


def build(source: Path = SOURCE) -> str:
    """The text of ``map.json``."""
    states = []
    for feature in json.loads(source.read_text(encoding="utf-8"))["features"]:
        code = feature["properties"]["iso3"]
        shape = feature["geometry"]
        polygons = shape["coordinates"]
        polygons = polygons if shape["type"] == "MultiPolygon" else [polygons]
        rings = [[(p[0], p[1]) for p in polygon[0]] for polygon in polygons]
        panel = PANELS["america" if code in _AMERICANS else "europe"]
        drawn = outline(rings, panel, _NAMES_AT.get(code))
        if code in _PART_OF:
            drawn.pop("at")
        if drawn:
            states.append({"code": _PART_OF.get(code, code), **drawn})
    panels = {name: _place(panel) for name, panel in PANELS.items()}
    corners = [(x + w, y + h) for x, y, w, h in panels.values()]
    size = [max(x for x, _ in corners), max(y for _, y in corners)]
    rows = ",\n".join(json.dumps(s, separators=(",", ":")) for s in states)
    head = json.dumps({"size": size, "panels": panels}, separators=(",", ":"))
    return f'{head[:-1]},"states":[\n{rows}\n]}}\n'


def _place(panel: dict[str, Any]) -> list[int]:
    left, top, right, bottom = panel["window"]
    x, y = panel["origin"]
    wide, high = ((b - a) * panel["scale"] for a, b in ((left, right), (top, bottom)))
    return [round(x), round(y), round(wide), round(high)]


if __name__ == "__main__":
    TARGET.write_text(build(), encoding="utf-8")
