"""What a text costs a member: hand-computed examples, and what must hold for every member."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.rules import preferences
from sim.rules.preferences import burden, demander, spatial
from sim.rules.tolerance import tolerance
from tests.rules.summits import coefficients, no_coefficients
from tests.strategies import numbers

YEAR = 2025.0
DEFAULT = coefficients()
#: Room for rounding where one text must not cost more than another.
ROUNDING = 1e-12


def text(
    core: float = 2.0,
    broader: float = 0.0,
    deadline: float = 2032.0,
    increment: float = 0.0,
    review: float = 0.0,
    strength: float = 1.0,
) -> list[float]:
    return [core, broader, deadline, increment, review, strength]


@dataclass(frozen=True)
class Ally:
    """A member of the ``burden`` model."""

    threat: float = 0.5
    fiscal: float = 0.2
    sensitivity: float = 0.5
    domestic: float = 0.0
    current: float = 1.4
    needs: float = -1.0
    others_core: float = 2.0

    def position(self, k: Any = DEFAULT) -> list[float]:
        row = [0.0] * burden.COLUMNS
        burden.take_position(
            row, self.threat, self.fiscal, self.current, self.needs, self.others_core, YEAR, k
        )
        return row

    def pain(self, of: list[float], k: Any = DEFAULT) -> float:
        return burden.pain(of, self.position(k))

    def margin(self, of: list[float], k: Any = DEFAULT, leverage: float = 0.7) -> float:
        """Tolerance less pain: willingness to let a text pass."""
        swallows = tolerance(
            self.threat, self.sensitivity, self.domestic, leverage, 0.0, 0.6, 1.0, 0.5, 0.0, k
        )
        return swallows - self.pain(of, k)


SHARE = numbers(0.0, 1.0)
ALLIES = st.builds(
    Ally,
    threat=SHARE,
    fiscal=SHARE,
    sensitivity=SHARE,
    domestic=SHARE,
    current=numbers(0.0, 5.0),
    needs=st.just(-1.0) | numbers(1.0, 5.0),
)
REVIEWS = st.just(0.0) | st.integers(2024, 2042).map(float)
DEADLINES = st.integers(2025, 2042).map(float)
# What can stand in the texts of the shipped scenarios of 2025.
TEXTS = st.builds(
    text,
    core=numbers(2.0, 5.0),
    broader=numbers(0.0, 2.0),
    deadline=st.just(0.0) | DEADLINES,
    increment=numbers(0.0, 0.3),
    review=REVIEWS,
    strength=numbers(0.6, 1.0),
)


# --- burden: examples worked out by hand ----------------------------------------------------

HAND = no_coefficients(
    burden_need_base=1.5,
    burden_need_slope=3.0,
    burden_afford_base=0.5,
    burden_afford_slope=2.0,
    burden_floor_share=0.9,
    burden_over=0.25,
    burden_room_offset=1.2,
    burden_comfortable_pace=0.05,
    burden_pace_slope=0.2,
    burden_pace=3.0,
    burden_increment=2.0,
    burden_schedule=0.5,
    burden_broader=0.1,
    burden_shortfall=0.1,
    burden_review_relief=0.2,
    burden_undated_years=4.0,
)
# Ally(): threat 0.5, fiscal room 0.2, spends 1.4.
#   need        1.5 + 3 * 0.5 = 3.0
#   affordable  1.4 + 0.5 + 2 * 0.2 = 2.3; ideal core 2.3
#   free pace   0.05 + 0.2 * 0.2 = 0.09 pp a year; weight of money 1.2 - 0.2 = 1


def test_need_and_ideal_core_by_hand() -> None:
    assert burden.security_need(0.5, -1.0, 3.0, HAND) == pytest.approx(3.0)
    assert burden.security_need(0.5, 3.5, 3.0, HAND) == 3.5
    spill = HAND._replace(burden_free_riding=0.4)
    assert burden.security_need(0.5, -1.0, 3.0, spill) == pytest.approx(3.0 - 0.4)
    assert burden.security_need(0.5, -1.0, 1.5, spill) == pytest.approx(3.0)
    assert burden.ideal_core(3.0, 0.2, 1.4, HAND) == pytest.approx(2.3)
    assert burden.ideal_core(2.0, 0.2, 1.4, HAND) == pytest.approx(2.0)
    # Never below 0.9 of what it spends, however safe it feels.
    assert burden.ideal_core(1.5, 0.2, 4.0, HAND) == pytest.approx(3.6)


@pytest.mark.parametrize(
    ("asked", "pain"),
    [
        # over 1.2: 0.25 * 1 * 1.44 = 0.36; pace 2.1 / 7 - 0.09 = 0.21, times 3 = 0.63;
        # schedule 0.5 * 1 * 0.2 = 0.1; increment (0.2 - 0.09) * 2 = 0.22; broader 0.1 * 1.5 = 0.15.
        # Sum 1.46, times the strength 0.8. It delivers 1.4 + 0.8 * 2.1 = 3.08: no shortfall.
        (text(3.5, 1.5, 2032, 0.2, 0, 0.8), 1.168),
        # The same with a review in 2028.5: half of the way is open again, so 1 - 0.2 / 2 = 0.9.
        (text(3.5, 1.5, 2032, 0.2, 2028.5, 0.8), 1.0512),
        # No date means 4 years: pace 2.1 / 4 - 0.09 = 0.435, times 3 = 1.305; over 0.36.
        (text(3.5, 0, 0, 0, 0, 1), 1.665),
        # A deadline in the year of the summit counts as one year: pace 2.1 - 0.09 = 2.01.
        (text(3.5, 0, 2025, 0, 0, 1), 0.36 + 6.03),
        # Below the ideal and slow: only the shortfall. It delivers 1.4 + 0.5 * 0.6 = 1.7 of 3.0;
        # 0.1 * threat 0.5 * 1.3.
        (text(2.0, 0, 2035, 0, 0, 0.5), 0.065),
        # A core that it spends already: a schedule does not bind it. Shortfall 3 - 1.4.
        (text(1.4, 0, 2032, 0.3, 0, 1), 0.08),
    ],
)
def test_pain_of_a_member_with_forces_by_hand(asked: list[float], pain: float) -> None:
    assert Ally().pain(asked, HAND) == pytest.approx(pain, abs=1e-12)


def test_ideal_values_by_hand() -> None:
    row = Ally().position(HAND)
    # From 1.4 to 2.3 at 0.09 a year takes 10 years; the review half-way.
    wishes = [burden.ideal_value(term, row, 0.5) for term in range(6)]
    assert wishes == pytest.approx([2.3, 0.0, 2035.0, 0.09, 2030.0, 0.5])


def test_pain_of_a_member_without_forces_by_hand() -> None:
    # Broader 1.5 * 0.1 * (1.2 - 0.2), times the strength.
    assert Ally(current=-1.0).pain(text(3.5, 1.5, 2032, 0.2, 0, 0.8), HAND) == pytest.approx(0.12)


# --- burden: for every member ---------------------------------------------------------------


@given(ALLIES, TEXTS)
def test_no_text_is_a_gift(ally: Ally, asked: list[float]) -> None:
    assert ally.pain(asked) >= 0.0


@given(ALLIES, TEXTS, SHARE, st.sampled_from(["threat", "fiscal", "sensitivity"]))
def test_more_threat_room_or_sensitivity_never_lowers_the_willingness(
    ally: Ally, asked: list[float], other: float, attribute: str
) -> None:
    lower, higher = sorted((getattr(ally, attribute), other))
    before = replace(ally, **{attribute: lower}).margin(asked)
    after = replace(ally, **{attribute: higher}).margin(asked)
    assert after >= before - ROUNDING


@given(ALLIES, TEXTS, DEADLINES)
def test_a_later_deadline_never_hurts(ally: Ally, asked: list[float], other: float) -> None:
    early, late = sorted((asked[burden.DEADLINE] or 2031.0, other))
    asked[burden.DEADLINE] = early
    hurts = ally.pain(asked)
    asked[burden.DEADLINE] = late
    assert ally.pain(asked) <= hurts + ROUNDING


@given(ALLIES, TEXTS, numbers(0.0, 0.3), st.sampled_from([burden.INCREMENT, burden.BROADER]))
def test_less_of_increments_or_broader_spending_never_hurts(
    ally: Ally, asked: list[float], other: float, term: int
) -> None:
    low, high = sorted((asked[term], other))
    asked[term] = high
    hurts = ally.pain(asked)
    asked[term] = low
    assert ally.pain(asked) <= hurts + ROUNDING


@given(ALLIES, TEXTS, numbers(0.0, 1.0))
def test_an_earlier_review_never_hurts(ally: Ally, asked: list[float], share: float) -> None:
    asked[burden.REVIEW] = 0.0
    without = ally.pain(asked)
    asked[burden.REVIEW] = 2036.0
    late = ally.pain(asked)
    asked[burden.REVIEW] = 2025.0 + 11.0 * share
    assert ally.pain(asked) <= late + ROUNDING <= without + 2 * ROUNDING


@given(ALLIES, TEXTS, numbers(0.0, 1.0))
def test_weaker_wording_never_hurts_a_member_that_a_text_gives_all_it_needs(
    ally: Ally, asked: list[float], other: float
) -> None:
    content = replace(ally, needs=min(ally.current, asked[burden.CORE]))
    weak, strong = sorted((asked[burden.WORDING], other))
    asked[burden.WORDING] = strong
    hurts = content.pain(asked)
    asked[burden.WORDING] = weak
    assert content.pain(asked) <= hurts + ROUNDING


@given(TEXTS, numbers(0.0, 1.0))
def test_the_exposed_want_strong_words(asked: list[float], other: float) -> None:
    # It spends little, needs a lot, and can afford what the text asks at any pace.
    exposed = Ally(threat=1.0, fiscal=1.0, current=1.0, needs=5.0)
    free = DEFAULT._replace(burden_over=0.0, burden_pace=0.0, burden_broader=0.0)
    free = free._replace(burden_schedule=0.0, burden_increment=0.0)
    weak, strong = sorted((asked[burden.WORDING], other))
    asked[burden.WORDING] = weak
    hurts = exposed.pain(asked, free)
    asked[burden.WORDING] = strong
    assert exposed.pain(asked, free) <= hurts + ROUNDING


@given(ALLIES, TEXTS, TEXTS)
def test_core_deadline_and_increments_do_not_touch_a_member_without_forces(
    ally: Ally, asked: list[float], other: list[float]
) -> None:
    unarmed = replace(ally, current=-1.0)
    asked[burden.REVIEW] = 0.0
    hurts = unarmed.pain(asked)
    for term in (burden.CORE, burden.DEADLINE, burden.INCREMENT):
        asked[term] = other[term]
    assert unarmed.pain(asked) == hurts


@given(ALLIES, TEXTS, TEXTS)
def test_nothing_but_broader_spending_hurts_a_member_without_forces(
    ally: Ally, asked: list[float], other: list[float]
) -> None:
    asked[burden.BROADER] = 0.0
    assert replace(ally, current=-1.0).pain(asked) == 0.0


@given(ALLIES)
def test_its_own_wish_at_its_own_pace_costs_a_member_nothing_but_its_need(ally: Ally) -> None:
    row = ally.position()
    wish = [burden.ideal_value(term, row, ally.threat) for term in range(6)]
    unhurried = text(core=wish[burden.CORE], deadline=wish[burden.DEADLINE] + 1e-6)
    short = max(0.0, row[burden.NEED] - row[burden.IDEAL])
    needless = ally.pain(unhurried) - row[burden.SHORTFALL_WEIGHT] * short
    assert needless == pytest.approx(0.0, abs=1e-9)


# --- demander -------------------------------------------------------------------------------


def demands(of: list[float], k: Any = DEFAULT, headline: float = 5.0) -> float:
    row = [0.0] * 11
    demander.take_position(row, headline, 2030.0, 0.2, YEAR, k)
    return demander.pain(of, row)


def test_pain_of_the_demander_by_hand() -> None:
    k = no_coefficients(
        burden_undated_years=4.0,
        demander_headline=1.2,
        demander_years=0.1,
        demander_broader=0.3,
        demander_increment=0.5,
        demander_wording=0.8,
        demander_review=0.1,
    )
    # headline 4.5 of 5: 1.2 * 0.5 = 0.6; three years late 0.3; broader 0.3 * 1 = 0.3;
    # increment 0.1 short: 0.05; wording 0.8 * 0.1 = 0.08; 4 of 8 years behind the review: 0.05.
    assert demands(text(3.5, 1.0, 2033, 0.1, 2029, 0.9), k) == pytest.approx(1.38)
    assert demands(text(5.0, 0.0, 2030, 0.2, 0, 1.0), k) == 0.0
    assert demands(text(5.0, 0.0, 2031, 0.2, 0, 1.0), k) == pytest.approx(0.1)
    # More than it asked for, and sooner, is no better than what it asked for.
    assert demands(text(5.5, 0.0, 2029, 0.3, 0, 1.0), k) == 0.0


@given(TEXTS, numbers(2.0, 5.0))
def test_a_higher_headline_never_hurts_the_demander(asked: list[float], other: float) -> None:
    low, high = sorted((asked[burden.CORE], other))
    asked[burden.CORE] = low
    hurts = demands(asked)
    asked[burden.CORE] = high
    assert demands(asked) <= hurts + ROUNDING


@given(TEXTS, numbers(0.0, 2.0))
def test_broader_instead_of_core_is_never_better_for_the_demander(
    asked: list[float], swap: float
) -> None:
    split = [*asked]
    split[burden.CORE] -= swap
    split[burden.BROADER] += swap
    assert demands(split) >= demands(asked) - ROUNDING


@given(TEXTS, TEXTS)
def test_the_demander_wants_it_soon_in_strong_words_and_without_review(
    asked: list[float], other: list[float]
) -> None:
    hurts = demands(asked)
    harder = [*asked]
    harder[burden.DEADLINE] = min(asked[burden.DEADLINE], other[burden.DEADLINE])
    harder[burden.WORDING] = max(asked[burden.WORDING], other[burden.WORDING])
    harder[burden.INCREMENT] = max(asked[burden.INCREMENT], other[burden.INCREMENT])
    harder[burden.REVIEW] = 0.0
    assert 0.0 <= demands(harder) <= hurts + ROUNDING


# --- spatial --------------------------------------------------------------------------------

POINTS = st.lists(numbers(-10.0, 10.0), min_size=3, max_size=3)


def spatial_row(ideal: list[float], salience: list[float], k: Any = DEFAULT) -> list[float]:
    row = [0.0] * 9
    spatial.take_position(row, ideal, salience, [-10.0] * 3, [10.0] * 3, k)
    return row


def test_spatial_pain_by_hand() -> None:
    row = [0.0] * 6
    spatial.take_position(
        row, [2.0, 1.0], [0.5, 3.0], [0.0, 1.0], [10.0, 5.0], no_coefficients(spatial_scale=2.0)
    )
    # 2 * 0.5 * (5 / 10) ** 2 = 0.25, and 2 * 3 * (2 / 4) ** 2 = 1.5.
    assert spatial.pain([7.0, 3.0], row, 2) == pytest.approx(1.75)


@given(POINTS, st.lists(numbers(0.0, 3.0), min_size=3, max_size=3), POINTS)
def test_a_spatial_member_is_content_at_its_ideal_alone(
    ideal: list[float], salience: list[float], at: list[float]
) -> None:
    row = spatial_row(ideal, salience)
    assert spatial.pain(ideal, row, 3) == 0.0
    cares = [s > 0.0 and abs(a - i) > 1e-9 for a, i, s in zip(at, ideal, salience, strict=True)]
    assert (spatial.pain(at, row, 3) > 0.0) == any(cares)
    assert [spatial.ideal_value(term, row) for term in range(3)] == ideal


@given(POINTS, POINTS, SHARE)
def test_coming_nearer_never_hurts_a_spatial_member(
    ideal: list[float], at: list[float], share: float
) -> None:
    row = spatial_row(ideal, [1.0, 0.5, 2.0])
    nearer = [a + share * (i - a) for a, i in zip(at, ideal, strict=True)]
    assert spatial.pain(nearer, row, 3) <= spatial.pain(at, row, 3) + ROUNDING


@given(POINTS, POINTS)
def test_a_term_without_salience_does_not_matter(at: list[float], ideal: list[float]) -> None:
    row = spatial_row(ideal, [1.0, 0.0, 1.0])
    elsewhere = [at[0], -at[1], at[2]]
    assert spatial.pain(at, row, 3) == spatial.pain(elsewhere, row, 3)


def test_the_models_are_told_apart_by_number() -> None:
    asked = text(3.5, 1.0, 2033, 0.1, 2029, 0.9)
    row = Ally().position()
    numbers_of = dict(zip(preferences.NAMES, range(3), strict=True))
    assert preferences.pain(numbers_of["burden"], asked, row, 6) == burden.pain(asked, row)
    assert preferences.pain(numbers_of["demander"], asked, row, 6) == demander.pain(asked, row)
    assert preferences.columns(6) >= burden.COLUMNS
    assert preferences.columns(20) >= 3 * 20


@pytest.mark.parametrize("ideal", [-40.0, -2.0, 4.0, 12.0, 60.0])
def test_an_ideal_may_lie_beyond_what_a_text_can_say(ideal):
    scenario = sim.load(
        {
            "title": "Beyond",
            "preferences": "spatial",
            "calendar": {"start": "2030-01-01", "summit": "2030-02-12", "days_per_round": 7},
            "members": {"AA": {"ideal": {"x": ideal}}, "BB": {"ideal": {"x": 5.0}}},
            "terms": {"x": {"range": [0, 10], "step": 1, "opening": 5}},
            "mediator": {"max_side_letters": 0},
        }
    )
    run = scenario.run(seed=1)
    last = float(run.rounds["x"].iloc[-1])
    wanted = {"AA": ideal, "BB": 5.0}
    for row in run.members.itertuples():
        assert row.pain == pytest.approx(2.0 * ((last - wanted[row.iso3]) / 10) ** 2)
    assert (run.outcome["outcome"] == "no_deal") == (abs(ideal) > 30)
