"""Discovery of a scenario: sample its inputs, play, and say where an event happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...batch.points import play_points
from ...errors import SummitryError
from ..inputs import Given, Input, inputs_of
from .boxes import Sample, Search, Worth, search
from .events import Event, parse_event
from .prim import Box
from .tree import Leaf, grow

if TYPE_CHECKING:
    from ...api import Scenario
    from ...plots.discovery import DiscoveryPlots

FEWEST, MOST_BOXES = 200, 20


@dataclass(frozen=True)
class Discovery:
    """Where among its inputs an event happens.

    Attributes
    ----------
    scenario, seed
        What was played, and with which seed.
    event
        What may happen.
    inputs
        What was varied.
    train, test
        Points on which boxes and tree were found, and those held out to measure them; each point
        was played once, with random numbers of its own.
    boxes
        What PRIM found; see :class:`sim.analysis.discovery.boxes.Search`.
    leaves
        The regions of the tree.
    options
        What was asked of the boxes.
    """

    scenario: Scenario
    seed: int
    event: Event
    inputs: tuple[Input, ...]
    train: Sample
    test: Sample
    boxes: Search
    leaves: tuple[Leaf, ...]
    options: dict[str, Any]

    @property
    def runs(self) -> int:
        """Number of runs, one for each point."""
        return len(self.train.y) + len(self.test.y)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each box, and a last one (``all``) for all together.

        Returns
        -------
        DataFrame
            ``coverage`` (share of all events that lie in it), ``density`` (share of its points
            that are events) and ``mass`` (share of all points) with the ends of their 95% Wilson
            intervals (``_low``, ``_high``), measured on the points held out; ``lift``, the density
            over the share of events among all points; and ``found_coverage`` and
            ``found_density``, the flattering values where the box was found. Boxes after the
            first are measured on what the earlier ones leave.
        """
        rows = [
            {
                "box": str(j),
                **_numbers(b.worth),
                "lift": b.worth.density.share / self.test.rate.share,
                "found_coverage": b.found.coverage.share,
                "found_density": b.found.density.share,
            }
            for j, b in enumerate(self.boxes.boxes, 1)
        ]
        if self.boxes.together is not None:
            together = self.boxes.together
            lift = together.density.share / self.test.rate.share
            rows.append({"box": "all", **_numbers(together), "lift": lift})
        columns = ["box", *_numbers(self.boxes.trajectory_worth[0]), "lift"]
        return pd.DataFrame(rows, columns=[*columns, "found_coverage", "found_density"])

    @cached_property
    def limits(self) -> pd.DataFrame:
        """One row for each restricted input of each box.

        Returns
        -------
        DataFrame
            ``low`` and ``high`` (missing where there is no limit), and the p-values of both on
            the points held out; see :func:`sim.analysis.discovery.prim.limit_p_values`.
        """
        rows = [
            {
                "box": str(number),
                "input": self.inputs[j].path,
                "low": _finite(b.box.sides[j, 0]),
                "high": _finite(b.box.sides[j, 1]),
                "p_low": b.p_values[j, 0],
                "p_high": b.p_values[j, 1],
            }
            for number, b in enumerate(self.boxes.boxes, 1)
            for j in b.box.restricted
        ]
        return pd.DataFrame(rows, columns=["box", "input", "low", "high", "p_low", "p_high"])

    @cached_property
    def trajectory(self) -> pd.DataFrame:
        """One row for each box that was peeled on the way to the first one.

        Returns
        -------
        DataFrame
            ``step``, ``inputs`` that it restricts, its worth on the points held out as in
            :attr:`table`, and where it was found; ``chosen`` says which one was taken.
        """
        s = self.boxes
        boxes = zip(s.trajectory, s.trajectory_worth, s.trajectory_found, strict=True)
        return pd.DataFrame(
            [
                {
                    "step": step,
                    "inputs": len(box.restricted),
                    **_numbers(worth),
                    "found_coverage": found.coverage.share,
                    "found_density": found.density.share,
                    "chosen": bool(s.boxes) and step == s.chosen,
                }
                for step, (box, worth, found) in enumerate(boxes)
            ]
        )

    @cached_property
    def rules(self) -> pd.DataFrame:
        """One row for each region of the tree: the rule in words, and its worth."""
        return pd.DataFrame(
            [{"rule": self.said(leaf.box), **_numbers(leaf.worth)} for leaf in self.leaves]
        )

    @cached_property
    def points(self) -> pd.DataFrame:
        """One row for each point: ``part`` (``found`` or ``held_out``), inputs and ``event``."""
        x = np.vstack([self.train.x, self.test.x])
        table = pd.DataFrame(x, columns=[i.path for i in self.inputs])
        table.insert(0, "part", np.repeat(["found", "held_out"], [len(self.train.y)] * 2))
        table["event"] = np.concatenate([self.train.y, self.test.y])
        return table

    def said(self, box: Box) -> str:
        """The limits of a box in words."""
        from .words import limit

        sides = [limit(self.inputs[j], *box.sides[j]) for j in box.restricted]
        return " and ".join(sides) or "everywhere"

    @property
    def plot(self) -> DiscoveryPlots:
        """Figures of this discovery, such as ``.plot.limits()``."""
        from ...plots.discovery import DiscoveryPlots

        return DiscoveryPlots(self)

    @property
    def key(self) -> dict[str, Any]:
        """What decides the results, as plain data."""
        return key(self.scenario, self.event, self.inputs, self.seed, self.runs, self.options)

    def save(self, folder: str | Path, *, command: str = "") -> Path:
        """Write tables, figures, reading and manifest into a folder; see :mod:`sim.saving`."""
        from ...saving import save_study

        return save_study(
            Path(folder),
            self.scenario,
            self.key,
            tables={
                "boxes": self.table,
                "limits": self.limits,
                "trajectory": self.trajectory,
                "rules": self.rules,
                "points": self.points,
            },
            figures=self.plot.all(),
            text=str(self),
            about={"study_kind": "discovery", "event": self.event.text},
            command=command,
        )

    def __str__(self) -> str:
        from .words import write

        return write(self)

    def _repr_html_(self) -> str:
        from .words import html

        return html(self)

    def __repr__(self) -> str:
        return (
            f"<Discovery of {self.event.text} in {self.scenario.name}: {len(self.inputs)} inputs, "
            f"{self.runs} runs, {len(self.boxes.boxes)} boxes>"
        )


def discover(
    scenario: Scenario,
    event: str = "no_deal",
    inputs: Given = None,
    *,
    runs: int = 20_000,
    seed: int | None = None,
    boxes: int = 3,
    density: float | None = None,
    leaves: int = 8,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Discovery:
    """Find the corners of the inputs in which something happens.

    Half of the runs are spread over the inputs as a Latin hypercube and serve to find boxes (PRIM)
    and a decision tree. The other half is drawn independently and only measures what was found.
    Every run has random numbers of its own; what is not among the inputs varies as in the
    scenario.

    Parameters
    ----------
    scenario
        The scenario.
    event
        Such as ``"no_deal or n_side_letters >= 3"``; see
        :func:`sim.analysis.discovery.events.parse_event`.
    inputs
        What varies and how, as for :func:`sim.analysis.inputs.inputs_of`: paths, or a mapping such
        as ``{"demander.leverage": (0, 1.2)}``; every distribution of the scenario if not given.
        Shares are shares of these distributions.
    runs
        Number of points, each played once; at least 200.
    seed
        Seed of all random numbers; that of the scenario if not given.
    boxes
        How many boxes at most, 1 to 20.
    density
        Share of events that a box must reach, above 0 and at most 1; a compromise between density
        and coverage if not given (see :func:`sim.analysis.discovery.boxes.search`).
    leaves
        How many regions the tree may have, at least 2.
    workers, progress
        As for :meth:`sim.Scenario.runs`.

    Raises
    ------
    SummitryError
        If an argument makes no sense, or the event never or always happens.
    """
    options = checked_options(runs, boxes, density, leaves)
    runs, seed = scenario.counts(runs, seed)
    happening = parse_event(event, scenario.loaded.resolved)
    varied = inputs_of(scenario, inputs)
    x = _points(varied, runs, seed)
    played = play_points(
        scenario,
        [i.path for i in varied],
        x,
        1,
        seed=seed,
        workers=workers,
        progress=progress,
        first=np.arange(len(x)),
        letters=happening.needs_letters,
    )
    y = happening.happens(played)[:, 0]
    half = len(x) // 2
    train, test = Sample(x[:half], y[:half]), Sample(x[half:], y[half:])
    return Discovery(
        scenario,
        seed,
        happening,
        varied,
        train,
        test,
        search(train, test, most=boxes, density=density),
        grow(train, test, most=leaves),
        options,
    )


def checked_options(runs: int, boxes: int, density: float | None, leaves: int) -> dict[str, Any]:
    """What is asked of boxes and tree, as plain data.

    Raises
    ------
    SummitryError
        If a number makes no sense.
    """
    if runs < FEWEST or runs % 2:
        raise SummitryError(f"discovery needs an even number of runs, at least {FEWEST}")
    if not 1 <= boxes <= MOST_BOXES:
        raise SummitryError(f"boxes must be from 1 to {MOST_BOXES}, got {boxes}")
    if density is not None and not 0 < density <= 1:
        raise SummitryError(f"density must be above 0 and at most 1, got {density:g}")
    if leaves < 2:
        raise SummitryError(f"a tree needs at least 2 leaves, got {leaves}")
    return {"boxes": boxes, "density": density, "leaves": leaves}


def key(
    scenario: Scenario,
    event: Event,
    inputs: tuple[Input, ...],
    seed: int,
    runs: int,
    options: dict[str, Any],
) -> dict[str, Any]:
    """What decides the results of a discovery, as plain data."""
    from ...results import study_of

    varied = {i.path: i.about for i in inputs}
    return {
        **study_of(scenario, seed, runs, False),
        "event": event.text,
        "inputs": varied,
        **options,
    }


def _points(inputs: tuple[Input, ...], runs: int, seed: int) -> np.ndarray:
    """Points to find on, a Latin hypercube, and points to measure on, drawn independently."""
    from scipy.stats import qmc

    found, held_out = (np.random.default_rng([seed, part]) for part in (0, 1))
    spread = qmc.LatinHypercube(len(inputs), seed=found).random(runs // 2)
    u = np.vstack([spread, held_out.random((runs // 2, len(inputs)))])
    return np.column_stack([i.values(u[:, j]) for j, i in enumerate(inputs)])


def _numbers(worth: Worth) -> dict[str, float]:
    found: dict[str, float] = {}
    for name in ("coverage", "density", "mass"):
        p = getattr(worth, name)
        found |= {name: p.share, f"{name}_low": p.low, f"{name}_high": p.high}
    return found


def _finite(value: float) -> float:
    return float(value) if np.isfinite(value) else float("nan")
