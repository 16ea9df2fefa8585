"""A comparison as plain text of one screen, and as a small table for notebooks."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from .summary_text import WIDTH, percent

if TYPE_CHECKING:
    from .comparison import Comparison, Pairing

_NAME = 32
_LETTERS = 5
_FLIPS = 5
_LAST = 4
_CHANGES = 6
_KINDS = {
    "deal_lost": "A deal in A, none in B",
    "deal_gained": "No deal in A, one in B",
    "other_deal": "Another kind of deal",
}
_OVER = {"all": "all runs", "both_deal": "deal in both", "both_have_it": "term in both texts"}


def write(c: Comparison) -> str:
    """The comparison in at most 88 columns: of several scenarios at a glance, then one by one."""
    parts = [overview(c)] if len(c.pairings) > 1 else []
    parts += ["\n".join(line.rstrip() for line in _pairing(c, p)) for p in c.pairings]
    return "\n\n".join(parts)


def overview(c: Comparison) -> str:
    """Every scenario in a line: its deals, their difference to A, and runs that end otherwise.

    Parameters
    ----------
    c
        The comparison.

    Returns
    -------
    str
        At most 88 columns.
    """
    pairs = count(c.runs, "run")
    lines = [
        f"{pairs} of each with the same random numbers (seed {c.seed}); brackets: 95% intervals",
        "",
        f"{'':<{_NAME}}{'deal':>8}{'minus A':>11}  {'':<17}{'ends otherwise':>14}",
        f"A  {cut(c.base.label, _NAME - 4):<{_NAME - 3}}{percent(_deal(c.pairings[0])['a']):>8}",
    ]
    for p in c.pairings:
        _, b, d, low, high = cells(_deal(p))
        otherwise = sum(int(runs.sum()) for runs in p.changed.values()) / c.runs
        lines.append(
            f"   {cut(p.b.label, _NAME - 4):<{_NAME - 3}}{b:>8}{d:>11}  {f'[{low}, {high}]':<17}"
            f"{percent(otherwise):>14}"
        )
    return "\n".join(line.rstrip() for line in lines)


def _deal(p: Pairing) -> dict[str, Any]:
    """The row of the probability of a deal."""
    return records(p.table)[0]


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table, each as a mapping by column."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _pairing(c: Comparison, p: Pairing) -> Iterator[str]:
    yield f"A  {cut(p.a.label, WIDTH - 3)}"
    yield f"B  {cut(p.b.label, WIDTH - 3)}"
    if p.a.scenario.hash == p.b.scenario.hash:
        yield "   the same scenario: every run is the same"
    for change in p.changes[:_CHANGES]:
        yield f"   {cut(str(change), WIDTH - 3)}"
    if len(p.changes) > _CHANGES:
        yield f"   and {count(len(p.changes) - _CHANGES, 'more difference')}"
    pairs = count(c.runs, "pair")
    yield f"{pairs} of runs with the same random numbers (seed {c.seed}); brackets: 95% intervals"
    if p.left_out:
        words = f"Not compared: {'; '.join(p.left_out)}"
        yield textwrap.fill(words, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    rows = records(p.table)
    yield ""
    yield _head("How it ends (all runs)")
    yield from (_line(r) for r in rows if r["over"] == "all")
    yield from (f"  {line}" for line in _gain(p))
    terms = [r for r in rows if r["over"] != "all" and not r["outcome"].startswith("side_letter.")]
    if terms[0]["pairs"]:
        yield ""
        yield _head(f"The text ({count(terms[0]['pairs'], 'deal')} in both)")
        yield from (_line(r) for r in terms)
        yield from _letters(rows)
    else:
        yield "The text: no run ends with a deal in both, so no terms can be compared."
    yield from _parted(p)


def _letters(rows: list[dict[str, Any]]) -> Iterator[str]:
    letters = [r for r in rows if r["outcome"].startswith("side_letter.") and r["difference"]]
    if not letters:
        return
    yield ""
    yield _head("Side letters (deal in both)")
    letters.sort(key=lambda r: -abs(r["difference"]))
    yield from (_line(r) for r in letters[:_LETTERS])
    if len(letters) > _LETTERS:
        yield f"  and {count(len(letters) - _LETTERS, 'other')} with smaller differences"


def _gain(p: Pairing) -> Iterator[str]:
    deal = _deal(p)
    yield (
        f"deal only in B: {count(deal['gained'], 'run')}, only in A: {count(deal['lost'], 'run')}; "
        f"McNemar (exact) p {_p(deal['p_value'])}"
    )
    gain = deal["variance_gain"]
    if not pd.isna(gain):
        times = "any number of" if gain == float("inf") else f"{gain:.1f} x as many"
        yield f"without shared random numbers {times} runs would be needed to know as much"


def _parted(p: Pairing) -> Iterator[str]:
    n = len(p.a.runs)
    total = sum(int(runs.sum()) for runs in p.changed.values())
    yield ""
    yield f"Of {count(n, 'run')} {total:,} ({percent(total / n)}) end in another category"
    flips = p.first_flips
    for kind, words in _KINDS.items():
        rows = flips[flips["change"] == kind]
        if not len(rows):
            continue
        yield f"  {words}: {count(rows['runs'].iloc[0], 'run')}; whose answer differs first"
        named = rows[(rows["member"] != "") & (rows["first"] > 0)]
        for r in records(named.head(_FLIPS)):
            now = "objects" if r["now_objects"] * 2 >= r["first"] else "lets pass"
            yield (
                f"    {r['member']:<12}{percent(r['share']):>6}  "
                f"now mostly {now}, round {r['round']:.0f} on average"
            )
        if len(named) > _FLIPS:
            yield f"    {count(len(named) - _FLIPS, 'other')} less often"
        silent = rows[rows["member"] == ""]
        if len(silent):
            yield f"    {percent(silent['share'].iloc[0])} without any other answer before"
        last = rows[rows["last"] > 0].sort_values("last", ascending=False, kind="stable")
        if len(last):
            shares = ", ".join(
                f"{r['member']} {percent(r['last'] / r['runs'])}" for r in records(last.head(_LAST))
            )
            yield f"    objects at the end, without a deal: {shares}"


def _head(title: str) -> str:
    return f"{title:<{_NAME + 2}}{'A':>9}{'B':>9}{'B - A':>10}  95% interval"


def _line(r: dict[str, Any]) -> str:
    name = f"  {cut(_name(r), _NAME):<{_NAME}}"
    a, b, d, low, high = cells(r)
    return f"{name}{a:>9}{b:>9}{d:>10}  [{low}, {high}]"


def _name(r: dict[str, Any]) -> str:
    unit = "" if r["unit"] in ("share", "letters", "rounds") else f" ({r['unit']})"
    name = str(r["outcome"]).replace("side_letter.", "letter to ")
    return name + unit if len(name + unit) <= _NAME else name


def cells(r: dict[str, Any]) -> tuple[str, str, str, str, str]:
    """A row of the table in print: both sides, the difference and the ends of its interval."""
    if not r["pairs"]:
        return "-", "-", "-", "-", "-"
    d, low, high = r["difference"], r["low"], r["high"]
    if r["unit"] == "share":
        ends = f"{100 * low:+.1f}", f"{100 * high:+.1f}"
        return percent(r["a"]), percent(r["b"]), f"{100 * d:+.1f} pp", *ends
    digits = 1 if r["unit"] == "year" else 2 + max(0, math.ceil(-math.log10(r["step"])))
    a, b = f"{r['a']:.{digits}f}", f"{r['b']:.{digits}f}"
    return a, b, f"{d:+.{digits}f}", f"{low:+.{digits}f}", f"{high:+.{digits}f}"


def _p(p: float) -> str:
    return "< 0.0001" if p < 0.0001 else f"= {p:.4f}"


def count(n: int, what: str) -> str:
    """A number of things in words: ``1 run``, ``2,000 runs``."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def cut(text: str, width: int) -> str:
    """A text of at most ``width`` characters."""
    return text if len(text) <= width else text[: width - 3].rstrip() + "..."


def html(c: Comparison) -> str:
    """The outcomes, terms and largest changes of letters as a table, with bars of the shares."""
    parts = []
    for p in c.pairings:
        rows = records(p.table)
        letters = [r for r in rows if r["outcome"].startswith("side_letter.")]
        letters.sort(key=lambda r: -abs(r["difference"]))
        shown = [r for r in rows if r not in letters] + letters[:_LETTERS]
        largest = max((abs(r["difference"]) for r in shown if r["unit"] == "share"), default=0.0)
        body = "".join(_html_row(r, largest or 1.0) for r in shown)
        changes = "; ".join(str(change) for change in p.changes[:_CHANGES])
        head = (
            f"<caption style='text-align:left'><b>{escape(p.b.label)}</b> (B) against "
            f"<b>{escape(p.a.label)}</b> (A): {c.runs:,} pairs of runs, seed {c.seed}"
            f"<br>{escape(cut(changes, 200))}</caption>"
        )
        names = ("outcome", "over", "A", "B", "B − A", "95% interval", "gain", "")
        heads = "".join(f"<th style='text-align:left'>{name}</th>" for name in names)
        parts.append(f"<table>{head}<tr>{heads}</tr>{body}</table>")
    return "".join(parts)


def _html_row(r: dict[str, Any], largest: float) -> str:
    a, b, d, low, high = cells(r)
    gain = "" if pd.isna(r["variance_gain"]) else f"{r['variance_gain']:.1f}×"
    over = f"{_OVER[r['over']]} ({r['pairs']:,})"
    texts = (_name(r), over, a, b, d, f"[{low}, {high}]", gain.replace("inf×", "∞"))
    bar = ""
    if r["unit"] == "share" and r["pairs"]:
        width = round(60 * abs(r["difference"]) / largest)
        left = 60 - width if r["difference"] < 0 else 60
        bar = (
            "<div style='width:120px;background:linear-gradient(#999,#999) 60px 0/1px 100% "
            f"no-repeat'><div style='margin-left:{left}px;width:{width}px;height:10px;"
            "background:#34465E'></div></div>"
        )
    columns = "".join(f"<td style='text-align:left'>{escape(text)}</td>" for text in texts)
    return f"<tr>{columns}<td>{bar}</td></tr>"
