"""From the runs of a summit to what is asked of each member in each of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import SummitryError
from ..scenario import builtin
from ..scenario._tables import number
from .history import MIDDLING_ROOM, MIDDLING_THREAT
from .path import Pledge, Start
from .pull import FITTED_WORDING, Array

if TYPE_CHECKING:
    import pandas as pd

    from ..ensemble import Ensemble
    from ..scenario.grid import GridTerm
    from ..scenario.resolve import Resolved

CORE, LETTERS = "core_pct_gdp", "side_letters"


@dataclass(frozen=True)
class Summit:
    """The runs of a summit as arrays: R replications of the M members with forces.

    Attributes
    ----------
    replications
        Numbers of the runs, shape (R,).
    start
        Where members stand.
    text
        The adopted text; its target is nan in runs without a deal, and for members that a side
        letter lets off.
    core, deadline
        What the text says of all, nan without a deal or without a date, shape (R,).
    standing
        The pledge of an earlier summit; None before the first.
    letters
        Who has a side letter, shape (R, M).
    """

    replications: np.ndarray
    start: Start
    text: Pledge
    core: Array
    deadline: Array
    standing: Pledge | None
    letters: np.ndarray

    @property
    def pledges(self) -> list[Pledge]:
        """The pledges in force after the summit.

        The earlier one stays where the new text does not bind, and as a floor where its date has
        passed; one whose date is still ahead is replaced by the new text.
        """
        if self.standing is None:
            return [self.text]
        old = self.standing
        ahead = old.deadline > self.start.year
        target = np.where(ahead[:, None] & ~np.isnan(self.text.target), np.nan, old.target)
        kept = Pledge(target, old.deadline, old.increment, old.wording, old.review)
        return [self.text, kept]


def summit_of(
    ensemble: Ensemble, since: int | None = None, text: Mapping[str, Any] | None = None
) -> Summit:
    """Read texts, side letters and attributes off an ensemble.

    Parameters
    ----------
    ensemble
        Runs of a summit that negotiates ``core_pct_gdp``.
    since
        Year of members' current spending; that of the built-in data, else the year before the
        summit, if not given.
    text
        A text to follow in every run in place of the adopted ones, see
        :func:`sim.delivery.deliver.deliver`.

    Raises
    ------
    SummitryError
        If the text says nothing on core spending or is no text of this scenario, or no member's
        spending is known.
    """
    scenario = ensemble.scenario.loaded.resolved
    if CORE not in [term.name for term in scenario.terms if term.written]:
        raise SummitryError(
            f"delivery needs a text on {CORE}; {ensemble.scenario.name} negotiates "
            + ", ".join(term.name for term in scenario.terms if term.written)
        )
    table, members = ensemble.table, ensemble.members
    if text is not None:
        table, members = _replaced(scenario, table, members, text)
    known = tuple(m.code for m in scenario.members if m.current_core_pct_gdp is not None)
    if not known:
        raise SummitryError("delivery needs members with current_core_pct_gdp; none has it")
    year = _known_year(scenario) if since is None else since
    start = _start(scenario, table, members, known, year)
    deal = (table["outcome"] != "no_deal").to_numpy()
    core = np.where(deal, _column(table, CORE), np.nan)
    deadline = np.where(deal, _column(table, "deadline_year"), np.nan)
    deadline[deadline == 0] = np.nan
    letters = _wide(members, "side_letter", known).astype(bool)
    target = np.where(letters, np.nan, core[:, None])
    review = _column(table, "review_year")
    pledge = Pledge(
        target,
        deadline,
        np.nan_to_num(_column(table, "annual_increment_pp")),
        _wording(scenario, table),
        np.where(np.isnan(review) | (review == 0), np.inf, review),
    )
    standing = _standing(scenario.dates[-1], target.shape)
    numbers = table["replication"].to_numpy()
    return Summit(numbers, start, pledge, core, deadline, standing, letters)


def _known_year(scenario: Resolved) -> int:
    """Year of members' current spending: that of the built-in data, else the one before the summit.

    The built-in data count if most members have their value of current spending.
    """
    roster = scenario.file.roster
    if roster is not None:
        records = builtin.members(roster.data)
        same = [
            player.current_core_pct_gdp == records[player.code].current_core_pct_gdp
            for player in scenario.members
            if player.code in records
        ]
        if sum(same) > len(scenario.members) / 2:
            record = next(r for r in records.values() if r.current_core_pct_gdp is not None)
            return int(record.provenance["current_core_pct_gdp"].vintage[:4])
    return scenario.dates[-1].year - 1


def _replaced(
    scenario: Resolved, table: pd.DataFrame, members: pd.DataFrame, text: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables as if this text had been adopted in every run."""
    said, letters = checked_text(scenario, text)
    table = table.assign(outcome="consensus", **said)
    return table, members.assign(side_letter=members["member"].isin(letters))


def checked_text(
    scenario: Resolved, text: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The value of each term of a text to follow, None without, and who has a side letter.

    Raises
    ------
    SummitryError
        If a summit of this scenario could not have written it.
    """
    terms = {term.name: term for term in scenario.terms if term.written}
    text = {name: value for name, value in text.items() if value not in (None, "none")}
    allowed = f"a text has {', '.join(terms)} and {LETTERS}"
    for name, value in text.items():
        labels = terms[name].labels if name in terms else ()
        if name not in terms and name != LETTERS:
            raise SummitryError(f"{name} is no term of this text; {allowed}")
        if labels and value not in labels:
            raise SummitryError(f"{name} must be one of {', '.join(labels)}, got {value!r}")
        if name in terms and not labels:
            _check_number(terms[name], value)
    if CORE not in text:
        raise SummitryError(f"a text needs {CORE}; {allowed}")
    codes = {player.code for player in scenario.members}
    given = text.get(LETTERS, ())
    letters = tuple(map(str, given if isinstance(given, list | tuple | set) else [given]))
    if not codes.issuperset(letters):
        raise SummitryError(f"{LETTERS} must be codes of members, got {', '.join(letters)}")
    return {name: text.get(name) for name in terms}, letters


def _check_number(term: GridTerm, value: Any) -> None:
    """Refuse what the summit could not have written, whether or not it is on the drafting grid."""
    numbers = term.values[:-1] if term.or_none else term.values
    low, high = min(numbers), max(numbers)
    number = isinstance(value, Real) and not isinstance(value, bool)
    if number and (low <= value <= high or value in term.values):
        return
    allowed = f"a number from {low:g} to {high:g}" if low < high else f"{low:g}"
    raise SummitryError(
        f"{term.name} must be {allowed}, the range of the terms of this summit, got {value!r}"
    )


def _start(
    scenario: Resolved,
    table: pd.DataFrame,
    members: pd.DataFrame,
    codes: tuple[str, ...],
    year: int,
) -> Start:
    """Spending and attributes as they were drawn in each run."""
    players = {m.code: m for m in scenario.members}
    spending = np.empty((len(table), len(codes)))
    for j, code in enumerate(codes):
        drawn = f"parties.{code}.current_core_pct_gdp"
        given = table[drawn] if drawn in table else players[code].current_core_pct_gdp
        spending[:, j] = np.maximum(np.asarray(given, dtype=float), 0.05)
    roster = scenario.file.roster
    climate = 1.0
    if roster is not None:
        climate = next(iter(builtin.members(roster.data).values())).threat_climate
    threat = _wide(members, "threat_perception", codes) / climate
    room = _wide(members, "fiscal_room", codes)
    return Start(
        codes,
        year,
        spending,
        np.where(np.isnan(threat), MIDDLING_THREAT, threat),
        np.where(np.isnan(room), MIDDLING_ROOM, room),
    )


def _wide(members: pd.DataFrame, column: str, codes: tuple[str, ...]) -> Array:
    """A column of the table of members as an array, shape (R, M)."""
    rows = members[members["member"].isin(codes)]
    wide = rows.pivot(index="replication", columns="member", values=column)
    return wide[list(codes)].to_numpy(dtype=float)


def _column(table: pd.DataFrame, name: str) -> Array:
    """A term of the text, nan where it has none."""
    if name not in table:
        return np.full(len(table), np.nan)
    return table[name].to_numpy(dtype=float, na_value=np.nan)


def _wording(scenario: Resolved, table: pd.DataFrame) -> Array:
    """Strength of the wording in each run.

    Soft words, and a text without such a term, pull as the words of Wales did.
    """
    term = next((t for t in scenario.terms if t.name == "wording" and t.labels), None)
    if term is None:
        return np.full(len(table), FITTED_WORDING)
    strengths = {
        label: FITTED_WORDING if soft else value
        for label, value, soft in zip(term.labels, term.values, term.soft, strict=True)
    }
    given = table["wording"].astype(object).map(strengths).to_numpy(dtype=float)
    return np.where(np.isnan(given), FITTED_WORDING, given)


def _standing(summit: dt.date, shape: tuple[int, int]) -> Pledge | None:
    """The last text that was adopted before a day, at the strength with which it was fitted."""
    past = [
        row
        for row in builtin.rows("summit_outcomes")
        if row["record_type"] == "outcome" and dt.date.fromisoformat(row["date"]) < summit
    ]
    if not past:
        return None
    last = max(past, key=lambda row: row["date"])
    deadline = number(last["deadline_year"])
    review = number(last["review_year"])
    runs = shape[0]
    return Pledge(
        np.full(shape, float(last["core_pct_gdp"])),
        np.full(runs, np.nan if deadline is None else deadline),
        np.zeros(runs),
        np.full(runs, FITTED_WORDING),
        np.full(runs, np.inf if review is None else review),
    )
