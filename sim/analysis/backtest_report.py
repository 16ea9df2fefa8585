"""Back-tests in words: where the model wins, where it loses, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..scenario.generated import refreshed
from .backtest import OVERALL, Backtest, Summit, grid_terms, overall_counts, width
from .backtest_forecasts import BASELINES, MODEL
from .scores import Score

BEGIN = "<!-- scores: begin (summitry backtest --document docs/validation.md) -->"
END = "<!-- scores: end -->"

#: Two forecasts differ if their scores do by so many Monte Carlo standard errors, and by so much.
SURE, MATTERS = 3.0, 0.01


@dataclass(frozen=True)
class Verdict:
    """One score of the model against one rule.

    Attributes
    ----------
    summit, quantity, score, rule
        What is compared.
    model, other
        The two scores.
    difference
        Model minus rule, with its Monte Carlo error.
    """

    summit: str
    quantity: str
    score: str
    rule: str
    model: Score
    other: Score
    difference: Score

    @property
    def sure(self) -> bool:
        """Whether the difference is more than Monte Carlo error, and worth the name."""
        d = self.difference
        return abs(d.value) > max(SURE * d.standard_error, MATTERS)

    @property
    def wins(self) -> bool:
        """Whether the model is better."""
        return self.sure and self.difference.value < 0

    @property
    def loses(self) -> bool:
        """Whether the rule is better."""
        return self.sure and self.difference.value > 0


def verdicts(found: Backtest, forecast: str = MODEL) -> list[Verdict]:
    """Every score of a forecast against every rule that has one."""
    made = []
    for summit in found.summits:
        for (name, quantity, kind), score in summit.scored.items():
            if name != forecast or math.isnan(score.value):
                continue
            for rule in BASELINES:
                other = summit.scored.get((rule, quantity, kind))
                if other is not None and not math.isnan(other.value):
                    made.append(
                        Verdict(summit.name, quantity, kind, rule, score, other, score - other)
                    )
    return made


def plain(found: Backtest) -> str:
    """The back-tests on a screen: the main scores, where the model loses, and what that means."""
    errors = [
        s.scored[key].standard_error
        for s in found.summits
        for key in s.scored
        if key[1:] in _HEADS and not math.isnan(s.scored[key].value)
    ]
    lines = [
        f"{found.runs:,} runs of each forecast. Penalties: 0 is best. Monte Carlo standard errors "
        f"are at most {max(errors):.1g}."
    ]
    heads = "".join(f"{head:>13}" for head in _HEADS.values())
    for summit in found.summits:
        lines += ["", f"{summit.scenario.title}", f"{'':<18}{heads}"]
        for name in summit.forecasts:
            cells = [summit.scored.get((name, *kind)) for kind in _HEADS]
            shown = "".join(f"{'-' if c is None else f'{c.value:.3f}':>13}" for c in cells)
            lines.append(f"  {name:<16}{shown}")
    lines += ["", *_WORDS, "", "Where a simple rule beats the model", *_losses(found)]
    return "\n".join(lines)


#: The scores that a screen has room for, and their heads.
_HEADS = {
    (OVERALL, "scaled_crps"): "whole text",
    ("deal", "brier"): "deal",
    ("letters", "brier"): "letters",
    ("objections", "brier"): "objections",
    ("objections", "misordered"): "wrong order",
}
_WORDS = (
    "whole text: mean CRPS of the terms over the width of their grids; deal, letters, objections:",
    "Brier scores; wrong order: share of pairs of members of which the one that had spoken",
    "against objects less. Three summits can refute a forecast and cannot confirm one: all three",
    "had a deal, and who made the rules of the model knew all three. See docs/validation.md.",
)


def _number(score: Score) -> str:
    if math.isinf(score.value):
        return "infinite"
    error = f" ({score.standard_error:.1g})" if score.standard_error > 1e-9 else ""
    return f"{score.value:.3f}{error}"


def _losses(found: Backtest) -> list[str]:
    """One line for each quantity in which rules beat the model."""
    lost: dict[tuple[str, str, str], list[Verdict]] = {}
    for v in verdicts(found):
        if v.loses:
            lost.setdefault((v.summit, v.quantity, v.score), []).append(v)
    lines = []
    for (summit, quantity, kind), by in lost.items():
        best = sorted(by, key=lambda v: v.other.value)
        rules = ", ".join(f"{v.rule} {v.other.value:.3f}" for v in best)
        lines.append(f"- {summit}, {quantity} ({kind}): model {best[0].model.value:.3f}; {rules}")
    return lines or ["- nowhere"]


def markdown(found: Backtest) -> str:
    """The generated part of ``docs/validation.md``."""
    return "\n\n".join(_parts(found))


def refresh(text: str, found: Backtest) -> str:
    """A document with its generated part made anew."""
    return refreshed(text, BEGIN, END, markdown(found))


def _parts(found: Backtest) -> Iterator[str]:
    yield (
        f"{found.runs:,} runs of each simulated forecast, seed {found.seed}. In brackets the Monte "
        "Carlo standard error; forecasts without brackets are stated and not simulated. A dash: "
        "the forecast says nothing about it."
    )
    yield "### In one look"
    yield (
        "Mean CRPS over the terms, each in relation to the width of its drafting grid; a text "
        "without a date, or without a review, is as far from any year as the ends of the grid are "
        "from each other. Inputs are left out. 0 is a perfect forecast."
    )
    yield _table(found.summits, [(OVERALL, "scaled_crps")])
    for summit in found.summits:
        yield f"### {summit.scenario.title}"
        kinds = list(dict.fromkeys((q, k) for _, q, k in summit.scored if q != OVERALL))
        yield _by_forecast(summit, kinds)
    yield "### Ranks of what happened"
    yield (
        "Share of the texts of a forecast that lie below what happened, and at most there. Between "
        "0.05 and 0.95 is unremarkable; 0 or 1 means that hardly any run gave it. In brackets the "
        "Monte Carlo standard error of the middle."
    )
    yield _ranks(found)
    yield "### Over all terms together"
    yield (
        "Mean difference of the scaled CRPS, model minus rule, over the terms that both forecast; "
        "below 0 the model is better. The interval (95%, t) is what so few terms allow to say *if* "
        "they were independent, which they are not: it is too narrow."
    )
    yield _across(found)
    yield "### Where the model loses"
    yield (
        f"Every score in which a simple rule beats the model with its default coefficients by more "
        f"than {SURE:g} Monte Carlo standard errors and {MATTERS:g}."
    )
    yield "\n".join(_losses(found))
    yield _count(found)


def _table(summits: tuple[Summit, ...], kinds: list[tuple[str, str]]) -> str:
    """Forecasts in rows, summits in columns."""
    names = list(dict.fromkeys(name for s in summits for name in s.forecasts))
    lines = [
        f"| forecast | {' | '.join(s.name for s in summits)} |",
        f"|---|{'---|' * len(summits)}",
    ]
    for name in names:
        cells = [s.scored.get((name, *kind)) for s in summits for kind in kinds]
        if any(cells):
            shown = " | ".join("–" if c is None else _number(c) for c in cells)
            lines.append(f"| {name} | {shown} |")
    return "\n".join(lines)


def _by_forecast(summit: Summit, kinds: list[tuple[str, str]]) -> str:
    """Quantities in rows, forecasts in columns."""
    from .backtest import observed
    from .backtest_facts import INPUTS

    names = list(summit.forecasts)
    lines = [
        f"| quantity | score | happened | {' | '.join(names)} |",
        f"|---|---|---|{'---|' * len(names)}",
    ]
    for quantity, kind in kinds:
        cells = [summit.scored.get((name, quantity, kind)) for name in names]
        shown = " | ".join("–" if c is None or math.isnan(c.value) else _number(c) for c in cells)
        what = f"{quantity} (input)" if quantity in INPUTS[summit.name] else quantity
        lines.append(f"| {what} | {kind} | {observed(summit.what, quantity)} | {shown} |")
    return "\n".join(lines)


def _ranks(found: Backtest) -> str:
    variants = found.variants
    ranks = {name: found.ranks(name) for name in variants}
    lines = [
        f"| summit | term | {' | '.join(variants)} |",
        f"|---|---|{'---|' * len(variants)}",
    ]
    for summit, term in ranks[variants[0]]:
        cells = [
            f"{r.below:.3f} to {r.upto:.3f} ({r.standard_error:.1g})"
            for r in (ranks[v][summit, term] for v in variants)
        ]
        lines.append(f"| {summit} | {term} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _across(found: Backtest) -> str:
    """Differences over terms, with an interval that treats terms as a sample."""
    variants = found.variants
    lines = [f"| rule | terms | {' | '.join(variants)} |", f"|---|---|{'---|' * len(variants)}"]
    for rule in BASELINES:
        by = {name: _scaled_differences(found, name, rule) for name in variants}
        n = len(by[MODEL])
        if n > 1:
            cells = [_mean_interval(values) for values in by.values()]
            lines.append(f"| {rule} | {n} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _scaled_differences(found: Backtest, forecast: str, rule: str) -> list[float]:
    """CRPS of a forecast minus that of a rule, by the width of the grid, for each free term."""
    differences = []
    for summit in found.summits:
        for term in grid_terms(summit.scenario.setup):
            mine, other = (
                summit.scored.get((name, term.name, "crps")) for name in (forecast, rule)
            )
            if mine and other and overall_counts(term, summit.what):
                differences.append((mine.value - other.value) / width(term))
    return differences


def _mean_interval(values: list[float]) -> str:
    from scipy import stats

    middle, error = float(np.mean(values)), float(stats.sem(values))
    half = float(stats.t.ppf(0.975, len(values) - 1)) * error
    return f"{middle:+.2f} [{middle - half:+.2f}, {middle + half:+.2f}]"


def _count(found: Backtest) -> str:
    """Wins and losses against each rule, inputs left out."""
    from .backtest_facts import INPUTS

    lines = [
        "| rule | scores compared | model better | rule better | alike |",
        "|---|---|---|---|---|",
    ]
    for rule, words in BASELINES.items():
        mine = [
            v
            for v in verdicts(found)
            if v.rule == rule and v.quantity not in INPUTS[v.summit] and v.quantity != OVERALL
        ]
        wins, losses = sum(v.wins for v in mine), sum(v.loses for v in mine)
        lines.append(
            f"| {rule}: {words} | {len(mine)} | {wins} | {losses} | {len(mine) - wins - losses} |"
        )
    return "\n".join(lines)
