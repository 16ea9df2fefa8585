"""The calendar, leverage over time, and shocks."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.mesa.model import SummitModel
from sim.rules.events import bounded, strikes
from tests.rules.summits import PLEDGE, changed, model, setup, stubborn

# Rounds on 1, 8, 15 and 22 June.
START = dt.date(2025, 6, 1)


def attribute(m: SummitModel, code: str = "BBB", name: str = "threat_perception") -> list[float]:
    """An attribute of a member, round by round."""
    state = next(s for s in m.members if s.code == code)
    values = []
    stubborn(m)
    for _ in range(m.problem.n_rounds):
        m.step()
        values.append(getattr(state, name))
    return values


def shock(**event: Any) -> dict[str, Any]:
    return changed(PLEDGE, events=[{"name": "a shock", **event}])


# --- calendar -------------------------------------------------------------------------------


def test_rounds_are_days_apart_and_the_last_is_the_summit() -> None:
    regular = setup(PLEDGE).scenario.dates
    assert regular == tuple(START + dt.timedelta(days=7 * j) for j in range(4))
    late = setup(PLEDGE, calendar={"summit": "2025-06-25"}).scenario.dates
    assert late == (*regular, dt.date(2025, 6, 25))
    assert setup(PLEDGE, calendar={"summit": "2025-06-01"}).scenario.dates == (START,)


def test_the_last_day_has_room_for_several_drafts() -> None:
    it = setup(PLEDGE, calendar={"last_day_drafts": 3})
    assert it.scenario.dates[3:] == (dt.date(2025, 6, 22),) * 3
    assert it.problem.meeting.tolist() == [0, 0, 0, 1, 1, 1]
    assert it.problem.progress[2:].tolist() == pytest.approx([2 / 3, 1.0, 1.0, 1.0])
    one_day = setup(PLEDGE, calendar={"summit": "2025-06-01", "last_day_drafts": 2}).problem
    assert (one_day.meeting.tolist(), one_day.progress.tolist()) == ([1, 1], [1.0, 1.0])


def test_a_summit_ends_with_its_last_round() -> None:
    m = model(changed(PLEDGE, moves=[{"seat": "AAA", "silence": "breaks"}]))
    m.run_model()
    assert (m.round, m.adopted, m.running) == (3, False, False)


# --- dated events ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "first"),
    [("2025-06-01", 0), ("2025-06-02", 1), ("2025-06-08", 1), ("2025-06-09", 2), ("2025-06-22", 3)],
)
def test_a_dated_event_takes_effect_from_the_first_round_on_or_after_it(
    date: str, first: int
) -> None:
    seen = attribute(model(shock(date=date, threat_perception=0.2)))
    assert seen == pytest.approx([0.5] * first + [0.7] * (4 - first))


@pytest.mark.parametrize(("days", "rounds"), [(1, 1), (7, 1), (8, 2), (14, 2), (100, 3)])
def test_an_event_ends_after_its_days_and_leaves_no_trace(days: int, rounds: int) -> None:
    event = shock(date="2025-06-08", lasts_days=days, threat_perception=0.2, fiscal_room=-0.1)
    m = stubborn(model(event))
    state = m.members[2]
    calm, seen = None, []
    for _ in range(4):
        m.step()
        seen.append(state.threat_perception)
        position = (state.fiscal_room, state.pace, state.expected_cost, state.half_width)
        calm = calm or position
        if state.threat_perception == 0.5:
            assert position == calm
    assert seen == pytest.approx(([0.5] + [0.7] * rounds + [0.5] * 3)[:4])


def test_an_event_touches_those_it_names_and_each_attribute_by_its_shift() -> None:
    shifts = {
        "threat_perception": 0.1,
        "fiscal_room": -0.2,
        "us_pressure_sensitivity": 0.3,
        "domestic_constraint": 0.4,
    }
    calm, m = model(PLEDGE), model(shock(date="2025-06-01", members=["BBB", "DDD"], **shifts))
    calm.step()
    m.step()
    for before, after in zip(calm.members, m.members, strict=True):
        touched = after.code in ("BBB", "DDD")
        for name, shift in shifts.items():
            moved = getattr(after, name) - getattr(before, name)
            assert moved == pytest.approx(shift if touched else 0.0), (after.code, name)


def test_events_move_leverage_which_never_falls_below_nothing() -> None:
    it = shock(date="2025-06-08", lasts_days=7, leverage=0.25)
    m = stubborn(model(it, demander={"leverage": 0.8}))
    seen = []
    for _ in range(4):
        m.step()
        seen.append(m.leverage)
    assert seen == pytest.approx([0.8, 1.05, 0.8, 0.8])
    gone = model(shock(date="2025-06-01", leverage=-2.0))
    gone.step()
    assert gone.leverage == 0.0


def test_events_in_force_add_up_and_attributes_stay_between_0_and_1() -> None:
    events = [
        {"name": f"shock {j}", "date": date, "threat_perception": 0.2, "fiscal_room": -0.3}
        for j, date in enumerate(("2025-06-08", "2025-06-15", "2025-06-22"))
    ]
    both = changed(PLEDGE, events=events)
    assert attribute(model(both)) == pytest.approx([0.5, 0.7, 0.9, 1.0])
    assert attribute(model(both), name="fiscal_room") == pytest.approx([0.4, 0.1, 0.0, 0.0])


def test_a_shock_changes_what_texts_and_refusing_cost_a_member() -> None:
    shocks = {"fiscal_room": 0.4, "threat_perception": 0.3}
    calm, m = model(PLEDGE), model(shock(date="2025-06-01", members=["DDD"], **shocks))
    calm.step()
    m.step()
    assert m.members[4].net_loss < calm.members[4].net_loss
    assert m.members[4].full_cost > calm.members[4].full_cost
    for a, b in zip(m.members[:4], calm.members[:4], strict=True):
        assert (a.net_loss, a.full_cost) == (b.net_loss, b.full_cost)


# --- random events --------------------------------------------------------------------------


def test_a_certain_event_strikes_in_the_first_round_and_once_at_most() -> None:
    seen = attribute(model(shock(chance_per_round=1.0, lasts_days=14, threat_perception=0.2)))
    assert seen == pytest.approx([0.7, 0.7, 0.5, 0.5])


def test_an_impossible_event_never_strikes() -> None:
    assert attribute(model(shock(chance_per_round=0.0, threat_perception=0.2))) == [0.5] * 4


def test_random_events_strike_as_often_as_they_should() -> None:
    it = setup(shock(chance_per_round=0.3, threat_perception=0.2, lasts_days=7))
    runs = 400
    counts = dict.fromkeys((-1, 0, 1, 2, 3), 0)
    for replication in range(runs):
        m = SummitModel(it, seed=4, replication=replication, collect=False)
        seen = attribute(m)
        strikes_in = [t for t, x in enumerate(seen) if x > 0.6]
        assert len(strikes_in) <= 1
        counts[strikes_in[0] if strikes_in else -1] += 1
    # Geometric: 0.3, 0.7 * 0.3, ...; never with probability 0.7 ** 4. Within 4 standard errors.
    for round_ in range(4):
        p = 0.3 * 0.7**round_
        assert abs(counts[round_] / runs - p) < 4 * (p * (1 - p) / runs) ** 0.5
    assert abs(counts[-1] / runs - 0.7**4) < 4 * (0.24 * 0.76 / runs) ** 0.5


@given(st.integers(-1, 5), st.integers(0, 5), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_when_an_event_strikes(fixed: int, round_: int, chance: float, draw: float) -> None:
    struck = strikes(fixed, chance, draw, round_)
    assert struck == (round_ == fixed if fixed >= 0 else draw < chance)


@given(st.floats(-2.0, 3.0))
def test_bounded(x: float) -> None:
    assert bounded(x) == min(max(x, 0.0), 1.0)


def test_an_event_without_effect_on_members_costs_nobody_anything() -> None:
    calm, m = model(PLEDGE), model(shock(date="2025-06-08", leverage=0.0))
    for _ in range(2):
        calm.step()
        m.step()
        assert [(s.net_loss, s.full_cost) for s in m.members] == [
            (s.net_loss, s.full_cost) for s in calm.members
        ]


def test_members_hold_out_until_the_share_of_time_has_passed() -> None:
    m = stubborn(model(PLEDGE, coefficients={"hold": {"exponent": 2}}))
    seen = []
    for _ in range(4):
        m.step()
        seen.append(m.share)
        for state in m.members[1:]:
            assert state.refusal_cost == state.full_cost * m.share
    assert seen == pytest.approx([0.0, 1 / 9, 4 / 9, 1.0])
