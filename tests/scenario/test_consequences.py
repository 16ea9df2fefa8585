"""One mistake is told once: not together with all that follows from it."""

import pytest

from sim.errors import ScenarioError
from sim.scenario.load import load, loads


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("extends: [hague_2025]\ndemander: {leverage: 0.4}\nparties: {ESP: {}}\n", ["extends"]),
        ("extends: {a: 1}\ndemander: {leverage: 0.4}\nparties: {ESP: {}}\n", ["extends"]),
        ("extends:\ndemander: {leverage: 0.4}\nparties: {ESP: {}}\n", ["extends"]),
        ("extends: [x]\nruns: 0\n", ["extends", "runs"]),
        ("extends: emission_standards\ndemander: {leverage: 0.5}\n", ["demander.party"]),
        (
            "extends: emission_standards\ndemander: {leverage: 0.5}\nruns: 0\n",
            ["demander.party", "runs"],
        ),
        (
            "title: x\n"
            "members: {AAA: {capability: 1}, BBB: {}}\n"
            "us: {member: AAA, headline_pct_gdp: 5, deadline_year: 2030}\n"
            "groups: {g: {members: [AAA]}}\n"
            "terms:\n"
            "  core_pct_gdp: {range: [2, 5], step: 0.5, opening: 3, in_force: 2}\n"
            "  deadline_year: {range: [2028, 2035], step: 1, opening: 2030, in_force: 2035}\n"
            "calendar: {start: 2025-01-01, summit: 2025-03-01}\n",
            ["members", "us"],
        ),
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
