"""The figures of an ensemble by one call each: ``ensemble.plot.outcomes()``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from . import accepting, bars, beliefs, distributions, frontier, maps, objecting, path

if TYPE_CHECKING:
    from ..ensemble import Ensemble
    from ..scenario.resolve import Resolved

#: Figures of the rounds show so many runs, the first ones of the ensemble.
TRACED = 500


@dataclass(frozen=True)
class Plots:
    """Figures of an ensemble; each returns the Axes or Figure, and draws on one that is given."""

    ensemble: Ensemble

    @property
    def _scenario(self) -> Resolved:
        return self.ensemble.scenario.loaded.resolved

    @cached_property
    def _rounds(self) -> pd.DataFrame:
        """Rounds of the first runs: as they were kept, or played once more."""
        e = self.ensemble
        if e.traced:
            return e.first_rounds(TRACED)
        from ..batch.memory import play_runs
        from ..batch.tables import rounds_table

        setup = e.scenario.setup
        block = play_runs(setup, min(len(e), TRACED), seed=e.seed, first=e.first, trace=True)
        return rounds_table(setup, block, e.first)

    def outcomes(self, ax: Axes | None = None) -> Axes:
        """How does the summit end? See :func:`sim.plots.bars.outcomes`."""
        return bars.outcomes(self.ensemble.counted[0], ax, level=self.ensemble.level)

    def terms(
        self,
        figure: Figure | SubFigure | None = None,
        *,
        reference: Mapping[str, float | str] | None = None,
    ) -> Figure | SubFigure:
        """What does the text say? See :func:`sim.plots.distributions.terms`."""
        runs, _ = self.ensemble.counted
        level = self.ensemble.level
        return distributions.terms(runs, self._scenario, figure, reference=reference, level=level)

    def side_letters(self, ax: Axes | None = None, *, top: int = 15) -> Axes:
        """Who gets a side letter? See :func:`sim.plots.bars.side_letters`."""
        names = {p.code: p.name for p in self._scenario.members}
        runs, members = self.ensemble.counted
        return bars.side_letters(members, runs, names, ax, top=top, level=self.ensemble.level)

    def text_path(self, figure: Figure | SubFigure | None = None) -> Figure | SubFigure:
        """How does the text move from round to round? See :func:`sim.plots.path.text_path`."""
        of = len(self.ensemble.counted[0])
        return path.text_path(self._rounds, self._scenario, figure, of=of)

    def blockers(
        self, figure: Figure | SubFigure | None = None, *, top: int = 15
    ) -> Figure | SubFigure:
        """Who objects, to what and until when? See :func:`sim.plots.objecting.blockers`."""
        of = len(self.ensemble.counted[0])
        return objecting.blockers(self._rounds, self._scenario, figure, top=top, of=of)

    def beliefs(
        self, figure: Figure | SubFigure | None = None, *, top: int = 15
    ) -> Figure | SubFigure:
        """What did the mediator of the first run believe? See :func:`sim.plots.beliefs.beliefs`."""
        from ..analysis.story import tell

        e = self.ensemble
        story = tell(e.scenario.setup, e.seed, e.first, pivotal=False)
        return beliefs.beliefs(story, figure, top=top)

    def accepting(self, ax: Axes | None = None, *, top: int = 20) -> Axes:
        """What would each accept when, in the first run? See :mod:`sim.plots.accepting`."""
        e = self.ensemble
        return accepting.accepting(e.scenario.setup, e.seed, e.first, ax, top=top)

    def frontier(self, figure: Figure | SubFigure | None = None) -> Figure | SubFigure:
        """Which texts could have passed in the first run? See :mod:`sim.plots.frontier`."""
        e = self.ensemble
        return frontier.frontier(e.scenario.setup, e.seed, e.first, figure)

    def map(self, what: str = "side_letters", ax: Axes | None = None) -> Axes:
        """Where do they sit? ``side_letters``, ``objections`` or ``acceptance`` on a map.

        See :func:`sim.plots.maps.member_map` and :func:`sim.plots.maps.member_means`.
        """
        shown = self._mapped(what)
        return maps.member_map(shown.values, ax, **shown.words)

    def tiles(self, what: str = "side_letters", ax: Axes | None = None) -> Axes:
        """The same as :meth:`map` with a tile for each member; small states are seen as well.

        See :func:`sim.plots.maps.tile_map`.
        """
        shown = self._mapped(what)
        return maps.tile_map(shown.values, ax, **shown.words)

    def _mapped(self, what: str) -> maps.Shown:
        codes = [p.code for p in self._scenario.members]
        return maps.member_means(what, *self.ensemble.counted, codes, self.ensemble.level)
