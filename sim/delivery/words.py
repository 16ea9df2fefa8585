"""What was delivered, in words and one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..analysis.summary_text import percent

if TYPE_CHECKING:
    from .delivered import Delivery

_NAME = 18


def write(d: Delivery) -> str:
    """The text that ``summitry deliver`` prints, at most 88 columns wide."""
    scenario = d.ensemble.scenario.loaded.resolved
    names = {m.code: m.name for m in scenario.members}
    lines = [
        scenario.file.title[:88],
        f"{len(d):,} runs, {percent(float(d.deal.mean()))} with a deal; core spending "
        f"{d.years[0]}-{d.years[-1]}, % GDP, "
        + (f"{len(d.planned)} on announced paths" if d.planned else "no announced paths"),
        "",
        *_alliance(d),
    ]
    if d.deal.any():
        lines += ["", *_how_many(d), "", *_gap(d)]
    return "\n".join([*lines, "", *_members(d, names)])


def _landmarks(d: Delivery) -> list[int]:
    """The years that are shown: the first two, one every third, the last."""
    return sorted({*d.years[:2], *d.years[4::3], d.years[-1]})


def _alliance(d: Delivery) -> list[str]:
    lines = ["The alliance: median and 80% interval"]
    by_year = d.alliance.groupby("year")
    for year in _landmarks(d):
        rows = by_year.get_group(year)
        low, mid, high = rows["core_pct_gdp"].quantile([0.1, 0.5, 0.9])
        without = rows["others_pct_gdp"].median()
        money = rows["core_usd_bn"].median()
        lines.append(
            f"  {year}  {mid:5.2f} [{low:.2f}, {high:.2f}] % of GDP; without the demander "
            f"{without:.2f}; {money:,.0f} bn US dollars"
        )
    return [*lines, f"  (constant prices and exchange rates of {d.summit.start.year})"]


def _how_many(d: Delivery) -> list[str]:
    lines = [
        f"How many of {len(d.members)} members stand at the text's core: median and 80% interval"
    ]
    table = d.how_many().set_index("year")
    for year in _landmarks(d):
        row = table.loc[year]
        lines.append(f"  {year}  {row['q50']:2.0f} [{row['q10']:.0f}, {row['q90']:.0f}]")
    return lines


def _gap(d: Delivery) -> list[str]:
    lines = ["Credibility gap of the alliance: pledged, expected, and what is short"]
    table = d.credibility_gap
    table = table[table["member"] == "ALL"].set_index("year")
    for year in _landmarks(d):
        row = table.loc[year]
        lines.append(
            f"  {year}  {row['pledged_pct_gdp']:.2f} - {row['expected_pct_gdp']:.2f}; "
            f"short {row['short_pp']:.2f}% of GDP, {row['short_usd_bn']:,.0f} bn US dollars"
        )
    return lines


def _members(d: Delivery, names: dict[str, str]) -> list[str]:
    """One row for each member, the likeliest to keep its word first."""
    fans = d.fans.set_index(["member", "year"])[["q50", "q10", "q90"]]
    cells = {
        at: "{:.2f} [{:.2f}, {:.2f}]".format(*row)
        for at, row in zip(fans.index, fans.to_numpy(), strict=True)
    }
    shown = sorted({d.years[min(1, len(d.years) - 1)], d.years[(len(d.years) * 2) // 3]})
    met = d.met().set_index("member")["met"] if d.deal.any() else None
    order = list(d.members)
    if met is not None and not met.isna().any():
        order.sort(key=lambda code: (-met[code], code))
    head = f"{'':{_NAME}}{d.summit.start.year:>6}" + "".join(
        f"{f'{year} [80%]':>20}" for year in shown
    )
    lines = [head + ("  core on its date (%)" if met is not None else "")]
    now = d.summit.start.spending.mean(axis=0)
    for code in order:
        line = f"{names[code][: _NAME - 1]:{_NAME}}{now[d.members.index(code)]:6.2f}"
        line += "".join(f"{cells[code, year]:>20}" for year in shown)
        lines.append(line + (f"{100 * met[code]:>10.0f}" if met is not None else ""))
    return lines
