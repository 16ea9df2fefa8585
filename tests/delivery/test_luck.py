"""Random numbers of the years after a summit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.delivery import luck as L
from sim.delivery.luck import Luck
from sim.rules import draws

U = np.linspace(1e-6, 1.0 - 1e-6, 2001)


@given(st.integers(0, 2**64 - 1), st.integers(2, 40), st.integers(1, 39))
def test_draws_do_not_hang_on_chunks_or_on_other_members(seed, runs, cut):
    cut = min(cut, runs - 1)
    whole = Luck(seed, np.arange(runs), ["ESP", "POL", "USA"])
    part = Luck(seed, np.arange(cut, runs), ["POL"])
    assert (whole.shared(L.YEAR, 2030)[cut:] == part.shared(L.YEAR, 2030)).all()
    inside = whole.own(L.SURPRISE, 2030)[cut:, [1]]
    assert (inside == part.own(L.SURPRISE, 2030)).all()


def test_every_use_has_numbers_of_its_own():
    luck = Luck(1, np.arange(50), ["ESP"])
    uses = [L.COEFFICIENTS, L.WORDING, L.REVIEW, L.YEAR, L.THREAT_YEAR, L.SURPRISE, L.PLAN]
    uses += [L.NEW_PULL, L.NEW_SCALE]
    drawn = [tuple(luck.shared(use, year)) for use in uses for year in (0, 2026, 2027)]
    assert len(set(drawn)) == len(drawn)
    of_the_summit = {draws.SAMPLE, draws.LUCK, draws.EVENT, draws.SALIENCE, draws.CHAIR}
    assert not of_the_summit & set(uses)


def test_draws_are_uniform_and_independent_over_years():
    luck = Luck(7, np.arange(20_000), ["ESP"])
    now, then = (luck.own(L.SURPRISE, year)[:, 0] for year in (2026, 2027))
    assert stats.kstest(now, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(now, then)[0, 1]) < 4.5 / np.sqrt(len(now))


def test_quantiles_are_those_of_scipy():
    # The median is 0, which scipy before 1.17 misses by 3e-8.
    assert L.student4(np.array([0.5])) == [0.0]
    off = U[np.abs(U - 0.5) > 1e-9]
    np.testing.assert_allclose(L.student4(off), stats.t(4).ppf(off), rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(L.normal(U), stats.norm.ppf(U))
    expected = stats.triang(c=0.4 / 1.5, loc=0.5, scale=1.5).ppf(U)
    np.testing.assert_allclose(L.triangular(U, 0.5, 0.9, 2.0), expected)
    shape = np.full(len(U), 1.5)
    expected = stats.invgamma(1.5, scale=0.3).ppf(U)
    np.testing.assert_allclose(L.inverse_gamma(U, shape, np.full(len(U), 0.3)), expected)
