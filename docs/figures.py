"""Draw the figures of the README, of ``docs/running.md`` and of ``docs/peers.md``.

Run ``python docs/figures.py``; with names (``hague_2025 run_beliefs run_accepting run_frontier
models_hague``) it draws only those.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

import sim
from sim.plots.style import styled

FOLDER = Path(__file__).parent / "figures"
REALITY: dict[str, float | str] = {
    "headline_pct_gdp": 5.0,
    "core_pct_gdp": 3.5,
    "broader_pct_gdp": 1.5,
    "deadline_year": 2035,
    "annual_increment_pp": 0.0,
    "review_year": 2029,
    "wording": "allies_commit",
}


def hague() -> Figure:
    """How the baseline ends, what the text says and who gets letters."""
    many = sim.load("hague_2025").runs(10_000, seed=1)
    figure = Figure(figsize=(17, 15), layout="constrained")
    top, bottom = cast(list[SubFigure], figure.subfigures(2, 1, height_ratios=(1, 1.05)))
    left, right = cast(list[SubFigure], top.subfigures(1, 2))
    many.plot.outcomes(left.add_subplot())
    many.plot.side_letters(right.add_subplot())
    many.plot.terms(bottom, reference=REALITY)
    return figure


def of_a_run(name: str) -> Callable[[], Axes | Figure | SubFigure]:
    """A figure of run 0 of the baseline."""
    return lambda: getattr(sim.load("hague_2025").run(seed=1).plot, name)()


def models() -> Figure | SubFigure:
    """What models of other authors say of the baseline."""
    return sim.compare_models(sim.load("hague_2025"), runs=2000, seed=1).plot.models()


DRAWN: dict[str, Callable[[], Axes | Figure | SubFigure]] = {
    "hague_2025": hague,
    "run_beliefs": of_a_run("beliefs"),
    "run_accepting": of_a_run("accepting"),
    "run_frontier": of_a_run("frontier"),
    "models_hague": models,
}


@styled
def main() -> None:
    """Draw the figures that are named, or all."""
    for name in sys.argv[1:] or DRAWN:
        drawn = DRAWN[name]()
        figure = cast(Figure, drawn.figure if isinstance(drawn, Axes) else drawn)
        dpi = 90 if name == "hague_2025" else 80
        figure.savefig(FOLDER / f"{name}.png", dpi=dpi, metadata={"Software": None})


if __name__ == "__main__":
    main()
