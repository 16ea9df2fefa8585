"""Who is pivotal, in plain text of one screen and as a small table for notebooks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from .compare_text import count, cut, records
from .power_play import OUTCOMES
from .power_prices import price_names
from .summary_text import WIDTH, percent

if TYPE_CHECKING:
    from .power import Power

_SHOWN = 10
_NAME = 18
_TITLES = {
    "value_given_up": "value given up",
    "grid_steps": "grid steps",
    "demander.leverage": "leverage",
    "threat_perception": "threat",
    "fiscal_room": "fiscal room",
}


def write(p: Power) -> str:
    """Values, effects and prices of the members that matter most, in at most 88 columns."""
    return "\n".join(line.rstrip() for line in _lines(p))


def _lines(p: Power) -> Iterator[str]:
    share = p.outcome != "n_side_letters"
    yield cut(f"Power over {OUTCOMES[p.outcome]}: {p.scenario.title}", WIDTH)
    yield (
        f"{count(p.runs, 'run')} with each change, {2 * p.values.pairs:,} orders of joining "
        f"(seed {p.seed}); +-: standard error"
    )
    total = _number(p.values.total, share)
    yield f"The consent of all, whatever the text, would change it by {total}."
    yield ""
    yield f"{'':<{_NAME}}{'value (Shapley)':>21}{'willing':>11}{'unwilling':>11}{'removed':>11}"
    rows = records(p.table)
    for r in rows[:_SHOWN]:
        value = f"{_number(r['shapley'], share)} +- {_number(r['shapley_se'], share, sign=False)}"
        cells = [_number(r[change], share) for change in ("willing", "unwilling", "removed")]
        yield (
            f"{cut(r['name'], _NAME - 1):<{_NAME}}{value:>21}{cells[0]:>11}{cells[1]:>11}"
            f"{cells[2]:>11}"
        )
    if len(rows) > _SHOWN:
        yield f"{count(len(rows) - _SHOWN, 'other')} with smaller values"
    yield from _vetoes(p)
    yield from _prices(p)


def _vetoes(p: Power) -> Iterator[str]:
    never = p.effects[p.effects["change"] == "unwilling"]
    if p.outcome == "deal" and (never["b"] == 0.0).all():
        yield "Whoever breaks silence on every text prevents a deal: everybody has a veto here."


def _prices(p: Power) -> Iterator[str]:
    rows = [r for r in records(p.table) if r["lacking"] > 0]
    rows.sort(key=lambda r: -r["lacking"])
    yield ""
    if not rows:
        yield "No consent to the last text is lacking in any run, side letters or not."
        return
    columns = _columns(p)
    yield "The price of its consent to the last text (median; a letter counts as lacking)"
    heads = "".join(f"{title:>15}" for title in columns.values())
    yield f"{'':<{_NAME}}{'lacking':>9}{heads}"
    for r in rows[:_SHOWN]:
        cells = "".join(f"{_price(r, name):>15}" for name in columns)
        yield f"{cut(r['name'], _NAME - 1):<{_NAME}}{percent(r['lacking']):>9}{cells}"
    if len(rows) > _SHOWN:
        yield f"{count(len(rows) - _SHOWN, 'other')} less often"
    who = " and ".join(p.scenario.setup.scenario.demanders) or "the chair"
    yield f"Value given up: what the cheapest change of one term or two takes off for {who}."
    yield "In brackets: in how many of these runs anything within reach would have been enough."


def _columns(p: Power) -> dict[str, str]:
    """The prices that are shown, with their titles."""
    known = price_names(p.scenario.setup.scenario)
    shown = known if "fiscal_room" not in known else [n for n in known if n != "grid_steps"]
    return {name: _TITLES[name] for name in shown}


def _price(r: dict[str, Any], name: str) -> str:
    median, enough = r[f"{name}_median"], r[f"{name}_enough"]
    if enough == 0:
        return "never enough"
    decimals = 0 if name == "grid_steps" else 2
    shown = "-" if math.isinf(median) else f"{median:.{decimals}f}"
    return f"{shown} ({100 * enough:.0f}%)"


def _number(value: float, share: bool, *, sign: bool = True) -> str:
    if pd.isna(value):
        return "-"
    plus = "+" if sign else ""
    return f"{100 * value:{plus}.1f} pp" if share else f"{value:{plus}.2f}"


def html(p: Power) -> str:
    """Values, effects and prices of the members that matter most, as a table with bars."""
    share = p.outcome != "n_side_letters"
    rows = records(p.table)[:_SHOWN]
    largest = max((abs(r["shapley"]) for r in rows), default=0.0) or 1.0
    columns = _columns(p)
    heads = ("member", "value (Shapley)", "", "willing", "unwilling", "removed", "lacking",
             *columns.values())  # fmt: skip
    body = []
    for r in rows:
        width = round(80 * abs(r["shapley"]) / largest)
        bar = f"<div style='width:{width}px;height:10px;background:#34465E'></div>"
        value = f"{_number(r['shapley'], share)} ± {_number(r['shapley_se'], share, sign=False)}"
        prices = [_price(r, name) if r["lacking"] else "" for name in columns]
        texts = [
            *(_number(r[change], share) for change in ("willing", "unwilling", "removed")),
            percent(r["lacking"]),
            *prices,
        ]
        cells = "".join(f"<td style='text-align:left'>{escape(text)}</td>" for text in texts)
        body.append(
            f"<tr><td style='text-align:left'>{escape(r['name'])}</td>"
            f"<td style='text-align:left'>{escape(value)}</td><td>{bar}</td>{cells}</tr>"
        )
    caption = escape(f"Power over {OUTCOMES[p.outcome]}: {p.scenario.title}")
    head = "".join(f"<th style='text-align:left'>{name}</th>" for name in heads)
    return (
        f"<table><caption style='text-align:left'><b>{caption}</b><br>{count(p.runs, 'run')} with "
        f"each change, {2 * p.values.pairs:,} orders, seed {p.seed}</caption><tr>{head}</tr>"
        f"{''.join(body)}</table>"
    )
