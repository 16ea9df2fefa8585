"""Numbers and distributions as scenario files write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.diagnostics import Problems
from sim.scenario.distributions import KINDS, Distribution, centre, parse_quantity
from tests.strategies import distributions

LOW, HIGH = -2.0, 3.0
WAYS = {
    "uniform": [-1.0, 2.5],
    "triangular": [-2.0, 0.0, 3.0],
    "normal": [0.5, 0.2],
    "beta": [2.0, 3.0],
    "fixed": [1.5],
}


@pytest.mark.parametrize("kind", WAYS)
def test_the_three_ways_of_writing_a_distribution_mean_the_same(kind: str) -> None:
    names = dict(zip(KINDS[kind], WAYS[kind], strict=True))
    listed = parse_quantity({kind: WAYS[kind]}, LOW, HIGH)
    assert listed == Distribution(kind, tuple(WAYS[kind]), LOW, HIGH)
    assert parse_quantity({kind: names}, LOW, HIGH) == listed
    assert parse_quantity({"dist": kind, **names}, LOW, HIGH) == listed


@given(distributions(LOW, HIGH))
def test_a_distribution_written_out_is_read_back(written: dict[str, list[float]]) -> None:
    parsed = parse_quantity(written, LOW, HIGH)
    assert isinstance(parsed, Distribution)
    assert parse_quantity(parsed.written(), LOW, HIGH) == parsed
    assert parse_quantity(parsed, LOW, HIGH) == parsed


@given(distributions(LOW, HIGH))
def test_the_centre_lies_in_the_range(written: dict[str, list[float]]) -> None:
    assert LOW <= centre(parse_quantity(written, LOW, HIGH)) <= HIGH


@pytest.mark.parametrize(
    ("written", "mean"),
    [
        (0.7, 0.7),
        ({"fixed": [0.25]}, 0.25),
        ({"uniform": [0.25, 0.75]}, 0.5),
        ({"triangular": [0.0, 0.3, 0.9]}, 0.4),
        ({"normal": [0.6, 0.2]}, 0.6),
        ({"beta": [1.0, 3.0]}, 0.25),
    ],
)
def test_centres_are_the_means_of_the_textbook(written: object, mean: float) -> None:
    assert centre(parse_quantity(written, 0.0, 1.0)) == pytest.approx(mean)


@given(st.floats(LOW, HIGH))
def test_numbers_are_kept(number: float) -> None:
    assert parse_quantity(number, LOW, HIGH) == number


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ({"uniform": [0.1, 1.5]}, ("uniform", 1)),
        ({"uniform": {"low": 0.1, "high": 1.5}}, ("uniform", "high")),
        ({"dist": "uniform", "low": -1, "high": 0.5}, ("low",)),
        ({"triangular": [0.2, 0.9, 0.5]}, ("triangular", 1)),
        ({"triangular": [0.2, "b", 0.5]}, ("triangular", 1)),
        ({"normal": [0.5, 0]}, ("normal", 1)),
        ({"beta": [0, 1]}, ("beta", 0)),
        ({"uniform": [0.1]}, ("uniform",)),
        ({"nothing": [0.1]}, ("nothing",)),
    ],
)
def test_a_fault_within_a_distribution_is_told_at_its_item(
    written: object, path: tuple[str | int, ...]
) -> None:
    with pytest.raises(Problems) as caught:
        parse_quantity(written, 0.0, 1.0)
    assert caught.value.findings[0].path == path


def test_every_number_that_is_none_is_told() -> None:
    with pytest.raises(Problems) as caught:
        parse_quantity({"triangular": ["a", 0.5, "c"]}, 0.0, 1.0)
    assert [f.path[-1] for f in caught.value.findings] == [0, 2]


def test_beta_needs_a_range_worth_the_name() -> None:
    assert isinstance(parse_quantity({"beta": [2, 2]}, 0.0, 15.0), Distribution)
    with pytest.raises(Problems, match="use uniform, triangular or normal"):
        parse_quantity({"beta": [2, 2]}, 0.0, 1000.0)


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ({"uniform": [2, 8]}, ("uniform",)),
        ({"triangular": [2, 4, 8]}, ("triangular",)),
        ({"normal": [4, 1]}, ("normal",)),
        ({"beta": [2, 2]}, ("beta",)),
        ({"dist": "uniform", "low": 2, "high": 8}, ("dist",)),
        ({"choice": [2, 2.5, 8]}, ("choice", 1)),
        ({"fixed": [2.5]}, ("fixed", 0)),
    ],
)
def test_what_must_be_whole_is_no_distribution_with_other_values(
    written: object, path: tuple[str | int, ...]
) -> None:
    with pytest.raises(Problems, match="must be a whole number") as caught:
        parse_quantity(written, 0.0, 64.0, whole=True)
    assert caught.value.findings[0].path == path


def test_what_must_be_whole_may_be_one_number_or_several() -> None:
    assert parse_quantity(4.0, 0.0, 64.0, whole=True) == 4.0
    choice = parse_quantity({"choice": [2, 4, 8]}, 0.0, 64.0, whole=True)
    assert choice == Distribution("choice", (2.0, 4.0, 8.0), 0.0, 64.0)
    with pytest.raises(ValueError, match=r"whole number, got 2\.5"):
        parse_quantity(2.5, 0.0, 64.0, whole=True)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*KINDS, "dist", "low", "x"]), inner, max_size=3)
        ),
        max_leaves=6,
    )
)
def test_whatever_is_written_is_taken_or_refused_in_words(written: object) -> None:
    try:
        value = parse_quantity(written, 0.0, 1.0)
    except ValueError as error:  # pydantic's and our own
        assert str(error)
    else:
        assert 0.0 <= centre(value) <= 1.0
