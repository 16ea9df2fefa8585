"""The report of a game: one HTML file that needs nothing else and runs no script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from . import report_charts as charts
from .game import CHAIR
from .wording import day, say

_STYLE = """
:root { color-scheme: light; }
body { font: 17px/1.5 "Public Sans", system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  color: #1f1b13; background: #ece5d5; margin: 0; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem clamp(1rem, 4vw, 3rem) 3rem;
  background: #faf6ec; }
h1, h2, .sheet dd { font-family: "Source Serif 4", Georgia, "Times New Roman", serif; }
h1 { font-size: clamp(1.7rem, 5vw, 2.4rem); line-height: 1.15; margin: .2rem 0 .6rem; }
h2 { font-size: 1.45rem; line-height: 1.2; margin: 2.6rem 0 .6rem; padding-top: .7rem;
  border-top: 2px solid #1f1b13; }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .3rem; }
.lead { font-size: 1.2rem; } .note { color: #5a5240; font-size: .95rem; }
.sheet { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr));
  gap: .8rem 1.6rem; margin: 1.4rem 0; padding: 1.2rem 1.4rem; background: #f7f2e6;
  border: 1px solid #d9cfb8; box-shadow: 0 6px 18px #1f1b1322; }
.sheet div { border-bottom: 1px solid #d9cfb8; padding-bottom: .3rem; }
.sheet dt { color: #5d5543; font-size: .95rem; }
.sheet dd { margin: 0; font-size: 1.35rem; font-weight: 650; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0;
  border-bottom: 1px solid #d3c8b0; }
th { color: #5a5240; font-size: .9rem; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
td.d { white-space: nowrap; }
svg { max-width: 100%; height: auto; display: block; margin: .6rem 0; }
.wide svg { max-width: none; }
svg text { font-family: inherit; fill: #1f1b13; }
li { margin: .25rem 0; }
@media print { body, main { background: #fff; } .sheet { box-shadow: none; }
  .wide { overflow: visible; } .wide svg { max-width: 100%; } tr, svg { break-inside: avoid; } }
"""
_OPENING = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "style-src 'unsafe-inline'\">\n"
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
)
Row = Sequence[object]
#: Members by name in a row of the table of rounds; members that are likely to get a side letter.
_NAMED, _LIKELY = 6, 4


def report(debrief: Mapping[str, Any], title: str, code: str, played: dt.date) -> str:
    """The report as HTML; everything that people typed is escaped.

    Parameters
    ----------
    debrief
        As :func:`sim.classroom.debrief.debrief` makes it.
    title
        Title of the scenario.
    code
        Join code of the room, which names the game.
    played
        The day of the lesson.
    """
    names = {m["code"]: m["name"] for m in debrief["members"]}
    rounds = debrief["rounds"]
    parts = [
        f"<h1>{_t(title)}</h1>",
        f'<p class="lead">{_t(debrief["words"])}</p>',
        _note(say("A game in room {code}, played on {day}.", code=code, day=day(played))),
        _sheet(debrief),
        _compared(debrief, names),
        _drawn(say("The chance of a deal, after each round"), charts.chances(rounds)),
        _drawn(say("Who broke silence, round by round"), charts.answers(rounds, names)),
        _course(rounds, names),
        _listed(say("Who moved the text"), debrief["moved"]),
        _listed(say("Who came on board, and why"), debrief["turned"]),
        _holdouts(debrief["holdouts"]),
        _questions(debrief["questionnaire"]),
        _people(debrief["people"], names),
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


def _table(
    head: Sequence[str],
    rows: Iterable[Row],
    numbers: Sequence[int] = (),
    unbroken: Sequence[int] = (),
) -> str:
    kinds = {**dict.fromkeys(numbers, ' class="n"'), **dict.fromkeys(unbroken, ' class="d"')}
    top = "".join(f'<th scope="col">{_t(cell)}</th>' for cell in head)
    lines = [f"<table><thead><tr>{top}</tr></thead><tbody>"]
    for row in rows:
        cells = "".join(f"<td{kinds.get(j, '')}>{_t(cell)}</td>" for j, cell in enumerate(row))
        lines.append(f"<tr>{cells}</tr>")
    return f'<div class="wide">{"".join(lines)}</tbody></table></div>'


def _drawn(title: str, chart: str) -> str:
    return f'{_head(title)}<div class="wide">{chart}</div>' if chart else ""


def _sheet(d: Mapping[str, Any]) -> str:
    """The last text on the table."""
    cells = [(item["label"], item["shown"]) for item in d["final"]]
    return (
        '<dl class="sheet">'
        + "".join(f"<div><dt>{_t(name)}</dt><dd>{_t(shown)}</dd></div>" for name, shown in cells)
        + "</dl>"
    )


def _share(p: Mapping[str, float]) -> str:
    return say(
        "{p:.0%} (95% interval {low:.0%} to {high:.0%})", p=p["p"], low=p["low"], high=p["high"]
    )


def _compared(d: Mapping[str, Any], names: Mapping[str, str]) -> str:
    past = d["past_title"]
    head = ["", say("in this room"), say("expected by the model"), *([past] if past else [])]
    rows: list[Row] = []
    happened = say("adopted") if d["deal"]["happened"] else say("not adopted")
    deal = [say("a text"), happened, say("adopted in {share}", share=_share(d["deal"]["expected"]))]
    rows.append([*deal, say("adopted")] if past else deal)
    for row in d["compare"]:
        cells = [row["label"], row["happened"] or "-", row["expected"]]
        rows.append([*cells, row["past"] or "-"] if past else cells)
    granted = [code for r in d["rounds"] for code in r["letters"]]
    likely = sorted(d["expected"]["letters"].items(), key=lambda item: -item[1])[:_LIKELY]
    expected = [
        say("{name} (in {share:.0%} of deals)", name=names[c], share=share) for c, share in likely
    ]
    cells = [say("side letters"), _named(granted, names), ", ".join(expected) or "-"]
    rows.append([*cells, _named(d["past_letters"], names)] if past else cells)
    return _head(say("What happened, what was expected, what really happened")) + _table(head, rows)


def _named(codes: Sequence[str], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(code, code) for code in codes) or "-"


def _course(rounds: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    rows = []
    for r in rounds:
        objectors = [code for code, s in r["stances"].items() if not s["passed"]]
        broke = say("{n} members", n=len(objectors))
        if len(objectors) <= _NAMED:
            broke = _named(objectors, names)
        moved = "; ".join(c["words"] for c in r["changes"]) or say("no change")
        text = r["words"] if r["round"] == 1 else moved
        if r["letters"]:
            text = say("{text}; side letter for {who}", text=text, who=_named(r["letters"], names))
        when = day(dt.date.fromisoformat(r["date"]))
        rows.append([r["round"], when, text, "; ".join(r["news"]), r["on_board"], broke])
    head = [say("round"), say("date"), say("text"), say("news"), say("on board")]
    head.append(say("broke silence"))
    return _head(say("Round by round")) + _table(head, rows, numbers=(0, 4), unbroken=(1,))


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
            h["name"],
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
        parts.append(f"<h3>{_t(item['words'])}</h3>{charts.counts(item)}")
    return "".join(parts)


def _people(people: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    if not people:
        return ""
    seats = {**names, CHAIR: say("Secretary General")}
    rows = [[seats.get(p["seat"], p["seat"]), ", ".join(p["names"])] for p in people]
    return _head(say("Who sat where")) + _table([say("seat"), say("people")], rows)
