"""The report of a game: one HTML file that needs nothing else and runs no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from .wording import say

# Colours that stay apart in grey and for the colour-blind (Okabe & Ito 2008).
_BEFORE, _AFTER, _LINE = "#0072b2", "#d55e00", "#0072b2"
_STYLE = """
:root { color-scheme: light; }
body { font: 17px/1.5 system-ui, sans-serif; color: #1a2430; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 2rem; line-height: 1.2; } h2 { margin-top: 2.4rem; border-top: 2px solid #1a2430;
  padding-top: .6rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem;
  border-bottom: 1px solid #c4ccd4; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
.lead { font-size: 1.25rem; } .note { color: #4a5663; font-size: .95rem; }
svg { max-width: 100%; height: auto; display: block; } tr { break-inside: avoid; }
"""
_OPENING = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "style-src 'unsafe-inline'\">\n"
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
)
Row = Sequence[object]


def report(debrief: Mapping[str, Any], title: str, code: str) -> str:
    """The report as HTML; everything that people typed is escaped.

    Parameters
    ----------
    debrief
        As :func:`sim.classroom.debrief.debrief` makes it.
    title
        Title of the scenario.
    code
        Join code of the room, which names the game.
    """
    parts = [
        f"<h1>{_t(title)}</h1>",
        f'<p class="lead">{_t(debrief["words"])}</p>',
        f'<p class="note">{_t(say("A game in room {code}.", code=code))}</p>',
        _compared(debrief),
        _chances(debrief["rounds"]),
        _course(debrief["rounds"]),
        _listed(say("Who moved the text"), debrief["moved"]),
        _listed(say("Who came on board, and why"), debrief["turned"]),
        _holdouts(debrief["holdouts"]),
        _questions(debrief["questionnaire"]),
        _people(debrief["people"]),
        _note(
            say(
                "Made by Summitry. The model knows threat, money, pressure and governments; it is "
                "a way to ask what if, not a prediction."
            )
        ),
    ]
    body = "\n".join(part for part in parts if part)
    return (
        f"{_OPENING}<title>{_t(title)}</title>\n<style>{_STYLE}</style></head>\n"
        f"<body><main>\n{body}\n</main></body></html>\n"
    )


def _t(text: object) -> str:
    return escape(str(text), quote=True)


def _head(title: str) -> str:
    return f"<h2>{_t(title)}</h2>"


def _note(words: str) -> str:
    return f'<p class="note">{_t(words)}</p>'


def _table(head: Sequence[str], rows: Iterable[Row], numbers: Sequence[int] = ()) -> str:
    top = "".join(f'<th scope="col">{_t(cell)}</th>' for cell in head)
    lines = [f"<table><thead><tr>{top}</tr></thead><tbody>"]
    for row in rows:
        cells = "".join(
            f'<td class="n">{_t(cell)}</td>' if j in numbers else f"<td>{_t(cell)}</td>"
            for j, cell in enumerate(row)
        )
        lines.append(f"<tr>{cells}</tr>")
    return "".join(lines) + "</tbody></table>"


def _share(p: Mapping[str, float]) -> str:
    return say(
        "{p:.0%} (95% interval {low:.0%} to {high:.0%})", p=p["p"], low=p["low"], high=p["high"]
    )


def _compared(d: Mapping[str, Any]) -> str:
    past = d["past_title"]
    head = ["", say("in this room"), say("expected by the model"), *([past] if past else [])]
    rows: list[Row] = []
    happened = say("adopted") if d["deal"]["happened"] else say("not adopted")
    deal = [say("a text"), happened, say("adopted in {share}", share=_share(d["deal"]["expected"]))]
    rows.append([*deal, say("adopted")] if past else deal)
    for row in d["compare"]:
        cells = [row["label"], row["happened"] or "-", row["expected"]]
        rows.append([*cells, row["past"] or "-"] if past else cells)
    return _head(say("What happened, what was expected, what really happened")) + _table(head, rows)


def _chances(rounds: Sequence[Mapping[str, Any]]) -> str:
    """The chance of a deal, round by round, as a line."""
    known: list[tuple[int, float]] = [
        (r["round"], r["deal"]) for r in rounds if r["deal"] is not None
    ]
    if len(known) < 2:
        return ""
    width, height, left, top = 720, 220, 60.0, 16.0
    last = max(n for n, _ in known)

    def x(n: int) -> float:
        return left + (width - left - 20) * (n - 1) / max(1, last - 1)

    def y(p: float) -> float:
        return top + (height - top - 44) * (1 - p)

    points = " ".join(f"{x(n):.1f},{y(p):.1f}" for n, p in known)
    grid = "".join(
        f'<line x1="{left}" x2="{width - 20}" y1="{y(p):.1f}" y2="{y(p):.1f}" stroke="#c4ccd4"/>'
        f'<text x="{left - 8}" y="{y(p) + 5:.1f}" text-anchor="end" font-size="14">{p:.0%}</text>'
        for p in (0.0, 0.5, 1.0)
    )
    ends = "".join(
        f'<text x="{x(n):.1f}" y="{height - 24}" text-anchor="middle" font-size="14">{n}</text>'
        for n in sorted({known[0][0], last})
    )
    dots = "".join(
        f'<circle cx="{x(n):.1f}" cy="{y(p):.1f}" r="4" fill="{_LINE}"/>' for n, p in known
    )
    title = say("The chance of a deal, after each round")
    return (
        f"{_head(title)}"
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{_t(title)}">'
        f'{grid}<polyline points="{points}" fill="none" stroke="{_LINE}" stroke-width="2"/>'
        f"{dots}{ends}"
        f'<text x="{(left + width) / 2:.0f}" y="{height - 4}" text-anchor="middle" font-size="14">'
        f"{_t(say('round'))}</text></svg>"
    )


def _course(rounds: Sequence[Mapping[str, Any]]) -> str:
    rows = []
    for r in rounds:
        objectors = [code for code, s in r["stances"].items() if not s["passed"]]
        broke = (
            ", ".join(objectors) if len(objectors) <= 10 else say("{n} members", n=len(objectors))
        )
        moved = "; ".join(c["words"] for c in r["changes"]) or say("no change")
        text = r["words"] if r["round"] == 1 else moved
        if r["letters"]:
            text = say("{text}; side letter for {who}", text=text, who=", ".join(r["letters"]))
        rows.append(
            [r["round"], r["date"], text, "; ".join(r["news"]), r["on_board"], broke or "-"]
        )
    head = [say("round"), say("date"), say("text"), say("news"), say("on board")]
    head.append(say("broke silence"))
    return _head(say("Round by round")) + _table(head, rows, numbers=(0, 4))


def _listed(title: str, items: Sequence[Mapping[str, Any]]) -> str:
    if not items:
        return ""
    return (
        f"{_head(title)}<ul>"
        + "".join(
            f"<li>{_t(say('Round {n}: {words}', n=i['round'], words=i['words']))}</li>"
            for i in items
        )
        + "</ul>"
    )


def _holdouts(holdouts: Sequence[Mapping[str, Any]]) -> str:
    if not holdouts:
        return ""
    rows = [
        [
            f"{h['name']} ({h['seat']})",
            h["rounds"],
            say("yes") if h["letter"] else say("no"),
            _share(h["deal_with"]),
            _share(h["deal_without"]),
        ]
        for h in holdouts
    ]
    head = [
        "",
        say("rounds"),
        say("side letter"),
        say("deal, as it answered"),
        say("deal, had it let every text pass"),
    ]
    return (
        _head(say("What each holdout cost"))
        + _note(
            say(
                "Simulated: its own answers kept or replaced, the other people's moves as they "
                "were, the model free in everything else; the same random numbers on both sides."
            )
        )
        + _table(head, rows, numbers=(1,))
    )


def _questions(q: Mapping[str, Any]) -> str:
    if not q["n_before"] and not q["n_after"]:
        return ""
    parts = [
        _head(say("What the class thought")),
        _note(
            say(
                "{before} answers before, {after} after; from 1 to 5.",
                before=q["n_before"],
                after=q["n_after"],
            )
        ),
    ]
    for item in q["items"]:
        parts.append(f"<h3>{_t(item['words'])}</h3>{_bars(item)}")
    return "".join(parts)


def _bars(item: Mapping[str, Any]) -> str:
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
        f'<text x="30" y="142" font-size="13">1 = {_t(item["low"])}, 5 = {_t(item["high"])}; '
        f'<tspan fill="{_BEFORE}">{_t(say("left: before"))}</tspan>, '
        f'<tspan fill="{_AFTER}">{_t(say("right: after"))}</tspan>'
        "</text>"
    )
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" '
        f'aria-label="{_t(item["words"])}">'
        f"{''.join(drawn)}{ends}</svg>"
    )


def _people(people: Sequence[Mapping[str, Any]]) -> str:
    if not people:
        return ""
    rows = [[p["seat"], ", ".join(p["names"])] for p in people]
    return _head(say("Who sat where")) + _table([say("seat"), say("people")], rows)
