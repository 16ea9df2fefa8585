"""Boxes and trees: planted truths are found, noise is not, and held-out numbers can be trusted."""

import itertools
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, ttest_1samp

from sim.analysis.discovery.boxes import Sample, Worth, search
from sim.analysis.discovery.prim import HIGH, LOW, Box, limit_p_values, paste, peel, simplified
from sim.analysis.discovery.tree import grow
from sim.errors import SummitryError

#: A corner of six inputs where the event has probability 0.9, and 0.05 elsewhere.
PLANTED = {(0, LOW): 0.6, (2, HIGH): 0.3, (4, LOW): 0.2}
MASS = 0.4 * 0.3 * 0.8


def corner(x):
    return (x[:, 0] >= 0.6) & (x[:, 2] <= 0.3) & (x[:, 4] >= 0.2)


def sample(n, seed, inside=0.9, outside=0.05):
    rng = np.random.default_rng(seed)
    x = rng.random((n, 6))
    return Sample(x, rng.random(n) < np.where(corner(x), inside, outside))


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_box_is_found(seed):
    found = search(sample(5000, 2 * seed), sample(5000, 2 * seed + 1), most=3)
    (box,) = found.boxes
    assert set(box.box.limits) == set(PLANTED)
    for (j, end), value in PLANTED.items():
        # A slice is 5% of the box, so a limit is known to about that.
        assert box.box.sides[j, end] == pytest.approx(value, abs=0.04)
    coverage = 0.9 * MASS / (0.9 * MASS + 0.05 * (1 - MASS))
    assert box.worth.coverage.share == pytest.approx(coverage, abs=0.07)
    assert box.worth.density.share == pytest.approx(0.9, abs=0.09)
    assert box.worth.mass.share == pytest.approx(MASS, rel=0.15)
    assert np.nanmax(box.p_values) < 1e-4


@pytest.mark.parametrize("seed", range(3))
def test_two_planted_boxes_are_found_one_after_the_other(seed):
    rng = np.random.default_rng(seed)

    def two(n):
        x = rng.random((n, 4))
        first = (x[:, 0] > 0.6) & (x[:, 1] > 0.5)
        second = (x[:, 2] < 0.2) & (x[:, 3] < 0.4)
        return Sample(x, rng.random(n) < np.where(first | second, 0.95, 0.02))

    found = search(two(6000), two(6000), most=4)
    one, other = found.boxes[:2]
    assert set(one.box.limits) == {(0, LOW), (1, LOW)}
    assert set(other.box.limits) == {(2, HIGH), (3, HIGH)}
    assert found.together.coverage.share > 0.8
    assert found.together.coverage.count == sum(b.worth.coverage.count for b in found.boxes)


def test_in_noise_there_is_no_box_and_no_branch():
    boxes, leaves = [], []
    for seed in range(12):
        train, test = (sample(2000, 50 + 2 * seed + k, 0.2, 0.2) for k in (0, 1))
        boxes.append(len(search(train, test, most=3).boxes))
        leaves.append(len(grow(train, test)))
    # If chance passes each rule 1 time in 20, 3 or more of 12 happen in 2% of all tests.
    assert sum(n > 0 for n in boxes) <= 2
    assert sum(n > 1 for n in leaves) <= 2


def test_held_out_density_covers_the_truth_where_the_found_one_flatters():
    covered, flattered = [], []
    many = np.random.default_rng(5).random((20_000, 6))
    for seed in range(80):
        train, test = (sample(400, 1000 + 2 * seed + k, 0.5, 0.2) for k in (0, 1))
        found = search(train, test, most=1)
        small = found.trajectory[-1]
        truth = np.where(corner(many[small.holds(many)]), 0.5, 0.2).mean()
        held_out = found.trajectory_worth[-1].density
        covered.append(held_out.low <= truth <= held_out.high)
        flattered.append(found.trajectory_found[-1].density.share - truth)
    assert ttest_1samp(flattered, 0.0, alternative="greater").pvalue < 0.001
    assert binomtest(sum(covered), len(covered), 0.95, alternative="less").pvalue > 0.001


def test_the_tree_finds_the_planted_box():
    leaves = grow(sample(5000, 1), sample(5000, 2))
    best = max(leaves, key=lambda leaf: leaf.worth.density.share)
    assert set(best.box.limits) == set(PLANTED)
    for (j, end), value in PLANTED.items():
        assert best.box.sides[j, end] == pytest.approx(value, abs=0.02)
    assert best.worth.density.low <= 0.9 <= best.worth.density.high


def test_the_tree_finds_opposite_corners_which_peeling_does_not():
    """At both ends of one input peeling cuts one corner off; docs/discovery.md says so."""
    rng = np.random.default_rng(0)

    def opposite(n):
        x = rng.random((n, 4))
        corners = (x[:, 0] > 0.7) & (x[:, 1] > 0.5) | (x[:, 0] < 0.2) & (x[:, 3] < 0.5)
        return Sample(x, rng.random(n) < np.where(corners, 0.95, 0.02))

    leaves = grow(opposite(6000), opposite(6000))
    frequent = {leaf.box.limits for leaf in leaves if leaf.worth.density.low > 0.85}
    assert frequent == {((0, HIGH), (3, HIGH)), ((0, LOW), (1, LOW))}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4), st.booleans())
def test_leaves_share_out_the_space(seed, inputs, coarse):
    rng = np.random.default_rng(seed)

    def some(n):
        x = rng.integers(0, 4, (n, inputs)) * 1.0 if coarse else rng.random((n, inputs))
        y = rng.random(n) < 0.2 + 0.6 * (x[:, 0] > x[:, 0].mean())
        return Sample(x, y | (np.arange(n) == 0))

    train, test = some(300), some(300)
    leaves = grow(train, test)
    assert sum(leaf.worth.mass.count for leaf in leaves) == len(test.y)
    assert sum(leaf.worth.coverage.count for leaf in leaves) == test.y.sum()


tables = st.integers(0, 2**32).map(np.random.default_rng)


@settings(max_examples=40, deadline=None)
@given(tables, st.integers(1, 5), st.sampled_from([0.02, 0.05, 0.2]), st.booleans())
def test_peeling_only_ever_shrinks_and_improves(rng, inputs, alpha, coarse):
    x = rng.integers(0, 5, (300, inputs)) * 1.0 if coarse else rng.random((300, inputs))
    y = rng.random(300) < 0.3
    boxes = peel(x, y, alpha=alpha)
    inside = [b.holds(x) for b in boxes]
    assert inside[0].all()
    for before, after in itertools.pairwise(inside):
        assert not np.any(after & ~before)
        assert after.sum() < before.sum()
        assert y[after].mean() > y[before].mean()
        assert after.sum() >= 0.02 * 300
    if not coarse:
        gone = [a.sum() - b.sum() for a, b in itertools.pairwise(inside)]
        sizes = [a.sum() for a in inside]
        assert all(g == int(alpha * (n - 1)) + 1 for g, n in zip(gone, sizes, strict=False))


@settings(max_examples=40, deadline=None)
@given(tables, st.integers(1, 4))
def test_pasting_and_simplifying_only_widen(rng, inputs):
    x, y = rng.random((200, inputs)), rng.random(200) < 0.4
    box = peel(x, y)[-1]
    pasted = paste(x, y, box)
    simple = simplified(x, y, pasted)
    assert np.all(pasted.holds(x) >= box.holds(x))
    assert np.all(simple.holds(x) >= pasted.holds(x))
    assert y[pasted.holds(x)].mean() >= y[box.holds(x)].mean()
    assert set(simple.limits) <= set(pasted.limits) <= set(box.limits)


def workbench():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(
            "ema_workbench.analysis.prim",
            reason="ema_workbench is not installed: PRIM is not compared with another one",
        )


@pytest.mark.parametrize("coarse", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_peeling_equals_that_of_the_ema_workbench(seed, coarse):
    data = sample(1500, seed)
    x = np.round(data.x, 1) if coarse else data.x
    frame = pd.DataFrame(x, columns=list("abcdef"))
    prim = workbench()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = prim.Prim(frame, data.y, threshold=0.5, peel_alpha=0.05, mass_min=0.02)
        other._paste = lambda box: box  # pasting is another rule there
        theirs = other.find_box()
    table = theirs.peeling_trajectory
    ours = [Worth.measure(b.holds(x), data.y) for b in peel(x, data.y)]
    assert len(ours) == len(table)
    np.testing.assert_allclose([w.coverage.share for w in ours], table["coverage"])
    np.testing.assert_allclose([w.density.share for w in ours], table["density"])
    np.testing.assert_allclose([w.mass.share for w in ours], table["mass"])


def test_quasi_p_values_equal_those_of_the_ema_workbench():
    data = sample(1500, 3)
    prim = workbench()
    frame = pd.DataFrame(data.x, columns=list("abcdef"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = prim.Prim(frame, data.y, threshold=0.5, peel_alpha=0.05, mass_min=0.02)
        other._paste = lambda box: box
        theirs = other.find_box()
        at = len(theirs.peeling_trajectory) - 1
        expected = theirs.qp[at]
    ours = limit_p_values(data.x, data.y, peel(data.x, data.y)[-1])
    compared = 0
    for j, name in enumerate("abcdef"):
        for end in (LOW, HIGH):
            if np.isfinite(ours[j, end]):
                assert ours[j, end] == pytest.approx(expected[name][end], rel=1e-6, abs=1e-12)
                compared += 1
    assert compared >= 3


def test_limit_p_values_are_a_binomial_test():
    x = np.arange(20.0)[:, None]
    y = np.arange(20) >= 12
    box = Box.whole(1).with_limit(0, LOW, 9.5)  # 10 points with 8 events, of 20 with 8
    (p, none), *_ = limit_p_values(x, y, box)
    assert p == pytest.approx(binomtest(8, 10, 0.4, alternative="greater").pvalue)
    assert np.isnan(none)


def test_boxes_are_found_where_the_event_is_frequent_too():
    rng = np.random.default_rng(3)

    def frequent(n):
        x = rng.random((n, 4))
        return Sample(x, rng.random(n) < np.where(x[:, 1] < 0.5, 0.98, 0.7))

    found = search(frequent(3000), frequent(3000), most=1).boxes[0]
    assert found.box.limits == ((1, HIGH),)
    assert found.box.sides[1, HIGH] == pytest.approx(0.5, abs=0.03)


def test_the_chosen_box_correlates_most_with_the_event():
    train, test = sample(2000, 1), sample(2000, 2)
    found = search(train, test, most=1)
    correlations = [np.corrcoef(box.holds(train.x), train.y)[0, 1] for box in found.trajectory[1:]]
    assert found.chosen == 1 + int(np.argmax(correlations))


def test_a_density_can_be_asked_for():
    train, test = sample(5000, 1), sample(5000, 2)
    loose, dense = (search(train, test, most=1, density=d) for d in (0.3, 0.85))
    assert loose.boxes[0].worth.coverage.share > dense.boxes[0].worth.coverage.share
    assert loose.boxes[0].worth.density.share < dense.boxes[0].worth.density.share
    assert search(train, test, most=1, density=0.999).boxes == ()


@pytest.mark.parametrize("always", [True, False])
def test_what_never_or_always_happens_is_told(always):
    x = np.random.default_rng(1).random((50, 2))
    data = Sample(x, np.full(50, always))
    with pytest.raises(SummitryError, match=f"in {100 * always} of 100 runs"):
        search(data, data, most=1)
