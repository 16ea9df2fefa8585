"""One mistake is told once: not together with all that follows from it."""

import pytest

from sim.errors import ScenarioError
from sim.scenario.load import load, loads


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("extends: [hague_2025]\nus: {leverage: 0.4}\nmembers: {ESP: {}}\n", ["extends"]),
        ("extends: {a: 1}\nus: {leverage: 0.4}\nmembers: {ESP: {}}\n", ["extends"]),
        ("extends:\nus: {leverage: 0.4}\nmembers: {ESP: {}}\n", ["extends"]),
        ("extends: [x]\nruns: 0\n", ["extends", "runs"]),
        ("extends: emission_standards\nus: {leverage: 0.5}\n", ["us.member"]),
        ("extends: emission_standards\nus: {leverage: 0.5}\nruns: 0\n", ["runs", "us.member"]),
    ],
)
def test_a_mistake_is_told_without_what_follows_from_it(text: str, paths: list[str]) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(text)
    assert sorted(p.path for p in caught.value.problems) == paths


def test_an_event_may_shift_by_nothing_if_it_says_so() -> None:
    """Sweeps vary a shift from 0, and the complete scenario of a run is loaded again."""
    event = "events:\n- {name: quiet, date: 2025-05-01, leverage: 0}\n"
    one = loads(f"extends: hague_2025\n{event}")
    assert load(one.as_played()).hash == one.hash
