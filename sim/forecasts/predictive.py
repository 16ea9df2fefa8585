"""The predictive distribution of an ensemble as plain data of whole counts."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..analysis import tally
from ..analysis.summary import QUANTILES
from ..batch.tables import OUTCOMES
from ..ensemble import Ensemble
from ..scenario.grid import GridTerm


def predictive(ensemble: Ensemble) -> dict[str, Any]:
    """What runs forecast, as counts of runs, so that nothing is rounded.

    Parameters
    ----------
    ensemble
        The runs.

    Returns
    -------
    dict
        ``runs``; ``outcomes``: runs by outcome; ``deals``; and given a deal: ``terms``: by name the
        ``unit``, the ``values`` that occur (numbers, or levels from the weakest to the strongest)
        with their ``counts``, the number of texts ``without`` the term, ``levels`` (all of them)
        where it has some, and ``quantiles`` of the texts that have it; ``side_letters``: deals by
        ``number`` of letters and by ``member``.
    """
    runs, members = ensemble.counted
    scenario = ensemble.scenario.loaded.resolved
    codes = [p.code for p in scenario.members]
    deal = tally.deals(runs)
    letters = tally.letters(members, runs, codes)
    number = np.bincount(runs.loc[deal, "n_side_letters"].to_numpy(dtype=np.int64), minlength=1)
    outcome = np.bincount(tally.codes(runs["outcome"], OUTCOMES), minlength=len(OUTCOMES))
    return {
        "runs": len(runs),
        "outcomes": dict(zip(OUTCOMES, outcome.tolist(), strict=True)),
        "deals": int(deal.sum()),
        "terms": {
            term.name: _term(term, tally.term_counts(term, runs))
            for term in tally.reported_terms(scenario, runs)
        },
        "side_letters": {
            "number": {str(n): int(c) for n, c in enumerate(number) if c},
            "member": {code: int(c) for code, c in zip(codes, letters, strict=True)},
        },
    }


def _term(term: GridTerm, counts: np.ndarray) -> dict[str, Any]:
    shown = [term.show(place) for place in range(len(term.values))]
    there = [(v, int(c)) for v, c in zip(shown, counts, strict=True) if v is not None and c]
    total = sum(c for _, c in there)
    reached = np.cumsum([c for _, c in there])
    quantiles: dict[str, float | str] = {}
    if total:
        for q in QUANTILES:
            # Round before comparing: 0.05 * 100 is a hair above 5 in binary.
            at = int(np.searchsorted(reached, round(q * total, 6)))
            quantiles[f"{q:g}"] = there[at][0]
    found: dict[str, Any] = {
        "unit": term.unit,
        "values": [v for v, _ in there],
        "counts": [c for _, c in there],
        "without": int(sum(c for v, c in zip(shown, counts, strict=True) if v is None)),
        "quantiles": quantiles,
    }
    return {**found, "levels": list(term.labels)} if term.labels else found
