"""Side letters: when, to whom, and what they change."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.side_letters import is_due
from tests.rules.summits import BURDEN, changed, model

DUE: dict[str, int] = {
    "objectors": 2,
    "granted": 1,
    "limit": 4,
    "most_objectors": 3,
    "rounds_left": 2,
    "last_rounds": 2,
    "stuck": 0,
    "patience": 3,
}


@pytest.mark.parametrize(
    ("change", "due"),
    [
        ({}, True),
        ({"objectors": 0}, False),
        ({"objectors": 3}, True),
        ({"objectors": 4}, False),
        ({"granted": 4}, False),
        ({"limit": 0, "granted": 0}, False),
        ({"rounds_left": 3}, False),
        ({"rounds_left": 3, "stuck": 2}, False),
        ({"rounds_left": 3, "stuck": 3}, True),
    ],
)
def test_when_a_letter_is_due(change: dict[str, int], due: bool) -> None:
    assert is_due(**{**DUE, **change}) == due


@given(st.fixed_dictionaries({name: st.integers(0, 6) for name in DUE}))
def test_more_letters_allowed_never_means_fewer(case: dict[str, int]) -> None:
    if is_due(**case):
        assert is_due(**{**case, "limit": case["limit"] + 1})
        assert is_due(**{**case, "stuck": case["stuck"] + 1})
        assert case["objectors"] > 0


#: Every round ends without agreement, and a letter is granted after each of them.
GENEROUS = changed(
    BURDEN,
    mediator={
        "knowledge": "full",
        "kind": "weighted_median",
        "letters_rounds_left": 99,
        "letters_most_objectors": 99,
        "max_side_letters": 3,
    },
    us={"tolerance_start": -1.0, "tolerance_end": -1.0},
    coefficients={"tolerance": {"noise_sd": 0.0, "base": -1.0}},
    calendar={"summit": "2025-07-30"},
)


def test_the_worst_holdout_gets_the_letter_and_never_the_demander() -> None:
    m = model(GENEROUS)
    m.step()
    for _ in range(3):
        margins = {s: s.tolerance - s.pain for s in m.members[1:] if not s.passed}
        candidates = {s: x for s, x in margins.items() if not s.side_letter}
        worst = min(candidates, key=lambda s: candidates[s])
        m.step()
        assert m.letter_to is worst
        assert worst.side_letter
    m.step()
    assert m.letter_to is None
    assert m.letters == 3
    assert not m.members[0].side_letter


@pytest.mark.parametrize(
    ("limits", "letters"),
    [
        ({"mediator": {"max_side_letters": 1}}, 1),
        ({"us": {"max_side_letters": 2}}, 2),
        ({"us": {"max_side_letters": 0}}, 0),
        ({"mediator": {"kind": "hardliner"}}, 0),
        ({"mediator": {"kind": "none"}}, 0),
        ({"mediator": {"letters_most_objectors": 1}}, 0),
    ],
)
def test_no_more_letters_than_mediator_and_demander_allow(
    limits: dict[str, Any], letters: int
) -> None:
    m = model(GENEROUS, **limits)
    m.run_model()
    assert m.letters == letters


def test_letters_come_when_the_summit_is_near_or_talks_are_stuck() -> None:
    def first(**mediator: int) -> int | None:
        m = model(GENEROUS, mediator={"letters_patience": 99, **mediator})
        for _ in range(m.problem.n_rounds):
            m.step()
            if m.letter_to:
                return m.round
        return None

    rounds = model(GENEROUS).problem.n_rounds
    assert first(letters_rounds_left=2) == rounds - 2
    assert first(letters_rounds_left=0) is None
    # All five object in the first round, which counts as progress from nothing; then no fewer do.
    assert first(letters_rounds_left=0, letters_patience=1) == 2
    assert first(letters_rounds_left=0, letters_patience=3) == 4


def test_what_a_letter_changes() -> None:
    m = model(
        GENEROUS,
        mediator={"max_side_letters": 1},
        coefficients={
            "letter": {"relief": 0.6},
            "demander": {"letter": 0.1},
            "tolerance": {"temptation": 0.03, "pressure": 0.0, "company": 0.0},
        },
    )
    m.step()
    before = [s.tolerance for s in m.members]
    m.step()
    holder = m.letter_to
    assert holder is not None
    after = [s.tolerance for s in m.members]
    # The holder is not tempted by its own letter; the others and the demander are not amused.
    expected = [-0.1 if s.place == 0 else 0.0 if s is holder else -0.03 for s in m.members]
    changes = [b - a for a, b in zip(before, after, strict=True)]
    assert changes == pytest.approx(expected)
    eased = holder.feel(m.text)
    holder.side_letter = False
    assert eased == pytest.approx(0.4 * holder.feel(m.text))
