"""What really happened, for the debrief: drafts, the text, and what the capitals said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from ...analysis.words import day
from ...scenario import builtin
from .markdown import Sources, plain, table

_TIMING = {
    "before": "before",
    "after_agreement_in_principle": "once it was agreed in principle",
    "at_or_after_summit": "at the summit or after",
}
_CHAIR = "NATO_SG"


def drafts(summit: str) -> str:
    """The proposals on the way and the text that was adopted, by date."""
    rows = sorted(
        (r for r in builtin.rows("summit_outcomes") if r["record_id"].startswith(summit.upper())),
        key=lambda r: r["date"],
    )
    sources = Sources()
    lines = []
    for r in rows:
        what = "**The text**" if r["record_type"] == "outcome" else "A draft"
        words = plain(" ".join(part for part in (r["key_wording"], r["note"]) if part))
        mark = sources.mark(r["source"], r["grade"])
        lines.append([_when(r["date"]), f"{what}: {words}{mark}", plain(r["opt_outs"])])
    return table(["Date", "What it said", "Opt-outs"], lines) + f"\n\n*Sources: {sources.told()}*"


def said(summit: str) -> str:
    """What each government said in public, with its timing, by country and date."""
    names = {code: record.name for code, record in builtin.members(summit).items()}
    names[_CHAIR] = "Secretary General"
    rows = [
        r
        for r in builtin.rows("summit_positions")
        if r["summit_id"] == summit.upper() and r["paraphrase"]
    ]
    sources = Sources()
    lines = []
    for r in sorted(rows, key=lambda r: (names[r["iso3"]], r["date"])):
        mark = sources.mark(r["source"], r["grade"])
        words = plain(" ".join(part for part in (r["paraphrase"], r["note"]) if part))
        lines.append(
            [
                f"{plain(names[r['iso3']])}, {plain(r['actor'])}",
                f"{_when(r['date'])}, {_timing(r)}",
                f"{words}{mark}",
            ]
        )
    return table(["Who", "When", "What"], lines) + f"\n\n*Sources: {sources.told()}*"


def _timing(row: Mapping[str, str]) -> str:
    return _TIMING.get(row["statement_timing"], row["statement_timing"].replace("_", " "))


def _when(date: str) -> str:
    """A date of the tables in words; some name the month only."""
    if len(date) == len("2025-06"):
        return f"{dt.date.fromisoformat(f'{date}-01'):%B %Y}"
    return day(dt.date.fromisoformat(date))
