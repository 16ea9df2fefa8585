"""Morris screening: elementary effects, which inputs can be left out?"""

from __future__ import annotations

import numpy as np

from .design import Analysis, Design, Method
from .sobol import independent
from .unbiased import Estimate, bootstrap, means, squares, whole_rows

_LEVELS = 4


class Morris(Method):
    """Elementary effects of units that are moved in turn along random paths.

    A path starts at a random point of the levels 1/8, 3/8, 5/8, 7/8 of probability and moves one
    unit after the other by half of its probability. The elementary effect is by how much the
    expected outcome then rises, in its own unit and not divided by the step, so that effects of
    inputs with different units compare. A unit of several inputs moves each of them, up or down at
    random, and has no sign. Of an outcome by categories the effect is half the sum of the absolute
    changes of their probabilities.

    ``mu``, ``mu_star`` and ``sigma`` are the mean of effects, the mean of their absolute values and
    their standard deviation, and ``effect`` is their root mean square, sqrt(mu^2 + sigma^2). Noise
    of runs raises a plain mu_star and sigma even if there is no effect; ``noise`` is the mu_star
    that it alone would give. ``effect`` and ``sigma`` are free of it (unbiased squares,
    see :mod:`.unbiased`), so units are ranked by ``effect``.

    References
    ----------
    Morris 1991, Technometrics 33, 161-174, doi:10.1080/00401706.1991.10484804; Campolongo,
    Cariboni & Saltelli 2007, Environmental Modelling & Software 22, 1509-1518,
    doi:10.1016/j.envsoft.2006.10.004 (mu_star, groups). Paths by SALib.
    """

    name = "morris"
    samples = 30
    runs = 64
    fewest_runs = 2
    main = "effect"
    judged = ("effect",)
    relative = True

    def design(
        self, unit: np.ndarray, samples: int, rng: np.random.Generator, correlation: np.ndarray
    ) -> Design:
        """``samples`` paths, each of as many steps as there are units."""
        from SALib.sample import morris

        independent(correlation, self.name)
        n, d = len(unit), int(unit.max()) + 1
        problem = {
            "num_vars": n,
            "names": [f"x{j}" for j in range(n)],
            "bounds": [[0.0, 1.0]] * n,
            "groups": [f"g{j}" for j in unit],
        }
        found = morris.sample(problem, samples, num_levels=_LEVELS, seed=rng)
        u = (np.round(found.reshape(samples, d + 1, n) * (_LEVELS - 1)) + 0.5) / _LEVELS
        moved = unit[np.argmax(np.diff(u, axis=1) != 0.0, axis=2)]
        return Design(u, unit, moved)

    def analyse(self, design: Design, y: np.ndarray, rng: np.random.Generator) -> Analysis:
        """Mean, absolute mean, standard deviation and root mean square of effects."""
        d, c = design.units, y.shape[-1]
        before, after = y[:, :-1], y[:, 1:]
        change = means(after) - means(before)
        square = squares(before, after)
        luck = np.maximum((change**2).sum(axis=-1) - square, 0.0)
        steps = np.diff(design.u, axis=1)
        single = c == 1 and d == len(design.unit)
        up = np.sign(steps.sum(axis=2)) if single else np.full(steps.shape[:2], np.nan)
        size = np.abs(change).sum(axis=-1) / (1.0 if c == 1 else 2.0)

        def by_unit(of_steps: np.ndarray) -> np.ndarray:
            found = np.empty_like(of_steps)
            np.put_along_axis(found, design.moved, of_steps, axis=1)
            return found

        rows = whole_rows(
            by_unit(np.nan_to_num(up) * change[..., 0]),
            by_unit(size),
            by_unit(square),
            by_unit(np.sqrt(luck * 2.0 / np.pi)),
        )

        def measures(m: np.ndarray) -> np.ndarray:
            mu, star, square, noise = (m[:, j * d : (j + 1) * d] for j in range(4))
            effect = np.sqrt(np.maximum(square, 0.0))
            sigma = np.sqrt(np.maximum(square - mu**2, 0.0))
            return np.concatenate([mu, star, sigma, effect, noise], axis=1)

        found = bootstrap(rows, measures, rng)
        names = ("mu", "mu_star", "sigma", "effect", "noise")
        told = {
            name: Estimate(*(part[j * d : (j + 1) * d] for part in found))
            for j, name in enumerate(names)
        }
        if not single:
            del told["mu"], told["sigma"]
        return Analysis(told, {}, len(rows) / len(y))
