"""Check the delivery model on years that it did not know, and measure what one pledge tells.

Run ``python benchmarks/delivery.py`` to write the tables of ``docs/delivery.md`` anew (some
minutes). Nothing is tuned here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

import sim
from sim.delivery.delivered import ALL
from sim.delivery.fit import fit
from sim.delivery.history import History, history, nato, sipri
from sim.delivery.posterior import SHARED, shipped
from sim.delivery.pull import asked_step
from sim.delivery.rolling import METHODS, evaluate
from sim.scenario import generated

DOCUMENT = Path(__file__).parents[1] / "docs" / "delivery.md"
RIVALS = ("random_walk", "linear_trend", "straight_line", "model_without_pledge")
#: The text of The Hague as it was adopted; the letter of Spain is in it (summit_outcomes.csv).
ADOPTED = {
    "core_pct_gdp": 3.5,
    "broader_pct_gdp": 1.5,
    "deadline_year": 2035,
    "review_year": 2029,
    "annual_increment_pp": 0.0,
    "wording": "allies_commit",
    "side_letters": ["ESP"],
}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [" | ".join(head), " | ".join("---" for _ in head), *(" | ".join(r) for r in rows)]
    return "\n".join(f"| {line} |" for line in lines)


def within(values: np.ndarray) -> str:
    """A posterior mean with its 90% interval."""
    low, high = np.quantile(values, [0.05, 0.95])
    return f"{values.mean():.3f} [{low:.3f}, {high:.3f}]"


def coefficients() -> str:
    """The shipped posterior."""
    shared = shipped().shared
    rows = [[f"`{name}`", within(shared[name]), meaning] for name, meaning in SHARED.items()]
    return table(["coefficient", "mean and 90% interval", "meaning"], rows)


def placebo(year: int, first: int = 1991) -> History:
    """SIPRI's history with a pledge that nobody made: 2% within ten years from a year on."""
    data = history(year + 10, recent=sipri(), first=first, pledge=False)
    asked = np.zeros(len(data.change))
    for n, (m, t) in enumerate(zip(data.member, data.year, strict=True)):
        if data.years[t] > year:
            before = sipri()[data.members[m]][data.years[t] - 1]
            asked[n] = float(asked_step(before, 2.0, year + 11 - data.years[t]))
    return replace(data, asked=asked)


def only(data: History, first: int, last: int) -> History:
    """The same with the pledge asking something in these years only; others keep their years."""
    years = np.array(data.years)[data.year]
    inside = (years >= first) & (years <= last)
    keep = inside | (years <= 2014) | (data.asked == 0)
    columns = ("change", "member", "year", "level", "asked", "threat", "room")
    return replace(data, **{name: getattr(data, name)[keep] for name in columns})


def identification() -> str:
    """The pull of the pledge by period and series, and of pledges that nobody made."""
    cases = {
        "shipped: NATO to 2024": history(),
        "known in 2019": history(2019),
        "known in 2021, before the war": history(2021),
        "the gaps of 2022-2024 only": only(history(), 2022, 2024),
        "SIPRI throughout, to 2024": history(recent=sipri()),
        "placebo: 2% by 2014, from 2004 (SIPRI)": placebo(2004),
        "placebo: 2% by 2010, from 2000 (SIPRI)": placebo(2000),
    }
    rows = []
    for name, data in cases.items():
        shared = fit(data, draws=1000, thin=3).shared
        rows.append([name, within(shared["pull"]), within(shared["pull_threat"])])
    return table(["data", "`pull`", "`pull_threat`"], rows)


def scores(frame: pd.DataFrame, by: str, methods: Sequence[str]) -> str:
    """Mean CRPS of each method."""
    means = frame.pivot_table(index=by, columns="method", values="crps")[list(methods)]
    rows = [
        [f"{at}", *(f"{v:.3f}" for v in row)]
        for at, row in zip(means.index, means.to_numpy(), strict=True)
    ]
    rows.append(["all", *(f"{frame[frame['method'] == m]['crps'].mean():.3f}" for m in methods)])
    return table([by, *methods], rows)


def differences(frame: pd.DataFrame, methods: Sequence[str]) -> str:
    """CRPS of each method less that of the model, with intervals over members and over origins."""
    wide = frame.pivot_table(index=["member", "origin", "horizon"], columns="method", values="crps")
    rng, rows = np.random.default_rng(1), []
    for method in methods:
        d = (wide[method] - wide["model"]).dropna()
        by_member = d.groupby("member").mean().to_numpy()
        draws = rng.choice(by_member, (4000, len(by_member))).mean(axis=1)
        low, high = np.quantile(draws, [0.025, 0.975])
        by_origin = d.groupby("origin").mean()
        rows.append(
            [
                method,
                f"{d.mean():+.3f} [{low:+.3f}, {high:+.3f}]",
                f"{(by_origin > 0).sum()} of {len(by_origin)}",
                f"{(by_member > 0).sum()} of {len(by_member)}",
            ]
        )
    head = ["method", "CRPS less the model's", "origins won by the model", "members won"]
    return table(head, rows)


def coverage(frames: dict[str, pd.DataFrame]) -> str:
    """Share of what happened inside the model's intervals, by series and target years."""
    rows = []
    for name, frame in frames.items():
        frame = frame[frame["method"] == "model"]
        target = frame["origin"] + frame["horizon"]
        parts = {
            "all": frame,
            "years to 2022": frame[target <= 2022],
            "2023-2024": frame[target > 2022],
        }
        for part, some in parts.items():
            shares = [f"{100 * some[f'inside_{p}'].mean():.0f}" for p in (50, 80, 95)]
            rows.append([name, part, f"{len(some):,}", *shares, f"{some['rank'].mean():.2f}"])
    return table(["series", "target years", "forecasts", "50%", "80%", "95%", "mean rank"], rows)


def rolling() -> str:
    """Rolling-origin forecasts on both series."""
    short = evaluate(nato(), range(2018, 2024))
    methods = [m for m in METHODS if m != "straight_line"]
    long = evaluate(sipri(), range(1999, 2023, 3), methods)
    known = [m for m in RIVALS if m in methods]
    published = evaluate(nato("nato_2019_06"), [2019], later=nato())
    parts = [
        "**NATO, origins 2018-2023, mean CRPS (% of GDP; lower is better) by years ahead**",
        scores(short, "horizon", METHODS.keys()),
        "The same by origin:",
        scores(short, "origin", METHODS.keys()),
        "Differences, with 95% bootstrap intervals over members:",
        differences(short, RIVALS),
        "**SIPRI, origins 1999-2020 every three years, up to ten years ahead**",
        scores(long, "horizon", methods),
        "By origin:",
        scores(long, "origin", methods),
        differences(long, known),
        "**Real time: NATO's edition of June 2019, scored against the changes since 2019 of its "
        "edition of August 2025**",
        scores(published, "horizon", METHODS.keys()),
        "**Coverage of the model's intervals (%)**",
        coverage({"NATO": short, "NATO, June 2019": published, "SIPRI": long}),
    ]
    return "\n\n".join(parts)


def outlook() -> str:
    """What the adopted text of The Hague is expected to bring, with and without national paths."""
    runs = sim.load("hague_2025").runs(4000, seed=1)
    parts = []
    for plans in (True, False):
        d = sim.deliver(runs, text=ADOPTED, plans=plans)
        fans = d.fans.set_index(["member", "year"])
        met = d.met().set_index("member")["met"]
        rows = []
        for code in sorted(d.members, key=lambda c: -met[c]):
            cells = [fans.loc[(code, year)] for year in (2025, 2026, 2029, 2035)]
            rows.append(
                [
                    code,
                    *(f"{c['q50']:.2f} [{c['q10']:.2f}, {c['q90']:.2f}]" for c in cells),
                    f"{100 * met[code]:.0f}",
                ]
            )
        by_year = d.alliance.groupby("year")["core_pct_gdp"]
        total = by_year.quantile([0.1, 0.5, 0.9]).unstack()
        cells = [total.loc[year] for year in (2025, 2026, 2029, 2035)]
        rows.append(["all", *(f"{c[0.5]:.2f} [{c[0.1]:.2f}, {c[0.9]:.2f}]" for c in cells), ""])
        count = d.how_many(3.5).set_index("year").loc[2035]
        gap = d.credibility_gap.set_index(["member", "year"]).loc[(ALL, 2035)]
        parts += [
            f"**{'With' if plans else 'Without'} announced national paths**: at 3.5% in 2035 "
            f"{count['q50']:.0f} of {len(d.members)} members (80%: {count['q10']:.0f} to "
            f"{count['q90']:.0f}); expected shortfall {gap['short_pp']:.2f}% of GDP, "
            f"{gap['short_usd_bn']:,.0f} bn US dollars of 2024 a year.",
            table(["member", "2025", "2026", "2029", "2035", "at 3.5% in 2035 (%)"], rows),
        ]
    return "\n\n".join(parts)


def main() -> None:
    """Write the tables of the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    for part in (coefficients, identification, rolling, outlook):
        name = part.__name__
        begin = f"<!-- {name}: begin (python benchmarks/delivery.py) -->"
        text = generated.refreshed(text, begin, f"<!-- {name}: end -->", part())
    DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
