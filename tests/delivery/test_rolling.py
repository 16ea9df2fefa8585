"""Rolling-origin forecasts know nothing of the future and are scored as they should be."""

from functools import partial

import numpy as np
import pytest

from sim.delivery import rolling
from sim.delivery.history import nato
from sim.delivery.rolling import METHODS, evaluate

MEMBERS = ("DEU", "LTU", "USA")
ORIGIN = 2019


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(rolling, "RUNS", 200)
    monkeypatch.setattr(rolling, "fit", partial(rolling.fit, draws=20, warm_up=20, thin=1))


@pytest.mark.parametrize("method", METHODS)
def test_what_comes_later_changes_no_forecast(method):
    other = {
        code: {year: y if year <= ORIGIN else 9.0 for year, y in values.items()}
        for code, values in nato().items()
    }
    known = METHODS[method](nato(), ORIGIN, MEMBERS, 4)
    blind = METHODS[method](other, ORIGIN, MEMBERS, 4)
    assert known.shape == (200, 3, 4)
    assert (known == blind).all()


def test_scores_are_those_of_the_draws(monkeypatch):
    """The CRPS of a certain forecast is its absolute error."""

    def certain(series, origin, members, years):
        return np.full((200, len(members), years), 2.0)

    monkeypatch.setitem(METHODS, "certain", certain)
    scores = evaluate(nato(), [2020, 2022], ["certain"]).set_index(["origin", "member", "horizon"])
    for origin, code, horizon in ((2020, "POL", 3), (2022, "ESP", 2)):
        row = scores.loc[(origin, code, horizon)]
        error = 2.0 - nato()[code][origin + horizon]
        assert row["error"] == pytest.approx(error)
        assert row["crps"] == pytest.approx(abs(error))
        assert row["rank"] == (error < 0)
    assert scores.index.get_level_values("horizon").max() == 4


def test_a_straight_line_without_luck_reaches_the_pledge_in_2024(monkeypatch):
    monkeypatch.setattr(rolling, "_wander", lambda *_: 1.0)
    line = rolling.straight_line(nato(), ORIGIN, MEMBERS, 6)
    now = nato()["DEU"][ORIGIN]
    np.testing.assert_allclose(line[0], now + (2.0 - now) * np.array([1, 2, 3, 4, 5, 5]) / 5)
    assert (line[2] == nato()["USA"][ORIGIN]).all()


def test_a_linear_trend_continues_a_line():
    line = {"DEU": {year: 1.0 + 0.1 * (year - 2010) for year in range(2010, 2020)}}
    draws = rolling.linear_trend(line, ORIGIN, ["DEU"], 3)
    np.testing.assert_allclose(draws[:, 0], np.tile([2.0, 2.1, 2.2], (200, 1)))


def test_another_edition_says_only_by_how_much_spending_changed():
    old = nato("nato_2019_06")
    scores = evaluate(old, [ORIGIN], ["random_walk"], later=nato())
    draws = METHODS["random_walk"](old, ORIGIN, sorted(set(scores["member"])), 5)
    row = scores.query("member == 'POL' and horizon == 2").iloc[0]
    truth = old["POL"][2019] * nato()["POL"][2021] / nato()["POL"][2019]
    m = sorted(set(scores["member"])).index("POL")
    assert np.median(draws[:, m, 1]) == pytest.approx(row["error"] + truth, rel=0.05)
