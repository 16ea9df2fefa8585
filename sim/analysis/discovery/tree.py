"""A small decision tree: the inputs in a few regions that can be said in words.

The tree is grown on one half of the points and cut back where its splits do not predict; how often
the event happens in its leaves is measured on the other half.

References
----------
Breiman, L., Friedman, J. H., Olshen, R. A. and Stone, C. J. (1984). Classification and Regression
Trees. Wadsworth. Section 3.4.3 has the rule of one standard error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .boxes import Sample, Worth
from .prim import HIGH, LOW, Box

_FOLDS = 5
_LEAST_LEAF = 0.01


@dataclass(frozen=True)
class Leaf:
    """A region at the end of a branch.

    Attributes
    ----------
    box
        Its limits; points on the lower one belong to the neighbour.
    worth
        Coverage, density and mass on the points that were held out.
    """

    box: Box
    worth: Worth


def grow(train: Sample, test: Sample, *, most: int = 8) -> tuple[Leaf, ...]:
    """Grow a tree on one sample and measure its leaves on another.

    Splits lower the squared error of the predicted probability (Brier score). How far the tree is
    cut back is decided by cross-validation in five parts: the smallest tree whose score is within
    one standard error of the best, so that without any signal only one leaf is left.

    Parameters
    ----------
    train, test
        Two samples of the same inputs with luck of their own.
    most
        How many leaves at most.

    Returns
    -------
    tuple of Leaf
        In order of the branches, that with the lower values first; they share out the whole space.
    """
    from sklearn.tree import DecisionTreeRegressor

    def tree(alpha: float) -> DecisionTreeRegressor:
        return DecisionTreeRegressor(
            max_leaf_nodes=most,
            min_samples_leaf=max(1, round(_LEAST_LEAF * len(train.y))),
            ccp_alpha=alpha,
            random_state=0,
        )

    y = train.y.astype(float)
    path = tree(0.0).cost_complexity_pruning_path(train.x, y).ccp_alphas
    # Between two values of alpha the tree stays the same: the geometric middle stands for them.
    alphas = np.append(np.sqrt(path[:-1] * path[1:]), 2 * path[-1] + 1e-12)
    fold = np.arange(len(y)) % _FOLDS  # points have no order
    scores = np.array(
        [
            [
                np.mean((tree(a).fit(train.x[fold != f], y[fold != f]).predict(part) - truth) ** 2)
                for f in range(_FOLDS)
                for part, truth in [(train.x[fold == f], y[fold == f])]
            ]
            for a in alphas
        ]
    )
    mean = scores.mean(axis=1)
    best = int(mean.argmin())
    error = scores[best].std(ddof=1) / np.sqrt(_FOLDS)
    chosen = max(alphas[mean <= mean[best] + error])
    fitted = tree(float(chosen)).fit(train.x, y)
    place = fitted.apply(test.x)
    leaves = _boxes(fitted.tree_, 0, Box.whole(train.x.shape[1]))
    return tuple(Leaf(box, Worth.measure(place == node, test.y)) for node, box in leaves)


def _boxes(nodes: object, node: int, box: Box) -> Iterator[tuple[int, Box]]:
    """Every leaf below a node with its box, from left (lower values) to right."""
    left, right = int(nodes.children_left[node]), int(nodes.children_right[node])  # type: ignore[attr-defined]
    if left < 0:
        yield node, box
        return
    j, value = int(nodes.feature[node]), float(nodes.threshold[node])  # type: ignore[attr-defined]
    yield from _boxes(nodes, left, box.with_limit(j, HIGH, value))
    yield from _boxes(nodes, right, box.with_limit(j, LOW, value))
