"""What a pledge asks of one year: the one formula that the fit and the simulation share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

#: Wording of Wales 2014, "aim to", on the scale of the scenarios; the pull was estimated with it.
FITTED_WORDING = 0.6


def asked_step(
    spending: npt.ArrayLike,
    target: npt.ArrayLike,
    years_left: npt.ArrayLike,
    increment: npt.ArrayLike = 0.0,
) -> Array:
    """Step of this year on the straight line to the target, as a change of the logarithm.

    ``log(1 + r / y)`` with ``r = (target - y)+ / max(years_left, 1)``, or the fixed increment where
    that is more, but never beyond the target. An overdue pledge asks for the whole gap at once.

    Parameters
    ----------
    spending
        Core spending of the year before, % GDP.
    target
        What the pledge asks for, % GDP.
    years_left
        Years to the deadline, this one included.
    increment
        Fixed yearly increase that the text asks for, percentage points.

    Returns
    -------
    ndarray
        0 or more; a member that delivers all of it stands on the line.
    """
    y = np.asarray(spending, dtype=float)
    gap = np.maximum(np.asarray(target, dtype=float) - y, 0.0)
    line = gap / np.maximum(np.asarray(years_left, dtype=float), 1.0)
    return np.log1p(np.minimum(np.maximum(line, increment), gap) / y)
