"""The summary against counts made row by row, and its text against the screen that it is for."""

import json
import math
from collections import Counter, defaultdict
from statistics import mean, stdev

import pandas as pd
import pytest

from sim.analysis.intervals import wilson
from sim.analysis.summary import QUANTILES, summarise
from sim.analysis.summary_text import left_out, percent
from tests.plots.synthetic import CALENDAR, pledge, spatial, tables_of


@pytest.fixture(scope="module")
def data():
    return tables_of(pledge(), 300)


@pytest.fixture(scope="module")
def summary(data):
    return summarise(data.scenario, data.runs, data.members)


def test_outcomes_are_counted_with_their_intervals(data, summary):
    counted = Counter(data.runs.outcome)
    assert summary.runs == 300
    assert {o: p.count for o, p in summary.outcomes.items()} == {
        o: counted[o] for o in summary.outcomes
    }
    assert sum(p.share for p in summary.outcomes.values()) == pytest.approx(1)
    for p in summary.outcomes.values():
        assert (p.low, p.high) == wilson(p.count, 300)
    assert summary.deal.count == 300 - counted["no_deal"]
    assert summary.demander_satisfied.count == sum(
        row.outcome != "no_deal" and row.headline_pct_gdp >= 5 for row in data.runs.itertuples()
    )


def test_terms_are_those_of_the_deals(data, summary):
    deals = data.runs[data.runs.outcome != "no_deal"]
    assert [t.name for t in summary.terms] == [
        "headline_pct_gdp",
        *(t.name for t in data.scenario.terms if t.written),
    ]
    for term in summary.terms:
        values = list(deals[term.name].dropna())
        if term.name == "wording":
            order = ["aim_to", "allies_commit", "we_commit"]
            values = sorted(values, key=order.index)
            assert {k: p.count for k, p in term.levels.items()} == Counter(values)
        else:
            values = sorted(round(float(v), 9) for v in values)
        # The smallest value that a share q of the deals does not exceed.
        expected = tuple(
            next(v for i, v in enumerate(values) if (i + 1) * 100 >= round(q * 100) * len(values))
            for q in QUANTILES
        )
        assert term.quantiles == expected
        frequency = Counter(values)
        if term.absent is not None:
            frequency["none"] = len(deals) - len(values)
            assert term.absent.count == frequency["none"] > 0
        assert term.mode_share.count == max(frequency.values()) == frequency[term.mode]
        assert term.mode_share.of == len(deals)


def test_side_letters_count_in_deals_only(data, summary):
    with_deal = set(data.runs[data.runs.outcome != "no_deal"].replication)
    counted = Counter(
        row.member
        for row in data.members.itertuples()
        if row.side_letter and row.replication in with_deal
    )
    assert {x.member: x.probability.count for x in summary.side_letters} == {
        p.code: counted[p.code] for p in data.scenario.members
    }
    assert all(x.probability.of == len(with_deal) for x in summary.side_letters)
    shares = [x.probability.share for x in summary.side_letters]
    assert shares == sorted(shares, reverse=True)


def test_objectors_by_mean_rounds_and_what_they_name_last(data, summary):
    rounds, named = defaultdict(list), defaultdict(Counter)
    for row in data.members.itertuples():
        rounds[row.member].append(row.objections)
        if row.objections:
            named[row.member][(row.last_blocking_term, row.last_blocking_direction)] += 1
    for o in summary.objectors:
        assert o.rounds == pytest.approx(mean(rounds[o.member]))
        assert o.standard_error == pytest.approx(stdev(rounds[o.member]) / math.sqrt(300))
        terms = {k: n for k, n in named[o.member].items() if isinstance(k[0], str)}
        times = terms[(o.grievance.term, o.grievance.direction)]
        assert times == max(terms.values())
        assert o.grievance.share == pytest.approx(times / named[o.member].total())
    order = [o.rounds for o in summary.objectors]
    assert order == sorted(order, reverse=True)


def test_holdouts_broke_silence_on_the_last_text(data, summary):
    failed = {row.replication for row in data.runs.itertuples() if row.outcome == "no_deal"}
    counted = Counter(
        row.member
        for row in data.members.itertuples()
        if row.replication in failed and not row.accepts
    )
    assert {h.member: h.probability.count for h in summary.holdouts} == counted
    assert all(h.probability.of == summary.outcomes["no_deal"].count for h in summary.holdouts)


def test_adoption_is_dated_by_the_calendar(data, summary):
    rounds = sorted(int(r) for r in data.runs.adopted_round.dropna())
    at = [rounds[math.ceil(q * len(rounds) / 100) - 1] for q in (5, 50, 95)]
    assert list(summary.adoption.rounds) == at
    assert list(summary.adoption.dates) == [data.scenario.dates[r - 1] for r in at]


def adopted_in(round_, drafts=4):
    """The line on the adoption of a text that was adopted in this round in every run."""
    calendar = {**CALENDAR, "last_day_drafts": drafts}
    data = tables_of(pledge(calendar=calendar), 20, deal=1.0)
    runs = data.runs.assign(adopted_round=round_)
    text = summarise(data.scenario, runs, data.members).text()
    (line,) = [line for line in text.splitlines() if "adopted on" in line]
    return line.strip(), len(data.scenario.dates)


def test_rounds_of_the_last_day_are_its_drafts():
    before, of = adopted_in(3)
    assert f"(round 3 of {of}; 90% of deals on that day)" in before
    for draft in (1, 2, 4):
        line, _ = adopted_in(of - 4 + draft)
        assert line.startswith(f"adopted on 25 Jun 2025 (draft {draft} of the last day;")
    alone, of = adopted_in(of - 3, drafts=1)
    assert f"25 Jun 2025 (round {of} of {of};" in alone


@pytest.mark.parametrize(
    ("term", "lower", "higher"),
    [
        ("wording", "softer", "stronger"),
        ("deadline_year", "earlier", "later"),
        ("core_pct_gdp", "lower", "higher"),
    ],
)
def test_what_is_wanted_of_a_term_has_its_own_words(data, term, lower, higher):
    for direction, word in (("lower", lower), ("higher", higher)):
        members = data.members.copy()
        members["last_blocking_term"] = pd.Categorical([term] * len(members))
        members["last_blocking_direction"] = pd.Categorical([direction] * len(members))
        text = summarise(data.scenario, data.runs, members).text()
        assert f" {term} {word}" in text


def test_without_a_deal_nothing_is_said_about_the_text():
    data = tables_of(pledge(), 40, deal=0.0)
    s = summarise(data.scenario, data.runs, data.members)
    assert (s.deal.count, s.deal.low, s.adoption) == (0, 0.0, None)
    assert s.deal.high == wilson(0, 40)[1]
    assert all(t.quantiles == () and t.mode is None for t in s.terms)
    assert s.holdouts
    assert "no run ended with a deal" in s.text()


CASES = {
    "pledge": (pledge(), 200, 0.8),
    "always": (pledge(), 50, 1.0),
    "never": (pledge(), 50, 0.0),
    "one run": (pledge(), 1, 1.0),
    "two members": (pledge(2), 20, 0.5),
    "thousand members": (pledge(1000), 10, 0.5),
    "spatial": (spatial(), 200, 0.8),
    "many terms": (spatial(30, n_terms=25), 50, 0.5),
    "long names": (
        spatial(
            title="word " * 30,
            terms={
                "a_term_with_a_name_that_does_not_want_to_end_anywhere": {
                    "range": [0, 1],
                    "step": 0.0078125,
                    "opening": 0,
                    "unit": "a very long unit of measurement indeed",
                },
                "kind": {
                    "levels": {f"level_number_{i}": i / 10 for i in range(10)},
                    "opening": "level_number_1",
                },
            },
            parties={
                f"P{i}": {
                    "name": f"The most serene and numbered republic of {i}",
                    "ideal": {
                        "a_term_with_a_name_that_does_not_want_to_end_anywhere": 0.5,
                        "kind": 0.5,
                    },
                }
                for i in range(9)
            },
        ),
        100,
        0.5,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_text_fits_the_screen_and_data_fits_json(case):
    setup, runs, deal = CASES[case]
    data = tables_of(setup, runs, deal=deal)
    s = summarise(data.scenario, data.runs, data.members)
    lines = s.text().splitlines()
    assert len(lines) <= 47
    assert max(len(line) for line in lines) <= 88
    assert s.text().isascii()
    plain = json.loads(json.dumps(s.to_dict(), allow_nan=False))
    assert plain["deal"]["count"] == s.deal.count
    assert len(plain["terms"]) == len(s.terms)


def test_a_rare_case_is_not_rounded_to_never():
    assert [percent(x) for x in (0.0, 0.0001, 0.9999, 1.0)] == ["0.0%", "<0.1%", ">99.9%", "100.0%"]


def test_who_is_level_with_the_last_one_shown_is_not_ranked_below():
    assert left_out(["26.0"] * 32, 5, "less", 0) == "27 others level at 26.0"
    assert left_out(["3", "2", "2", "1"], 2, "less", 4) == "1 other level at 2, 1 less, 4 never"
    assert left_out(["3", "2"], 1, "less", 0) == "1 other less"
    assert left_out(["3"], 5, "less", 1) == "1 other never"
    assert left_out(["3"], 5, "less", 0) == ""


@pytest.mark.parametrize("deal", [0.0, 1.0])
def test_one_run_is_told_without_shares_and_intervals(deal):
    data = tables_of(pledge(), 1, deal=deal)
    text = summarise(data.scenario, data.runs, data.members).text()
    assert "one run" in text
    assert not any(part in text for part in ("[", "+-", "% of deals"))
    assert ("adopted on" in text) == (deal == 1)


def test_one_deal_has_no_range_of_dates():
    data = tables_of(pledge(), 40, deal=0.03, seed=3)
    s = summarise(data.scenario, data.runs, data.members)
    assert s.deal.count == 1
    assert "90% of deals" not in s.text()
