"""A check that every text of a figure can be read."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from sim.plots import style

from .test_figures import drawn_texts


def check_figures(figures: dict[str, Any]) -> None:
    """Draw each figure and look that texts lie inside it and apart from each other."""
    with style.off_screen():
        drawn = {name: draw() for name, draw in figures.items()}
    for name, found in drawn.items():
        figure = getattr(found, "figure", None) or found
        texts = drawn_texts(figure)
        for words, box in texts:
            assert box.x0 >= -1 and box.x1 <= figure.bbox.x1 + 1, f"{name}: {words} is cut"
            assert box.y0 >= -1 and box.y1 <= figure.bbox.y1 + 1, f"{name}: {words} is cut"
        for (one, a), (two, b) in combinations(texts, 2):
            across, along = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
            assert across < 2 or along < 3, f"{name}: '{one}' and '{two}' overlap"
