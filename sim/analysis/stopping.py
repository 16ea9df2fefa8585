"""Stopping once a probability is known well enough, with intervals that stay honest."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..errors import SummitryError
from .intervals import wilson

if TYPE_CHECKING:
    from ..batch.schedule import Stopping

LEVEL = 0.95
#: Level of the intervals where the number of runs depended on the results: looking again and again
#: for a good moment costs coverage, and a wider interval pays for it (tested: 95% and more).
STOPPED_LEVEL = 0.97
_FEWEST = 200
_SHARE = 0.02


def stopping(until_se: float | None) -> Stopping | None:
    """Stop when the probability of a deal is known to a standard error.

    The standard error is half the width of the 95% Wilson interval over its normal quantile, which
    is not 0 where all or no runs so far end with a deal. It is looked at only after batches of
    0.02 / se^2 runs (at least 200).

    Parameters
    ----------
    until_se
        The standard error; None to play all runs.

    Raises
    ------
    SummitryError
        If the standard error is not between 0.0005 and 0.2.
    """
    from ..batch.schedule import Stopping

    if until_se is None:
        return None
    number = isinstance(until_se, int | float) and not isinstance(until_se, bool)
    if not number or not 0.0005 <= until_se <= 0.2:
        raise SummitryError(
            f"the standard error to reach must be from 0.0005 to 0.2, got {until_se!r}"
        )

    def enough(deals: int, runs: int) -> bool:
        return standard_error(deals, runs) <= until_se

    return Stopping(max(_FEWEST, math.ceil(_SHARE / until_se**2)), enough)


def standard_error(successes: int, n: int) -> float:
    """Half the width of the 95% Wilson interval over the normal quantile 1.96; never 0."""
    low, high = wilson(successes, n)
    return (high - low) / 2 / 1.959963984540054


def level(until_se: float | None) -> float:
    """Level of the intervals, so that they cover 95% whether or not playing was stopped early."""
    return LEVEL if until_se is None else STOPPED_LEVEL
