"""Who is pivotal, in plain text of one screen and as a small table for notebooks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from .compare_text import count, cut, records
from .power_play import OUTCOMES
from .summary_text import WIDTH, percent

if TYPE_CHECKING:
    from .power import Power

_SHOWN = 10
_NAME = 18


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
    yield "What would have bought its consent to the last text (median; a letter counts as lacking)"
    yield f"{'':<{_NAME}}{'lacking':>9}{'leverage':>20}{'threat':>19}{'fiscal room':>19}"
    for r in rows[:_SHOWN]:
        cells = [_price(r, lever) for lever in ("us.leverage", "threat_perception", "fiscal_room")]
        yield (
            f"{cut(r['name'], _NAME - 1):<{_NAME}}{percent(r['lacking']):>9}{cells[0]:>20}"
            f"{cells[1]:>19}{cells[2]:>19}"
        )
    if len(rows) > _SHOWN:
        yield f"{count(len(rows) - _SHOWN, 'other')} less often"
    yield "In brackets: in how many of these runs anything within reach would have been enough."


def _price(r: dict[str, Any], lever: str) -> str:
    median, enough = r[f"{lever}_median"], r[f"{lever}_enough"]
    if enough == 0:
        return "never enough"
    shown = "-" if math.isinf(median) else f"{median:+.2f}"
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
    heads = ("member", "value (Shapley)", "", "willing", "unwilling", "removed", "lacking",
             "leverage", "threat", "fiscal room")  # fmt: skip
    body = []
    for r in rows:
        width = round(80 * abs(r["shapley"]) / largest)
        bar = f"<div style='width:{width}px;height:10px;background:#34465E'></div>"
        value = f"{_number(r['shapley'], share)} ± {_number(r['shapley_se'], share, sign=False)}"
        prices = [
            _price(r, lever) if r["lacking"] else ""
            for lever in ("us.leverage", "threat_perception", "fiscal_room")
        ]
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
