"""Draw the figure of the README: ``python docs/figures.py``."""

from pathlib import Path

from matplotlib.figure import Figure

import sim
from sim.plots.style import styled


@styled
def main() -> None:
    """Run the baseline and draw how it ends, what the text says and who gets letters."""
    many = sim.load("hague_2025").runs(10_000, seed=1)
    figure = Figure(figsize=(17, 15), layout="constrained")
    top, bottom = figure.subfigures(2, 1, height_ratios=(1, 1.05))
    left, right = top.subfigures(1, 2, width_ratios=(1, 1))
    many.plot.outcomes(left.add_subplot())
    many.plot.side_letters(right.add_subplot())
    reality = {
        "headline_pct_gdp": 5.0,
        "core_pct_gdp": 3.5,
        "broader_pct_gdp": 1.5,
        "deadline_year": 2035,
        "annual_increment_pp": 0.0,
        "review_year": 2029,
        "wording": "allies_commit",
    }
    many.plot.terms(bottom, reference=reality)
    path = Path(__file__).parent / "figures" / "hague_2025.png"
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=90, metadata={"Software": None})


if __name__ == "__main__":
    main()
