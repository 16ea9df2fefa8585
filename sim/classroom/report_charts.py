"""The charts of a report, as SVG that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from .wording import say

# The colours of the room by day.
_PASSES, _BREAKS, _LETTER, _LINE, _BEFORE, _AFTER = (
    "#0a6ea8", "#b4410a", "#6d3fa8", "#7a5200", "#0a6ea8", "#b4410a",
)  # fmt: skip
_GRID = "#d3c8b0"
Rounds = Sequence[Mapping[str, Any]]


def chances(rounds: Rounds) -> str:
    """The chance of a deal after each round as a line; a gap where there was no forecast.

    Empty if no two forecasts are known.
    """
    known = {r["round"]: r["deal"] for r in rounds if r["deal"] is not None}
    if len(known) < 2:
        return ""
    width, height, left, top = 720, 240, 60.0, 16.0
    last = int(rounds[-1]["round"])

    def x(n: int) -> float:
        return left + (width - left - 20) * (n - 1) / max(1, last - 1)

    def y(p: float) -> float:
        return top + (height - top - 52) * (1 - p)

    grid = "".join(
        f'<line x1="{left}" x2="{width - 20}" y1="{y(p):.1f}" y2="{y(p):.1f}" stroke="{_GRID}"/>'
        f'<text x="{left - 8}" y="{y(p) + 5:.1f}" text-anchor="end" font-size="14">{p:.0%}</text>'
        for p in (0.0, 0.5, 1.0)
    )
    step = -(-last // 13)
    ticks = "".join(
        f'<text x="{x(n):.1f}" y="{height - 30}" text-anchor="middle" font-size="14">{n}</text>'
        for n in range(1, last + 1, step)
    )
    lines = "".join(
        f'<line x1="{x(n):.1f}" y1="{y(p):.1f}" x2="{x(n + 1):.1f}" y2="{y(known[n + 1]):.1f}" '
        f'stroke="{_LINE}" stroke-width="3"/>'
        for n, p in known.items()
        if n + 1 in known
    )
    dots = "".join(
        f'<circle cx="{x(n):.1f}" cy="{y(p):.1f}" r="4.5" fill="{_LINE}"/>'
        for n, p in known.items()
    )
    title = say("The chance of a deal, after each round")
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" '
        f'aria-label="{escape(title)}">{grid}{lines}{dots}{ticks}'
        f'<text x="{(left + width) / 2:.0f}" y="{height - 6}" text-anchor="middle" '
        f'font-size="14">{escape(say("round"))}</text></svg>'
    )


def answers(rounds: Rounds, names: Mapping[str, str]) -> str:
    """Every answer of every member, the most stubborn first, with the side letters."""
    broke = {c: sum(not r["stances"][c]["passed"] for r in rounds) for c in names}
    order = sorted(names, key=lambda c: (-broke[c], names[c]))
    left, top, wide, tall = 150, 26, 21, 17
    width, height = left + wide * len(rounds) + 10, top + tall * len(order) + 40
    granted = {code: r["round"] for r in rounds for code in r["letters"]}
    drawn = [
        f'<text x="{left + wide * j + wide / 2:.1f}" y="{top - 8}" text-anchor="middle" '
        f'font-size="13">{r["round"]}</text>'
        for j, r in enumerate(rounds)
    ]
    for i, code in enumerate(order):
        y = top + tall * i
        drawn.append(
            f'<text x="{left - 8}" y="{y + 12}" text-anchor="end" font-size="13">'
            f"{escape(names[code])}</text>"
        )
        for j, r in enumerate(rounds):
            x = left + wide * j
            passed = r["stances"][code]["passed"]
            drawn.append(
                f'<rect x="{x}" y="{y}" width="{wide - 2}" height="{tall - 2}" '
                f'fill="{_PASSES if passed else _BREAKS}" rx="2"/>'
            )
            if not passed:  # told by more than its colour
                drawn.append(_bar(x, y, wide, tall))
            if granted.get(code) == r["round"]:
                drawn.append(
                    f'<circle cx="{x + wide / 2 - 1:.1f}" cy="{y + tall / 2 - 1:.1f}" r="5.5" '
                    f'fill="#fff" stroke="{_LETTER}" stroke-width="3"/>'
                )
    title = say("Who broke silence, round by round")
    legend = top + tall * len(order) + 16
    keys = [
        (_PASSES, "", say("lets it pass")),
        (_BREAKS, _bar(left + 150, legend, wide, tall), say("breaks silence")),
    ]
    for k, (colour, mark, words) in enumerate(keys):
        x = left + 150 * k
        drawn.append(
            f'<rect x="{x}" y="{legend}" width="{wide - 2}" height="{tall - 2}" fill="{colour}" '
            f'rx="2"/>{mark}<text x="{x + 26}" y="{legend + 12}" font-size="13">'
            f"{escape(words)}</text>"
        )
    if granted:
        x = left + 310
        drawn.append(
            f'<circle cx="{x}" cy="{legend + 7}" r="5.5" fill="#fff" stroke="{_LETTER}" '
            f'stroke-width="3"/><text x="{x + 14}" y="{legend + 12}" font-size="13">'
            f"{escape(say('side letter'))}</text>"
        )
    width = max(width, left + 430)
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" '
        f'aria-label="{escape(title)}">{"".join(drawn)}</svg>'
    )


def _bar(x: int, y: int, wide: int, tall: int) -> str:
    return (
        f'<rect x="{x + 4}" y="{y + tall / 2 - 2:.1f}" width="{wide - 10}" height="2.5" '
        'fill="#fff"/>'
    )


def counts(item: Mapping[str, Any]) -> str:
    """Counts of the answers 1 to 5, before and after."""
    most = max(1, *item["before"], *item["after"])
    width, height, step = 560, 150, 100
    drawn = []
    for j in range(5):
        for k, (when, colour) in enumerate((("before", _BEFORE), ("after", _AFTER))):
            count = item[when][j]
            tall = 80 * count / most
            x, y = 30 + j * step + k * 36, 100 - tall
            drawn.append(
                f'<rect x="{x}" y="{y:.1f}" width="32" height="{tall:.1f}" fill="{colour}"/>'
            )
            drawn.append(
                f'<text x="{x + 16}" y="{y - 4:.1f}" text-anchor="middle" font-size="13">'
                f"{count}</text>"
            )
        drawn.append(
            f'<text x="{64 + j * step}" y="118" text-anchor="middle" font-size="14">{j + 1}</text>'
        )
    ends = (
        f'<text x="30" y="142" font-size="13">1 = {escape(item["low"])}, '
        f"5 = {escape(item['high'])}; "
        f'<tspan fill="{_BEFORE}">{escape(say("left: before"))}</tspan>, '
        f'<tspan fill="{_AFTER}">{escape(say("right: after"))}</tspan>'
        "</text>"
    )
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" '
        f'aria-label="{escape(item["words"])}">'
        f"{''.join(drawn)}{ends}</svg>"
    )
