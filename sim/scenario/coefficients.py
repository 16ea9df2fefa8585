"""The behavioural coefficients of the model: every number that a rule uses, by name.

Each has a meaning, unit, default, plausible range and source. A scenario may set any of them to a
number or to a distribution. The table in ``docs/odd.md`` is generated from this file.
"""

from typing import Annotated, Any

from pydantic import Field

from .base import Model
from .distributions import Quantity, Within

_JUDGED = "judgement; starting point of the design sketch"


def _coefficient(
    default: float, meaning: str, unit: str, low: float, high: float, source: str = _JUDGED
) -> Any:
    return Field(
        default=default,
        description=meaning,
        json_schema_extra={"unit": unit, "plausible": [low, high], "source": source},
    )


_Number = Annotated[Quantity, Within(-1000.0, 1000.0)]
_Positive = Annotated[Quantity, Within(0.0, 1000.0)]
_Share = Annotated[Quantity, Within(0.0, 1.0)]
_Years = Annotated[Quantity, Within(1.0, 100.0)]


class Burden(Model):
    """Coefficients of the ``burden`` preference model."""

    need_base: _Number = _coefficient(
        1.5, "Core spending that security calls for without any threat", "% GDP", 1.0, 2.0
    )
    need_slope: _Positive = _coefficient(
        3.2, "Rise of the need from no threat to the highest", "% GDP", 2.0, 4.5
    )
    free_riding: _Positive = _coefficient(
        0.0,
        "Fall of the need for each percent of GDP that the others spend above 2",
        "1",
        0.0,
        0.8,
        "hypothesis, off by default; George & Sandler 2022",
    )
    afford_base: _Number = _coefficient(
        0.4, "Rise over today's spending that any member can afford", "% GDP", 0.0, 1.0
    )
    afford_slope: _Positive = _coefficient(
        2.2, "Further affordable rise from no fiscal room to the most", "% GDP", 1.0, 3.5
    )
    floor_share: _Share = _coefficient(
        0.95, "Share of today's spending below which no ideal falls", "1", 0.85, 1.0
    )
    over: _Positive = _coefficient(
        0.25, "Pain of core spending above the ideal, squared", "tolerance / (% GDP)^2", 0.1, 0.5
    )
    room_offset: _Number = _coefficient(
        1.2,
        "Weight of money pains is this less fiscal room: the poor feel them more",
        "1",
        1.05,
        1.6,
    )
    comfortable_pace: _Positive = _coefficient(
        0.04, "Yearly rise that any member finds comfortable", "pp / year", 0.0, 0.1
    )
    pace_slope: _Positive = _coefficient(
        0.22, "Further comfortable rise from no fiscal room to the most", "pp / year", 0.1, 0.35
    )
    pace: _Positive = _coefficient(
        3.5, "Pain of a yearly rise beyond the comfortable one", "tolerance / (pp / year)", 1.5, 6.0
    )
    increment: _Positive = _coefficient(
        2.5,
        "Pain of a fixed annual increment beyond the comfortable rise",
        "tolerance / (pp / year)",
        1.0,
        5.0,
    )
    schedule: _Positive = _coefficient(
        0.5,
        "Pain of any fixed annual increment: it binds budgets, the more the less fiscal room",
        "tolerance / (pp / year)",
        0.0,
        1.0,
        "judgement; the sketch had no such term",
    )
    broader: _Positive = _coefficient(
        0.06, "Pain of broader spending", "tolerance / % GDP", 0.02, 0.15
    )
    shortfall: _Positive = _coefficient(
        0.08,
        "Pain of what a text delivers below the need, weighted by threat",
        "tolerance / % GDP",
        0.0,
        0.08,
        "judgement; up to this value more threat never lowers the willingness to accept "
        "(the sketch had 0.35, which does)",
    )
    review_relief: _Share = _coefficient(
        0.15, "Share of the burden lifted by a review at once", "1", 0.0, 0.4, "judgement"
    )
    undated_years: _Years = _coefficient(
        3.0, "Years in which a text without a date is felt to apply", "years", 1.0, 6.0, "judgement"
    )


class Demander(Model):
    """Coefficients of the ``demander`` preference model (the United States)."""

    headline: _Positive = _coefficient(
        1.2, "Pain of a headline below the demand", "tolerance / % GDP", 0.8, 2.0
    )
    years: _Positive = _coefficient(
        0.08, "Pain of each year later than the demanded deadline", "tolerance / year", 0.03, 0.15
    )
    broader: _Positive = _coefficient(
        0.3,
        "Pain of headline that is broader instead of core, squared: a small split is cheap, "
        "a large one no longer passes for defence",
        "tolerance / (% GDP)^2",
        0.1,
        0.5,
        "judgement; the sketch had 0.10 linear",
    )
    increment: _Positive = _coefficient(
        0.1,
        "Pain of an annual increment below the demanded one",
        "tolerance / (pp / year)",
        0.0,
        1.5,
        "judgement",
    )
    wording: _Positive = _coefficient(
        1.0,
        "Pain of wording without any strength",
        "tolerance",
        0.4,
        1.6,
        "judgement; below 0.9 soft words become the usual way out instead of later dates",
    )
    review: _Positive = _coefficient(
        0.07, "Pain of a review that opens the whole path again", "tolerance", 0.0, 0.3, "judgement"
    )
    letter: _Positive = _coefficient(
        0.05, "Cost of each side letter that it lives with", "tolerance", 0.0, 0.2, "judgement"
    )


class Tolerance(Model):
    """Coefficients of tolerance: what saying no costs, channel by channel."""

    base: _Number = _coefficient(0.25, "Tolerance of any member", "tolerance", 0.1, 0.5)
    threat: _Positive = _coefficient(
        0.54,
        "Channel of threat: an alliance that fails is worse for the exposed",
        "tolerance",
        0.3,
        0.9,
    )
    pressure: _Positive = _coefficient(
        0.9,
        "Channel of leverage: what the demander can credibly take away",
        "tolerance",
        0.4,
        1.4,
        "judgement",
    )
    company: _Positive = _coefficient(
        0.5, "Channel of company: nobody wants to be the last to object", "tolerance", 0.0, 1.0
    )
    rhetoric: _Number = _coefficient(
        0.0,
        "Channel of public shaming",
        "tolerance",
        -0.3,
        0.3,
        "hypothesis, off by default; null or negative in Becker et al. 2024",
    )
    domestic: _Positive = _coefficient(
        0.7, "Tolerance lost to the highest domestic constraint", "tolerance", 0.0, 1.0
    )
    urgency: _Number = _coefficient(
        0.0, "Tolerance gained by the clock alone", "tolerance", 0.0, 0.5, "off by default"
    )
    reference: _Positive = _coefficient(
        0.0,
        "Share of the pain of the outcome without agreement that counts as a cost of refusing",
        "1",
        0.0,
        1.0,
        "off by default; for issues with a reference point",
    )
    temptation: _Positive = _coefficient(
        0.02,
        "Tolerance lost for each letter that another holds",
        "tolerance",
        0.0,
        0.1,
        "judgement",
    )
    red_line: _Positive = _coefficient(
        10.0, "Pain of a text that crosses a red line", "tolerance", 5.0, 20.0, "large by design"
    )
    noise_sd: _Positive = _coefficient(
        0.12, "Standard deviation of a member's judgement, by round", "tolerance", 0.05, 0.25
    )


class Letter(Model):
    """Coefficients of side letters."""

    relief: _Share = _coefficient(
        0.7, "Share of its pain that a side letter takes off its holder", "1", 0.4, 1.0, "judgement"
    )


class Spatial(Model):
    """Coefficients of the ``spatial`` preference model."""

    scale: _Positive = _coefficient(
        2.0,
        "Pain of a text as far as can be from the ideal on a term of salience 1",
        "tolerance",
        0.5,
        5.0,
        "judgement",
    )


class Coefficients(Model):
    """All behavioural coefficients."""

    burden: Burden = Burden()
    demander: Demander = Demander()
    tolerance: Tolerance = Tolerance()
    letter: Letter = Letter()
    spatial: Spatial = Spatial()

    def flat(self) -> dict[str, Quantity]:
        """Every coefficient under its name in the rules, such as ``burden_over``."""
        return {
            f"{group}_{name}": getattr(getattr(self, group), name)
            for group in type(self).model_fields
            for name in type(getattr(self, group)).model_fields
        }


def coefficient_names() -> tuple[str, ...]:
    """Names of the coefficients in the rules, in the order of their vector."""
    return tuple(Coefficients().flat())
