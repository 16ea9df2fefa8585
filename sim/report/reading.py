"""What results say, in sentences for people who have never seen the program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from ..analysis.intervals import Proportion
from ..analysis.summary import Letter, Summary, TermSummary
from ..analysis.summary_text import number, percent

#: How to read each kind of study.
HINTS = {
    "run": (
        "The summit was played many times; each time uncertain inputs and what refusing really "
        "costs each member were drawn anew. A share of runs is the model's probability."
    ),
    "sweep": (
        "The same summit was played at every combination of the values below, with the same random "
        "numbers, so that differences between points are the effect of the values."
    ),
    "comparison": (
        "Scenarios were played with the same random numbers, run by run: a difference within a "
        "pair is the effect of the change and not of luck."
    ),
    "sensitivity": (
        "Inputs were varied over their ranges. The larger its index or effect, the more of what "
        "varies in the outcome goes back to an input."
    ),
    "discovery": (
        "Inputs were spread over their ranges. A box is a corner of them in which the event is "
        "frequent: its density says how frequent, its coverage which part of all cases it holds. "
        "Both were measured on runs that took no part in the search."
    ),
    "region": (
        "Two inputs were varied over a grid. Contours join points with the same result; they "
        "wander as far as the error lets them."
    ),
    "power": (
        "Each member in turn was made willing, unwilling or was taken away; the change in the "
        "outcome is its weight."
    ),
    "goal": "Inputs were moved as little as possible until the goal was reached, or could not be.",
    "backtest": (
        "The model was played with what was known before past summits, and its forecasts are held "
        "against what these brought."
    ),
    "deu": (
        "Models forecast decisions of the European Union from the positions of those that took "
        "part, and their errors are compared."
    ),
    "delivery": (
        "The pledge was followed by years of spending, as allies' record after 2014 suggests."
    ),
}
CAUTION = (
    "Intervals hold the error of finitely many runs only. They become narrower with more runs and "
    "say nothing about whether the model and its assumptions are right."
)
_TERMS, _MEMBERS = 8, 3


def of_runs(s: Summary) -> Iterator[str]:
    """An ensemble in a few sentences."""
    if s.runs == 1:
        yield "One simulated summit."
    else:
        yield (
            f"Of {s.runs:,} simulated summits {_share(s.deal, s.level)} end with a text that is "
            f"adopted. {_ends(s)}"
        )
    if s.demander_satisfied is not None and s.runs > 1:
        share = _share(s.demander_satisfied, s.level)
        yield f"The headline that was demanded is in the text in {share} of runs."
    if s.deal.count:
        few = s.terms[:_TERMS]
        yield "The text in the middle of all deals: " + "; ".join(map(_term, few)) + "."
        some = [x for x in s.side_letters if x.probability.count]
        yield (
            f"Side letters go most often to {_listed(some[:_MEMBERS])}."
            if some
            else "Nobody gets a side letter."
        )
    if s.holdouts:
        who = [f"{h.name} ({percent(h.probability.share)})" for h in s.holdouts[:_MEMBERS]]
        yield f"Where there is no deal, those that stand in the way most often: {_and(who)}."


def _ends(s: Summary) -> str:
    ends = [
        f"{name.replace('_', ' ')} in {percent(p.share)}"
        for name, p in s.outcomes.items()
        if p.count
    ]
    return f"In detail: {_and(ends)}."


def _term(term: TermSummary) -> str:
    name, unit = term.name, term.unit
    quantiles = term.quantiles
    words = name.removesuffix("_pct_gdp").removesuffix("_pp").replace("_", " ")
    if not quantiles:
        return f"no {words}"
    middle = quantiles[len(quantiles) // 2]
    unit = "" if isinstance(middle, str) or unit == "year" else f" {unit}"
    unit = "% of GDP" if unit == " % GDP" else unit
    return f"{words} {number(middle).replace('_', ' ')}{unit}"


def _listed(letters: Sequence[Letter]) -> str:
    return _and([f"{x.name} ({percent(x.probability.share)} of deals)" for x in letters])


def of_sweep(points: pd.DataFrame, varied: Sequence[str]) -> Iterator[str]:
    """A sweep in a few sentences."""
    yield (
        f"{len(points):,} points over {_and(list(varied))}, "
        f"{int(points['runs'].sum()):,} runs in all."
    )
    deal = points["deal"].to_numpy(dtype=float)
    for word, place in (("lowest", int(deal.argmin())), ("highest", int(deal.argmax()))):
        row = points.iloc[place]
        at = _and([f"{name} = {_value(row[name])}" for name in varied])
        yield (
            f"The probability of a deal is {word} at {at}: {percent(float(row['deal']))} "
            f"(interval {percent(float(row['deal_low']))} to {percent(float(row['deal_high']))})."
        )


def _value(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _share(p: Proportion, level: float) -> str:
    return f"{percent(p.share)} ({level:.0%} interval {percent(p.low)} to {percent(p.high)})"


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
