"""The behavioural coefficients of the model: every number that a rule uses, by name.

Each has a meaning, unit, default, plausible range and source. A scenario may set any of them to a
number or to a distribution; ``coefficients: plausible`` draws each from its range in every run. The
table in ``docs/odd.md`` is generated from this file.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from .base import Model
from .distributions import Quantity, Within


def _coefficient(
    default: float, meaning: str, unit: str, plausible: tuple[float, ...], source: str
) -> Any:
    """``plausible``: the range (two numbers), or the values that it may have (three or more)."""
    return Field(
        default=default,
        description=meaning,
        json_schema_extra={"unit": unit, "plausible": list(plausible), "source": source},
    )


_Positive = Annotated[Quantity, Within(0.0, 1000.0)]
_Share = Annotated[Quantity, Within(0.0, 1.0)]
_Whole = Annotated[Quantity, Within(0.0, 64.0, whole=True)]


class Hold(Model):
    """Holding out: who gives way when."""

    exponent: _Whole = _coefficient(
        4.0,
        "Whole power of the share of time gone that counts of the cost of refusing",
        "1",
        (2.0, 4.0, 8.0),
        "judgement; Roth, Murnighan & Schoumaker 1988 on the deadline effect",
    )


class Refusing(Model):
    """What refusing costs a member of a pledge on the last day."""

    base: _Positive = _coefficient(
        0.25, "Cost of being one that blocks, for any member", "loss", (0.10, 0.50), "judgement"
    )
    threat: _Positive = _coefficient(
        0.54,
        "Further cost at the highest threat: an alliance that fails is worse for the exposed",
        "loss",
        (0.3, 0.9),
        "judgement; Snyder 1984 on abandonment",
    )
    pressure: _Positive = _coefficient(
        0.90,
        "Further cost at full sensitivity for each unit of leverage",
        "loss",
        (0.4, 1.4),
        "judgement; Becker et al. 2024 on guarantees and trade",
    )
    domestic: _Share = _coefficient(
        0.40,
        "Share of the cost that the highest domestic constraint takes away",
        "1",
        (0.0, 0.8),
        "judgement; Putnam 1988 on two-level games",
    )
    luck: _Positive = _coefficient(
        0.12, "Standard deviation of a member's private luck", "loss", (0.05, 0.25), "judgement"
    )


class Pledge(Model):
    """What a spending pledge costs a member."""

    bind: _Positive = _coefficient(
        0.30,
        "Loss by being bound to rise at all",
        "loss / % GDP",
        (0.15, 0.50),
        "judgement; Abbott & Snidal 2000 on sovereignty costs",
    )
    burden: _Positive = _coefficient(
        0.60,
        "Loss by what the own pace does not reach by the deadline",
        "loss / % GDP",
        (0.3, 1.0),
        "judgement; Olson & Zeckhauser 1966",
    )
    pace: _Positive = _coefficient(
        0.04,
        "Yearly rise that any member makes by itself",
        "% GDP / year",
        (0.0, 0.10),
        "rises of members' shares, 2014-2024",
    )
    pace_slope: _Positive = _coefficient(
        0.22,
        "Further yearly rise from no fiscal room to the most",
        "% GDP / year",
        (0.10, 0.35),
        "rises of members' shares, 2014-2024",
    )
    broader: _Positive = _coefficient(
        0.04, "Loss by broader spending", "loss / % GDP", (0.0, 0.10), "judgement"
    )
    soft: _Share = _coefficient(
        0.30, "Strength of soft words (aim to)", "1", (0.10, 0.50), "judgement"
    )
    review: _Share = _coefficient(
        0.15,
        "Share that a review lifts: of the burden behind it, of the strength before the horizon",
        "1",
        (0.0, 0.4),
        "judgement",
    )


class Demander(Model):
    """What a spending pledge is worth to the state that demands it."""

    impatience: _Positive = _coefficient(
        0.055,
        "Value lost for each year of delay: strength / (1 + impatience years)",
        "1 / year",
        (0.02, 0.10),
        "hyperbolic form of a yearly factor of .95 (.90 to .98)",
    )


class Letter(Model):
    """Side letters."""

    price: _Share = _coefficient(
        0.10,
        "Share of its value that each letter takes off a text for who tables it",
        "1",
        (0.02, 0.25),
        "judgement",
    )


class Spatial(Model):
    """What refusing costs a camp under the spatial model; losses average 0.5 at most."""

    base: _Positive = _coefficient(
        0.7, "Cost of refusing on the last day", "loss", (0.3, 0.7, 1.5), "judgement"
    )
    luck: _Positive = _coefficient(
        0.8, "Standard deviation of a camp's private luck", "loss", (0.4, 0.8, 1.6), "judgement"
    )
    salience_sd: _Share = _coefficient(
        0.3,
        "Standard deviation of saliences between runs, as a share",
        "1",
        (0.0, 0.5),
        "judgement; experts' codings differ by about as much",
    )


class Coefficients(Model):
    """All behavioural coefficients."""

    hold: Hold = Hold()
    refusing: Refusing = Refusing()
    pledge: Pledge = Pledge()
    demander: Demander = Demander()
    letter: Letter = Letter()
    spatial: Spatial = Spatial()

    def flat(self) -> dict[str, Quantity]:
        """Every coefficient under its name in the rules, such as ``pledge_bind``."""
        return {
            f"{group}_{name}": getattr(getattr(self, group), name)
            for group in type(self).model_fields
            for name in type(getattr(self, group)).model_fields
        }


def plausible_words(values: Sequence[float]) -> str:
    """A plausible range, or the values that are plausible, in words."""
    if len(values) == 2:
        return f"{values[0]:g} to {values[1]:g}"
    return ", ".join(f"{v:g}" for v in values)


def coefficient_names() -> tuple[str, ...]:
    """Names of the coefficients in the rules, in the order of their vector."""
    return tuple(Coefficients().flat())


def plausible() -> dict[str, dict[str, Any]]:
    """Every coefficient drawn from its range, as a scenario file writes it."""
    found: dict[str, dict[str, Any]] = {}
    for group in Coefficients.model_fields:
        part = type(getattr(Coefficients(), group))
        for name, info in part.model_fields.items():
            extra = info.json_schema_extra
            assert isinstance(extra, dict)
            values = list(extra["plausible"])
            kind = "uniform" if len(values) == 2 else "choice"
            found.setdefault(group, {})[name] = {kind: values}
    return found
